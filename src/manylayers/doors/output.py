"""A layer written as a zip or as a folder, whole or not at all."""

import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, NamedTuple, TypeVar

from manylayers.errors import UsageError, reason_of
from manylayers.errors.places import CollidingNamesError, ForeignFilesError, StoreError
from manylayers.formats.zip_writing import end_records, member_records
from manylayers.hands.disk import (
    ReadAhead,
    Source,
    Window,
    explained,
    make_folder,
    replacing_file,
    replacing_folder,
)
from manylayers.hands.hashing import HashingWriter
from manylayers.hands.places import refuse_link_to_other
from manylayers.layer.contents import Copied, Entry, Layer, Written

Way = TypeVar("Way")

STAMP = 315532800
"""1980-01-01 00:00:00 UTC in seconds: what the members of a zip have, seen in UTC."""


class WrittenArchive(NamedTuple):
    """A zip that was written. ``sha256`` is hex, ``size`` bytes."""

    sha256: str
    size: int


def write_zip(destination: Path, layer: Layer, wheel_path: Callable[[str], Path]) -> WrittenArchive:
    """Write ``layer`` to ``destination``, whole or not at all; ``wheel_path`` maps wheel hashes.

    Raises OutputError when the disk refuses. The bytes follow from ``layer`` alone.
    """
    make_folder(destination.parent)
    with explained(destination):
        refuse_link_to_other(destination)
    window = Window()
    with (
        replacing_file(destination) as file,
        open_wheels(wheel_path, lambda wheel: Source(wheel, window)) as wheels,
    ):
        with HashingWriter(file) as out:
            directory = b"".join(_write_members(out, layer.entries, wheels))
            end = end_records(len(layer.entries), out.position, len(directory))
            out.write(directory + end)
        return WrittenArchive(sha256=out.hexdigest(), size=out.position)


@contextmanager
def open_wheels(
    wheel_path: Callable[[str], Path], way: Callable[[BinaryIO], Way]
) -> Iterator[Callable[[str], Way]]:
    """Opens each wheel once, when it is first asked for, and closes all at the end.

    ``way`` makes of an open file what it is to be read with.
    """
    ways: dict[str, Way] = {}
    with ExitStack() as stack:

        def opened(sha256: str) -> Way:
            if sha256 not in ways:
                ways[sha256] = way(stack.enter_context(_opened(wheel_path(sha256))))
            return ways[sha256]

        try:
            yield opened
        except EOFError as error:
            raise _changed(f"a wheel in the store changed while it was read: {error}") from error


def _opened(path: Path) -> BinaryIO:
    try:
        return path.open("rb", buffering=0)
    except OSError as error:
        raise _changed(f"the wheel {path} can not be read any more: {reason_of(error)}") from error


def _changed(what: str) -> StoreError:
    return StoreError(what, hint="run it again: what is damaged is noticed and fetched anew")


def _write_members(
    out: HashingWriter, entries: Iterable[Entry], wheels: Callable[[str], Source]
) -> Iterator[bytes]:
    """Write the members one after another; their records for the central directory are given."""
    offset = 0
    for entry in entries:
        if isinstance(entry, Written):
            head, record = _stored(entry, offset)
            out.write(head + entry.content)
            offset += len(head) + len(entry.content)
        else:
            _, start, packed, size, crc, method, executable, _, _ = entry.member
            name = entry.path.encode("utf-8")
            head, record = member_records(
                name, method, crc, packed, size, offset, executable=executable
            )
            out.copy(head, wheels(entry.wheel), start, packed)
            offset += len(head) + packed
        yield record


def _stored(entry: Written, offset: int) -> tuple[bytes, bytes]:
    content, name = entry.content, entry.path.encode("utf-8")
    sizes = len(content), len(content)
    return member_records(name, 0, zlib.crc32(content), *sizes, offset, executable=entry.executable)


def write_folder(destination: Path, layer: Layer, wheel_path: Callable[[str], Path]) -> None:
    """Write ``layer`` as the tree that unpacking its zip would give; same modes on any host.

    What is there already is replaced only if an installer put it there, else ForeignFilesError.
    Raises OutputError when the disk refuses, CollidingNamesError when it can't tell two names of
    the layer apart.
    """
    _refuse_own_place(destination)
    with explained(destination):
        _refuse_foreign_files(destination)
    make_folder(destination.parent)
    with replacing_folder(destination) as folder, open_wheels(wheel_path, ReadAhead) as wheels:
        folder.chmod(0o755)
        refuse_collisions(layer, partial(_tells_apart, folder))
        for entry in layer.entries:
            _write_file(folder, entry, wheels)
        for path, _, _ in os.walk(folder, topdown=False):
            os.utime(path, (STAMP, STAMP))


def _refuse_own_place(destination: Path) -> None:
    """A folder is replaced by another; nobody should be left standing in the old one."""
    place, here = (Path(os.path.realpath(path)) for path in (destination, Path.cwd()))
    if place == here or place in here.parents:
        raise UsageError(
            f"{destination} is the folder this runs in or one above it, it can not be replaced",
            hint="name a folder below it: -o layer/",
        )


def _refuse_foreign_files(destination: Path) -> None:
    """ForeignFilesError for what no installer put there.

    Another build may replace the folder while it is looked through; then the new one counts.
    """
    while there := _identity(destination):
        from manylayers.layer.foreign import refuse_foreign

        try:
            refuse_foreign(destination, _existing(destination), lambda path: path.read_bytes())
        except (OSError, ForeignFilesError):
            if there == _identity(destination):
                raise
        else:
            return


def _identity(path: Path) -> tuple[int, int] | None:
    """What tells apart what is at ``path`` from what takes its place; ``None`` for nothing."""
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


def _existing(destination: Path) -> list[str]:
    """All files below ``destination``, as POSIX paths from it."""
    if not destination.is_dir():
        return [""]
    return [
        (Path(folder) / name).relative_to(destination).as_posix()
        for folder, folders, names in os.walk(destination, onerror=_unseen)
        for name in (*names, *(one for one in folders if (Path(folder) / one).is_symlink()))
    ]


def _unseen(error: OSError) -> None:
    raise error


def refuse_collisions(layer: Layer, tells_apart: Callable[[str, str], bool]) -> None:
    """Raise CollidingNamesError for the first two files or folders that would become one.

    ``tells_apart`` answers for two names that differ in case or in Unicode form alone.
    """
    import unicodedata

    seen: dict[str, str] = {}
    for path in _files_and_folders(layer):
        folded = unicodedata.normalize("NFC", path).casefold()
        other = seen.setdefault(folded, path)
        parts = zip(other.split("/"), path.split("/"), strict=True)
        if other != path and not any(tells_apart(*pair) for pair in parts if pair[0] != pair[1]):
            raise CollidingNamesError(other, path)


def _files_and_folders(layer: Layer) -> dict[str, None]:
    """Every path once, in order."""
    found: dict[str, None] = {}
    for entry in layer.entries:
        parts = entry.path.split("/")
        found |= dict.fromkeys("/".join(parts[:end]) for end in range(1, len(parts) + 1))
    return found


def _tells_apart(folder: Path, one: str, other: str) -> bool:
    """Whether the disk of ``folder``, which is empty, has room for files of both names."""
    (folder / one).touch()
    try:
        return not (folder / other).exists()
    finally:
        (folder / one).unlink()


def _write_file(folder: Path, entry: Entry, wheels: Callable[[str], ReadAhead]) -> None:
    path = folder.joinpath(*entry.path.split("/"))
    _make_folders(path.parent, folder)
    with path.open("wb") as out:
        for piece in _content(entry, wheels):
            out.write(piece)
    path.chmod(0o755 if entry.executable else 0o644)
    os.utime(path, (STAMP, STAMP))


def _make_folders(path: Path, top: Path) -> None:
    if path == top or path.is_dir():
        return
    _make_folders(path.parent, top)
    path.mkdir()
    path.chmod(0o755)


def _content(entry: Entry, wheels: Callable[[str], ReadAhead]) -> Iterator[bytes]:
    if isinstance(entry, Written):
        return iter((entry.content,))
    return _inflated(wheels(entry.wheel), entry)


def _inflated(read: ReadAhead, entry: Copied) -> Iterator[bytes]:
    from manylayers.formats.zip_records import ZipFormatError  # a zip needs nothing inflated
    from manylayers.formats.zip_streams import member_pieces

    try:
        yield from member_pieces(read, entry.member)
    except ZipFormatError as error:
        raise _changed(f"a wheel in the store changed while it was read: {error}") from error
