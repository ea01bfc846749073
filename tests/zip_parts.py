"""A zip taken apart and put together again, so that each of its numbers can be changed alone.

What follows from other parts (lengths, offsets, counts) is computed anew, plus what ``skews``
says: a zip that was taken apart and not changed comes out as it was.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field

from wheel_builder import digest

LOCAL = ("needed", "flags", "method", "time", "date", "crc", "packed", "size")
CENTRAL = ("made_by", *LOCAL)
ENDING = ("disk", "internal", "attributes")
END = ("disk", "start_disk", "here", "count", "size", "offset")


@dataclass
class Header:
    """A local or central header; ``numbers`` by name, ``skews`` of its lengths and its offset."""

    numbers: dict[str, int]
    name: bytes
    extra: bytes
    comment: bytes = b""
    skews: dict[str, int] = field(default_factory=dict)

    def lengths(self) -> list[int]:
        return [
            len(value) + self.skews.get(name, 0) & 0xFFFF
            for name, value in (("name", self.name), ("extra", self.extra))
        ]


@dataclass
class Part:
    """A member: its headers (either may be missing), its data, what follows the data."""

    local: Header | None
    central: Header | None
    data: bytes
    after: bytes = b""

    def headers(self) -> list[Header]:
        return [header for header in (self.local, self.central) if header]

    @property
    def name(self) -> str:
        header = self.headers()[-1]
        return header.name.decode(
            "utf-8" if header.numbers["flags"] & 0x800 else "cp437", "replace"
        )


@dataclass
class Archive:
    """Parts in the order of their data; ``listed`` is the order of the directory."""

    parts: list[Part]
    before: bytes = b""
    between: bytes = b""
    comment: bytes = b""
    trail: bytes = b""
    wide: bool = False
    skews: dict[str, int] = field(default_factory=dict)
    skews64: dict[str, int] = field(default_factory=dict)
    listed: list[Part] = field(default_factory=list)


def taken_apart(data: bytes) -> Archive:
    """The parts of a zip without zip64 end records. Raises ValueError for anything else."""
    try:
        return _taken_apart(data)
    except struct.error as error:
        raise ValueError("it is cut short") from error


def _taken_apart(data: bytes) -> Archive:
    end = data.rindex(b"PK\x05\x06")
    *_, count, size, offset, _ = struct.unpack_from("<4s4H2LH", data, end)
    if offset + size != end or count > 1000:
        raise ValueError("no plain zip")
    places, position = [], offset
    for _ in range(count):
        central, place, position = _central(data, position)
        places.append((place, central))
    ends = [*sorted(place for place, _ in places)[1:], offset]
    parts = [
        _part(data, place, central, following)
        for (place, central), following in zip(sorted(places, key=_place), ends, strict=True)
    ]
    return Archive(parts=parts, comment=data[end + 22 :])


def _place(pair: tuple[int, Header]) -> int:
    return pair[0]


def _central(data: bytes, position: int) -> tuple[Header, int, int]:
    _, *numbers = struct.unpack_from("<4s6H3L5H2L", data, position)
    names, extra, comment, disk, internal, attributes, place = numbers[9:]
    told = dict(zip(CENTRAL, numbers, strict=False))
    told |= {"disk": disk, "internal": internal, "attributes": attributes}
    name_end = position + 46 + names
    extra_end = name_end + extra
    header = Header(
        told,
        data[position + 46 : name_end],
        data[name_end:extra_end],
        data[extra_end : extra_end + comment],
    )
    return header, place, extra_end + comment


def _part(data: bytes, place: int, central: Header, following: int) -> Part:
    _, *numbers = struct.unpack_from("<4s5H3L2H", data, place)
    name_end = place + 30 + numbers[8]
    start = name_end + numbers[9]
    local = Header(
        dict(zip(LOCAL, numbers, strict=False)), data[place + 30 : name_end], data[name_end:start]
    )
    packed = central.numbers["packed"]
    if start + packed > following:
        raise ValueError("members overlap")
    return Part(local, central, data[start : start + packed], data[start + packed : following])


def put_together(archive: Archive) -> bytes:
    out = bytearray(archive.before)
    places: dict[int, int] = {}
    for part in archive.parts:
        places[id(part)] = len(out)
        if part.local:
            out += _local_bytes(part.local)
        out += part.data + part.after
    out += archive.between
    start = len(out)
    listed = [part for part in archive.listed or archive.parts if part.central]
    for part in listed:
        out += _central_bytes(part.central, places.get(id(part), 0))  # type: ignore[arg-type]
    told = dict.fromkeys(("disk", "start_disk"), 0) | dict.fromkeys(("here", "count"), len(listed))
    told |= {"size": len(out) - start, "offset": start}
    return bytes(out + _end_bytes(archive, told, len(out))) + archive.trail


def _local_bytes(header: Header) -> bytes:
    numbers = [header.numbers[name] for name in LOCAL]
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", *numbers, *header.lengths())
    return head + header.name + header.extra


def _central_bytes(header: Header, place: int) -> bytes:
    numbers = [header.numbers[name] for name in CENTRAL]
    ending = [header.numbers[name] for name in ENDING]
    offset = place + header.skews.get("offset", 0) & 0xFFFFFFFF
    lengths = (*header.lengths(), len(header.comment))
    head = struct.pack("<4s6H3L5H2L", b"PK\x01\x02", *numbers, *lengths, *ending, offset)
    return head + header.name + header.extra + header.comment


def _end_bytes(archive: Archive, told: dict[str, int], place: int) -> bytes:
    told = dict(told)
    wide = b""
    if archive.wide:
        values = [told[name] + archive.skews64.get(name, 0) & (1 << 64) - 1 for name in END]
        values[:2] = [value & 0xFFFFFFFF for value in values[:2]]
        length = 44 + archive.skews64.get("length", 0) & 0xFFFF
        wide = struct.pack("<4sQ2H2L4Q", b"PK\x06\x06", length, 45, 45, *values)
        locator = place + archive.skews64.get("locator", 0) & (1 << 64) - 1
        wide += struct.pack("<4sLQL", b"PK\x06\x07", 0, locator, 1)
        told |= {"here": 0xFFFF, "count": 0xFFFF, "size": 0xFFFFFFFF, "offset": 0xFFFFFFFF}
    values = [told[name] + archive.skews.get(name, 0) for name in END]
    short = [value & 0xFFFF for value in values[:4]] + [value & 0xFFFFFFFF for value in values[4:]]
    length = len(archive.comment) + archive.skews.get("comment", 0) & 0xFFFF
    return wide + struct.pack("<4s4H2LH", b"PK\x05\x06", *short, length) + archive.comment


def mended(archive: Archive) -> None:
    """Make CRC, sizes and RECORD right for what the members now hold."""
    contents = {}
    for part in archive.parts:
        content = inflated(part)
        if content is None or not part.central:
            continue
        contents[part.name] = content
        _tell_sizes(part, content)
    for part in archive.parts:
        if part.name.endswith(".dist-info/RECORD"):
            listed = {name: x for name, x in contents.items() if name != part.name}
            quoted = [(name.replace('"', '""'), x) for name, x in listed.items()]
            rows = [f'"{name}",sha256={digest(x)},{len(x)}' for name, x in quoted]
            fill(part, "\n".join([*rows, f"{part.name},,", ""]).encode())


def fill(part: Part, content: bytes) -> None:
    """Give ``part`` this content, with sizes and CRC that are right."""
    method = part.headers()[-1].numbers["method"]
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    part.data = packer.compress(content) + packer.flush() if method == 8 else content
    _tell_sizes(part, content)


def inflated(part: Part) -> bytes | None:
    """What is in the member; ``None`` where its data can't be read."""
    method = part.headers()[-1].numbers["method"]
    if method != 8:
        return part.data
    try:
        return zlib.decompressobj(-15).decompress(part.data, 1 << 20)
    except zlib.error:
        return None


def _tell_sizes(part: Part, content: bytes) -> None:
    right = {"crc": zlib.crc32(content), "packed": len(part.data), "size": len(content)}
    for header in part.headers():
        header.numbers |= right
    if part.local and part.local.numbers["flags"] & 8 and part.after:
        part.after = struct.pack("<4s3L", b"PK\x07\x08", *right.values())
