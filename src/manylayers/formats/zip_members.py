"""Local headers and what lies between members, held against the central directory.

Follows PKWARE's APPNOTE 6.3.10: local headers (4.3.7), data descriptors (4.3.9). Every byte of
the file before the directory belongs to exactly one member, or the file is refused.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from manylayers.formats.wheel import WheelMember
from manylayers.formats.zip_records import (
    DESCRIPTOR,
    FULL,
    LOCAL,
    Read,
    ZipFormatError,
    ZipMember,
    decoded,
    refuse_features,
    widened,
)

LONGEST_DESCRIPTOR = 24


def following_offsets(members: Sequence[ZipMember], directory_offset: int) -> list[int]:
    """For each of ``members``, in the order of their data, where the next one or the directory
    begins."""
    return [*(member.header_offset for member in members[1:]), directory_offset]


def unread(member: ZipMember, offset: int) -> WheelMember:
    """The member with its data at ``offset``, of which nothing has been read yet."""
    return WheelMember(
        path=member.name,
        offset=offset,
        compressed_size=member.compressed_size,
        size=member.size,
        crc=member.crc,
        method=member.method,
        executable=bool(member.mode & 0o111),
        sha256="",
    )


def header_length(header: bytes, member: ZipMember) -> int:
    """How many bytes the local header at ``member.header_offset`` has, name and extra included."""
    if len(header) < LOCAL.size or not header.startswith(b"PK\x03\x04"):
        raise ZipFormatError(f"{member.name} has no local header where the directory says")
    name_length, extra_length = struct.unpack_from("<2H", header, LOCAL.size - 4)
    return LOCAL.size + int(name_length) + int(extra_length)


def data_offset(header: bytes, member: ZipMember) -> int:
    """Where the member's data begins, by its local header, which must agree with the directory.

    ``header`` are at least the ``header_length`` bytes at ``member.header_offset``.
    """
    length = header_length(header, member)
    _, needed, flags, method, _, _, crc, packed, size, name_length, _ = LOCAL.unpack_from(header)
    name_end = LOCAL.size + name_length
    if len(header) < length or decoded(header[LOCAL.size : name_end], flags) != member.name:
        raise ZipFormatError(f"{member.name} has another name in its local header")
    refuse_features(member.name, needed, flags, method)
    if method != member.method or (flags ^ member.flags) & DESCRIPTOR:
        raise ZipFormatError(f"{member.name} has another method or flags in its local header")
    if extra := header[name_end:length]:
        packed, size, _ = widened(extra, (packed, size, 0), member.name)
    elif FULL in (packed, size):
        raise ZipFormatError(f"{member.name} lacks the zip64 sizes its local header refers to")
    _refuse_difference((crc, packed, size), member)
    return member.header_offset + length


def _refuse_difference(told: tuple[int, int, int], member: ZipMember) -> None:
    real = (member.crc, member.compressed_size, member.size)
    if told != real and not (
        member.flags & DESCRIPTOR
        and all(value in (0, right) for value, right in zip(told, real, strict=True))
    ):
        raise ZipFormatError(f"{member.name} has other sizes or another CRC in its local header")


def refuse_rest(read: Read, member: ZipMember, end: int, following: int) -> None:
    """Refuse what lies between the member's data and ``following``, but for its descriptor.

    ``end`` is where the data ends, ``following`` where the next header or the directory begins.
    """
    length = following - end
    if length < 0:
        raise ZipFormatError(f"{member.name} overlaps what comes after it")
    if not member.flags & DESCRIPTOR:
        if length:
            raise ZipFormatError(_gap(member, length))
        return
    if length > LONGEST_DESCRIPTOR:
        raise ZipFormatError(_gap(member, length))
    if read(end, length) not in _descriptors(member):
        raise ZipFormatError(f"{member.name} has other sizes or another CRC in its data descriptor")


def _gap(member: ZipMember, length: int) -> str:
    return f"{length:,} bytes follow {member.name} that are no member of the archive"


def _descriptors(member: ZipMember) -> tuple[bytes, ...]:
    """The four ways to write what comes after the data: with a signature or not, wide or not."""
    values = (member.crc, member.compressed_size, member.size)
    forms = [struct.pack("<LQQ", *values)]
    if max(values) <= FULL:
        forms.append(struct.pack("<3L", *values))
    return tuple(mark + form for form in forms for mark in (b"PK\x07\x08", b""))
