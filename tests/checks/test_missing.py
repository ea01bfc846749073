"""B205 and B209: libraries that neither layers nor runtime have, as the loader looks for them."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from elf_builder import build_elf
from made_layers import SITE, a_file, a_layer, a_scene, installed, layer_of
from manylayers.checks.binaries import binaries
from manylayers.checks.finding import Finding
from manylayers.checks.missing import opened_libraries
from manylayers.layer.carried import Carried

MODULE = "demo/_x.abi3.so"


def found(*parts: dict[str, bytes], planned: bool = False) -> list[Finding]:
    scene = a_scene(layer_of(*parts))._replace(planned=planned)
    return list(binaries(scene))


def needing(*names: str, rpath: str = "", runpath: str = "") -> bytes:
    return build_elf(needed=names, rpath=rpath, runpath=runpath)


def severities(files: dict[str, bytes], name: str = "demo", *, planned: bool = False) -> list[str]:
    return [one.severity for one in found(installed(name, files=files), planned=planned)]


@pytest.mark.parametrize(
    ("module", "library"),
    [
        (needing("libfoo.so.1", rpath="$ORIGIN"), "demo/libfoo.so.1"),
        (needing("libfoo.so.1", runpath="${ORIGIN}/../demo.libs"), "demo.libs/libfoo.so.1"),
        (needing("libfoo.so.1", rpath=f"/opt/{SITE}/demo.libs"), "demo.libs/libfoo.so.1"),
    ],
)
def test_bundled_libraries_are_found_as_the_loader_finds_them(module: bytes, library: str) -> None:
    assert severities({MODULE: module, library: build_elf()}) == []


@pytest.mark.parametrize(
    ("path", "missing"),
    [
        ("/lib64/libc.so.6", 0),
        ("/usr/lib64/libnone.so.6", 1),
        (f"/opt/{SITE}/demo.libs/libfoo.so.1", 0),
        ("/opt/lib/libfoo.so.1", 1),
        ("demo.libs/libfoo.so.1", 1),
    ],
)
def test_a_library_named_by_its_path_is_looked_for_there_alone(path: str, missing: int) -> None:
    files = {MODULE: needing(path, runpath="$ORIGIN/.."), "demo.libs/libfoo.so.1": build_elf()}
    assert len(severities(files)) == missing


def test_rpath_counts_for_libraries_on_the_way_and_runpath_does_not() -> None:
    inner = {"demo.libs/liba.so": needing("libb.so"), "demo.libs/libb.so": build_elf()}
    inherited = {MODULE: needing("liba.so", rpath="$ORIGIN/../demo.libs"), **inner}
    assert severities(inherited) == []
    scene = a_scene(layer_of({f"{SITE}/{path}": data for path, data in inherited.items()}))
    assert list(binaries(scene)) == []
    alone = {
        f"{SITE}/demo/_x.abi3.so": needing("liba.so", runpath="$ORIGIN/libs"),
        f"{SITE}/demo/libs/liba.so": needing("libb.so"),
        "python/libb.so": build_elf(),
    }
    (only,) = found(alone)
    assert "libb.so" in only.message


def test_what_was_loaded_on_the_way_is_not_looked_for_again() -> None:
    files = {
        MODULE: needing("liba.so", "libb.so", rpath="$ORIGIN"),
        "demo/liba.so": build_elf(needed=["libb.so"], runpath="/nowhere"),
        "demo/libb.so": build_elf(),
    }
    assert severities(files) == []


def test_lib_of_a_layer_is_searched_and_a_loose_file_beside_modules_is_not() -> None:
    module = {f"{SITE}/{MODULE}": needing("libfoo.so.1")}
    assert found(module, {"lib/libfoo.so.1": build_elf()}) == []
    for folder in ("lib64", "python", "python/lib", SITE):
        (only,) = found(module, {f"{folder}/libfoo.so.1": build_elf()})
        assert (only.code, only.severity) == ("B205", "error")
        assert f"which no loader finds in {folder}/libfoo.so.1: " in only.message
        assert only.remedy.endswith("into lib/ at the root of the layer")


@pytest.mark.parametrize(
    "brought",
    [
        installed("foo", files={"foo/lib/libfoo.so.1": build_elf()}),
        installed("foo", files={"libfoo.so.1": build_elf()}),
        {f"{SITE}/foo/libfoo.so.1": build_elf()},
        {f"{SITE}/foo/libfoo-3.so": build_elf(soname="libfoo.so.1")},
    ],
    ids=["in a package", "listed by one", "in a folder", "by its own name"],
)
def test_a_library_that_a_package_brings_to_open_it_itself_is_not_missing(
    brought: dict[str, bytes],
) -> None:
    module = installed("demo", files={MODULE: needing("libfoo.so.1")})
    assert [one.code for one in found(module)] == ["B205"]
    assert [one.code for one in found(module, brought) if one.code == "B205"] == []


def test_six_libraries_are_named_and_the_rest_counted() -> None:
    names = [f"libnone{number}.so.1" for number in range(8)]
    (six,) = found(installed("demo", files={MODULE: needing(*names[:6])}))
    assert f"{', '.join(names[:6])}, which neither" in six.message
    (eight,) = found(installed("demo", files={MODULE: needing(*names)}))
    assert f"{', '.join(names[:6])} and 2 more, which neither" in eight.message


def test_links_are_followed() -> None:
    module = a_file(f"{SITE}/{MODULE}", needing("libfoo.so.1"))
    real = a_file("lib/libfoo.so.1.2", build_elf())
    link = a_file("lib/libfoo.so.1", b"", 0o120777, link="libfoo.so.1.2")
    assert list(binaries(a_scene(a_layer(module, real, link)))) == []


def test_another_layer_may_bring_the_library() -> None:
    module = layer_of(installed("demo", files={MODULE: needing("libgomp.so.1")}))
    other = layer_of({"lib/libgomp.so.1": build_elf()}, label="other.zip")
    assert [one.code for one in binaries(a_scene(module))] == ["B205"]
    assert list(binaries(a_scene(module, other))) == []


def test_what_others_may_bring_is_no_error_in_a_plan() -> None:
    files = {MODULE: needing("libgomp.so.1")}
    assert severities(files) == ["error"]
    (only,) = found(installed("demo", files=files), planned=True)
    assert only.severity == "warning"
    assert only.remedy.endswith("into lib/ at the root of another layer, and check both together")


def test_a_package_that_does_without_is_named_and_then_it_is_an_error() -> None:
    (only,) = found(
        installed("opencv-python", files={"cv2/cv2.abi3.so": needing("libGL.so.1", "libSM.so.6")}),
        planned=True,
    )
    assert (only.severity, only.place) == ("error", "opencv-python")
    assert only.remedy == "take opencv-python-headless instead"
    assert "needs libGL.so.1, libSM.so.6, which neither layer nor runtime" in only.message


def test_what_a_wheel_had_and_lost_is_an_error() -> None:
    files = {MODULE: needing("libscipy_openblas-6cdc3b4a.so")}
    assert severities(files, planned=True) == ["error"]


def test_a_doubt_is_no_error() -> None:
    (only,) = found(installed("demo", files={MODULE: needing("libbz2.so.1", "libnobody.so")}))
    assert only.severity == "warning"
    assert "as far as is known" in only.message
    (sure,) = found(installed("demo", files={MODULE: needing("libGL.so.1", "libnobody.so")}))
    assert "as far as is known" not in sure.message


def test_one_module_of_many_may_be_one_that_nobody_imports() -> None:
    files = {f"demo/_{letter}.abi3.so": build_elf() for letter in "abc"}
    broken = needing("libtbb-1a2b3c4d.so.12")
    assert severities(files | {MODULE: broken}) == ["warning"]
    assert severities(files | {MODULE: broken, "demo/_a.abi3.so": broken}) == ["error"]


def test_a_module_that_its_package_does_without_may_lack_libraries() -> None:
    files = {"numba/np/ufunc/tbbpool.abi3.so": needing("libtbb.so.12")}
    assert severities(files, "numba") == []
    assert severities(files, "other") == ["warning"]
    assert severities({MODULE: needing("libtbb.so.12")}, "numba") == ["warning"]


def test_a_library_that_the_package_opens_itself_is_judged_as_a_module() -> None:
    files = {"lightgbm/lib/lib_lightgbm.so": needing("libgomp.so.1")}
    (only,) = found(installed("lightgbm", files=files))
    assert (only.code, only.severity) == ("B205", "error")
    assert only.remedy == "put it (libgomp of Amazon Linux 2023) into lib/ at the root of a layer"


def opened(names: Sequence[str], *more: Carried) -> list[Finding]:
    parts = [installed(name) for name in names]
    return list(opened_libraries(a_scene(layer_of(*parts), *more)))


def test_libraries_that_known_packages_open_are_looked_for() -> None:
    (only,) = opened(["python-magic"])
    assert (only.code, only.severity, only.place) == ("B209", "warning", "python-magic")
    assert "libmagic.so.1" in only.message
    assert only.remedy.startswith("add pylibmagic, or take puremagic or filetype instead")
    (pango,) = opened(["weasyprint"])
    assert pango.severity == "error"
    assert opened(["requests"]) == []


def test_libraries_that_somebody_brings_are_found() -> None:
    assert opened(["python-magic", "pylibmagic"]) == []
    assert opened(["pyzbar"], layer_of({"lib/libzbar.so.0": build_elf()})) == []
    own = {f"{SITE}/_soundfile_data/libsndfile_x86_64.so": build_elf()}
    assert [one.place for one in opened(["soundfile"])] == ["soundfile"]
    assert opened(["soundfile"], layer_of(own)) == []
