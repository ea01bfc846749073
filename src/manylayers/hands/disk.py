"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from manylayers.errors import OutputError

_under_way: set[Path] = set()


@contextlib.contextmanager
def under_way(path: Path) -> Iterator[Path]:
    """``path`` for a file or folder that is only there during the block, whatever happens."""
    _under_way.add(path)
    try:
        yield path
    finally:
        remove(path)
        _under_way.discard(path)


def abandon() -> None:
    """Remove all that is under way, for a process that will not come back to do it."""
    for path in tuple(_under_way):
        remove(path)


@contextlib.contextmanager
def replacing_file(destination: Path) -> Iterator[BinaryIO]:
    """A file to write to, which becomes ``destination`` when the block ends well.

    It lies beside it under a name of its own, is synced, then renamed. On any failure it is
    removed and what was there stays. A link is followed. Raises OutputError when the disk refuses.
    """
    with explained(destination):
        destination = _followed(destination)
        if destination.is_dir():
            raise OutputError(
                f"{destination} is a directory, a file was to be written there",
                hint="end the path with / to write a folder, or name a file",
            )
        with under_way(_beside(destination)) as beside:
            handle = os.open(beside, os.O_CREAT | os.O_EXCL | os.O_WRONLY | _BINARY, 0o666)
            with os.fdopen(handle, "wb", buffering=0) as file:
                yield file
                os.fsync(file.fileno())
            os.replace(beside, destination)


_BINARY = getattr(os, "O_BINARY", 0)


@contextlib.contextmanager
def replacing_folder(destination: Path) -> Iterator[Path]:
    """An empty folder to fill, which becomes ``destination`` when the block ends well.

    What was at ``destination`` is set aside first and comes back on failure. A link is followed.
    Raises OutputError.
    """
    with explained(destination):
        destination = _followed(destination)
        with under_way(_beside(destination)) as beside:
            beside.mkdir()
            yield beside
            _swap(beside, destination)


def _followed(path: Path) -> Path:
    return path.resolve() if path.is_symlink() else path


def _swap(new: Path, destination: Path) -> None:
    if not destination.exists():
        new.rename(destination)
        return
    aside = _beside(destination)
    destination.rename(aside)
    try:
        new.rename(destination)
    except BaseException:
        aside.rename(destination)
        raise
    remove(aside)


def remove(path: Path) -> None:
    """Remove the file, link or folder at ``path``; what the disk keeps is left."""
    try:
        path.unlink(missing_ok=True)
    except OSError:  # a folder, or one that the disk keeps
        from shutil import rmtree  # with its archive formats, more than a zip needs

        rmtree(path, ignore_errors=True)


def _beside(destination: Path) -> Path:
    """A name in the same folder, so that a rename stays on one file system."""
    return destination.with_name(f".{destination.name}.{random_name()}.part")


def random_name() -> str:
    """Sixteen hex digits that no other process will use."""
    return os.urandom(8).hex()


@contextlib.contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turns the disk's refusals inside the block into an OutputError that names the place."""
    try:
        yield
    except OSError as error:
        raise OutputError(
            f"{place} can not be written: {(error.strerror or str(error)).lower()}",
            hint="make room or choose another place with -o; nothing was left half written",
        ) from error


def read_at(source: BinaryIO, offset: int, length: int) -> bytes:
    """Up to ``length`` bytes of a raw file from ``offset``, without moving it where that can be."""
    if hasattr(os, "pread"):
        return os.pread(source.fileno(), length, offset)
    source.seek(offset)
    return source.read(length)


class ReadAhead:
    """Reads of a raw file that mostly come in order: small ones are cut from a window of it.

    Thousands of small files lie side by side in a wheel; a system call for each costs more than
    their bytes.
    """

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self._window, self._start, self._end = b"", 0, 0

    def __call__(self, offset: int, length: int) -> bytes:
        """The ``length`` bytes from ``offset``; fewer only where the file ends."""
        if offset < self._start or offset + length > self._end:
            if length > WINDOW // 4:
                return read_at(self._source, offset, length)
            self._window = read_at(self._source, offset, WINDOW)
            self._start, self._end = offset, offset + len(self._window)
        start = offset - self._start
        return self._window[start : start + length]


WINDOW = 1 << 18


def clear(file: Path) -> Path:
    """``file``, after what stands in its way was removed: a folder, a link that leads nowhere.

    For folders of our own only; what the disk keeps is left.
    """
    if os.path.lexists(file.parent) and not os.path.isdir(file.parent):
        remove(file.parent)
    if os.path.lexists(file) and not os.path.isfile(file):
        remove(file)
    return file


def make_folder(folder: Path) -> None:
    """``folder`` and those above it, where they are not there yet. Raises OutputError."""
    with explained(folder):
        folder.mkdir(parents=True, exist_ok=True)


def write_file(destination: Path, content: bytes) -> None:
    """``content`` as the whole of ``destination``, folders above it made where needed."""
    make_folder(destination.parent)
    with replacing_file(destination) as file:
        file.write(content)
