"""Modes, links and names, as Lambda's user meets them."""

from __future__ import annotations

import pytest

from elf_builder import build_elf
from made_layers import a_file, a_layer, a_scene, codes, told


def test_files_and_folders_that_not_everybody_may_read_are_one_error() -> None:
    files = (a_file("python/a.py", b"", 0o100600), a_file("python/b.py", b"", 0o100000))
    (finding,) = told(
        a_scene(a_layer(*files, folders={"python/c": 0o40644, "python": 0o40755})), "L"
    )
    assert (finding.code, finding.severity) == ("L105", "error")
    for told_of in ("a.py (0600)", "b.py (0000)", "python/c/ (0644)", "execute permissions"):
        assert told_of in finding.message


def test_a_zip_without_modes_is_right() -> None:
    assert codes(a_scene(a_layer(a_file("python/a.py", b"", 0), folders={"python": 0})), "L") == []


@pytest.mark.parametrize("path", ["bin/ffmpeg", "extensions/agent", "otel-instrument"])
def test_a_program_that_nobody_may_run_is_a_warning(path: str) -> None:
    content = b"#!/bin/sh\n" if path == "otel-instrument" else build_elf()
    (finding,) = told(a_scene(a_layer(a_file(path, content))), "L")
    assert (finding.code, finding.severity) == ("L105", "warning")
    assert f"{path} (0644)" in finding.message
    assert codes(a_scene(a_layer(a_file(path, content, 0o100755))), "L") == []
    assert codes(a_scene(a_layer(a_file(path, content, 0))), "L") == []


def test_what_lies_beside_programs_need_not_run() -> None:
    beside = ("bin/ffmpeg.txt", "extensions/agent/settings", "LICENSE", "lib/libx.so.1")
    assert codes(a_scene(a_layer(*(a_file(path) for path in beside))), "L") == []
    scripts = (a_file(path, b"#!/bin/sh\n") for path in ("deploy.sh", "setup.py", "bin/launcher"))
    assert codes(a_scene(a_layer(*scripts, "python/a.py")), "L") == []


def a_link(path: str, target: str) -> list[tuple[str, str]]:
    layer = a_layer("python/a.py", a_file(path, target.encode(), 0o120777, link=target))
    return [(finding.code, finding.severity) for finding in told(a_scene(layer), "L")]


@pytest.mark.parametrize(
    ("path", "target", "severity"),
    [
        ("python/b.py", "a.py", "note"),
        ("lib/b.py", "../python/a.py", "note"),
        ("python/b.py", "/opt/python/a.py", "note"),
        ("python/b.py", "/var/lang/bin/python3", "note"),
        ("b", "python", "note"),
        ("python/b.py", "gone.py", "warning"),
        ("python/b.py", "/opt/gone", "warning"),
        ("python/b.py", "../../etc/passwd", "error"),
        ("python/b.py", "../..", "error"),
        ("python/b.py", "/etc/passwd", "error"),
        ("python/b.py", "/opt/../etc/passwd", "error"),
        ("venv/bin/python3.12", "/home/me/bin/python3.12", "warning"),
    ],
)
def test_a_link_is_judged_by_where_it_leads(path: str, target: str, severity: str) -> None:
    assert a_link(path, target) == [("L106", severity)]


def test_backslashes_are_one_error_and_no_wrong_root() -> None:
    names = [f"python\\requests\\{name}.py" for name in "abcde"]
    (finding,) = told(a_scene(a_layer(*names)), "L")
    assert (finding.code, finding.severity) == ("L107", "error")
    assert "5 names" in finding.message
    assert "and 2 more" in finding.message
