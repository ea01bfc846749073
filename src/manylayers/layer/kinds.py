"""What kind of file fills a layer: code, binaries, bytecode, tests, data, metadata."""

import re
from typing import Literal

from manylayers.layer.carried import CarriedFile

Kind = Literal["code", "binaries", "bytecode", "tests", "data", "metadata"]

_METADATA = re.compile(r"(?:^|/)[^/]+\.(?:dist|egg)-info(?:/|$)")
_TESTS = re.compile(r"(?:^|/)(?:tests?/|test_[^/]*\.py$|conftest\.py$)|_test\.py$")
_BYTECODE = (".pyc", ".pyo")
_BINARY = re.compile(r"\.(?:so(?:\.\d+)*|pyd|dll|dylib|a)$")
_CODE = (".py", ".pyi")


def is_metadata(path: str) -> bool:
    """Whether ``path`` is about a distribution, not of it."""
    return _METADATA.search(path) is not None


def kind_of(file: CarriedFile) -> Kind:
    """The kind of ``file``; bytecode and data of tests are tests."""
    path = file.path
    if is_metadata(path):
        return "metadata"
    if _TESTS.search(path):
        return "tests"
    if path.endswith(_BYTECODE):
        return "bytecode"
    if file.native or _BINARY.search(path):
        return "binaries"
    return "code" if path.endswith(_CODE) else "data"
