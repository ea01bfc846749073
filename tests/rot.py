"""Damage that only reading finds."""

from __future__ import annotations

import os
from pathlib import Path


def rotten(path: Path) -> Path:
    """A bit of ``path`` turns, and the file system knows nothing of it."""
    told = path.stat()
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    os.utime(path, ns=(told.st_atime_ns, told.st_mtime_ns))
    return path
