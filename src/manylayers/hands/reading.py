"""Files of somebody else: read with a bound, and never waited for in vain."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

LARGEST = 64 << 20
"""Bytes. The largest lock seen has some 2 MB; a device or a mistaken path has no end."""


def read_whole(path: Path) -> bytes:
    """All of a file, or of a pipe that somebody writes to, as of ``-r <(command)``.

    Raises OSError, for a pipe without a writer and for what is larger than LARGEST too.
    """
    if not path.is_fifo():
        with path.open("rb") as file:
            return read_rest(file)
    with open(path, "rb", opener=_at_once) as pipe:
        first = _first_byte(pipe.fileno())
        return first + read_rest(pipe, first)


def _at_once(path: str, flags: int) -> int:
    """Open a pipe without waiting for somebody to write to it."""
    return os.open(path, flags | os.O_NONBLOCK)


def _first_byte(pipe: int) -> bytes:
    """The first byte, empty where it has yet to come; from then on it is waited for."""
    first = b""
    with contextlib.suppress(BlockingIOError):
        first = os.read(pipe, 1)
        if not first:
            raise OSError(errno.EPIPE, "nobody writes to this pipe")
    os.set_blocking(pipe, True)
    return first


def read_rest(file: BinaryIO, first: bytes = b"") -> bytes:
    """What follows ``first``. Raises OSError where both together are larger than LARGEST."""
    data = file.read(LARGEST + 1 - len(first))
    if len(first) + len(data) > LARGEST:
        raise OSError(errno.EFBIG, f"it is larger than {LARGEST:,} bytes, as no list is")
    return data


def other_kind(path: Path) -> str:
    """What lies at ``path`` instead of a file, empty for a file. Raises OSError for nothing."""
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        return ""
    return "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
