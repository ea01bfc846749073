"""A build judges its plan: errors stop it before a byte is written, the rest is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from elf_builder import AARCH64, build_elf
from fakes import World, world
from manylayers.checks.finding import Finding
from manylayers.errors.layers import UnfitLayerError
from manylayers.formats.pins import Origin, Root
from manylayers.options import Asked, BuildOptions, Destination, Layout
from manylayers.report.build import BuildReport
from manylayers.stories.build import build
from manylayers.stories.progress import Silence
from manylayers.target import find_target

MODULE = "demo/_x.cpython-312-x86_64-linux-gnu.so"


def place(contents: dict[str, bytes], name: str = "demo") -> World:
    wheel = f"{name.replace('-', '_')}-1.0-py3-none-any.whl"
    there = world({name: (wheel,)}, lambda _: {name: "1.0"})
    there.archive.contents = {name: contents}
    return there


def built(
    there: World, *pythons: str, ignore: tuple[str, ...] = (), layout: Layout = Layout.LIB
) -> BuildReport:
    (name,) = there.index.projects
    options = BuildOptions(
        name="layer",
        targets=tuple(find_target(python, "x86_64") for python in pythons or ("3.12",)),
        source=Asked(roots=(Root(requirement=name, origin=Origin(source="command line")),)),
        destination=Destination(path=Path("layer.zip")),
        layout=layout,
        ignore=ignore,
    )
    return build(options, there.doors, Silence())


def codes(report: BuildReport) -> list[tuple[str, str]]:
    return [
        (one.code, one.severity)
        for one in report.findings
        if one.code[0] in "BLD" or one.code == "C405"
    ]


def test_what_loads_is_written_and_nothing_is_said() -> None:
    bundled = {
        MODULE: build_elf(needed=["libz-1a2b3c4d.so", "libc.so.6"], rpath="$ORIGIN/../demo.libs"),
        "demo.libs/libz-1a2b3c4d.so": build_elf(),
        "demo/json.py": b"",
    }
    there = place(bundled)
    assert codes(built(there)) == []
    assert len(there.archive.written) == 1


@pytest.mark.parametrize("layout", Layout)
def test_an_error_stops_it_before_anything_is_written(layout: Layout) -> None:
    there = place({MODULE: build_elf(machine=AARCH64)})
    with pytest.raises(UnfitLayerError, match=r"demo has a file for Linux on arm64") as caught:
        built(there, layout=layout)
    assert there.archive.written == []
    assert (caught.value.exit_status, caught.value.code) == (1, "unfit")
    assert caught.value.hint == (
        "take another build of it: manylayers wheels demo; "
        "or build it all the same with --ignore B201"
    )
    assert caught.value.details == ()
    (only,) = caught.value.findings
    assert isinstance(only, Finding)
    assert only.code == "B201"


def test_many_errors_are_told_together() -> None:
    there = place({"typing.py": b"", "enum/__init__.py": b"", MODULE: b""})
    with pytest.raises(
        UnfitLayerError, match=r"3 faults .* working: demo, enum, typing\.py$"
    ) as caught:
        built(there)
    assert caught.value.hint == "build it all the same with --ignore B208 --ignore L112"
    assert len(caught.value.details) == 3
    assert caught.value.details[-1].endswith("(leave demo out: Python 3.12 has it built in)")


def test_who_asked_for_a_back_port_is_told() -> None:
    with pytest.raises(UnfitLayerError, match=r"asked for by command line$"):
        built(place({"typing.py": b""}))


def test_what_is_ignored_is_neither_heeded_nor_told() -> None:
    there = place({"typing.py": b"", "json.py": b""})
    assert codes(built(there, ignore=("L1",))) == []
    assert codes(built(place({"json.py": b""}))) == [("L112", "warning")]


def test_a_library_that_another_layer_may_bring_is_a_warning() -> None:
    there = place({MODULE: build_elf(needed=["libgomp.so.1"])})
    assert codes(built(there)) == [("B205", "warning")]


def test_a_package_that_opens_libraries_is_told_of() -> None:
    assert codes(built(place({"magic.py": b""}, "python-magic"))) == [("B209", "warning")]


@pytest.mark.parametrize(
    ("requires", "expected"),
    [
        ("demo>=1", []),
        ("gone; sys_platform == 'win32'", []),
        ("boto3", []),
        ("demo>=2", [("D601", "warning")]),
    ],
)
def test_what_a_package_asks_for_is_looked_for_in_the_plan(
    requires: str, expected: list[tuple[str, str]]
) -> None:
    there = place({"demo/__init__.py": b""})
    there.archive.requires = {"demo": (requires,)}
    assert codes(built(there)) == expected


def test_a_list_that_forgets_a_package_builds_nothing_unless_another_layer_has_it() -> None:
    there = place({"demo/__init__.py": b""})
    there.archive.requires = {"demo": ("numpy>=2",)}
    with pytest.raises(UnfitLayerError, match=r"demo 1\.0 needs numpy>=2") as caught:
        built(there)
    assert caught.value.hint == "add it; or build it all the same with --ignore D601"
    assert there.archive.written == []
    assert codes(built(there, ignore=("D601",))) == []


def test_files_that_python_runs_at_its_start_are_read() -> None:
    there = place({"demo.pth": b"import os\n"})
    there.archive.texts = {"demo.pth": b"import os\n"}
    assert codes(built(there)) == [("L110", "warning")]


def test_bytecode_that_another_python_wrote_stops_it_where_there_is_no_source() -> None:
    stale = "demo/__pycache__/old.cpython-39.pyc"
    assert codes(built(place({stale: b"", "demo/old.py": b""}))) == [("L108", "note")]
    there = place({"demo/only.pyc": b""})
    there.archive.texts = {"demo/only.pyc": b"\x61\x0d\r\n" + bytes(12)}
    with pytest.raises(UnfitLayerError, match="bad magic number"):
        built(there)
    assert there.archive.written == []


@pytest.mark.parametrize(
    ("name", "python", "expected"),
    [
        ("botocore", "3.12", [("C405", "warning")]),
        ("requests", "3.12", []),
        ("urllib3", "3.12", []),
    ],
)
def test_a_part_of_the_sdk_is_told_of(
    name: str, python: str, expected: list[tuple[str, str]]
) -> None:
    assert codes(built(place({f"{name}/__init__.py": b""}, name), python)) == expected


def test_each_runtime_of_a_layer_is_judged_and_the_same_is_said_once() -> None:
    there = place({"tomllib/__init__.py": b"", "cgi.py": b""})
    told = built(there, "3.10", "3.12").findings
    assert [one.message.partition(":")[0] for one in told if one.code == "L112"] == [
        "demo's cgi.py hides the cgi of the standard library of Python 3.10",
        "demo's cgi.py hides the cgi of the standard library of Python 3.12",
        "demo's tomllib/ hides the tomllib of the standard library of Python 3.12",
    ]
