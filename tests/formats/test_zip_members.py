"""What lies before and after a member's data: believed only where the directory says the same."""

from __future__ import annotations

import struct

import pytest

from manylayers.formats.zip_members import data_offset, refuse_rest
from manylayers.formats.zip_records import (
    DEFLATED,
    DESCRIPTOR,
    ENCRYPTED,
    STORED,
    UTF8,
    ZipFormatError,
    ZipMember,
)

FULL = 0xFFFFFFFF
SIGNATURE = b"PK\x07\x08"
MEMBER = ZipMember("demo.py", DEFLATED, 0, 7, 20, 30, 1000, 0)


def local(name: bytes = b"demo.py", flags: int = 0, method: int = 8, *told: int) -> bytes:
    values = told or (7, 20, 30)
    head = struct.pack(
        "<4s5H3L2H", b"PK\x03\x04", 20, flags, method, 0, 0x21, *values, len(name), 4
    )
    return head + name + b"\0\0\0\0"


def test_data_begins_after_name_and_extra_of_the_local_header() -> None:
    assert data_offset(local(), MEMBER) == 1000 + 30 + 7 + 4


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (b"", "no local header"),
        (local()[:29], "no local header"),
        (b"PK\x01\x02" + local()[4:], "no local header"),
        (local(b"evil.py"), "another name"),
        (local()[:33], "another name"),
        (local(b"demo.py", 0, STORED), "another method or flags"),
        (local(b"demo.py", DESCRIPTOR), "another method or flags"),
        (local(b"demo.py", 0, 8, 8, 20, 30), "other sizes or another CRC"),
        (local(b"demo.py", 0, 8, 7, 21, 30), "other sizes or another CRC"),
        (local(b"demo.py", 0, 8, 7, 20, 31), "other sizes or another CRC"),
        (local(b"demo.py", 0, 8, 0, 0, 0), "other sizes or another CRC"),
        (local(b"demo.py", 0, 8, FULL, 20, 30), "other sizes or another CRC"),
        (local(b"demo.py", 0, 8, 7, FULL, 30), "lacks the zip64 sizes"),
        (local(b"demo.py", 0, 8, 7, 20, FULL), "lacks the zip64 sizes"),
    ],
)
def test_a_local_header_that_says_something_else_is_refused(header: bytes, words: str) -> None:
    with pytest.raises(ZipFormatError, match=words):
        data_offset(header, MEMBER)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (local(b"demo.py", ENCRYPTED), r"the member demo\.py is encrypted"),
        (local(b"demo.py", 0x20), r"demo\.py has flags"),
        (local(b"demo.py", 0, 12), r"demo\.py is packed with method 12"),
    ],
)
def test_a_local_header_is_held_to_what_a_wheel_may_use(header: bytes, words: str) -> None:
    with pytest.raises(ZipFormatError, match=words):
        data_offset(header, MEMBER)


def test_a_utf8_flag_in_one_of_the_headers_only_is_harmless_for_an_ascii_name() -> None:
    assert data_offset(local(b"demo.py", UTF8), MEMBER) == 1041


def wide(*values: int, told: tuple[int, int, int] = (7, FULL, FULL)) -> bytes:
    extra = struct.pack(f"<2H{len(values)}Q", 1, 8 * len(values), *values)
    head = struct.pack("<4s5H3L2H", b"PK\x03\x04", 20, 0, 8, 0, 0x21, *told, 7, len(extra))
    return head + b"demo.py" + extra


def test_zip64_sizes_of_a_local_header_are_read() -> None:
    header = wide(30, 20)
    assert data_offset(header, MEMBER) == 1000 + len(header)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        (wide(30, 21), "other sizes"),
        (wide(31, 20), "other sizes"),
        (wide(30), "lacks the zip64 sizes"),
        (wide(), "lacks the zip64 sizes"),
        (wide(31, told=(7, 20, FULL)), "other sizes"),
    ],
)
def test_zip64_sizes_of_a_local_header_must_agree(header: bytes, words: str) -> None:
    with pytest.raises(ZipFormatError, match=words):
        data_offset(header, MEMBER)


LATER = MEMBER._replace(flags=DESCRIPTOR)


@pytest.mark.parametrize("told", [(0, 0, 0), (7, 20, 30), (0, 20, 30)])
def test_sizes_before_a_descriptor_may_be_empty(told: tuple[int, int, int]) -> None:
    assert data_offset(local(b"demo.py", DESCRIPTOR, 8, *told), LATER) == 1041


@pytest.mark.parametrize("told", [(8, 0, 0), (0, 21, 0), (0, 20, 31)])
def test_sizes_before_a_descriptor_may_not_be_wrong(told: tuple[int, int, int]) -> None:
    with pytest.raises(ZipFormatError, match="other sizes"):
        data_offset(local(b"demo.py", DESCRIPTOR, 8, *told), LATER)


def rest(content: bytes, member: ZipMember, *, end: int = 5) -> None:
    data = b"12345" + content
    refuse_rest(lambda offset, length: data[offset : offset + length], member, end, len(data))


@pytest.mark.parametrize("mark", [b"", SIGNATURE])
@pytest.mark.parametrize("form", ["<3L", "<LQQ"])
def test_every_form_of_a_data_descriptor_is_accepted(mark: bytes, form: str) -> None:
    rest(mark + struct.pack(form, 7, 20, 30), LATER)


def test_the_descriptor_of_a_member_beyond_4_gib_is_wide() -> None:
    large = LATER._replace(size=1 << 33)
    rest(struct.pack("<LQQ", 7, 20, 1 << 33), large)


def test_without_a_descriptor_nothing_follows() -> None:
    rest(b"", MEMBER)


@pytest.mark.parametrize(
    ("content", "member", "words"),
    [
        (b"x", MEMBER, r"1 bytes follow demo\.py that are no member"),
        (b"x" * 25, LATER, "25 bytes follow"),
        (b"", LATER, "data descriptor"),
        (struct.pack("<3L", 8, 20, 30), LATER, "data descriptor"),
        (struct.pack("<3L", 7, 30, 20), LATER, "data descriptor"),
        (SIGNATURE + struct.pack("<LQQ", 7, 20, 31), LATER, "data descriptor"),
        (b"PK\x07\x09" + struct.pack("<3L", 7, 20, 30), LATER, "data descriptor"),
    ],
)
def test_bytes_that_belong_to_nobody_are_refused(
    content: bytes, member: ZipMember, words: str
) -> None:
    with pytest.raises(ZipFormatError, match=words):
        rest(content, member)


def test_data_that_runs_into_what_follows_is_refused() -> None:
    with pytest.raises(ZipFormatError, match="overlaps what comes after"):
        rest(b"", MEMBER, end=6)
