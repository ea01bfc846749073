"""Layers and functions as they lie on the disk, whoever made them: a zip or a folder, read whole.

What no wheel may have but a layer might (links, odd modes, backslashes) is kept for the checks;
what two readers could understand in two ways, or what would not end, is refused.
"""

from __future__ import annotations

import contextlib
import os
import stat
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from manylayers.errors import UsageError, reason_of
from manylayers.errors.layers import UnsafeLayerError
from manylayers.formats.native_pieces import NativePieces
from manylayers.formats.native_reading import NAMES, looks_native, read_kept
from manylayers.formats.wheel import WheelMember
from manylayers.formats.zip_members import (
    data_offset,
    following_offsets,
    header_length,
    refuse_rest,
    unread,
)
from manylayers.formats.zip_records import (
    KIND,
    LINK,
    LOCAL,
    MOST_BYTES,
    MOST_MEMBERS,
    UTF8,
    Read,
    ZipFormatError,
    ZipMember,
    checked_name,
    find_directory,
    read_members,
)
from manylayers.formats.zip_streams import CHUNK, member_pieces, whole_member
from manylayers.hands.disk import ReadAhead
from manylayers.hands.reading import OtherKindError, regular
from manylayers.layer.carried import MOST_KEPT, Carried, CarriedFile, CarriedFolder, kept_bytes
from manylayers.layer.contents import LayerPath
from manylayers.layer.distributions import find_distributions

WORKERS = 2
"""Inflating and hashing run beside each other; more hands would only wait for the memory bus."""
SHARES = 8
"""Parts that the workers take turns in: with one each, a large file would keep one waiting."""
LONGEST_LINK = 4096
"""Bytes that Linux allows a link's target."""


def read_layer(path: Path) -> Carried:
    """What the zip or folder at ``path`` carries, every byte of it read.

    Raises UsageError when there is nothing, UnsafeLayerError for what should not be unpacked.
    """
    with explained_reading(path):
        if path.is_dir():
            return _read_folder(path)
        with regular(path) as file:
            return _read_zip(file, str(path))


@contextlib.contextmanager
def explained_reading(path: Path) -> Iterator[None]:
    """Turns what is wrong with the zip or folder at ``path`` into an error that names it."""
    try:
        yield
    except ZipFormatError as problem:
        raise _bad_zip(path, str(problem)) from problem
    except OtherKindError as error:
        raise UsageError(
            f"{path} can not be read: {error.strerror}",
            hint="name a zip that is a file, or a folder",
        ) from error
    except OSError as error:
        raise UsageError(
            f"{path} can not be read: {reason_of(error)}", hint="check the path"
        ) from error


def _bad_zip(path: Path, problem: str) -> UnsafeLayerError:
    told = f"bad zip archive: {problem}"
    if _is_other(path):
        return UnsafeLayerError(str(path), told, "name a layer, which is a zip or a folder")
    return UnsafeLayerError(str(path), told)


def _is_other(path: Path) -> bool:
    """Whether the file is surely none that was a zip before something happened to it."""
    with contextlib.suppress(OSError), path.open("rb") as file:
        return file.read(2) not in (b"", b"PK")
    return False


class ZipPart(NamedTuple):
    """A member, its path, where the next one or the directory begins, and how much to keep."""

    member: ZipMember
    path: LayerPath
    following: int
    keep: int


def zip_parts(read: Read, size: int) -> list[ZipPart]:
    """The members of a layer's zip in the order of their data. Raises ZipFormatError."""
    if not size:
        raise ZipFormatError("it is empty")
    found = read_members(read, size, lenient=True)
    if not found:
        raise ZipFormatError("it has no members")
    following = following_offsets(found, find_directory(read, size).offset)
    parts, kept = [], 0
    for member, end in zip(found, following, strict=True):
        path = _path(member)
        keep = min(kept_bytes(path), member.size, MOST_KEPT - kept)
        kept += keep
        parts.append(ZipPart(member, path, end, keep))
    return parts


def _path(member: ZipMember) -> LayerPath:
    """The member's name as a file on Lambda has it.

    ``zip`` writes the bytes of a name as they are without saying that they are UTF-8; read in the
    code page of DOS, as the specification has it, they would be another name.
    """
    name = member.name
    if not name.isascii() and not member.flags & UTF8:
        with contextlib.suppress(UnicodeError):
            name = name.encode("cp437").decode("utf-8")
            checked_name(name.replace("\\", "/"))
    return LayerPath(name)


def _read_zip(file: BinaryIO, label: str) -> Carried:
    size = os.fstat(file.fileno()).st_size
    parts = zip_parts(ReadAhead(file), size)
    shares = list(_shares(parts))

    def read_share(share: Sequence[ZipPart]) -> list[CarriedFile]:
        read = ReadAhead(file)  # a window of its own: reads of two hands would throw each other's
        return [_file(read, part) for part in share]

    with ThreadPoolExecutor(max_workers=WORKERS) as pool:
        try:
            files = [file for share in pool.map(read_share, shares) for file in share]
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise
    folders = [
        CarriedFolder(LayerPath(path.rstrip("/")), member.mode)
        for member, path, _, _ in parts
        if member.is_folder
    ]
    wanted = [file for file in files if not file.path.endswith("/")]
    return _carried(label, wanted, folders, packed=size)


def _carried(
    label: str,
    files: Iterable[CarriedFile],
    folders: Iterable[CarriedFolder],
    packed: int | None,
) -> Carried:
    ordered = tuple(sorted(files))
    return Carried(
        label=label,
        files=ordered,
        distributions=find_distributions(ordered),
        packed=packed,
        folders=tuple(sorted(folders)),
    )


def _shares(parts: Sequence[ZipPart]) -> Iterator[Sequence[ZipPart]]:
    """``parts`` in order, cut into some with about as many bytes each."""
    limit = sum(part.member.size for part in parts) // SHARES
    start, held = 0, 0
    for index, part in enumerate(parts):
        held += part.member.size
        if held > limit:
            yield parts[start : index + 1]
            start, held = index + 1, 0
    if start < len(parts):
        yield parts[start:]


def _file(read: Read, part: ZipPart) -> CarriedFile:
    """The member read whole: header, every byte of its data, and what is up to the next one."""
    bare = located(read, part)
    member = part.member
    link = member.mode & KIND == LINK
    if link and member.size > LONGEST_LINK:
        raise ZipFormatError(f"{member.name} is a link of {member.size:,} bytes")
    if member.compressed_size <= CHUNK and member.size <= CHUNK:
        content = whole_member(read(bare.offset, member.compressed_size), bare)
        keep = LONGEST_LINK if link else part.keep
        return _digested(part.path, member.mode, lambda: (content,), keep=keep, link=link)
    return _digested(part.path, member.mode, lambda: member_pieces(read, bare), keep=part.keep)


def located(read: Read, part: ZipPart) -> WheelMember:
    """Where the member's data lies, its header and what follows it held against the directory."""
    member = part.member
    header = read(member.header_offset, LOCAL.size + 4 * len(member.name))
    if len(header) < (length := header_length(header, member)):
        header = read(member.header_offset, length)
    offset = data_offset(header, member)
    refuse_rest(read, member, offset + member.compressed_size, part.following)
    return unread(member, offset)


def _digested(
    path: LayerPath,
    mode: int,
    again: Callable[[], Iterable[bytes]],
    *,
    keep: int,
    link: bool = False,
) -> CarriedFile:
    """One pass over the bytes of a file: hash, size, what is kept, what a loader reads.

    ``again`` gives its pieces from the start; of a huge native file some are asked for twice.
    """
    digest, size, kept = sha256(), 0, b""
    native: NativePieces | None = None
    for piece in again():
        digest.update(piece)
        if not size and looks_native(path, piece):
            native = NativePieces(piece)
        elif native:
            native.add(piece)
        if size < keep:
            kept += piece[: keep - size]
        size += len(piece)
    if not size and path.endswith(NAMES):
        native = NativePieces(b"")
    return CarriedFile(
        path=path,
        size=size,
        sha256=urlsafe_b64encode(digest.digest()).decode().rstrip("="),
        mode=mode,
        link=kept.decode("utf-8", "surrogateescape") if link else "",
        native=read_kept(path, native, again) if native and not link else None,
        content=b"" if link else kept,
    )


# -- folders -------------------------------------------------------------------------------------


def _read_folder(top: Path) -> Carried:
    files: list[CarriedFile] = []
    folders: list[CarriedFolder] = []
    total = 0
    for found, path in _walk(top):
        status = found.stat(follow_symlinks=False)
        if stat.S_ISDIR(status.st_mode):
            folders.append(CarriedFolder(path, _mode(status)))
            continue
        files.append(_disk_file(found, path, status, str(top)))
        total += files[-1].size
        if len(files) > MOST_MEMBERS or total > MOST_BYTES:
            raise UnsafeLayerError(str(top), "it holds far more than any layer may")
    if not files:
        raise UnsafeLayerError(str(top), "it is an empty folder")
    return _carried(str(top), files, folders, packed=None)


def _walk(top: Path) -> Iterator[tuple[os.DirEntry[str], LayerPath]]:
    """Everything below ``top`` with its path from there; links are not followed."""
    waiting = [(str(top), "")]
    while waiting:
        folder, prefix = waiting.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                path = f"{prefix}{entry.name}"
                yield entry, LayerPath(path)
                if entry.is_dir(follow_symlinks=False):
                    waiting.append((entry.path, f"{path}/"))


def _disk_file(
    entry: os.DirEntry[str], path: LayerPath, status: os.stat_result, label: str
) -> CarriedFile:
    if stat.S_ISLNK(status.st_mode):
        target = os.fsencode(Path(entry.path).readlink())
        return _digested(path, _mode(status), lambda: (target,), keep=LONGEST_LINK, link=True)
    if not stat.S_ISREG(status.st_mode):
        raise UnsafeLayerError(label, f"{path} is a device, pipe or socket")
    keep = kept_bytes(path)
    return _digested(path, _mode(status), lambda: _pieces(Path(entry.path)), keep=keep)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb", buffering=0) as file:
        while piece := file.read(CHUNK):
            yield piece


def _mode(status: os.stat_result) -> int:
    """The mode, where the system has any to tell."""
    return status.st_mode if os.name == "posix" else 0
