"""The records of a zip file as bytes: strict when read, plain when written.

Follows PKWARE's APPNOTE 6.3.10 as far as wheels go: end of central directory (4.3.16, zip64
4.3.14), central headers (4.3.12), local headers (4.3.7). What APPNOTE allows and a wheel has no
use for (encryption, several disks, methods but stored and deflated, prepended data) is refused.
"""

from __future__ import annotations

import itertools
import re
import struct
from collections.abc import Callable
from typing import NamedTuple

STORED, DEFLATED = 0, 8

END = struct.Struct("<4s4H2LH")
END64_LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")

ENCRYPTED, DESCRIPTOR, STRONG, UTF8, MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
LONGEST_COMMENT = 0xFFFF
MOST_MEMBERS = 200_000
"""The largest wheels of the index have some 30,000 members; a directory of more is an attack."""
MOST_BYTES = 8 << 30
"""Thirty times what Lambda takes; declared sizes beyond it can't lead to a layer."""

LONGEST_NAME = 1024
"""Bytes. Lambda's file system ends at 4096 for a path, with /opt and the site folder before it."""

Read = Callable[[int, int], bytes]
"""``read(offset, length)``: exactly these bytes of the file, fewer only at its end."""


class ZipFormatError(ValueError):
    """Why a zip is refused: a clause, with the member's name in it where one is to blame."""


class ZipMember(NamedTuple):
    """One entry of the central directory. ``mode`` is the UNIX mode, 0 where none is told."""

    name: str
    method: int
    flags: int
    crc: int
    compressed_size: int
    size: int
    header_offset: int
    mode: int

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


class Directory(NamedTuple):
    """Where the central directory lies and how many entries it says it has."""

    offset: int
    size: int
    entries: int


def read_members(read: Read, file_size: int) -> list[ZipMember]:
    """All entries in the order of the central directory, names checked. Raises ZipFormatError."""
    directory = find_directory(read, file_size)
    data = read(directory.offset, directory.size)
    members: list[ZipMember] = []
    position = 0
    while position < len(data):
        member, position = _central(data, position)
        if member.header_offset >= directory.offset:
            raise ZipFormatError(f"{member.name} has no local header where the directory says")
        members.append(member)
    if len(members) != directory.entries:
        raise ZipFormatError(f"its directory holds {len(members)} entries, not {directory.entries}")
    _refuse_twice(members)
    if sum(member.size for member in members) > MOST_BYTES:
        raise ZipFormatError(f"it declares more than {MOST_BYTES:,} bytes unzipped")
    return members


def find_directory(read: Read, file_size: int) -> Directory:
    """The central directory, right before the end records, which are the last bytes of the file."""
    tail_start = max(0, file_size - END.size - LONGEST_COMMENT)
    tail = read(tail_start, file_size - tail_start)
    position = tail.rfind(b"PK\x05\x06")
    if position < 0 or len(tail) - position < END.size:
        raise ZipFormatError("it is not a zip file, or its end is missing")
    end = END.unpack_from(tail, position)
    _, disk, start_disk, here, count, size, offset, comment = end
    if position + END.size + comment != len(tail):
        raise ZipFormatError("bytes follow its end record")
    end_offset = tail_start + position
    if 0xFFFF in (disk, start_disk, here, count) or 0xFFFFFFFF in (size, offset):
        return _find_directory64(read, end_offset)
    if disk or start_disk or here != count:
        raise ZipFormatError("it is one part of a zip split over several disks")
    return _checked_directory(Directory(offset, size, count), end_offset)


def _find_directory64(read: Read, end_offset: int) -> Directory:
    locator_offset = end_offset - END64_LOCATOR.size
    record_offset = locator_offset - END64.size
    if record_offset < 0:
        raise ZipFormatError("its zip64 end record is missing")
    magic, disk, declared, disks = END64_LOCATOR.unpack(read(locator_offset, END64_LOCATOR.size))
    if magic != b"PK\x06\x07" or disk or disks != 1 or declared != record_offset:
        raise ZipFormatError("its zip64 locator does not lead to the zip64 end record")
    record = END64.unpack(read(record_offset, END64.size))
    magic, length, _, _, disk, start_disk, here, count, size, offset = record
    if magic != b"PK\x06\x06" or length != END64.size - 12 or disk or start_disk or here != count:
        raise ZipFormatError("its zip64 end record is malformed")
    return _checked_directory(Directory(offset, size, count), record_offset)


def _checked_directory(directory: Directory, end_offset: int) -> Directory:
    if directory.offset + directory.size != end_offset:
        raise ZipFormatError("its central directory does not lie where its end record says")
    if directory.entries > MOST_MEMBERS:
        raise ZipFormatError(f"it declares {directory.entries:,} members, over {MOST_MEMBERS:,}")
    return directory


def _central(data: bytes, position: int) -> tuple[ZipMember, int]:
    """The entry at ``position`` and where the next one starts; steps as in APPNOTE 4.3.12."""
    if len(data) - position < CENTRAL.size:
        raise ZipFormatError("its central directory is cut short")
    fields = CENTRAL.unpack_from(data, position)
    magic, made_by, _, flags, method, _, _, crc, packed, size = fields[:10]
    name_length, extra_length, comment_length, disk, _, attributes, offset = fields[10:]
    if magic != b"PK\x01\x02":
        raise ZipFormatError("its central directory is damaged")
    name_end = position + CENTRAL.size + name_length
    extra_end = name_end + extra_length
    following = extra_end + comment_length
    if following > len(data):
        raise ZipFormatError("its central directory is cut short")
    name = checked_name(_decoded(data[position + CENTRAL.size : name_end], flags))
    extra = data[name_end:extra_end]
    packed, size, offset = _wide(extra, packed, size, offset, name)
    _refuse_features(name, flags, method, disk)
    mode = attributes >> 16 if made_by >> 8 == 3 else 0
    member = ZipMember(name, method, flags, crc, packed, size, offset, mode)
    _refuse_kind(member)
    return member, following


def _decoded(name: bytes, flags: int) -> str:
    try:
        return name.decode("utf-8" if flags & UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise ZipFormatError(f"the name {name!r} is not the UTF-8 it says it is") from error


def checked_name(name: str) -> str:
    """``name`` itself, when it is a plain relative POSIX path. Raises ZipFormatError otherwise."""
    fault = None
    if _CONTROL.search(name):
        fault = "has a control character in it"
    elif "\\" in name:
        fault = "has a backslash in it"
    elif name.startswith("/") or _DRIVE.match(name):
        fault = "is absolute"
    elif len(name) * 4 > LONGEST_NAME and len(name.encode()) > LONGEST_NAME:
        fault = f"is longer than {LONGEST_NAME} bytes"
    elif _ODD_PART.search(f"/{name.removesuffix('/')}/"):
        fault = "leaves its folder or has an empty part"
    if fault:
        raise ZipFormatError(f"the name {name[:LONGEST_NAME]!a} {fault}")
    return name


_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_ODD_PART = re.compile(r"/\.{0,2}/")
_DRIVE = re.compile(r"[A-Za-z]:")


def _wide(extra: bytes, packed: int, size: int, offset: int, name: str) -> tuple[int, int, int]:
    """The zip64 values of ``extra`` (APPNOTE 4.5.3) in place of those that say 0xFFFFFFFF."""
    values = [size, packed, offset]
    wanted = [index for index, value in enumerate(values) if value == 0xFFFFFFFF]
    if not wanted:
        return packed, size, offset
    field = _extra_field(extra, 1)
    if field is None or len(field) < 8 * len(wanted):
        raise ZipFormatError(f"{name} lacks the zip64 sizes it refers to")
    for place, index in enumerate(wanted):
        (values[index],) = struct.unpack_from("<Q", field, 8 * place)
    return values[1], values[0], values[2]


def _extra_field(extra: bytes, wanted: int) -> bytes | None:
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        if kind == wanted:
            return extra[position + 4 : position + 4 + length]
        position += 4 + length
    return None


def _refuse_features(name: str, flags: int, method: int, disk: int) -> None:
    if flags & (ENCRYPTED | STRONG | MASKED):
        raise ZipFormatError(f"{name} is encrypted")
    if method not in (STORED, DEFLATED):
        raise ZipFormatError(f"{name} is packed with method {method}, wheels use deflate")
    if disk:
        raise ZipFormatError(f"{name} lies on another disk of a split zip")


def _refuse_kind(member: ZipMember) -> None:
    kind = member.mode & 0o170000
    if kind not in (0, 0o100000, 0o040000):
        what = {0o120000: "a symbolic link"}.get(kind, "a device or pipe")
        raise ZipFormatError(f"{member.name} is {what}")
    if member.is_folder and (member.size or (kind == 0o100000 and member.compressed_size > 2)):
        raise ZipFormatError(f"{member.name} is a folder with content")
    if member.method == STORED and member.size != member.compressed_size:
        raise ZipFormatError(f"{member.name} is stored, yet its two sizes differ")


def _refuse_twice(members: list[ZipMember]) -> None:
    seen: set[str] = set()
    for member in members:
        if member.name in seen:
            raise ZipFormatError(f"{member.name} is in it twice")
        seen.add(member.name)
    files = {member.name for member in members if not member.is_folder}
    folders = {name.rpartition("/")[0] for name in seen}
    while folders:
        if clash := min(folders & files, default=""):
            raise ZipFormatError(f"{clash} is both a file and a folder")
        folders = {folder.rpartition("/")[0] for folder in folders} - {""}


def data_offset(header: bytes, member: ZipMember) -> int:
    """Where the member's data begins, by its local header, which must agree with the directory.

    ``header`` are the bytes at ``member.header_offset``, at least 30 and the name's.
    """
    if len(header) < LOCAL.size or header[:4] != b"PK\x03\x04":
        raise ZipFormatError(f"{member.name} has no local header where the directory says")
    _, _, flags, method, _, _, crc, packed, size, name_length, extra_length = LOCAL.unpack_from(
        header
    )
    name = header[LOCAL.size : LOCAL.size + name_length]
    if len(name) != name_length or _decoded(name, flags) != member.name:
        raise ZipFormatError(f"{member.name} has another name in its local header")
    if method != member.method or (flags ^ member.flags) & (DESCRIPTOR | UTF8 | ENCRYPTED):
        raise ZipFormatError(f"{member.name} has another method or flags in its local header")
    told = (crc, packed, size)
    real = (member.crc, member.compressed_size, member.size)
    if told != real and not _told_elsewhere(told, real, flags):
        raise ZipFormatError(f"{member.name} has other sizes or another CRC in its local header")
    return member.header_offset + LOCAL.size + int(name_length) + int(extra_length)


def _told_elsewhere(told: tuple[int, int, int], real: tuple[int, int, int], flags: int) -> bool:
    """Whether CRC and sizes are left to a data descriptor or to the zip64 field."""
    if flags & DESCRIPTOR and told in ((0, 0, 0), (0, 0xFFFFFFFF, 0xFFFFFFFF)):
        return True
    return told[0] == real[0] and all(
        value in (right, 0xFFFFFFFF) for value, right in zip(told[1:], real[1:], strict=True)
    )


def refuse_overlaps(spans: list[tuple[int, int, str]], directory_offset: int) -> None:
    """Refuse members that share bytes. ``spans`` are start, end (exclusive) and name."""
    ordered = sorted(spans)
    if ordered and ordered[0][0] != 0:
        raise ZipFormatError("bytes come before its first member")
    for (_, end, name), (start, _, _) in itertools.pairwise(ordered):
        if end > start:
            raise ZipFormatError(f"{name} overlaps the member after it")
    if ordered and ordered[-1][1] > directory_offset:
        raise ZipFormatError(f"{ordered[-1][2]} runs into the central directory")
