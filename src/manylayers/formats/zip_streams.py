"""The data of archive members: inflated within the sizes that were declared, and checked.

Deflate is RFC 1951. The declared sizes are limits: not a byte more is read or inflated.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterator
from typing import Any

from manylayers.formats.wheel import WheelMember
from manylayers.formats.zip_records import DEFLATED, ZipBombError, ZipFormatError

MOST_DEFLATE = 1032
"""Times its size that a deflate stream can inflate to, as its format has it."""
CHUNK = 1 << 20
"""Bytes handled at once; large enough that inflating runs without the interpreter."""


def member_pieces(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    """The inflated bytes in pieces of at most about CHUNK; ZipFormatError at the first thing wrong.

    The declared sizes are limits: not a byte more is read or inflated.
    """
    crc, size = 0, 0
    pieces = _inflated if member.method == DEFLATED else _packed
    for piece in pieces(read, member):
        crc, size = zlib.crc32(piece, crc), size + len(piece)
        if size > member.size:
            raise _bomb(member)
        yield piece
    _refuse_difference(member, size, crc)


def whole_member(packed: bytes, member: WheelMember) -> bytes:
    """The inflated bytes of a small member, whose packed bytes are all here; checked alike.

    Most members are small; for them the pieces of `member_pieces` would cost more than the work.
    """
    content = packed
    if member.method == DEFLATED:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        try:
            content = stream.decompress(packed, member.size + 1)
        except zlib.error as error:
            raise ZipFormatError(f"{member.path} is not a deflate stream: {error}") from error
        if len(content) > member.size:
            raise _bomb(member)
        _refuse_rest(stream, member)
    _refuse_difference(member, len(content), zlib.crc32(content))
    return content


def _bomb(member: WheelMember) -> ZipBombError:
    return ZipBombError(f"{member.path} inflates to more than the {member.size:,} bytes declared")


def _refuse_rest(stream: Any, member: WheelMember) -> None:
    if not stream.eof or stream.unused_data:
        raise ZipFormatError(
            f"{member.path} has a deflate stream that does not end where it should"
        )


def _refuse_difference(member: WheelMember, size: int, crc: int) -> None:
    if size != member.size:
        raise ZipFormatError(f"{member.path} has {size:,} bytes, {member.size:,} are declared")
    if crc != member.crc:
        raise ZipFormatError(f"{member.path} has another checksum (CRC-32) than the archive says")


def _packed(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    position, end = member.offset, member.offset + member.compressed_size
    while position < end:
        chunk = read(position, min(CHUNK, end - position))
        if not chunk:
            raise ZipFormatError(f"{member.path} is cut short")
        position += len(chunk)
        yield chunk


def _inflated(read: Callable[[int, int], bytes], member: WheelMember) -> Iterator[bytes]:
    stream = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for chunk in _packed(read, member):
            if stream.eof:
                raise ZipFormatError(f"{member.path} has bytes after the end of its deflate stream")
            piece = stream.decompress(chunk, CHUNK)
            while piece:
                yield piece
                piece = stream.decompress(stream.unconsumed_tail, CHUNK)
    except zlib.error as error:
        raise ZipFormatError(f"{member.path} is not a deflate stream: {error}") from error
    _refuse_rest(stream, member)
