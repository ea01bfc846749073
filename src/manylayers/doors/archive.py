"""Wheels read whole and with distrust."""

from __future__ import annotations

import os
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256 as new_sha256
from pathlib import Path
from typing import BinaryIO

from manylayers.errors import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.formats.wheel_reading import WheelContents, WheelFormatError, check_wheel
from manylayers.formats.zip_records import (
    LOCAL,
    ZipFormatError,
    ZipMember,
    data_offset,
    find_directory,
    read_members,
    refuse_overlaps,
)
from manylayers.formats.zip_streams import member_pieces, whole_member
from manylayers.hands.disk import ReadAhead

CHUNK = 1 << 20
"""Bytes hashed at once; large enough that hashing runs without the interpreter."""


def verify_wheel(path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
    """Read every byte of the wheel at ``path`` and give what was learnt.

    ``filename`` is its real name, ``sha256`` (hex) its hash where the caller has computed it.
    Raises UnsafeWheelError, naming wheel and member, for anything that is not as it should be.
    """
    with path.open("rb", buffering=0) as file:
        try:
            return _verify(file, filename, sha256 or _file_hash(file))
        except (ZipFormatError, WheelFormatError) as problem:
            raise UnsafeWheelError(filename, str(problem)) from problem


def _verify(file: BinaryIO, filename: str, sha256: str) -> WheelFacts:
    size = os.fstat(file.fileno()).st_size
    read = ReadAhead(file)
    zip_members = read_members(read, size)
    members = [_member(read, member) for member in zip_members if not member.is_folder]
    folders = [
        (m.header_offset, m.header_offset + LOCAL.size, m.name) for m in zip_members if m.is_folder
    ]
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


def _file_hash(file: BinaryIO) -> str:
    digest = new_sha256()
    while chunk := file.read(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()


def _member(read: Callable[[int, int], bytes], member: ZipMember) -> WheelMember:
    slack = LOCAL.size + 4 * len(member.name)
    known = read(member.header_offset, slack + min(member.compressed_size, CHUNK))
    offset = data_offset(known, member)
    place = (offset, member.compressed_size, member.size, member.crc, member.method)
    executable = bool(member.mode & 0o111)
    bare = WheelMember(member.name, *place, executable, "")
    start = offset - member.header_offset
    packed = known[start : start + member.compressed_size]
    if len(packed) == member.compressed_size and member.size <= CHUNK:
        digest = new_sha256(whole_member(packed, bare))
    else:
        digest = new_sha256()
        for piece in member_pieces(read, bare):
            digest.update(piece)
    text = urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    return bare._replace(sha256=text)


def _inflated(read: Callable[[int, int], bytes], member: WheelMember) -> bytes:
    return b"".join(member_pieces(read, member))


def read_member(path: Path, member: WheelMember) -> bytes:
    """The inflated bytes of one member of the verified wheel at ``path``."""
    with path.open("rb", buffering=0) as file:
        try:
            return _inflated(ReadAhead(file), member)
        except ZipFormatError as problem:
            raise UnsafeWheelError(path.name, str(problem)) from problem
