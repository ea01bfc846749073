"""Wheels read whole and with distrust."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import BinaryIO

from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.native import NativeFacts
from manylayers.formats.native_pieces import NativePieces
from manylayers.formats.native_reading import looks_native, native_content, read_kept
from manylayers.formats.wheel import LARGEST_METADATA, WheelFacts, WheelMember
from manylayers.formats.wheel_reading import (
    WheelContents,
    check_wheel,
    requirement_lines,
)
from manylayers.formats.wheel_record import WheelFormatError, refuse_endless_record
from manylayers.formats.zip_members import (
    data_offset,
    following_offsets,
    header_length,
    refuse_rest,
    unread,
)
from manylayers.formats.zip_records import (
    LOCAL,
    UNSUSPICIOUS,
    Read,
    ZipBombError,
    ZipFormatError,
    ZipMember,
    find_directory,
    read_members,
)
from manylayers.formats.zip_streams import CHUNK, MOST_DEFLATE, member_pieces, whole_member
from manylayers.hands.disk import ReadAhead
from manylayers.hands.reading import OtherKindError, regular


def verify_wheel(path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
    """Read every byte of the wheel at ``path`` and give what was learnt.

    ``filename`` is its real name, ``sha256`` (hex) its hash where the caller has computed it.
    Raises UnsafeWheelError, naming wheel and member, for anything that is not as it should be.
    """
    with path.open("rb", buffering=0) as file:
        try:
            return _verify(file, filename, sha256 or _file_hash(file))
        except ZipFormatError as problem:
            raise UnsafeWheelError(filename, f"bad archive: {problem}") from problem
        except WheelFormatError as problem:
            raise UnsafeWheelError(filename, str(problem)) from problem


def refuse_bomb(path: Path, *, filename: str) -> tuple[str, ...]:
    """Refuse what fills disk, memory or stack, or has no end; its Requires-Dist lines are given.

    For those who let others unpack it. Anything else that may be wrong is left to ``verify_wheel``,
    then no lines are given. Raises UnsafeWheelError.
    """
    try:
        with regular(path) as file:
            return _looked_through(ReadAhead(file), os.fstat(file.fileno()).st_size)
    except OtherKindError as problem:
        raise UnsafeWheelError(filename, str(problem.strerror)) from problem
    except ZipBombError as problem:
        raise UnsafeWheelError(filename, f"bad archive: {problem}") from problem
    except WheelFormatError as problem:
        raise UnsafeWheelError(filename, str(problem)) from problem
    except (ValueError, OSError):  # not a sound zip, or a path with a NUL in it
        return ()


def _looked_through(read: Read, size: int) -> tuple[str, ...]:
    requires: tuple[str, ...] = ()
    members = read_members(read, size)
    for member in members:
        bare = _located(read, member)
        if member.name.endswith(".dist-info/METADATA") and member.size <= LARGEST_METADATA:
            requires = requirement_lines(_inflated(read, bare), member.name)
        elif size * MOST_DEFLATE > UNSUSPICIOUS:
            for _ in member_pieces(read, bare):
                pass  # stops by itself at the first byte beyond the declared size
        if member.name.endswith(".dist-info/RECORD"):
            refuse_endless_record(member.name, member.size, len(members))
    return requires


def _located(read: Read, member: ZipMember) -> WheelMember:
    length = header_length(read(member.header_offset, LOCAL.size), member)
    return unread(member, data_offset(read(member.header_offset, length), member))


def _verify(file: BinaryIO, filename: str, sha256: str) -> WheelFacts:
    size = os.fstat(file.fileno()).st_size
    read = ReadAhead(file)
    found = read_members(read, size)
    if not found:
        raise ZipFormatError("it has no members")
    following = following_offsets(found, find_directory(read, size).offset)
    members = [_member(read, *pair) for pair in zip(found, following, strict=True)]
    return check_wheel(
        WheelContents(
            filename=filename,
            sha256=sha256,
            size=size,
            members=tuple(member for member in members if not member.path.endswith("/")),
            read=lambda member: _inflated(read, member),
        )
    )


def _file_hash(file: BinaryIO) -> str:
    digest = new_sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _member(read: Read, member: ZipMember, following: int) -> WheelMember:
    """The member read whole: header, every byte of its data, and what is up to ``following``."""
    slack = LOCAL.size + 4 * len(member.name)
    known = read(member.header_offset, slack + min(member.compressed_size, CHUNK))
    if len(known) < (length := header_length(known, member)):
        known = read(member.header_offset, length + min(member.compressed_size, CHUNK))
    offset = data_offset(known, member)
    refuse_rest(read, member, offset + member.compressed_size, following)
    bare = unread(member, offset)
    start = offset - member.header_offset
    digest, native = _learnt(read, bare, known[start : start + member.compressed_size])
    sha256 = urlsafe_b64encode(digest).decode().rstrip("=")
    return bare._replace(sha256=sha256, native=native)


def _learnt(read: Read, member: WheelMember, packed: bytes) -> tuple[bytes, NativeFacts | None]:
    """The SHA-256 of the inflated bytes, and what a loader reads of them.

    ``packed`` may already be all of the packed ones.
    """
    if len(packed) == member.compressed_size and member.size <= CHUNK:
        content = whole_member(packed, member)
        return new_sha256(content).digest(), native_content(member.path, content)
    pieces = member_pieces(read, member)
    first = next(pieces, b"")
    digest = new_sha256(first)
    if not looks_native(member.path, first):
        for piece in pieces:
            digest.update(piece)
        return digest.digest(), None
    kept = NativePieces(first)
    for piece in pieces:
        digest.update(piece)
        kept.add(piece)
    return digest.digest(), read_kept(member.path, kept, lambda: member_pieces(read, member))


def _inflated(read: Read, member: WheelMember) -> bytes:
    return b"".join(member_pieces(read, member))


def read_member(path: Path, member: WheelMember) -> bytes:
    """The inflated bytes of one member of the verified wheel at ``path``."""
    with path.open("rb", buffering=0) as file:
        try:
            return _inflated(ReadAhead(file), member)
        except ZipFormatError as problem:
            raise UnsafeWheelError(path.name, str(problem)) from problem
