"""The records of a zip we write: one plain form, the same bytes on every host.

APPNOTE 6.3.10; made by UNIX, 1980-01-01, no extra fields but zip64's, no folders, no comments.
"""

from __future__ import annotations

import struct

TIME, DATE = 0, 0x21
"""1980-01-01 00:00:00 in DOS's way: the earliest there is."""

PLAIN_VERSION, ZIP64_VERSION = 20, 45
MADE_BY_UNIX = 3 << 8 | ZIP64_VERSION
UTF8 = 0x800
FILE_MODE, PROGRAM_MODE = 0o100644, 0o100755

_LOCAL_START = b"PK\x03\x04"
_CENTRAL_START = struct.pack("<4sH", b"PK\x01\x02", MADE_BY_UNIX)
_FIELDS = struct.Struct("<5H3L2H")
"""What both headers of a member have: version, flags, method, time, date, CRC, sizes, lengths."""
_PLACE = struct.Struct("<3H2L")
"""What the central one has after that: a comment's length, disk, attributes, offset."""
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_FULL = 0xFFFFFFFF


def member_records(
    name: bytes,
    method: int,
    crc: int,
    compressed_size: int,
    size: int,
    offset: int,
    *,
    executable: bool,
) -> tuple[bytes, bytes]:
    """The local header of one member, which lies at ``offset`` before its data, and the central."""
    mode = PROGRAM_MODE if executable else FILE_MODE
    if size >= _FULL or compressed_size >= _FULL or offset >= _FULL:
        return _wide_records(name, method, crc, compressed_size, size, offset, mode)
    flags, length = 0 if name.isascii() else UTF8, len(name)
    fields = _FIELDS.pack(
        PLAIN_VERSION, flags, method, TIME, DATE, crc, compressed_size, size, length, 0
    )
    place = _PLACE.pack(0, 0, 0, mode << 16, offset)
    return _LOCAL_START + fields + name, _CENTRAL_START + fields + place + name


def _wide_records(
    name: bytes, method: int, crc: int, compressed_size: int, size: int, offset: int, mode: int
) -> tuple[bytes, bytes]:
    """The same with what takes more than 32 bits in an extra field: in the local one both sizes."""
    wide = size >= _FULL or compressed_size >= _FULL
    extra = struct.pack("<2H2Q", 1, 16, size, compressed_size) if wide else b""
    sizes = (_FULL, _FULL) if wide else (compressed_size, size)
    local = _LOCAL_START + _fields(name, method, crc, *sizes, extra) + name + extra
    large = [value for value in (size, compressed_size, offset) if value >= _FULL]
    extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large)
    fields = _fields(name, method, crc, min(compressed_size, _FULL), min(size, _FULL), extra)
    place = _PLACE.pack(0, 0, 0, mode << 16, min(offset, _FULL))
    return local, _CENTRAL_START + fields + place + name + extra


def _fields(
    name: bytes, method: int, crc: int, compressed_size: int, size: int, extra: bytes
) -> bytes:
    version = ZIP64_VERSION if extra else PLAIN_VERSION
    flags = 0 if name.isascii() else UTF8
    return _FIELDS.pack(
        version, flags, method, TIME, DATE, crc, compressed_size, size, len(name), len(extra)
    )


def end_records(count: int, offset: int, size: int) -> bytes:
    """The end of a zip whose central directory of ``size`` bytes begins at ``offset``."""
    wide = b""
    if count >= 0xFFFF or offset >= _FULL or size >= _FULL:
        record = (MADE_BY_UNIX, ZIP64_VERSION, 0, 0, count, count, size, offset)
        wide = _END64.pack(b"PK\x06\x06", _END64.size - 12, *record)
        wide += _LOCATOR64.pack(b"PK\x06\x07", 0, offset + size, 1)
    short = min(count, 0xFFFF)
    end = (short, short, min(size, _FULL), min(offset, _FULL), 0)
    return wide + _END.pack(b"PK\x05\x06", 0, 0, *end)
