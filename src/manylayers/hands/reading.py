"""Files read as they are found: with a bound, and never waited for in vain."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from io import FileIO
from pathlib import Path
from typing import BinaryIO

LARGEST = 64 << 20
"""Bytes. The largest lock seen has some 2 MB; a device or a mistaken path has no end."""


class OtherKindError(OSError):
    """What lies there is no file. ``strerror`` says what it is: ``it is a folder``."""


@contextlib.contextmanager
def regular(path: Path) -> Iterator[FileIO]:
    """The file at ``path``, open for reading, unbuffered.

    Raises OSError, for what is no file OtherKindError: a pipe would be waited for, and a device has
    no end.
    """
    with open(path, "rb", buffering=0, opener=_of_a_file) as file:
        yield file


def _of_a_file(path: str, flags: int) -> int:
    """Open ``path`` without waiting, and look at what was opened: a name may change its file."""
    try:
        handle = os.open(path, flags | getattr(os, "O_NONBLOCK", 0))
    except OSError as error:
        if error.errno == errno.ENXIO:  # a socket
            raise _of_other_kind(stat.S_IFSOCK) from error
        raise
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        raise _of_other_kind(mode)
    return handle


def _of_other_kind(mode: int) -> OtherKindError:
    kind = "a folder" if stat.S_ISDIR(mode) else "a device, pipe or socket"
    return OtherKindError(errno.EINVAL, f"it is {kind}")


def content(path: Path) -> bytes:
    """The bytes of the file at ``path``. Raises OSError as `regular` does."""
    with regular(path) as file:
        return file.read()


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
