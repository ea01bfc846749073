"""Extension modules by their names: which of them a Python would import, and as what.

Names as in PEP 3149 and CPython's ``importlib.machinery.EXTENSION_SUFFIXES``.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from manylayers.checks.places import Placed


class Extension(NamedTuple):
    """An extension module. ``key`` is its path without what follows the module's name.

    ``suffix`` is the rest, ``cpython-312-x86_64-linux-gnu.so``; ``package`` the top-level name.
    """

    placed: Placed
    key: str
    suffix: str
    package: str


def extension(placed: Placed, folders: Iterable[str]) -> Extension | None:
    """The module that this native file is, ``None`` for a library or program.

    A name that says so counts, since the file may be damaged or another system's; a plain
    ``name.so`` is a module if it has an entry for ``import``.
    """
    folder, _, name = placed.path.rpartition("/")
    stem, _, suffix = name.partition(".")
    if not _of_module(suffix) or not stem.isidentifier():
        return None
    native = placed.file.native
    if suffix == "so" and not (native and native.module):
        return None
    for root in folders:
        if placed.path.startswith(root):
            parts = folder[len(root) :].split("/") if len(folder) > len(root) else []
            if all(map(str.isidentifier, parts)):
                return Extension(placed, f"{folder}/{stem}", suffix, parts[0] if parts else stem)
    return None


def _of_module(suffix: str) -> bool:
    tag, _, kind = suffix.rpartition(".")
    if "." in tag or kind not in BEGINNINGS:
        return False
    return not tag or tag.startswith(BEGINNINGS[kind])


BEGINNINGS = {"so": ("cpython-3", "abi3", "pypy3", "graalpy"), "pyd": ("cp3",)}
"""Of the part that says for which Python a module is, by the end of its name."""

TAG = r"cpython-3(\d+)([a-z]*)|cp3(\d+)([a-z]*)|(pypy)3(\d+)"


def built_for(suffix: str) -> str:
    """The Python that a suffix names, ``Python 3.11`` or ``a debug build of Python 3.12``."""
    match = re.match(TAG, suffix)
    if match is None:
        return "another Python"
    if match[5]:
        return f"PyPy 3.{match[6]}"
    minor, flags = match[1] or match[3], match[2] or match[4] or ""
    kind = next((_BUILDS[flag] for flag in flags if flag in _BUILDS), "")
    return f"{kind}Python 3.{minor}"


def platform(suffix: str) -> str:
    """The system that a suffix names after the Python, ``x86_64-linux-musl``, or empty."""
    tag = suffix.rpartition(".")[0]
    return tag.partition("-")[2].partition("-")[2] if tag.startswith("cpython-") else ""


_BUILDS = {"d": "a debug build of ", "t": "the free-threaded build of "}
