"""The SHA-256 of a file."""

from __future__ import annotations

import os
from hashlib import sha256
from pathlib import Path

from manylayers.hands.reading import regular

ZIP_END = b"PK\x05\x06"
ZIP_END_WITHIN = 22 + 65_535
"""Bytes of an end record with the longest comment: APPNOTE 4.3.16."""
BLOCK = 2 << 20
"""Bytes hashed at once: after each, a thread waits for its turn among others, at most 5 ms."""


def digest(path: Path) -> str | None:
    """The SHA-256 (hex) of the file at ``path``; ``None`` when it can't be read."""
    try:
        with regular(path) as file:
            found, block = sha256(), memoryview(bytearray(BLOCK))
            while length := file.readinto(block):
                found.update(block[:length])
            return found.hexdigest()
    except OSError:
        return None


def zip_digest(path: Path) -> str | None:
    """The SHA-256 (hex) of the zip at ``path``; ``None`` for what is none, or no file.

    A pipe would be waited for, a device has no end, and a large file without a zip's end is
    hashed for as long as it is.
    """
    try:
        with regular(path) as file:
            file.seek(-min(path.stat().st_size, ZIP_END_WITHIN), os.SEEK_END)
            if ZIP_END not in file.read(ZIP_END_WITHIN):
                return None
        return digest(path)
    except OSError:
        return None
