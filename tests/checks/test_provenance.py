"""Files held against the RECORD of who brought them."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from made_layers import SITE, a_scene, codes, installed, layer_of, told
from manylayers.checks.finding import Finding

FILES = {"demo/__init__.py": b"x = 1\n", "demo/data.txt": b"data", "demo/tests/test_a.py": b""}
WHOLE = installed("demo", files=FILES)


def only(files: Mapping[str, bytes]) -> Finding:
    (finding,) = told(a_scene(layer_of(files)), "P")
    return finding


def test_a_layer_as_it_was_installed_has_nothing_to_tell() -> None:
    assert codes(a_scene(layer_of(WHOLE))) == []


def test_a_changed_file_is_named() -> None:
    finding = only(WHOLE | {f"{SITE}/demo/data.txt": b"DATA"})
    assert (finding.code, finding.severity) == ("P701", "warning")
    assert finding.place == f"{SITE}/demo/data.txt"


def test_a_file_among_others_that_nobody_lists_is_a_note() -> None:
    finding = only(WHOLE | {f"{SITE}/demo/extra.py": b"", f"{SITE}/own/a.py": b""})
    assert (finding.code, finding.severity) == ("P702", "note")
    assert "1 file in folders of packages" in finding.message


def test_what_lies_beside_the_folders_of_packages_is_nobodys_business() -> None:
    alone = installed("demo", files={"demo.py": b"", "bin/demo": b""}, site="")
    own = {"app.py": b"", "bin/tool": b"", "own/a.py": b""}
    assert codes(a_scene(function=layer_of(alone, own)), "P") == []


@pytest.mark.parametrize(
    ("gone", "severity"),
    [
        ("demo/__init__.py", "warning"),
        ("demo/data.txt", "note"),
        ("demo/tests/test_a.py", "note"),
    ],
)
def test_a_listed_file_that_is_gone_is_worse_for_a_module(gone: str, severity: str) -> None:
    left = {path: content for path, content in WHOLE.items() if path != f"{SITE}/{gone}"}
    finding = only(left)
    assert (finding.code, finding.severity) == ("P703", severity)
    assert gone in finding.message


def test_bytecode_in_the_place_of_its_source_does_what_that_would() -> None:
    packed = {path.replace("/__init__.py", "/__init__.pyc"): one for path, one in WHOLE.items()}
    assert codes(a_scene(layer_of(packed)), "P703", "D603") == []


def test_bytecode_programs_and_installers_files_may_come_and_go() -> None:
    listed = {"demo.py": b"", "__pycache__/demo.cpython-312.pyc": b"", "../../bin/demo": b""}
    layer = installed("demo", files=listed)
    for path in (f"{SITE}/__pycache__/demo.cpython-312.pyc", f"{SITE}/../../bin/demo"):
        del layer[path]
    layer[f"{SITE}/demo-1.0.dist-info/INSTALLER"] = b"pip"
    assert told(a_scene(layer_of(layer)), "P") == []


def test_what_a_package_keeps_of_another_one_may_lack_files() -> None:
    inner = "demo/_vendor/helper-1.0.dist-info"
    kept = {
        f"{inner}/METADATA": b"Metadata-Version: 2.1\nName: helper\nVersion: 1.0\n",
        f"{inner}/RECORD": b"helper/__init__.py,sha256=of-the-original,8\n",
    }
    assert codes(a_scene(layer_of(installed("demo", files=FILES | kept))), "P") == []
