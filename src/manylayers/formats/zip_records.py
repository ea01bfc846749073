"""The end records and the central directory of a zip file as bytes, read with distrust.

Follows PKWARE's APPNOTE 6.3.10 as far as wheels go: end of central directory (4.3.16, zip64
4.3.14), central headers (4.3.12). What APPNOTE allows and a wheel has no use for (encryption,
several disks, methods but stored and deflated, prepended data) is refused, and so is what two
readers could understand in two ways.
"""

from __future__ import annotations

import itertools
import struct
from collections.abc import Callable, Sequence
from typing import NamedTuple

from manylayers.formats.zip_names import name_fault, shown

STORED, DEFLATED = 0, 8

END = struct.Struct("<4s4H2LH")
END64_LOCATOR = struct.Struct("<4sLQL")
END64 = struct.Struct("<4sQ2H2L4Q")
CENTRAL = struct.Struct("<4s6H3L5H2L")
LOCAL = struct.Struct("<4s5H3L2H")
END_MARK, LOCATOR_MARK = b"PK\x05\x06", b"PK\x06\x07"
FULL = 0xFFFFFFFF
"""Stands for a number that a zip64 field or record has."""

ENCRYPTED, DESCRIPTOR, STRONG, UTF8, MASKED = 0x1, 0x8, 0x40, 0x800, 0x2000
HIDING = ENCRYPTED | STRONG | MASKED
HARMLESS = 0x6 | DESCRIPTOR | UTF8
"""Flags that may be set: how hard deflate tried, sizes after the data, names in UTF-8."""

ZIP64, UNICODE_PATH = 0x1, 0x7075
"""Extra fields (APPNOTE 4.5.3, 4.6.9) that change what the headers say."""

NEWEST_NEEDED = 45
"""That of zip64 (APPNOTE 4.4.3.2). `unzip` passes over members beyond 46, `zipfile` beyond 63."""
LONGEST_COMMENT = 0xFFFF
MOST_MEMBERS = 100_000
"""The largest wheels of the index have some 30,000 members; a directory of more is an attack."""
LARGEST_DIRECTORY = 32 << 20
"""Bytes. 30,000 members take some 4 MB; the directory is held in memory, so it has a bound."""
MOST_BYTES = 8 << 30
"""Thirty times what Lambda takes; declared sizes beyond it can't lead to a layer."""
UNSUSPICIOUS = 256 << 20
"""Bytes: about what Lambda takes, and inflated in half a second whatever the ratio."""
MOST_RATIO = 50
"""Beyond UNSUSPICIOUS: large wheels of the index inflate to two to eight times their size."""

Read = Callable[[int, int], bytes]
"""``read(offset, length)``: exactly these bytes of the file, fewer only at its end."""


class ZipFormatError(ValueError):
    """Why a zip is refused: a clause, with the member's name in it where one is to blame."""


class ZipBombError(ZipFormatError):
    """Unpacking it would take more disk or memory than any wheel is worth."""


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


def read_members(read: Read, file_size: int, *, lenient: bool = False) -> list[ZipMember]:
    """All entries in the order of their data, names and places checked. Raises ZipFormatError.

    ``lenient`` lets links and backslashes pass, which no wheel may have and a layer might.
    """
    directory = find_directory(read, file_size)
    data = read(directory.offset, directory.size)
    members: list[ZipMember] = []
    position = 0
    while position < len(data) and len(members) < directory.entries:
        member, position = _central(data, position, lenient=lenient)
        if member.header_offset >= directory.offset:
            raise ZipFormatError(f"{member.name} has no local header where the directory says")
        members.append(member)
    if position < len(data) or len(members) != directory.entries:
        raise ZipFormatError(f"its directory holds other than {directory.entries} entries")
    _refuse_bomb(sum(member.size for member in members), file_size)
    members.sort(key=lambda member: member.header_offset)
    _refuse_twice(members)
    _refuse_overlaps(members, directory.offset)
    return members


def find_directory(read: Read, file_size: int) -> Directory:
    """The central directory, right before the end records, which are the last bytes of the file."""
    tail_start = max(0, file_size - END.size - LONGEST_COMMENT)
    tail = read(tail_start, file_size - tail_start)
    position = _end_position(tail)
    _, *told, _ = END.unpack_from(tail, position)
    end_offset = tail_start + position
    if end_offset >= END64_LOCATOR.size:
        locator = read(end_offset - END64_LOCATOR.size, END64_LOCATOR.size)
        if locator.startswith(LOCATOR_MARK):
            return _find_directory64(read, locator, end_offset - END64_LOCATOR.size, told)
    disk, start_disk, here, count, size, offset = told
    if disk or start_disk or here != count:
        raise ZipFormatError("it is one part of a zip split over several disks")
    return _checked_directory(Directory(offset, size, count), end_offset)


def _end_position(tail: bytes) -> int:
    """Where the end record begins: the only one there may be, and nothing follows its comment.

    The mark of one in the comment is refused even where the rest of it is missing: some readers
    look no further than the last mark.
    """
    marks = []
    position = tail.find(END_MARK)
    while position >= 0:
        marks.append(position)
        position = tail.find(END_MARK, position + 1)
    whole = [at for at in marks if at <= len(tail) - END.size]
    if not whole:
        raise ZipFormatError("it is not a zip file, or its end is missing")
    ends = [at for at in whole if at + END.size + _comment_length(tail, at) == len(tail)]
    if not ends:
        raise ZipFormatError("bytes follow its end record, or its archive comment is cut short")
    if ends[0] != marks[-1]:
        raise ZipFormatError("its archive comment holds another end record")
    return ends[0]


def _comment_length(tail: bytes, end: int) -> int:
    return int.from_bytes(tail[end + END.size - 2 : end + END.size], "little")


_FULL_END = (0xFFFF, 0xFFFF, 0xFFFF, 0xFFFF, FULL, FULL)
"""What the older record says where the zip64 one is to be asked."""


def _find_directory64(read: Read, locator: bytes, offset: int, told: Sequence[int]) -> Directory:
    """What the zip64 record says, with which the numbers of the older record must agree."""
    record_offset = offset - END64.size
    _, disk, declared, disks = END64_LOCATOR.unpack(locator)
    if record_offset < 0 or disk or disks != 1 or declared != record_offset:
        raise ZipFormatError("its zip64 locator does not lead to the zip64 end record")
    magic, length, _, _, *numbers = END64.unpack(read(record_offset, END64.size))
    disk, start_disk, here, count, size, start = numbers
    if magic != b"PK\x06\x06" or length != END64.size - 12 or disk or start_disk or here != count:
        raise ZipFormatError("its zip64 end record is malformed")
    for old, new, full in zip(told, numbers, _FULL_END, strict=True):
        if old not in (new, full):
            raise ZipFormatError("its two end records disagree")
    return _checked_directory(Directory(start, size, count), record_offset)


def _checked_directory(directory: Directory, end_offset: int) -> Directory:
    if directory.offset + directory.size != end_offset:
        raise ZipFormatError("its central directory does not lie where its end record says")
    if directory.entries > MOST_MEMBERS:
        raise ZipBombError(f"it declares {directory.entries:,} members, over {MOST_MEMBERS:,}")
    if directory.size > LARGEST_DIRECTORY:
        raise ZipBombError(f"its central directory has more than {LARGEST_DIRECTORY:,} bytes")
    return directory


def _central(data: bytes, position: int, *, lenient: bool) -> tuple[ZipMember, int]:
    """The entry at ``position`` and where the next one starts; steps as in APPNOTE 4.3.12."""
    if len(data) - position < CENTRAL.size:
        raise ZipFormatError("its central directory is cut short")
    fields = CENTRAL.unpack_from(data, position)
    magic, made_by, needed, flags, method, _, _, crc, packed, size = fields[:10]
    name_length, extra_length, comment_length, disk, _, attributes, offset = fields[10:]
    if magic != b"PK\x01\x02":
        raise ZipFormatError("its central directory is damaged")
    name_end = position + CENTRAL.size + name_length
    extra_end = name_end + extra_length
    following = extra_end + comment_length
    if following > len(data):
        raise ZipFormatError("its central directory is cut short")
    name = decoded(data[position + CENTRAL.size : name_end], flags)
    checked_name(name.replace("\\", "/") if lenient else name)
    refuse_features(name, needed, flags, method)
    if disk:
        raise ZipFormatError(f"{name} lies on another disk of a split zip")
    if extra := data[name_end:extra_end]:
        packed, size, offset = widened(extra, (packed, size, offset), name)
    elif FULL in (packed, size, offset):
        raise ZipFormatError(f"{name} lacks the zip64 sizes it refers to")
    member = ZipMember(name, method, flags, crc, packed, size, offset, attributes >> 16)
    if lenient:
        member = member._replace(mode=_meant(member, made_by >> 8))
    _refuse_kind(member, made_by >> 8, lenient=lenient)
    return member, following


def _meant(member: ZipMember, system: int) -> int:
    """The mode as the zip's own system means it.

    Where there are modes none at all lets nobody read; where there are none, permissions without
    a kind are a filler of the tool that wrote the zip (``0600`` of Python's ``writestr``).
    """
    if system in NO_MODES:
        return member.mode if member.mode & KIND else 0
    return member.mode or (FOLDER if member.is_folder else REGULAR)


def decoded(name: bytes, flags: int) -> str:
    """A header's name as text: UTF-8 where the flag says so, else the DOS code page."""
    try:
        return name.decode("utf-8" if flags & UTF8 else "cp437")
    except UnicodeDecodeError as error:
        raise ZipFormatError(f"the name {shown(name)} is not the UTF-8 it says it is") from error


def checked_name(name: str) -> str:
    """``name`` itself, when it is a plain relative POSIX path. Raises ZipFormatError otherwise."""
    if fault := name_fault(name):
        raise ZipFormatError(f"the name {shown(name)} {fault}")
    return name


def widened(extra: bytes, told: tuple[int, int, int], name: str) -> tuple[int, int, int]:
    """Packed size, size and offset, with the zip64 values of ``extra`` (APPNOTE 4.5.3) for FULL.

    An ``extra`` that gives the member another name (4.6.9) is refused, and one that is malformed.
    """
    fields = _extra_fields(extra, name)
    path = fields.get(UNICODE_PATH)
    if path is not None and path[5:] != name.encode():
        raise ZipFormatError(f"{name} has another name in its Unicode path field")
    packed, size, offset = told
    values = [size, packed, offset]
    wanted = [index for index, value in enumerate(values) if value == FULL]
    field = fields.get(ZIP64, b"")
    if len(field) < 8 * len(wanted):
        raise ZipFormatError(f"{name} lacks the zip64 sizes it refers to")
    for place, index in enumerate(wanted):
        (values[index],) = struct.unpack_from("<Q", field, 8 * place)
    return values[1], values[0], values[2]


def _extra_fields(extra: bytes, name: str) -> dict[int, bytes]:
    """The fields by their number; the few bytes that `zipalign` pads with are passed over."""
    fields: dict[int, bytes] = {}
    position = 0
    while position + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, position)
        end = position + 4 + length
        if end > len(extra):
            raise ZipFormatError(f"{name} has an extra field that is cut short")
        if kind in fields and kind in (ZIP64, UNICODE_PATH):
            raise ZipFormatError(f"{name} has the extra field {kind:#06x} twice")
        fields[kind] = extra[position + 4 : end]
        position = end
    return fields


def refuse_features(name: str, needed: int, flags: int, method: int) -> None:
    """Refuse what a member of a wheel can't be: encrypted, patched, packed otherwise.

    The low byte of ``needed`` is the version of APPNOTE (times ten) that a reader must know.
    """
    if flags & HIDING:
        raise ZipFormatError(f"the member {name} is encrypted")
    if flags & ~HARMLESS:
        raise ZipFormatError(f"{name} has flags ({flags:#06x}) that no member of a wheel needs")
    if method not in (STORED, DEFLATED):
        raise ZipFormatError(f"{name} is packed with method {method}, wheels use deflate")
    if needed & 0xFF > NEWEST_NEEDED:
        raise ZipFormatError(f"{name} needs zip version {needed & 0xFF}, wheels {NEWEST_NEEDED}")


KIND, REGULAR, FOLDER, LINK = 0o170000, 0o100000, 0o040000, 0o120000
NO_MODES = (0, 10, 11, 14)
"""Systems (APPNOTE 4.4.2.2: MS-DOS, NTFS, MVS, VFAT) that have no UNIX mode to tell."""


def _refuse_kind(member: ZipMember, system: int, *, lenient: bool) -> None:
    kind = member.mode & KIND
    if kind == LINK and (member.is_folder or not lenient):
        raise ZipFormatError(f"{member.name} is a symbolic link")
    if kind not in (0, REGULAR, FOLDER, LINK) and system not in NO_MODES:
        raise ZipFormatError(f"{member.name} is a device or pipe")
    if member.is_folder and member.size:
        raise ZipFormatError(f"{member.name} is a folder with content")
    if kind == FOLDER and not member.is_folder:
        raise ZipFormatError(f"{member.name} is a folder by its mode and a file by its name")
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


def _refuse_overlaps(members: list[ZipMember], directory_offset: int) -> None:
    """Refuse members that share bytes, as far as the directory alone tells: before any is read."""
    if members and members[0].header_offset:
        raise ZipFormatError("bytes come before its first member")
    for member, after in itertools.pairwise(members):
        if _least_end(member) > after.header_offset:
            raise ZipFormatError(f"{member.name} overlaps the member after it, {after.name}")
    if members and _least_end(members[-1]) > directory_offset:
        raise ZipFormatError(f"{members[-1].name} runs into the central directory")


def _least_end(member: ZipMember) -> int:
    """Where the member ends at the earliest: a local header has at least its name."""
    return member.header_offset + LOCAL.size + len(member.name) + member.compressed_size


def _refuse_bomb(total: int, file_size: int) -> None:
    if total > MOST_BYTES:
        raise ZipBombError(f"it declares more than {MOST_BYTES:,} bytes unzipped")
    if total > UNSUSPICIOUS and total > MOST_RATIO * file_size:
        raise ZipBombError(
            f"it would unzip from {file_size:,} to {total:,} bytes, over {MOST_RATIO} times its "
            "size: a zip bomb"
        )
