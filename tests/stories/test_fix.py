"""Layers made wrong in the ways people do it, repaired, and read again by others' readers."""

from __future__ import annotations

import os
import shlex
import struct
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

import manylayers
from elf_builder import build_elf
from made_layers import SITE, installed, write_layer, write_tree
from manylayers.cli.main import root
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
        "package/",
        "build/libs/",
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


def test_programs_and_libraries_beside_packages_stay_at_the_root(tmp_path: Path) -> None:
    home = {"bin/tool": b"#!/bin/sh\n", "bin/tool.py": b"", "lib/libx.so": build_elf()}
    fixed(tmp_path, DEMO | home)
    assert content(tmp_path / "new.zip") == below("python/") | home


def test_what_a_package_at_the_root_lists_there_goes_with_it(tmp_path: Path) -> None:
    own = {"demo.py": b"", "demo.pth": b"# nothing\n", "demo_data/a.json": b"{}"}
    files = installed("demo", site="", files=own | {"bin/demo": b"#!python\n"})
    fixed(tmp_path, files | {"notes.json": b"{}"})
    stay = {"bin/demo": b"#!python\n", "notes.json": b"{}"}
    moved = {path: data for path, data in files.items() if path not in stay}
    assert content(tmp_path / "new.zip") == below("python/", moved) | stay


def test_a_namespace_package_at_the_root_is_told_by_its_metadata(tmp_path: Path) -> None:
    files = installed("google-x", site="", files={"google/cloud/x/__init__.py": b""})
    report = fixed(tmp_path, files)
    assert content(tmp_path / "new.zip") == below("python/", files)
    assert report.findings == ()


def test_a_handler_that_is_moved_is_told_of(tmp_path: Path) -> None:
    (repair,) = fixed(tmp_path, DEMO | {"lambda_function.py": b""}).repairs
    assert "(lambda_function.py too, which a function's own zip keeps at its root)" in repair.what


@pytest.mark.parametrize("links", [True, False], ids=["zip -y", "zip"])
def test_of_a_virtual_environment_its_own_machine_is_left_out(
    tmp_path: Path, *, links: bool
) -> None:
    site = "lib/python3.12/site-packages/"
    extra = {"bin/python": b"/usr/bin/python3.12", "bin/python3": b"python", "lib64": b"lib"}
    if not links:
        extra = below(f"lib64/{site[4:]}")
    path = write_layer(
        tmp_path / "old.zip",
        {f"venv/{name}": data for name, data in (below(site) | extra).items()}
        | {"venv/pyvenv.cfg": b""},
        {f"venv/{name}": 0o120777 for name in extra if links},
    )
    report = manylayers.fix(path, tmp_path / "new.zip", python="3.12")
    assert content(tmp_path / "new.zip") == below("python/") | {"venv/pyvenv.cfg": b""}
    told = {repair.rule: repair.files for repair in report.repairs}
    assert told == {"environment": len(extra), "layout": len(DEMO)}
    assert report.findings == ()


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


def test_modes_of_folders_are_put_right_and_those_that_dos_has_not_are_no_fault(
    tmp_path: Path,
) -> None:
    files = below("python/") | {"python/": b"", "python/demo/": b""}
    path = write_layer(tmp_path / "old.zip", files, {"python/demo/": 0o40700})
    (repair,) = manylayers.fix(path, tmp_path / "new.zip", python="3.12").repairs
    assert (repair.rule, repair.examples) == ("modes", ("python/demo/",))
    with zipfile.ZipFile(tmp_path / "dos.zip", "w") as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name)
            info.create_system = 0
            archive.writestr(info, content)
    assert manylayers.fix(tmp_path / "dos.zip", tmp_path / "new.zip", python="3.12").repairs == ()


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


def test_the_end_of_a_chain_of_links_is_told(tmp_path: Path) -> None:
    chain = {"a": b"b", "b": b"/usr/bin/tool"}
    write_layer(tmp_path / "old.zip", below("python/") | chain, dict.fromkeys(chain, 0o120777))
    with pytest.raises(UnrepairableError, match="the link a leads to /usr/bin/tool"):
        manylayers.fix(tmp_path / "old.zip", tmp_path / "new.zip")


def test_a_layer_of_junk_alone_is_none_to_repair(tmp_path: Path) -> None:
    with pytest.raises(UnrepairableError, match="all it holds is of other systems"):
        fixed(tmp_path, {".DS_Store": b"", "__MACOSX/._x": b""})
    assert not (tmp_path / "new.zip").exists()


def test_a_target_that_there_is_not_is_refused_before_a_byte_is_written(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "old.zip", below("python/"))
    with pytest.raises(UsageError, match="no architecture 'mips'"):
        manylayers.fix(path, tmp_path / "new.zip", arch="mips")
    assert not (tmp_path / "new.zip").exists()


def test_two_files_that_would_become_one_stop_it(tmp_path: Path) -> None:
    with pytest.raises(UnrepairableError, match="would both become one file"):
        fixed(tmp_path, {"python/a.py": b"1", "python\\a.py": b"2"})
    assert not (tmp_path / "new.zip").exists()


@pytest.mark.parametrize("file", ["python\\demo", "python\\demo\\sub"])
def test_a_file_that_would_become_a_folder_stops_it(tmp_path: Path, file: str) -> None:
    with pytest.raises(UnrepairableError, match="would become the folder that"):
        fixed(tmp_path, {file: b"1", "python/demo/sub/a.py": b"2"})
    assert not (tmp_path / "new.zip").exists()


NINE = "python/lib/python3.9/site-packages/"


@pytest.mark.parametrize(
    ("module", "rules"),
    [
        ("fast.cpython-312-x86_64-linux-gnu.so", ["version"]),
        ("fast.abi3.so", ["version"]),
        ("libs/libz-1.so", ["version"]),
        ("fast.cpython-39-x86_64-linux-gnu.so", []),
        ("fast.so", []),
    ],
)
def test_what_is_compiled_for_the_right_python_was_only_misplaced(
    tmp_path: Path, module: str, rules: list[str]
) -> None:
    exports = [] if "libs" in module else ["PyInit_fast"]
    files = {f"demo/{module}": build_elf(exports=exports), "demo/__init__.py": b""}
    report = fixed(tmp_path, below(NINE, installed("demo", files=files, site="")))
    assert [repair.rule for repair in report.repairs] == rules


def test_pure_packages_of_another_version_come_to_the_folder_of_all(tmp_path: Path) -> None:
    report = fixed(tmp_path, below(NINE))
    assert content(tmp_path / "new.zip") == below("python/")
    assert [repair.rule for repair in report.repairs] == ["version"]
    assert report.findings == ()


def test_what_can_not_be_known_is_left_and_told(tmp_path: Path) -> None:
    report = fixed(tmp_path, below(NINE) | COMPILED)
    assert report.repairs == ()
    assert "L103" in [finding.code for finding in report.findings]
    path = write_layer(tmp_path / "pure.zip", below(NINE))
    assert manylayers.fix(path, tmp_path / "same.zip").repairs == ()  # it may well be for 3.9


def test_the_layer_itself_and_what_lies_in_it_or_around_it_are_no_places(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "old.zip", below("python/"))
    with pytest.raises(UsageError, match="is one of the inputs"):
        manylayers.fix(path, tmp_path / "." / "old.zip")
    folder = write_tree(tmp_path / "folder", below("python/"))
    for output in (folder / "new.zip", f"{tmp_path}/"):
        with pytest.raises(UsageError, match="lie within one another"):
            manylayers.fix(folder, output)
    assert sorted(path.name for path in folder.iterdir()) == ["python"]


@pytest.mark.parametrize("output", ["new.zip", "new/"])
def test_a_folder_is_repaired_as_its_zip_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    folder = write_tree(tmp_path / "old", below("python/python/") | {".DS_Store": b""})
    (folder / "lib").mkdir()
    (folder / "lib/libx.so.1").write_bytes(b"library" * 999)
    (folder / "lib/libx.so").symlink_to("libx.so.1")
    (folder / "python/python/demo/data.bin").chmod(0o600)
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    report = manylayers.fix(folder, f"{tmp_path}/{output}")
    assert {one.rule for one in report.repairs} == {"junk", "links", "layout", "modes"}
    made = tmp_path / output
    if made.is_dir():
        found = {
            path.relative_to(made).as_posix(): path.read_bytes()
            for path in made.rglob("*")
            if path.is_file()
        }
    else:
        found = content(made)
        assert made.stat().st_size < len(b"library" * 999)
    library = dict.fromkeys(("lib/libx.so", "lib/libx.so.1"), b"library" * 999)
    assert found == below("python/") | library
    assert list((tmp_path / "temporary").iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take no such name")
def test_a_name_that_no_zip_can_have_is_told(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "old", below("python/"))
    (folder / os.fsdecode(b"caf\xe9.py")).write_bytes(b"")
    with pytest.raises(UnrepairableError, match=r"the name of 'caf\\udce9.py' is no UTF-8"):
        manylayers.fix(folder, tmp_path / "new.zip")


HASHED = struct.pack("<H2sL8s", 3430, b"\r\n", 3, b"") + b"code"
REPAIRS: dict[str, tuple[dict[str, bytes], dict[str, int]]] = {
    "L102": (below("layer/python/"), {}),
    "L103": (below(NINE), {}),
    "L105": (below("python/"), {"python/demo/data.bin": 0o100600}),
    "L107": ({name.replace("/", "\\"): data for name, data in below("python/").items()}, {}),
    "L108": (below("python/") | {"python/demo/__pycache__/x.cpython-39.pyc": HASHED}, {}),
    "L113": (below("python/") | {"python/.DS_Store": b""}, {}),
}


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("code", REPAIRS)
def test_the_command_that_a_finding_names_makes_it_vanish(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, *, packed: bool
) -> None:
    """L108 is bytecode that goes by a hash, and only another Python's by the version asked for."""
    monkeypatch.chdir(tmp_path)
    files, modes = REPAIRS[code]
    if packed:
        write_layer(Path("my layer.zip"), files, modes)
    else:
        write_tree(Path("my layer.zip"), files)
        for name, mode in modes.items():
            Path("my layer.zip", name).chmod(mode)
    layer = "my layer.zip"
    (finding,) = manylayers.check(layer, python="3.12", select="L").findings
    words = shlex.split(finding.remedy.rpartition("manylayers ")[2])
    assert (finding.code, words[:2]) == (code, ["fix", layer])
    assert root.main(words, "manylayers", standalone_mode=False) == 0
    assert manylayers.check("NEW.zip", python="3.12").findings == ()


COMPILED = {f"{NINE}fast.cpython-39-x86_64-linux-gnu.so": build_elf(exports=["PyInit_fast"])}


@pytest.mark.parametrize(
    ("code", "files", "links"),
    [
        ("L103", below(NINE) | COMPILED, {}),
        ("L103", below(NINE) | below("python/lib/python3.10/site-packages/"), {}),
        ("L113", {"python/a.py": b"1", "python\\a.py": b"2", ".DS_Store": b""}, {}),
        ("L113", below("python/") | {".DS_Store": b""}, {"python/gone": "nowhere"}),
    ],
)
def test_no_command_is_named_that_would_not_mend_it(
    tmp_path: Path, code: str, files: dict[str, bytes], links: dict[str, str]
) -> None:
    named = {name: target.encode() for name, target in links.items()}
    modes = dict.fromkeys(links, 0o120777)
    layer = write_layer(tmp_path / "old.zip", files | named, modes)
    (finding,) = manylayers.check(layer, python="3.12", select=code).findings
    assert "manylayers fix" not in finding.remedy


def test_no_function_is_moved_to_where_a_layer_belongs(tmp_path: Path) -> None:
    function = write_layer(tmp_path / "app.zip", {"app.py": b"", "x/y.py": b"", ".DS_Store": b""})
    (finding,) = manylayers.check(function=function, python="3.12", select="L").findings
    assert (finding.code, finding.remedy) == ("L113", "leave them out")


def test_the_result_may_be_a_folder(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "old.zip", below("Python/"))
    report = manylayers.fix(path, f"{tmp_path}/new/")
    assert (tmp_path / "new" / "python" / "demo" / "__init__.py").read_bytes() == b"x = 1\n"
    assert (report.output.kind, report.output.sha256) == ("folder", None)


def test_programs_come_out_executable(tmp_path: Path) -> None:
    program = {"bin/ffmpeg": build_elf(), "wrap": b"#!/bin/sh\n", "bin/notes.txt": b""}
    report = fixed(tmp_path, program)
    assert [(repair.rule, repair.examples) for repair in report.repairs] == [
        ("modes", ("bin/ffmpeg", "wrap"))
    ]
    assert report.findings == ()
