"""Changes to a zip that keep the rest of it right: what only a reader of structures could make."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from random import Random

from zip_parts import Archive, Header, Part, fill, inflated, mended, put_together, taken_apart

NUMBERS = (0, 1, 2, 8, 9, 20, 45, 46, 63, 0x7F, 0x800, 0x2000, 0x7FFF, 0x8000, 0xFFFE, 0xFFFF)
WIDE = (0x10000, 0x7FFFFFFF, 0x80000000, 0xA1FF0000, 0x41ED0010, 0xFFFFFFFE, 0xFFFFFFFF)
NAMES = (
    b"", b"/", b".", b"..", b"./a", b"a//b", b"a/", b"a/.", b"a/..", b"../a", b"/a", b"C:a",
    b"a\\b", b"a\0b", b"a\nb", b"\x1b[2J", b"a.", b"a ", b" a", b"CON", b"nul.py", b"aux/x.py",
    b"demo", b"demo/", b"demo/__init__.py", b"Demo/__init__.py", b"demo/__init__.py/x",
    "caf\u00e9".encode(), "cafe\u0301".encode(), b"caf\x82", b"\xff\xfe", b"\xc0\xaf", b"C:/a",
    b"\xed\xa0\x80",
    "a\u202eyp.x".encode(), "\ufeffa".encode(), b"x" * 255, b"x" * 256, b"y/" * 513,
    b"demo-1.0.data/purelib/x.py", b"demo-1.0.data/scripts/x", b"demo-1.0.data/evil/x",
    b"demo-1.0.data/data/../x", b"other-1.0.data/purelib/x", b"demo-1.0.data",
    b"demo-1.0.dist-info/RECORD.jws", b"demo-1.0.dist-info/entry_points.txt",
    b"Demo-1.dist-info/METADATA", b"x.dist-info", b"a,b", b'a"b', b"a\xe2\x80\xa8b", b"demo.pth",
)  # fmt: skip
LINES = (
    "Name: demo", "Name: Demo", "Name: other", "Version: 1", "Version: 1.0.0", "Version: 2",
    "Wheel-Version: 1.0", "Wheel-Version: 1.9", "Wheel-Version: 2.0", "Wheel-Version: one",
    "Root-Is-Purelib: maybe", "Tag: cp39-cp39-win_amd64", "Tag: py3-none", "Tag:", "Build: 1",
    "Requires-Dist: idna (>=2", "Requires-Dist: ((((((", "Requires-Dist: x @ file:///etc/passwd",
    "Requires-Python: >=99", "Requires-Python: nonsense", "\ufeffName: demo", "", " ", "\tmore",
    "NoColon", ": value", "Na me: demo", "Name : demo", "\0", "\r", "\x0b", "\u2028", "a,b,c,d",
    "demo/__init__.py,,", "demo/empty,sha256=,0", "demo/empty,md5=x,", "/etc/passwd,,", "../x,,",
    "demo/empty,sha256=47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU,-1", '"', '"demo/empty', ",,",
    "demo/data.bin,,99999999999999999999999", "demo/,,", "demo\\empty,,", "./demo/empty,,",
    "demo/empty,sha512=x,0", "demo/empty,sha256", "demo/empty", "demo/empty,=,",
)  # fmt: skip


def changed(data: bytes, random: Random) -> bytes:
    """``data`` with one to three changes of structure. Raises ValueError where it has none."""
    archive = taken_apart(data)
    if not archive.parts:
        raise ValueError("it has no members")
    for _ in range(random.randint(1, 3)):
        random.choice(CHANGES)(archive, random)
        if random.random() < 0.7:
            mended(archive)
    if random.random() < 0.3:
        _set_number(archive, random)
    return put_together(archive)


def _headers(part: Part, random: Random) -> list[Header]:
    """The headers to change alike: one of them, or both."""
    headers = part.headers()
    return headers if random.random() < 0.5 else [random.choice(headers)]


def _set_number(archive: Archive, random: Random) -> None:
    part = random.choice(archive.parts)
    headers = _headers(part, random)
    name = random.choice(list(headers[-1].numbers))
    top = 0xFFFFFFFF if name in {"crc", "packed", "size", "attributes"} else 0xFFFF
    for header in headers:
        if name in header.numbers:
            header.numbers[name] = _near(header.numbers[name], random, top)


def _near(value: int, random: Random, top: int) -> int:
    return (
        random.choice(
            (
                value + 1,
                value - 1,
                value ^ 1 << random.randint(0, 31),
                0,
                random.choice(NUMBERS + WIDE),
            )
        )
        & top
    )


def _rename(archive: Archive, random: Random) -> None:
    part = random.choice(archive.parts)
    name = random.choice(NAMES)
    if random.random() < 0.3:
        name = part.headers()[-1].name + name
    for header in _headers(part, random):
        header.name = name
        header.numbers["flags"] ^= random.choice((0, 0, 0x800))


def _add_extra(archive: Archive, random: Random) -> None:
    part = random.choice(archive.parts)
    sizes = [part.headers()[-1].numbers[name] for name in ("size", "packed")]
    values = [*sizes, random.choice(WIDE), 0][: random.randint(0, 4)]
    name = part.headers()[-1].name
    body = random.choice(
        (
            struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values),
            struct.pack("<2HBL", 0x7075, 5 + len(name), 1, zlib.crc32(name)) + name,
            struct.pack("<2HBL", 0x7075, 9, 1, zlib.crc32(name)) + b"evil",
            struct.pack("<2HBL", 0x5455, 5, 1, 0),
            struct.pack("<2H", 0x5455, random.choice(NUMBERS)),
            bytes(random.randint(1, 5)),
        )
    )
    full = random.random() < 0.4
    for header in _headers(part, random):
        header.extra += body
        if full:
            header.numbers |= {"size": 0xFFFFFFFF, "packed": 0xFFFFFFFF}


def _repack(archive: Archive, random: Random) -> None:
    """Deflate the same content otherwise, or leave something at its end."""
    part = random.choice(archive.parts)
    content = inflated(part) or b""
    level, strategy = random.choice((0, 1, 9)), random.choice((0, 2, 3, 4))
    packer = zlib.compressobj(level, zlib.DEFLATED, -15, 9, strategy)
    flush = random.choice((zlib.Z_SYNC_FLUSH, zlib.Z_FULL_FLUSH, zlib.Z_FINISH))
    data = packer.compress(content) + packer.flush(flush)
    if flush != zlib.Z_FINISH:
        data += random.choice((packer.flush(), b"", b"\x03\x00"))
    part.data = data + random.choice((b"", b"", b"\0", b"junk", b"\x03\x00"))
    for header in part.headers():
        header.numbers |= {"method": 8, "packed": len(part.data), "size": len(content)}


def _edit_text(archive: Archive, random: Random) -> None:
    """Put a line into METADATA, WHEEL or RECORD, or take one out."""
    texts = [part for part in archive.parts if ".dist-info/" in part.name]
    part = random.choice(texts or archive.parts)
    lines = (inflated(part) or b"").split(b"\n")
    place = random.randrange(len(lines) + 1)
    if random.random() < 0.7:
        lines.insert(place, random.choice(LINES).encode())
    else:
        del lines[place : place + 1]
    fill(part, random.choice((b"\n", b"\n", b"\r\n", b"\r")).join(lines))


def _shuffle(archive: Archive, random: Random) -> None:
    parts = archive.parts
    part = random.choice(parts)
    match random.randrange(6):
        case 0:
            parts.append(Part(part.local, part.central, part.data, part.after))
        case 1:
            archive.listed = random.sample(parts, len(parts))
        case 2:
            archive.listed = [*parts, part]
        case 3:
            part.local = None if part.central else part.local
        case 4:
            part.central = None if part.local else part.central
        case _:
            random.shuffle(parts)


def _describe(archive: Archive, random: Random) -> None:
    """Give a member a data descriptor, in one of its forms or a wrong one."""
    part = random.choice(archive.parts)
    told = part.headers()[-1].numbers
    values = [told["crc"], told["packed"], told["size"] + random.choice((0, 0, 0, 1))]
    form = random.choice(("<3L", "<3L", "<LQQ"))
    part.after = random.choice((b"PK\x07\x08", b"")) + struct.pack(
        form, *(value & 0xFFFFFFFF for value in values)
    )
    for header in _headers(part, random):
        header.numbers["flags"] |= 8
    if part.local and random.random() < 0.7:
        part.local.numbers |= {"crc": 0, "packed": 0, "size": 0}


def _leave_bytes(archive: Archive, random: Random) -> None:
    piece = random.choice((b"\0", b"gap", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), bytes(30)))
    match random.randrange(5):
        case 0:
            archive.before += piece
        case 1:
            archive.between += piece
        case 2:
            archive.comment += piece
        case 3:
            archive.trail += piece
        case _:
            random.choice(archive.parts).after += piece


def _skew_end(archive: Archive, random: Random) -> None:
    archive.wide = archive.wide or random.random() < 0.5
    skews = archive.skews64 if archive.wide and random.random() < 0.5 else archive.skews
    names = (
        "disk",
        "start_disk",
        "here",
        "count",
        "size",
        "offset",
        "comment",
        "length",
        "locator",
    )
    if random.random() < 0.7:
        skews[random.choice(names)] = random.choice((1, -1, 46, -46, random.choice(WIDE)))


def _skew_header(archive: Archive, random: Random) -> None:
    header = random.choice(random.choice(archive.parts).headers())
    header.skews[random.choice(("name", "extra", "offset"))] = random.choice((1, -1, 4, 30, -30))


CHANGES: tuple[Callable[[Archive, Random], None], ...] = (
    _set_number,
    _rename,
    _add_extra,
    _repack,
    _edit_text,
    _edit_text,
    _shuffle,
    _describe,
    _leave_bytes,
    _skew_end,
    _skew_header,
)
