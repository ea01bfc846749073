"""Layers made wrong in the ways people do it, repaired, and read again by others' readers."""

from __future__ import annotations

import subprocess
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import manylayers
from elf_builder import build_elf
from made_layers import SITE, installed, write_layer, write_tree
from manylayers.errors import UsageError
from manylayers.errors.layers import UnrepairableError

DEMO = installed("demo", site="", files={"demo/__init__.py": b"x = 1\n", "demo/data.bin": b"d" * 9})


def below(prefix: str, files: Mapping[str, bytes] = DEMO) -> dict[str, bytes]:
    return {f"{prefix}{path}": content for path, content in files.items()}


def fixed(tmp_path: Path, files: Mapping[str, bytes]) -> manylayers.FixReport:
    path = write_layer(tmp_path / "old.zip", files)
    before = path.read_bytes()
    report = manylayers.fix(path, tmp_path / "new.zip", python="3.12")
    assert path.read_bytes() == before
    return report


def content(path: Path) -> dict[str, bytes]:
    """What ``unzip`` and `zipfile` both find whole."""
    subprocess.run(["unzip", "-tqq", str(path)], check=True)
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@pytest.mark.parametrize(
    "prefix",
    [
        "",
        "layer/python/",
        "site-packages/",
        "python/python/",
        "Python/",
        "lib/python3.12/site-packages/",
        "venv/lib/python3.12/site-packages/",
        "python/python3.12/site-packages/",
        "python\\",
    ],
)
def test_packages_in_a_wrong_root_come_to_python_and_check_clean(
    tmp_path: Path, prefix: str
) -> None:
    files = below(prefix)
    if prefix.endswith("\\"):
        files = {path.replace("/", "\\"): data for path, data in files.items()}
    report = fixed(tmp_path, files)
    assert content(tmp_path / "new.zip") == below("python/")
    assert [repair.rule for repair in report.repairs] == ["names" if "\\" in prefix else "layout"]
    assert report.findings == ()
    assert manylayers.check(tmp_path / "new.zip", python="3.12").findings == ()


def test_a_folder_around_everything_goes_with_all_that_lies_in_it(tmp_path: Path) -> None:
    fixed(tmp_path, below(f"layer/{SITE}/") | {"layer/bin/tool": b"#!/bin/sh\n"})
    assert content(tmp_path / "new.zip") == below(f"{SITE}/") | {"bin/tool": b"#!/bin/sh\n"}


def test_programs_beside_packages_stay_at_the_root(tmp_path: Path) -> None:
    fixed(tmp_path, DEMO | {"bin/tool": b"#!/bin/sh\n"})
    assert "bin/tool" in content(tmp_path / "new.zip")


def test_a_layer_that_is_right_keeps_every_byte_of_every_stream(tmp_path: Path) -> None:
    report = fixed(tmp_path, below("python/"))
    assert (report.repairs, report.findings) == ((), ())
    with zipfile.ZipFile(tmp_path / "old.zip") as old, zipfile.ZipFile(tmp_path / "new.zip") as new:
        for info in old.infolist():
            same = new.getinfo(info.filename)
            assert (same.CRC, same.compress_size) == (info.CRC, info.compress_size)
            assert same.date_time == (1980, 1, 1, 0, 0, 0)
        assert new.namelist() == sorted(old.namelist())


def test_modes_junk_and_bytecode_are_put_right_and_told(tmp_path: Path) -> None:
    pyc = "python/demo/__pycache__/__init__.cpython-39.pyc"
    files = below("python/") | {"__MACOSX/._x": b"", "python/.DS_Store": b"", pyc: b"\0" * 20}
    odd = {"python/demo/__init__.py": 0o100600, "python/demo/data.bin": 0o100777}
    path = write_layer(tmp_path / "old.zip", files, odd)
    report = manylayers.fix(path, tmp_path / "new.zip", python="3.12")
    assert {repair.rule: repair.files for repair in report.repairs} == {
        "junk": 2,
        "bytecode": 1,
        "modes": 2,
    }
    assert content(tmp_path / "new.zip") == below("python/")
    with zipfile.ZipFile(tmp_path / "new.zip") as archive:
        modes = {info.filename: info.external_attr >> 16 for info in archive.infolist()}
    assert modes["python/demo/__init__.py"] == 0o100644
    assert modes["python/demo/data.bin"] == 0o100755
    assert report.findings == ()


def test_a_link_becomes_what_it_leads_to(tmp_path: Path) -> None:
    links = {"lib/libx.so": b"libx.so.1", "lib/libx.so.1": b"/opt/lib/libx.so.1.0"}
    files = below("python/") | links | {"lib/libx.so.1.0": b"library"}
    write_layer(tmp_path / "old.zip", files, dict.fromkeys(links, 0o120777))
    report = manylayers.fix(tmp_path / "old.zip", tmp_path / "new.zip")
    made = content(tmp_path / "new.zip")
    assert {made[name] for name in (*links, "lib/libx.so.1.0")} == {b"library"}
    assert [repair.rule for repair in report.repairs] == ["links"]


@pytest.mark.parametrize("target", ["/etc/passwd", "gone", "a", "python"])
def test_a_link_to_no_file_of_the_layer_stops_it(tmp_path: Path, target: str) -> None:
    files = below("python/") | {"a": target.encode()}
    write_layer(tmp_path / "old.zip", files, {"a": 0o120777})
    with pytest.raises(UnrepairableError, match=f"the link a leads to {target}"):
        manylayers.fix(tmp_path / "old.zip", tmp_path / "new.zip")
    assert not (tmp_path / "new.zip").exists()


def test_two_files_that_would_become_one_stop_it(tmp_path: Path) -> None:
    with pytest.raises(UnrepairableError, match="would both become one file"):
        fixed(tmp_path, {"python/a.py": b"1", "python\\a.py": b"2"})


NINE = "python/lib/python3.9/site-packages/"


def test_pure_packages_of_another_version_come_to_the_folder_of_all(tmp_path: Path) -> None:
    report = fixed(tmp_path, below(NINE))
    assert content(tmp_path / "new.zip") == below("python/")
    assert [repair.rule for repair in report.repairs] == ["version"]
    assert report.findings == ()


def test_what_can_not_be_known_is_left_and_told(tmp_path: Path) -> None:
    compiled = {f"{NINE}fast.cpython-39-x86_64-linux-gnu.so": build_elf(exports=["PyInit_fast"])}
    report = fixed(tmp_path, below(NINE) | compiled)
    assert report.repairs == ()
    assert "L103" in [finding.code for finding in report.findings]
    path = write_layer(tmp_path / "pure.zip", below(NINE))
    assert manylayers.fix(path, tmp_path / "same.zip").repairs == ()  # it may well be for 3.9


def test_the_layer_itself_and_a_folder_are_no_places(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "old.zip", below("python/"))
    with pytest.raises(UsageError, match="is the layer itself"):
        manylayers.fix(path, tmp_path / "." / "old.zip")
    folder = write_tree(tmp_path / "folder", below("python/"))
    with pytest.raises(UsageError, match="is a folder, a zip is repaired"):
        manylayers.fix(folder, tmp_path / "new.zip")


def test_the_result_may_be_a_folder(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "old.zip", below("Python/"))
    report = manylayers.fix(path, f"{tmp_path}/new/")
    assert (tmp_path / "new" / "python" / "demo" / "__init__.py").read_bytes() == b"x = 1\n"
    assert (report.output.kind, report.output.sha256) == ("folder", None)
