"""What an installed distribution tells of its wheel and of its licence."""

from __future__ import annotations

import pytest

from manylayers.formats.licence import licence_of
from manylayers.formats.wheel_build import build_of_filename, build_of_wheel_file


@pytest.mark.parametrize(
    ("filename", "tags", "build"),
    [
        ("demo-1.0-py3-none-any.whl", ["py3-none-any"], "py3-none-any"),
        ("demo-1.0-py2.py3-none-any.whl", ["py2-none-any", "py3-none-any"], "py2.py3-none-any"),
        (
            "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            ["cp312-cp312-manylinux_2_17_x86_64", "cp312-cp312-manylinux2014_x86_64"],
            "cp312-cp312-manylinux2014_x86_64.manylinux_2_17_x86_64",
        ),
    ],
)
def test_a_build_is_spelled_one_way(filename: str, tags: list[str], build: str) -> None:
    content = "Wheel-Version: 1.0\n" + "".join(f"Tag: {tag}\n" for tag in tags)
    assert build_of_filename(filename) == build
    assert build_of_wheel_file(content.encode()) == build


def test_a_build_number_comes_first() -> None:
    assert build_of_filename("demo-1.0-2-py3-none-any.whl") == "2-py3-none-any"
    assert build_of_wheel_file(b"Build: 2\nTag: py3-none-any\n") == "2-py3-none-any"


@pytest.mark.parametrize("filename", ["demo-1.0.tar.gz", "demo.whl", ""])
def test_what_is_no_wheel_has_no_build(filename: str) -> None:
    assert build_of_filename(filename) == ""


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"Tag: odd\n", b"Tag:\n"])
def test_a_wheel_file_without_tags_has_no_build(content: bytes) -> None:
    assert build_of_wheel_file(content) == ""


@pytest.mark.parametrize(
    ("lines", "licence"),
    [
        (["License-Expression: Apache-2.0 OR MIT", "License: other"], "Apache-2.0 OR MIT"),
        (["License: BSD-3-Clause"], "BSD-3-Clause"),
        (["License: UNKNOWN", "Classifier: License :: OSI Approved :: MIT License"], "MIT License"),
        (
            [f"License: {'all of the text ' * 9}", "Classifier: License :: Public Domain"],
            "Public Domain",
        ),
        (["License: two", "  lines", "Classifier: License :: OSI Approved"], ""),
        (["Classifier: Programming Language :: Python"], ""),
        ([], ""),
    ],
)
def test_a_licence_is_what_metadata_says_shortest(lines: list[str], licence: str) -> None:
    assert licence_of("\n".join(["Name: demo", *lines, "", "body"]).encode()) == licence
