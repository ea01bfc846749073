"""Where the files of layers and function lie, and whose counts where two have one place."""

from __future__ import annotations

from elf_builder import build_elf
from made_layers import SITE, a_file, a_layer, a_scene
from manylayers.checks.places import everything, links, natives

PLACE = f"{SITE}/demo/tool"
ELF = a_file(PLACE, build_elf())
LINK = a_file(PLACE, link="other")
PLAIN = a_file(PLACE, b"plain")


def test_layers_lie_in_opt_and_the_function_beside_them() -> None:
    own = a_layer(a_file("_x.so", build_elf()), a_file("lib.so", link="_x.so"), a_file("app.py"))
    scene = a_scene(a_layer(ELF, a_file("bin/tool", link="../lib/tool")), function=own)
    assert [file.path for file in natives(scene)] == [f"/opt/{PLACE}", "/var/task/_x.so"]
    assert links(scene) == {"/opt/bin/tool": "../lib/tool", "/var/task/lib.so": "_x.so"}


def test_of_two_layers_the_last_one_counts() -> None:
    for first, last in ((ELF, PLAIN), (PLAIN, ELF), (LINK, ELF), (ELF, LINK), (LINK, PLAIN)):
        scene = a_scene(a_layer(first), a_layer(last))
        assert everything(scene) == {f"/opt/{PLACE}": last}
        assert bool(natives(scene)) is (last is ELF)
        assert bool(links(scene)) is (last is LINK)
