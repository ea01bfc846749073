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

_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_FULL = 0xFFFFFFFF


def local_header(name: bytes, method: int, crc: int, compressed_size: int, size: int) -> bytes:
    """The local header of one member; its data follows right after."""
    extra = b""
    version = PLAIN_VERSION
    if compressed_size >= _FULL or size >= _FULL:
        extra = struct.pack("<2H2Q", 1, 16, size, compressed_size)
        version, compressed_size, size = ZIP64_VERSION, _FULL, _FULL
    flags = 0 if name.isascii() else UTF8
    head = _LOCAL.pack(
        b"PK\x03\x04", version, flags, method, TIME, DATE, crc, compressed_size, size,
        len(name), len(extra),
    )  # fmt: skip
    return head + name + extra


def central_record(
    name: bytes,
    method: int,
    crc: int,
    compressed_size: int,
    size: int,
    offset: int,
    *,
    executable: bool,
) -> bytes:
    """The central header of the member whose local header lies at ``offset``."""
    extra = b""
    version = PLAIN_VERSION
    if size >= _FULL or compressed_size >= _FULL or offset >= _FULL:
        values = (size, compressed_size, offset)
        large = [value for value in values if value >= _FULL]
        extra = struct.pack(f"<2H{len(large)}Q", 1, 8 * len(large), *large)
        size, compressed_size, offset = (min(value, _FULL) for value in values)
        version = ZIP64_VERSION
    flags = 0 if name.isascii() else UTF8
    mode = PROGRAM_MODE if executable else FILE_MODE
    head = _CENTRAL.pack(
        b"PK\x01\x02", MADE_BY_UNIX, version, flags, method, TIME, DATE, crc, compressed_size, size,
        len(name), len(extra), 0, 0, 0, mode << 16, offset,
    )  # fmt: skip
    return head + name + extra


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
