"""Names inside archives: which are plain relative paths that mean the same to everybody."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 1024
"""Bytes. Lambda's file system ends at 4096 for a path, with /opt and the site folder before it."""
LONGEST_PART = 255
"""Bytes that one part of a path may have on every Linux file system."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ODD_PART = re.compile(r"/\.{0,2}/")
_DRIVE = re.compile(r"[A-Za-z]:")
_STEERING = frozenset({"RLE", "LRE", "RLO", "LRO", "PDF", "RLI", "LRI", "FSI", "PDI"})
"""Bidirectional classes that make a name look like another one."""
_MARKS = frozenset("\u200e\u200f\u061c\ufeff")
"""Marks of direction, and the byte order mark: invisible, and only good for twins."""


def name_fault(name: str) -> str | None:
    """What is wrong with ``name``, as the end of a sentence; ``None`` for a plain path."""
    if _CONTROL.search(name):
        return "has a control character in it"
    if "\\" in name:
        return "has a backslash in it"
    if name.startswith("/") or _DRIVE.match(name):
        return "is absolute"
    if _ODD_PART.search(f"/{name.removesuffix('/')}/"):
        return "leaves its folder or has an empty part"
    if len(name) * 4 > LONGEST_PART and (fault := _length_fault(name)):
        return fault
    return None if name.isascii() else _unicode_fault(name)


def _length_fault(name: str) -> str | None:
    encoded = name.encode()
    if len(encoded) > LONGEST_NAME:
        return f"is longer than {LONGEST_NAME} bytes"
    if max(map(len, encoded.split(b"/"))) > LONGEST_PART:
        return f"has a part longer than {LONGEST_PART} bytes"
    return None


def _unicode_fault(name: str) -> str | None:
    for character in name:
        if unicodedata.category(character) in ("Cc", "Zl", "Zp"):
            return "has a control character in it"
        if unicodedata.bidirectional(character) in _STEERING or character in _MARKS:
            return "has a character in it that turns or hides others"
    return None


def shown(name: str | bytes) -> str:
    """``name`` as an error may show it: quoted, printable, and not endless."""
    return f"{name!a}" if len(name) <= SHOWN else f"{name[:SHOWN]!a}..."


SHOWN = 120
