"""Bytecode that no runtime uses, and bytecode that breaks an import."""

from __future__ import annotations

import importlib.util
import sys

import pytest

from made_layers import a_file, a_layer, a_scene, codes, told
from manylayers.formats.bytecode import bytecode_python, cached_name, source_size
from manylayers.layer.stale import is_useless

SOURCE = a_file("python/pkg/mod.py", b"x = 1\n")
INIT = "python/pkg/__init__.py"


def head(python: int, size: int = 6) -> bytes:
    first = {9: 3425, 12: 3531}[python]
    return first.to_bytes(2, "little") + b"\r\n" + bytes(8) + size.to_bytes(4, "little") + b"code"


def test_the_running_pythons_bytecode_is_known_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "pycache_prefix", None)  # whatever PYTHONPYCACHEPREFIX says
    assert bytecode_python(importlib.util.MAGIC_NUMBER + bytes(12)) == sys.version_info[:2]
    path = importlib.util.cache_from_source("pkg/mod.py", optimization=2)
    assert cached_name(path) == ("pkg/mod.py", "cpython", sys.version_info[:2])


@pytest.mark.parametrize(
    "data", [b"", b"\xcb\r\r", b"import os, sys\n", b"\xff\xff\r\n" + bytes(12)]
)
def test_what_no_python_wrote_is_of_none(data: bytes) -> None:
    assert bytecode_python(data) is None


def test_size_of_the_source_is_read_where_it_stands() -> None:
    assert source_size(head(12, 77)) == 77
    assert source_size(head(12)[:12]) is None
    by_hash = head(12)[:4] + b"\x01\0\0\0" + bytes(8)
    assert source_size(by_hash) is None


@pytest.mark.parametrize(
    ("name", "content", "useless"),
    [
        ("mod.cpython-312.pyc", head(12), False),
        ("mod.cpython-312.opt-1.pyc", head(12), False),
        ("mod.cpython-39.pyc", head(9), True),
        ("mod.pypy39.pyc", head(9), False),
        ("mod.pypy-39.pyc", head(9), True),
        ("mod.cpython-312.pyc", head(12, size=7), True),
        ("gone.cpython-312.pyc", head(12), True),
    ],
)
def test_bytecode_of_another_python_or_source_is_of_no_use(
    name: str, content: bytes, *, useless: bool
) -> None:
    file = a_file(f"python/pkg/__pycache__/{name}", content)
    sources = {"python/pkg/mod.py": 6}
    assert is_useless(file.path, file.content, sources, (3, 12)) is useless


def test_foreign_bytecode_is_one_note_with_its_bytes() -> None:
    files = [
        a_file(f"python/pkg/__pycache__/{name}.cpython-39.pyc", head(9)) for name in ("mod", "b")
    ]
    (finding,) = told(a_scene(a_layer(INIT, SOURCE, "python/pkg/b.py", *files)), "L1")
    assert (finding.code, finding.severity) == ("L108", "note")
    assert "2 bytecode files that python3.12 does not use, 40 bytes" in finding.message


@pytest.mark.parametrize(
    ("content", "found"), [(head(9), ["L109"]), (head(12), []), (b"\0" * 20, ["L109"])]
)
def test_bytecode_instead_of_source_must_be_of_the_same_python(
    content: bytes, found: list[str]
) -> None:
    layer = a_layer(INIT, a_file("python/pkg/only.pyc", content))
    assert [code for code in codes(a_scene(layer)) if code.startswith("L")] == found


def test_bytecode_beside_its_source_is_never_read() -> None:
    layer = a_layer(INIT, SOURCE, a_file("python/pkg/mod.pyc", head(9)))
    assert [code for code in codes(a_scene(layer)) if code.startswith("L")] == []
