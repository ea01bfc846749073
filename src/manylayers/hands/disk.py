"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import contextlib
import errno
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from manylayers.errors.places import output_error
from manylayers.hands.exchange import exchange
from manylayers.hands.leftovers import beside, claimed, remove, sweep
from manylayers.hands.places import refuse_other_kinds

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
def passing_folder(name: str) -> Iterator[Path]:
    """An empty folder where the system keeps passing things, gone after the block.

    It is called ``.NAME.RANDOM.part``, so that what is left of a killed process is known again.
    """
    from tempfile import gettempdir

    with _begun(Path(gettempdir()) / name, lambda path: path.mkdir(0o700)) as folder:
        yield folder


@contextlib.contextmanager
def replacing_file(destination: Path) -> Iterator[BinaryIO]:
    """A file to write to, which becomes ``destination`` when the block ends well.

    It lies beside it under a name of its own, is synced, then renamed. On any failure it is
    removed and what was there stays. A link is followed. Raises OutputError when the disk refuses.
    """
    with explained(destination):
        refuse_other_kinds(destination)
        destination = _followed(destination)
        with _begun(destination, lambda path: path.touch(exist_ok=False)) as path:
            with path.open("r+b", buffering=0) as file:
                yield file
                os.fsync(file.fileno())
            os.replace(path, destination)


@contextlib.contextmanager
def replacing_folder(destination: Path) -> Iterator[Path]:
    """An empty folder to fill, which becomes ``destination`` when the block ends well.

    What was at ``destination`` takes its place and is removed; on failure it stays. A link is
    followed. Raises OutputError.
    """
    with explained(destination):
        destination = _followed(destination)
        with _begun(destination, Path.mkdir) as path:
            yield path
            _swap(path, destination)


@contextlib.contextmanager
def _begun(destination: Path, make: Callable[[Path], None]) -> Iterator[Path]:
    """What ``make`` makes beside ``destination``, held as ours for the block."""
    sweep(destination)
    with contextlib.ExitStack() as stack:
        while True:
            path = stack.enter_context(under_way(beside(destination)))
            make(path)
            if stack.enter_context(claimed(path)):
                break
        yield path


def _followed(path: Path) -> Path:
    """Where links lead from ``path``. Raises OSError when they lead in a circle."""
    end = Path(os.path.realpath(path)) if path.is_symlink() else path
    if end.is_symlink():
        raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
    return end


def _swap(new: Path, destination: Path) -> None:
    """Give ``new`` the name, and what had it the other one; again, where others come between."""
    while not (
        _renamed(new, destination)
        or exchange(new, destination)
        or _renamed_in_two_steps(new, destination)
    ):
        pass


def _renamed(new: Path, destination: Path) -> bool:
    """False where something is there already; an empty folder is nothing."""
    try:
        new.rename(destination)
    except OSError as error:
        if error.errno in (errno.EEXIST, errno.ENOTEMPTY):
            return False
        raise
    return True


def _renamed_in_two_steps(new: Path, destination: Path) -> bool:
    """What is there is set aside first, and comes back when the second step fails."""
    with under_way(beside(destination)) as aside:
        try:
            with contextlib.suppress(FileNotFoundError):  # another process was faster
                destination.rename(aside)
            return _renamed(new, destination)
        except BaseException:
            if aside.exists() and not destination.exists():
                aside.rename(destination)
            raise


@contextlib.contextmanager
def explained(place: Path) -> Iterator[None]:
    """Turns the disk's refusals inside the block into an OutputError that names the place."""
    try:
        yield
    except OSError as error:
        raise output_error(str(place), error) from error


def read_at(source: BinaryIO, offset: int, length: int) -> bytes:
    """Up to ``length`` bytes of a raw file from ``offset``, without moving it where that can be."""
    if hasattr(os, "pread"):
        return os.pread(source.fileno(), length, offset)
    source.seek(offset)
    return source.read(length)


class Window:
    """Memory for what was last read of one of several files, used again and again.

    To get new memory for as many bytes takes as long as to copy them.
    """

    def __init__(self) -> None:
        self._memory = memoryview(bytearray(WINDOW))
        self._lent_to: Source | None = None

    def lend(self, source: Source) -> memoryview:
        """The memory for ``source``; whoever had it begins anew."""
        if self._lent_to:
            self._lent_to.forget()
        self._lent_to = source
        return self._memory


class Source:
    """A raw file that is copied from, as ``ReadAhead`` reads one, through a shared ``window``."""

    def __init__(self, file: BinaryIO, window: Window) -> None:
        self._file = file
        self._window = window
        self.forget()

    def forget(self) -> None:
        self._bytes, self._start, self._end = memoryview(b""), 0, 0

    def read(self, offset: int, length: int) -> memoryview:
        """The ``length`` bytes from ``offset``, fewer only where the file ends, till the next."""
        if offset < self._start or offset + length > self._end:
            memory = self._window.lend(self)
            self._bytes = memory[: self.read_into(memory, offset)]
            self._start, self._end = offset, offset + len(self._bytes)
        start = offset - self._start
        return self._bytes[start : start + length]

    def read_into(self, place: memoryview, offset: int) -> int:
        """Fill ``place`` with the bytes from ``offset``; how many, fewer only at the end."""
        if hasattr(os, "preadv"):
            return os.preadv(self._file.fileno(), [place], offset)
        data = read_at(self._file, offset, len(place))
        place[: len(data)] = data
        return len(data)


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
