"""Bytecode files by their names and first bytes (PEP 3147, PEP 488, PEP 552)."""

from __future__ import annotations

import re
import struct
from typing import NamedTuple

_CACHED = re.compile(r"(?:(.*)/)?__pycache__/([^/]+)\.([a-z]+)-(\d)(\d+)[a-z]*(?:\.opt-\w+)?\.pyc")
CPYTHON = "cpython"
FIRST_MAGICS = {8: 3400, 9: 3420, 10: 3430, 11: 3450, 12: 3500, 13: 3550, 14: 3600, 15: 3650}
"""The first magic number of each 3.x: CPython's ``Include/internal/pycore_magic_number.h``."""
_HEAD = struct.Struct("<H2sL")
_CHECKED_BY_HASH = 0x1


class CachedName(NamedTuple):
    """A file of ``__pycache__``: the source beside it, and whose it is: ``cpython`` and version."""

    source: str
    implementation: str
    python: tuple[int, int]


def cached_name(path: str) -> CachedName | None:
    """What the name of a file in ``__pycache__`` says; ``None`` for any other path."""
    match = _CACHED.fullmatch(path)
    if match is None:
        return None
    folder, stem, implementation, major, minor = match.groups()
    source = f"{folder}/{stem}.py" if folder else f"{stem}.py"
    return CachedName(source, implementation, (int(major), int(minor)))


def bytecode_python(head: bytes) -> tuple[int, int] | None:
    """The Python that a file's first bytes are for; ``None`` when no known one wrote it."""
    if len(head) < _HEAD.size:
        return None
    magic, mark, _ = _HEAD.unpack_from(head)
    if mark != b"\r\n":
        return None
    minors = [minor for minor, first in FIRST_MAGICS.items() if first <= magic < first + 50]
    return (3, max(minors)) if minors else None


def is_checked_by_hash(head: bytes) -> bool:
    """Whether the source's hash decides, or nothing, and not its time and size."""
    return len(head) >= _HEAD.size and bool(_HEAD.unpack_from(head)[2] & _CHECKED_BY_HASH)


def source_size(head: bytes) -> int | None:
    """The size of its source, modulo 2³², where it goes by time and size; else ``None``."""
    if len(head) < 16 or is_checked_by_hash(head):
        return None
    return int.from_bytes(head[12:16], "little")
