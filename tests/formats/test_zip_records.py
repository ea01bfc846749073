"""The records of a zip as bytes: what zipfile writes is read, what an attacker writes is not."""

from __future__ import annotations

import contextlib
import io
import random
import struct
import zipfile
import zlib
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.formats.wheel import WheelMember
from manylayers.formats.zip_members import data_offset
from manylayers.formats.zip_names import LONGEST_NAME, name_fault
from manylayers.formats.zip_records import (
    CENTRAL,
    DEFLATED,
    DESCRIPTOR,
    ENCRYPTED,
    LARGEST_DIRECTORY,
    MASKED,
    MOST_BYTES,
    MOST_MEMBERS,
    MOST_RATIO,
    STORED,
    STRONG,
    UTF8,
    Read,
    ZipFormatError,
    ZipMember,
    checked_name,
    find_directory,
    read_members,
)
from manylayers.formats.zip_streams import CHUNK, member_pieces
from manylayers.formats.zip_writing import end_records, member_records

FULL = 0xFFFFFFFF
ROOM = 64
PLAIN = st.text(
    st.characters(exclude_characters="/\\:", exclude_categories=("Cs", "Cc")),
    min_size=1,
    max_size=20,
).filter(lambda name: name_fault(name) is None)


def reader(data: bytes) -> Read:
    return lambda offset, length: data[offset : offset + length]


def members_of(data: bytes) -> list[ZipMember]:
    return read_members(reader(data), len(data))


def zipped(**contents: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in contents.items():
            archive.writestr(name, content)
    return out.getvalue()


def assembled(*entries: bytes) -> bytes:
    """A zip of empty room for each entry, and a directory of them."""
    placed = [
        entry[:42] + struct.pack("<L", ROOM * place) + entry[46:]
        for place, entry in enumerate(entries)
    ]
    body = b"".join(placed)
    start = ROOM * len(entries)
    return b"\0" * start + body + end_records(len(entries), start, len(body))


def central(
    name: bytes = b"demo.py",
    flags: int = 0,
    method: int = DEFLATED,
    sizes: tuple[int, int] = (2, 0),
    mode: int = 0o100644,
    *,
    disk: int = 0,
    offset: int = 0,
    extra: bytes = b"",
    made_by: int = 3 << 8,
) -> bytes:
    head = (b"PK\x01\x02", made_by, 20, flags, method, 0, 0x21, 0)
    tail = (*sizes, len(name), len(extra), 0, disk, 0, mode << 16, offset)
    return CENTRAL.pack(*head, *tail) + name + extra


def unicode_path(name: str) -> bytes:
    return struct.pack("<2HBL", 0x7075, 5 + len(name.encode()), 1, 0) + name.encode()


# -- what zipfile writes -------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(PLAIN, st.binary(max_size=300), max_size=12), st.binary(max_size=30))
def test_members_are_those_that_zipfile_wrote(files: dict[str, bytes], comment: bytes) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        archive.comment = comment.replace(b"PK", b"--")
        infos = archive.infolist()
    told = [
        (member.name, member.crc, member.compressed_size, member.size, member.header_offset)
        for member in members_of(out.getvalue())
    ]
    assert told == [
        (info.filename, info.CRC, info.compress_size, info.file_size, info.header_offset)
        for info in infos
    ]


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=5000), st.sampled_from([zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED]))
def test_data_lies_where_zipfile_put_it(content: bytes, method: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        archive.writestr("first.txt", b"first")
        archive.writestr("demo/é.bin", content)
    data = out.getvalue()
    member = members_of(data)[1]
    header = data[member.header_offset : member.header_offset + 200]
    packed = data[data_offset(header, member) :][: member.compressed_size]
    assert (packed if method == STORED else zlib.decompress(packed, -15)) == content


def test_zip64_fields_that_zipfile_was_made_to_write_are_read() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("a", "w", force_zip64=True) as file:
        file.write(b"content")
    data = out.getvalue()
    (member,) = members_of(data)
    assert member.size == 7
    assert data[data_offset(data, member) :].startswith(b"content")


class Pipe(io.RawIOBase):
    """A file that can't be sought in."""

    def __init__(self) -> None:
        self.data = b""

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self.data += piece
        return len(piece)


@pytest.mark.parametrize("wide", [False, True])
def test_the_empty_sizes_before_a_data_descriptor_are_accepted(*, wide: bool) -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        with archive.open("demo.py", "w", force_zip64=wide) as file:
            file.write(b"value = 1\n")
        archive.writestr("other.py", b"")
    first, second = members_of(pipe.data)
    assert first.flags & DESCRIPTOR
    assert data_offset(pipe.data, first) < second.header_offset


def test_folders_and_unknown_extra_fields_are_accepted() -> None:
    unknown = struct.pack("<2H", 0x5455, 5) + b"\x01abcd"
    folder = central(b"demo/", 0, STORED, (0, 0), 0o040755)
    same = unicode_path("demo/a.py")
    read = members_of(assembled(folder, central(b"demo/a.py", extra=unknown + same + b"\0\0")))
    assert [(member.name, member.is_folder) for member in read] == [
        ("demo/", True),
        ("demo/a.py", False),
    ]


def test_odd_modes_are_believed_of_systems_that_have_modes() -> None:
    assert members_of(assembled(central(mode=0o020777, made_by=0)))[0].mode == 0o020777
    assert members_of(assembled(central(mode=0o100755)))[0].mode == 0o100755


@pytest.mark.parametrize("system", [0, 3, 10, 19])
def test_a_link_is_refused_whoever_says_it_is_one(system: int) -> None:
    with pytest.raises(ZipFormatError, match="is a symbolic link"):
        members_of(assembled(central(mode=0o120777, made_by=system << 8)))


def test_a_name_without_the_utf8_flag_is_in_code_page_437() -> None:
    assert members_of(assembled(central(b"\x82.txt")))[0].name == "é.txt"
    assert members_of(assembled(central("é.txt".encode(), UTF8)))[0].name == "é.txt"


# -- the end of the file -------------------------------------------------------------------------


def test_an_empty_zip_has_no_members() -> None:
    assert members_of(zipped()) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda data: data[:0], "not a zip file"),
        (lambda data: data[:0] + b"plain text", "not a zip file"),
        (lambda data: data[:-1], "not a zip file, or its end is missing"),
        (lambda data: data[:30], "not a zip file, or its end is missing"),
        (lambda data: data + b"x", "bytes follow its end record"),
        (lambda data: b"x" + data, "does not lie where its end record says"),
        (lambda data: data[:-22] + b"x" + data[-22:], "does not lie where its end record says"),
        (lambda data: data[:-18] + b"\x01\0" + data[-16:], "split over several disks"),
        (lambda data: data[:-14] + b"\x02\0" + data[-12:], "split over several disks"),
        (lambda data: data[:-14] + b"\2\0\2\0" + data[-10:], "holds other than 2 entries"),
        (lambda data: data[:-14] + b"\0\0\0\0" + data[-10:], "holds other than 0 entries"),
        (lambda data: data[:-14] + b"\xff\xff" + data[-12:], "split over several disks"),
        (lambda data: data.replace(b"PK\x01\x02", b"PK\x01\x03"), "directory is damaged"),
    ],
)
def test_a_file_that_does_not_end_as_it_should_is_refused(
    change: Callable[[bytes], bytes], words: str
) -> None:
    with pytest.raises(ZipFormatError, match=words):
        members_of(change(zipped(a=b"content")))


@pytest.mark.parametrize("end", [zipped(), b"PK\x05\x06", zipped()[:-1], b"xPK\x05\x06\0"])
def test_an_end_record_hidden_in_the_comment_is_refused(end: bytes) -> None:
    data = zipped(a=b"content")
    hidden = data[:-2] + struct.pack("<H", len(end)) + end
    with pytest.raises(ZipFormatError, match="archive comment holds another end record"):
        members_of(hidden)


def test_the_mark_of_an_end_record_in_the_comment_is_refused() -> None:
    data = zipped(a=b"content")
    with pytest.raises(ZipFormatError, match="archive comment holds another end record"):
        members_of(data[:-2] + struct.pack("<H", 30) + b"PK\x05\x06".ljust(30, b"-"))


def test_65535_members_need_no_zip64() -> None:
    entry = central(b"12345", sizes=(0, 0), method=STORED)
    entries = [
        entry[:42] + struct.pack("<L", ROOM * place) + b"%05d" % place for place in range(0xFFFF)
    ]
    body, start = b"".join(entries), ROOM * 0xFFFF
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, len(body), start, 0)
    assert len(members_of(b"\0" * start + body + end)) == 0xFFFF


@pytest.mark.parametrize("field", [(8, "H"), (12, "L"), (16, "L")])
def test_two_end_records_that_disagree_are_refused(field: tuple[int, str]) -> None:
    data = bytearray(b"x" * 100 + end_records(0xFFFF, 60, 40))
    at, kind = field
    struct.pack_into(f"<{kind}", data, len(data) - 22 + at, 7)
    if at == 8:
        struct.pack_into("<H", data, len(data) - 22 + 10, 7)
    with pytest.raises(ZipFormatError, match="its two end records disagree"):
        find_directory(reader(bytes(data)), len(data))


def test_a_directory_too_large_to_hold_is_refused_before_it_is_read() -> None:
    size = LARGEST_DIRECTORY + 1
    end = end_records(1, 0, size)

    def read(offset: int, length: int) -> bytes:
        assert length < LARGEST_DIRECTORY
        return (b"\0" * length if offset < size - length else b"\0" * (size - offset) + end)[
            :length
        ]

    with pytest.raises(ZipFormatError, match="central directory has more than"):
        read_members(read, size + len(end))


def test_the_end_records_of_a_zip64_lead_to_its_directory() -> None:
    data = b"".join([b"x" * 100, end_records(0xFFFF, 60, 40)])
    directory = find_directory(reader(data), len(data))
    assert (directory.offset, directory.size, directory.entries) == (60, 40, 0xFFFF)


@pytest.mark.parametrize(
    ("at", "words"),
    [(100, "end record is malformed"), (104, "is malformed"), (116, "is malformed")]
    + [(place, "locator does not lead") for place in (160, 164, 172)]
    + [(156, "does not lie where its end record says")],
)
def test_a_zip64_end_with_a_field_that_is_off_is_refused(at: int, words: str) -> None:
    data = bytearray(b"x" * 100 + end_records(0xFFFF, 60, 40))
    data[at] ^= 0x55
    with pytest.raises(ZipFormatError, match=words):
        find_directory(reader(bytes(data)), len(data))


def test_a_zip64_end_without_room_for_its_record_is_refused() -> None:
    data = end_records(0xFFFF, 0, 0)[-22:]
    with pytest.raises(ZipFormatError, match="holds other than 65535 entries"):
        members_of(data)


def test_more_members_than_any_wheel_has_are_refused_before_they_are_read() -> None:
    data = end_records(MOST_MEMBERS + 1, 0, 0)
    with pytest.raises(ZipFormatError, match="it declares 100,001 members, over 100,000"):
        members_of(data)


# -- single entries ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("entry", "words"),
    [
        (central(flags=ENCRYPTED), r"member demo\.py is encrypted"),
        (central(flags=STRONG), r"demo\.py is encrypted"),
        (central(flags=MASKED), r"demo\.py is encrypted"),
        (central(method=12), r"demo\.py is packed with method 12, wheels use deflate"),
        (central(disk=1), r"demo\.py lies on another disk"),
        (central(mode=0o120777), r"demo\.py is a symbolic link"),
        (central(mode=0o060644), r"demo\.py is a device or pipe"),
        (central(mode=0o010644), r"demo\.py is a device or pipe"),
        (central(method=STORED, sizes=(3, 4)), r"demo\.py is stored, yet its two sizes differ"),
        (central(b"demo/", 0, STORED, (4, 4)), "demo/ is a folder with content"),
        (central(b"\xff", UTF8), "is not the UTF-8 it says it is"),
        (central(flags=0x20), r"demo\.py has flags \(0x0020\)"),
        (central(mode=0o040755), r"demo\.py is a folder by its mode"),
        (central(extra=b"\1\0\x09\0"), "has an extra field that is cut short"),
        (central(extra=b"\1\0\0\0" * 2), "has the extra field 0x0001 twice"),
        (central(extra=unicode_path("evil.py")), "has another name in its Unicode path field"),
        (central(sizes=(2, FULL)), r"demo\.py lacks the zip64 sizes"),
        (central(sizes=(2, FULL), extra=struct.pack("<2HL", 1, 4, 0)), "lacks the zip64 sizes"),
        (central(offset=1 << 20), r"demo\.py has no local header where the directory says"),
        (
            central(offset=FULL, extra=struct.pack("<2HQ", 1, 8, (1 << 64) - 1)),
            r"demo\.py has no local header where the directory says",
        ),
        (
            central(sizes=(2, FULL), extra=struct.pack("<2HQ", 1, 8, MOST_BYTES + 1)),
            "it declares more than 8,589,934,592 bytes unzipped",
        ),
        (central(sizes=(2, 300 << 20)), f"over {MOST_RATIO} times its size: a zip bomb"),
        (central()[:-3], "directory is cut short"),
        (central()[:20], "directory is cut short"),
    ],
)
def test_an_entry_that_no_wheel_has_a_use_for_is_refused(entry: bytes, words: str) -> None:
    body = b"\0" * 64 + entry
    data = body + end_records(1, 64, len(entry))
    with pytest.raises(ZipFormatError, match=words):
        members_of(data)


@pytest.mark.parametrize(
    ("names", "words"),
    [
        ((b"a.py", b"a.py"), r"a\.py is in it twice"),
        ((b"demo", b"demo/a.py"), "demo is both a file and a folder"),
        ((b"demo/x/y/a.py", b"demo/x"), "demo/x is both a file and a folder"),
        ((b"demo", b"demo/"), "demo is both a file and a folder"),
    ],
)
def test_two_entries_that_can_not_both_be_unpacked_are_refused(
    names: tuple[bytes, bytes], words: str
) -> None:
    with pytest.raises(ZipFormatError, match=words):
        members_of(assembled(*(central(name) for name in names)))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "is absolute"),
        ("C:x", "is absolute"),
        ("..", "leaves its folder"),
        ("../x", "leaves its folder"),
        ("a/../x", "leaves its folder"),
        ("a/..", "leaves its folder"),
        ("../", "leaves its folder"),
        ("./x", "leaves its folder"),
        ("a//x", "empty part"),
        ("a//", "empty part"),
        ("", "empty part"),
        ("a\\x", "backslash"),
        ("..\\x", "backslash"),
        ("a\0.py", "control character"),
        ("a\nb", "control character"),
        ("a\x7f", "control character"),
        ("a\x85", "control character"),
        ("a\u2028b", "control character"),
        ("a\u202egnp.py", "turns or hides others"),
        ("\u2066a", "turns or hides others"),
        ("a\u200f", "turns or hides others"),
        ("\ufeffa", "turns or hides others"),
        ("é" * (LONGEST_NAME // 2 + 1), "longer than 1024 bytes"),
        ("a/" + "é" * 128, "has a part longer than 255 bytes"),
    ],
)
def test_a_name_that_is_no_plain_path_is_refused(name: str, words: str) -> None:
    with pytest.raises(ZipFormatError, match=words) as caught:
        checked_name(name)
    assert str(caught.value).isascii()
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    "name", ["a", "a/", "a/b.py", "...", "a..b/..c", " ", "é/ü", "ab:c", "~/x", "a" * 255, "א.py"]
)
def test_a_plain_name_is_given_back(name: str) -> None:
    assert checked_name(name) == name


# -- data ----------------------------------------------------------------------------------------


def packed(content: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(content) + stream.flush()


def pieces(data: bytes, member: WheelMember) -> bytes:
    return b"".join(member_pieces(reader(data), member))


def deflated(content: bytes, data: bytes | None = None, size: int | None = None) -> WheelMember:
    length = len(packed(content) if data is None else data)
    shown = len(content) if size is None else size
    return WheelMember("demo.py", 0, length, shown, zlib.crc32(content), DEFLATED, False, "")  # noqa: FBT003


@pytest.mark.parametrize("length", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK])
@pytest.mark.parametrize("random_bytes", [False, True])
def test_data_of_any_length_comes_back(length: int, *, random_bytes: bool) -> None:
    content = random.Random(1).randbytes(length) if random_bytes else b"\0" * length
    assert pieces(packed(content), deflated(content)) == content


def test_a_bomb_stops_at_the_first_piece_beyond_its_declared_size() -> None:
    content = b"\0" * (64 * CHUNK)
    data = packed(content)
    stream = member_pieces(reader(data), deflated(content, data, 1000))
    with pytest.raises(ZipFormatError, match="inflates to more than the 1,000 bytes declared"):
        next(stream)


@pytest.mark.parametrize(
    ("data", "size", "words"),
    [
        (packed(b"content"), 8, "has 7 bytes, 8 are declared"),
        (packed(b"other!!"), 7, "another checksum"),
        (packed(b"content") + b"x", 7, "does not end where it should"),
        (packed(b"content")[:-1], 7, "does not end where it should"),
        (b"\xff" * 9, 7, "is not a deflate stream"),
        (b"", 7, "does not end where it should"),
    ],
)
def test_data_that_is_not_what_was_declared_is_refused(data: bytes, size: int, words: str) -> None:
    with pytest.raises(ZipFormatError, match=words):
        pieces(data, deflated(b"content", data, size))


def test_data_that_the_file_ends_before_is_refused() -> None:
    data = packed(random.Random(1).randbytes(100))
    with pytest.raises(ZipFormatError, match="is cut short"):
        pieces(data, deflated(b"", data + b"12345678", 100))


# -- anything ------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 400), st.binary(min_size=1, max_size=8)), max_size=6))
def test_damage_is_a_refusal_and_never_another_error(changes: list[tuple[int, bytes]]) -> None:
    data = bytearray(zipped(**{"a.py": b"first" * 9, "b/c.py": b"second"}))
    for at, new in changes:
        place = at % len(data)
        data[place : place + len(new)] = new
    with contextlib.suppress(ZipFormatError):
        for member in members_of(bytes(data)):
            data_offset(bytes(data[member.header_offset :]), member)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(PLAIN, st.binary(max_size=50), max_size=8))
def test_what_the_writer_writes_the_reader_reads(files: dict[str, bytes]) -> None:
    body, directory = b"", b""
    for name, content in files.items():
        fields = (name.encode(), STORED, zlib.crc32(content), len(content), len(content))
        local, central = member_records(*fields, len(body), executable=False)
        directory += central
        body += local + content
    data = body + directory + end_records(len(files), len(body), len(directory))
    for member in members_of(data):
        start = data_offset(data[member.header_offset :], member)
        assert data[start : start + member.size] == files[member.name]
