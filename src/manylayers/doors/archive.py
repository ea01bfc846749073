"""Wheels read whole and with distrust; a layer written as a zip."""

from __future__ import annotations

import os
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import BinaryIO

from manylayers.errors import UnsafeWheelError
from manylayers.formats.wheel import (
    WheelContents,
    WheelFacts,
    WheelMember,
    WheelProblem,
    check_wheel,
)
from manylayers.formats.zip_records import (
    DEFLATED,
    LOCAL,
    ZipMember,
    ZipProblem,
    data_offset,
    find_directory,
    read_members,
    refuse_overlaps,
)
from manylayers.formats.zip_writing import central_record, end_records, local_header
from manylayers.hands.disk import replacing_file
from manylayers.hands.hashing import HashingWriter
from manylayers.layer.contents import Copied, Layer, Written

CHUNK = 1 << 20
"""Bytes handled at once; large enough that hashing and copying run without the interpreter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenArchive:
    """A zip that was written. ``sha256`` is hex, ``size`` bytes."""

    sha256: str
    size: int


# -- reading -----------------------------------------------------------------------------------


def verify_wheel(path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
    """Read every byte of the wheel at ``path`` and give what was learnt.

    ``filename`` is its real name, ``sha256`` (hex) its hash where the caller has computed it.
    Raises UnsafeWheelError, naming wheel and member, for anything that is not as it should be.
    """
    with path.open("rb", buffering=0) as file:
        try:
            return _verify(file, filename, sha256 or _file_hash(file))
        except (ZipProblem, WheelProblem) as problem:
            raise UnsafeWheelError(filename, str(problem)) from problem


def _verify(file: BinaryIO, filename: str, sha256: str) -> WheelFacts:
    size = os.fstat(file.fileno()).st_size
    read = _reader(file)
    zip_members = read_members(read, size)
    members = [_member(read, member) for member in zip_members if not member.is_folder]
    folders = [(m.header_offset, m.header_offset + LOCAL.size, m.name) for m in zip_members if m.is_folder]
    spans = [
        (zip_member.header_offset, member.offset + member.compressed_size, member.path)
        for zip_member, member in zip(
            (m for m in zip_members if not m.is_folder), members, strict=True
        )
    ]
    refuse_overlaps(spans + folders, find_directory(read, size).offset)
    return check_wheel(
        WheelContents(
            filename=filename,
            sha256=sha256,
            size=size,
            members=tuple(members),
            read=lambda member: _inflated(read, member),
        )
    )


def _reader(file: BinaryIO) -> Callable[[int, int], bytes]:
    if hasattr(os, "pread"):
        handle = file.fileno()
        return lambda offset, length: os.pread(handle, length, offset)

    def read(offset: int, length: int) -> bytes:
        file.seek(offset)
        return file.read(length)

    return read


def _file_hash(file: BinaryIO) -> str:
    digest = new_sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _member(read: Callable[[int, int], bytes], member: ZipMember) -> WheelMember:
    header = read(member.header_offset, LOCAL.size + 4 * len(member.name))
    offset = data_offset(header, member)
    place = (offset, member.compressed_size, member.size, member.crc, member.method)
    executable = bool(member.mode & 0o111)
    bare = WheelMember(member.name, *place, executable, "")
    digest = new_sha256()
    for piece in _pieces(read, bare):
        digest.update(piece)
    text = urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    return WheelMember(member.name, *place, executable, text)


def _pieces(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    """The inflated bytes in pieces of at most about CHUNK; ZipProblem at the first thing wrong.

    The declared sizes are limits: not a byte more is read or inflated.
    """
    crc, size = 0, 0
    pieces = _inflate if member.method == DEFLATED else _stored
    for piece in pieces(read, member):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        if size > member.size:
            raise ZipProblem(f"{member.path} inflates to more than the {member.size:,} bytes declared")
        yield piece
    if size != member.size:
        raise ZipProblem(f"{member.path} has {size:,} bytes, {member.size:,} are declared")
    if crc != member.crc:
        raise ZipProblem(f"{member.path} has another checksum (CRC-32) than the archive says")


def _compressed(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    position, end = member.offset, member.offset + member.compressed_size
    while position < end:
        chunk = read(position, min(CHUNK, end - position))
        if not chunk:
            raise ZipProblem(f"{member.path} is cut short")
        position += len(chunk)
        yield chunk


_stored = _compressed


def _inflate(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in _compressed(read, member):
            if stream.eof:
                raise ZipProblem(f"{member.path} has bytes after the end of its deflate stream")
            piece = stream.decompress(chunk, CHUNK)
            while piece:
                yield piece
                piece = stream.decompress(stream.unconsumed_tail, CHUNK)
    except zlib.error as error:
        raise ZipProblem(f"{member.path} is not a deflate stream: {error}") from error
    if not stream.eof or stream.unused_data:
        raise ZipProblem(f"{member.path} has a deflate stream that does not end where it should")


def _inflated(read: Callable[[int, int], bytes], member: WheelMember) -> bytes:
    return b"".join(_pieces(read, member))


def read_member(path: Path, member: WheelMember) -> bytes:
    """The inflated bytes of one member of the verified wheel at ``path``."""
    with path.open("rb", buffering=0) as file:
        try:
            return _inflated(_reader(file), member)
        except ZipProblem as problem:
            raise UnsafeWheelError(path.name, str(problem)) from problem


def member_pieces(file: BinaryIO, member: WheelMember) -> Iterator[bytes]:
    """The inflated bytes of one member of an open wheel, in pieces."""
    return _pieces(_reader(file), member)


# -- writing -----------------------------------------------------------------------------------


def write_zip(
    destination: Path, layer: Layer, wheel_path: Callable[[str], Path]
) -> WrittenArchive:
    """Write ``layer`` to ``destination``, whole or not at all; ``wheel_path`` maps wheel hashes.

    Raises OutputError when the disk refuses. The bytes follow from ``layer`` alone.
    """
    with replacing_file(destination) as file, open_wheels(wheel_path) as wheels:
        with HashingWriter(file) as out:
            directory = [_write_entry(out, entry, wheels) for entry in layer.entries]
            offset = out.position
            for record in directory:
                out.write(record)
            out.write(end_records(len(directory), offset, out.position - offset))
        return WrittenArchive(sha256=out.hexdigest(), size=out.position)


@contextmanager
def open_wheels(wheel_path: Callable[[str], Path]) -> Iterator[Callable[[str], BinaryIO]]:
    """Opens each wheel once, when it is first asked for, and closes all at the end."""
    files: dict[str, BinaryIO] = {}
    with ExitStack() as stack:

        def opened(sha256: str) -> BinaryIO:
            if sha256 not in files:
                files[sha256] = stack.enter_context(wheel_path(sha256).open("rb", buffering=0))
            return files[sha256]

        yield opened


def _write_entry(
    out: HashingWriter, entry: Copied | Written, wheels: Callable[[str], BinaryIO]
) -> bytes:
    """Write one member; its record for the central directory is given back."""
    name = entry.path.encode("utf-8")
    offset = out.position
    if isinstance(entry, Written):
        content = entry.content
        sizes = (0, zlib.crc32(content), len(content), len(content))
        out.write(local_header(name, *sizes))
        out.write(content)
    else:
        member = entry.member
        sizes = (member.method, member.crc, member.compressed_size, member.size)
        out.write(local_header(name, *sizes))
        out.copy(wheels(entry.wheel), member.offset, member.compressed_size)
    return central_record(name, *sizes, offset, executable=entry.executable)
