"""Wheels made to deceive, or that only look so: refused for a reason, or read alike."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from reading_alike import refused_or_read_alike
from wheel_samples import INFO, NAME, samples
from zip_parts import Archive, Part, fill, inflated, mended, put_together, taken_apart

Change = Callable[[Archive], None]


def numbers(where: str = "both", **values: int) -> Change:
    """Set numbers of the second member, in its local header, its central one, or both."""

    def change(archive: Archive) -> None:
        part = archive.parts[1]
        for header in part.headers():
            if where == "both" or header is getattr(part, where):
                header.numbers |= {key: n for key, n in values.items() if key in header.numbers}

    return change


def extra(kind: int, body: bytes, *, length: int | None = None, where: str = "both") -> Change:
    """Add an extra field to the second member."""

    def change(archive: Archive) -> None:
        part = archive.parts[1]
        for header in part.headers():
            if where == "both" or header is getattr(part, where):
                header.extra += struct.pack("<2H", kind, len(body) if length is None else length)
                header.extra += body

    return change


def described(mark: bytes, form: str, *, wrong: int = 0, empty: bool = False) -> Change:
    """Give the second member a data descriptor."""

    def change(archive: Archive) -> None:
        part = archive.parts[1]
        told = part.headers()[-1].numbers
        values = (told["crc"], told["packed"], told["size"] + wrong)
        part.after = b"" if empty else mark + struct.pack(form, *values)
        for header in part.headers():
            header.numbers["flags"] |= 8

    return change


def named(name: str | bytes, *, utf8: bool = True) -> Change:
    """Another name for the second member, in both headers and in RECORD."""

    def change(archive: Archive) -> None:
        for header in archive.parts[1].headers():
            header.name = name.encode() if isinstance(name, str) else name
            header.numbers["flags"] |= 0x800 * (utf8 and not header.name.isascii())
        mended(archive)

    return change


def packed(pack: Callable[[bytes], bytes]) -> Change:
    """The second member's data made otherwise from its content."""

    def change(archive: Archive) -> None:
        part = archive.parts[1]
        part.data = pack(inflated(part) or b"")
        for header in part.headers():
            header.numbers["packed"] = len(part.data)

    return change


def deflated(content: bytes, *flushes: int, strategy: int = 0) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15, 9, strategy)
    pieces = [packer.compress(content), *(packer.flush(flush) for flush in flushes)]
    return b"".join([*pieces, packer.flush()])


def lines(file: str, edit: Callable[[bytes], bytes]) -> Change:
    """Edit METADATA, WHEEL or RECORD; RECORD lists the others as they then are."""

    def change(archive: Archive) -> None:
        (part,) = (part for part in archive.parts if part.name == f"{INFO}/{file}")
        fill(part, edit(inflated(part) or b""))
        if file != "RECORD":
            mended(archive)

    return change


def added(name: str, content: bytes = b"", *, folder: bool = False) -> Change:
    """One more member."""

    def change(archive: Archive) -> None:
        first = put_together(Archive([archive.parts[0]]))
        part = taken_apart(first).parts[0]
        for header in part.headers():
            header.name = name.encode()
        fill(part, content)
        if folder and part.central:
            part.central.numbers["attributes"] = 0o40755 << 16
        archive.parts.insert(0, part)
        mended(archive)

    return change


def set_end(**values: object) -> Change:
    def change(archive: Archive) -> None:
        for key, value in values.items():
            setattr(archive, key, value)

    return change


def unlisted(archive: Archive) -> None:
    part = archive.parts[1]
    archive.parts.insert(1, Part(part.local, None, part.data))


UNICODE = struct.pack("<BL", 1, 0)
WIDE = struct.pack("<2Q", 64, 66)

REFUSED: dict[str, tuple[Change, str]] = {
    "descriptor flag without one": (described(b"", "<3L", empty=True), "data descriptor"),
    "descriptor of another size": (described(b"PK\7\x08", "<3L", wrong=1), "data descriptor"),
    "descriptor flag in one header": (numbers("local", flags=8), "another method or flags"),
    "enhanced deflate": (numbers(flags=0x10), "flags"),
    "patched data": (numbers(flags=0x20), "flags"),
    "reserved flag": (numbers(flags=0x8000), "flags"),
    "strong encryption": (numbers(flags=0x41), "encrypted"),
    "newer than unzip": (numbers(needed=46), "zip version 46"),
    "LZMA": (numbers(method=14), "method 14"),
    "method of the local header": (numbers("local", method=0), "another method"),
    "extra field runs over": (extra(0x5455, b"x", length=50), "cut short"),
    "Unicode path of another": (extra(0x7075, UNICODE + b"evil.py"), "another name"),
    "Unicode path too short": (extra(0x7075, b"\1\0"), "another name"),
    "zip64 field twice": (lambda a: [extra(1, WIDE)(a), extra(1, WIDE)(a), None][-1], "twice"),
    "zip64 field missing": (numbers(packed=0xFFFFFFFF), "zip64"),
    "zip64 field too short": (
        lambda a: [extra(1, WIDE[:8])(a), numbers(size=0xFFFFFFFF, packed=0xFFFFFFFF)(a), None][-1],
        "zip64",
    ),
    "zlib's own header": (packed(zlib.compress), "deflate stream"),
    "raw bytes for deflate": (packed(lambda _: b"\x07\x00"), "deflate stream"),
    "a second stream": (packed(lambda content: deflated(content) * 2), "deflate stream"),
    "a stream without end": (packed(lambda content: deflated(content)[:-1]), "deflate stream"),
    "a member nobody lists": (unlisted, "follow"),
    "archive extra record": (set_end(between=b"PK\6\x08\0\0\0\0"), "follow"),
    "wide end of other disks": (set_end(wide=True, skews={"disk": 46}), "disagree"),
    "wide end of another count": (set_end(wide=True, skews64={"count": 1, "here": 1}), "entries"),
    "wide end of 2^63 members": (
        set_end(wide=True, skews64={"count": 1 << 63, "here": 1 << 63}),
        "members",
    ),
    "wide end elsewhere": (set_end(wide=True, skews64={"locator": 1}), "locator"),
    "folder with content": (added("demo/more/", b"x"), "folder with content"),
    "file beside its folder": (named("demo"), "both a file and a folder"),
    "empty name": (named(b""), "empty part"),
    "only a slash": (named("/"), "absolute"),
    "this folder": (named("."), "leaves its folder"),
    "this folder first": (named("./a.py"), "leaves its folder"),
    "an empty part": (named("a//b.py"), "empty part"),
    "up at the end": (named("a/.."), "leaves its folder"),
    "drive": (named("c:a.py"), "absolute"),
    "share": (named("\\\\server\\x"), "backslash"),
    "line break": (named("a\nb.py"), "control"),
    "escape sequence": (named("a\x1b[2Jb"), "control"),
    "C1 control": (named("a\x85b"), "control"),
    "line separator": (named("a\u2028b"), "control"),
    "turned around": (named("a\u202eyp.exe"), "turns or hides"),
    "byte order mark": (named("\ufeffa.py"), "turns or hides"),
    "part of 256 bytes": (named("\u00e9" * 128 + ".py"), "255 bytes"),
    "path of 1,100 bytes": (named("d/" * 549 + "x"), "1024 bytes"),
    "surrogate": (named(b"a\xed\xa0\x80"), "UTF-8"),
    "overlong slash": (named(b"a\xc0\xafb"), "UTF-8"),
    "no name": (lines("METADATA", lambda text: text.replace(b"Name", b"Nom")), "no Name"),
    "name with a line break": (
        lines("METADATA", lambda text: text.replace(b"demo", b"demo\n evil")),
        "of 'demo\\nevil'",
    ),
    "UTF-16": (
        lines("METADATA", lambda text: text.decode().encode("utf-16")),
        "no Name or no Version",
    ),
    "version of 5,000 digits": (
        lines("METADATA", lambda text: text.replace(b"1.0", b"1" * 5000)),
        "says version",
    ),
    "Wheel-Version of 5,000 digits": (
        lines("WHEEL", lambda text: text.replace(b"1.0", b"1" * 5000)),
        "Wheel-Version",
    ),
    "Wheel-Version of other digits": (
        lines("WHEEL", lambda text: text.replace(b"1.0", "\u0661.\u0660".encode())),
        "can't be read",
    ),
    "no Wheel-Version": (lines("WHEEL", lambda text: text.replace(b"Wheel-V", b"V")), "Version ''"),
    "path of an absent file": (lines("RECORD", lambda text: text + b"../../x,,\n"), "not in it"),
    "size of 5,000 digits": (
        lines("RECORD", lambda text: text.replace(b",64\n", b"," + b"9" * 5000 + b"\n")),
        "malformed",
    ),
    "negative size": (lines("RECORD", lambda text: text.replace(b",64\n", b",-64\n")), "malformed"),
    "quote without end": (lines("RECORD", lambda text: b'"' + text), "RECORD"),
    "hash as hex": (
        lines("RECORD", lambda text: text.replace(b"sha256=", b"sha256=00", 1)),
        "sha256",
    ),
    "RECORD of Latin-1": (lines("RECORD", lambda text: text + b"\xe9,,\n"), "not UTF-8"),
    "a file named like the data folder": (named("demo-1.0.data"), "no scheme"),
    "data of another version": (named("demo-2.0.data/purelib/x.py"), "another package"),
}

READ: dict[str, Change] = {
    "descriptor": described(b"PK\7\x08", "<3L"),
    "descriptor without mark": described(b"", "<3L"),
    "wide end": set_end(wide=True),
    "wide end, disks given": set_end(wide=True, skews={"disk": 0xFFFF, "start_disk": 0xFFFF}),
    "how hard deflate tried": numbers("local", flags=6),
    "no time": numbers(time=0, date=0),
    "a time that never was": numbers(time=0xFFFF, date=0xFFFF),
    "made by DOS": numbers(made_by=20, attributes=0x20),
    "nobody may read": numbers(attributes=0o100000 << 16),
    "set user": numbers(attributes=0o104755 << 16),
    "unknown extra field": extra(0xCAFE, bytes(300)),
    "extra field in the local header": extra(0x5455, b"\1" + bytes(4), where="local"),
    "padding of zipalign": lambda a: setattr(a.parts[1].local, "extra", b"\0\0\0"),
    "Unicode path of its own": extra(0x7075, UNICODE + b"demo/data.bin"),
    "zip64 field unasked": extra(1, WIDE),
    "stored blocks": packed(lambda content: deflated(content, strategy=zlib.Z_HUFFMAN_ONLY)),
    "fixed codes": packed(lambda content: deflated(content, strategy=zlib.Z_FIXED)),
    "flushed often": packed(lambda content: deflated(content, *[zlib.Z_FULL_FLUSH] * 50)),
    "empty blocks first": packed(lambda content: b"\0\0\0\xff\xff" * 200 + deflated(content)),
    "a folder of its own": added("demo/more/", folder=True),
    "code page 437": named(b"caf\x82.txt", utf8=False),
    "accent, composed": named("caf\u00e9.txt"),
    "emoji": named("\U0001f600.txt"),
    "device of Windows": named("aux/con.py"),
    "dots and blanks at ends": named(" a /b. "),
    "comma and quote": named('a"b,c d.txt'),
    "looks escaped": named("%2e%2e/x.py"),
    "part of 255 bytes": named("n" * 255),
    "a vendored .dist-info": named("demo/_vendor/x-1.0.dist-info/METADATA"),
    "Name twice": lines("METADATA", lambda text: text + b"Name: other\n"),
    "line ends of DOS": lines("METADATA", lambda text: text.replace(b"\n", b"\r\n")),
    "line ends of old Macs": lines("RECORD", lambda text: text.replace(b"\n", b"\r")),
    "nonsense for Requires-Python": lines("METADATA", lambda text: text + b"Requires-Python: x\n"),
    "no tags": lines("WHEEL", lambda text: text.replace(b"Tag: py3-none-any\n", b"")),
    "thousands of tags": lines("WHEEL", lambda text: text + b"Tag: py3-none-any\n" * 9000),
    "padded hashes": lines("RECORD", lambda text: text.replace(b",64\n", b"=,64\n")),
    "RECORD without its own line": lines("RECORD", lambda text: text[: text.rindex(b"demo-1")]),
    "RECORD hashed by itself": lines("RECORD", lambda text: text[:-3] + b",sha256=x,9\n"),
}


def read(folder: Path, change: Change) -> str | None:
    archive = taken_apart(samples()[0])
    change(archive)
    (folder / NAME).write_bytes(put_together(archive))
    return refused_or_read_alike(folder / NAME, folder / "layer.zip")


@pytest.mark.parametrize("case", REFUSED)
def test_what_two_readers_could_understand_differently_is_refused(
    case: str, tmp_path: Path
) -> None:
    change, reason = REFUSED[case]
    refusal = read(tmp_path, change)
    assert refusal is not None
    assert reason in refusal


@pytest.mark.parametrize("case", READ)
def test_what_real_wheels_do_is_read(case: str, tmp_path: Path) -> None:
    assert read(tmp_path, READ[case]) is None
