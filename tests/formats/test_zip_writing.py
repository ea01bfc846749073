"""The records we write: plain, read by zipfile, wide only where they must be."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.formats.zip_records import CENTRAL, LOCAL, STORED
from manylayers.formats.zip_writing import end_records, member_records

FULL = 0xFFFFFFFF
NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1)


def written(files: dict[str, tuple[bytes, bool]]) -> bytes:
    body, directory = b"", b""
    for name, (content, executable) in files.items():
        fields = (name.encode(), STORED, zlib.crc32(content), len(content), len(content))
        local, central = member_records(*fields, len(body), executable=executable)
        directory += central
        body += local + content
    return body + directory + end_records(len(files), len(body), len(directory))


@settings(max_examples=100, deadline=None)
@given(st.dictionaries(NAMES, st.tuples(st.binary(max_size=200), st.booleans()), max_size=10))
def test_zipfile_reads_names_bytes_and_modes_back(files: dict[str, tuple[bytes, bool]]) -> None:
    with zipfile.ZipFile(io.BytesIO(written(files))) as archive:
        assert archive.testzip() is None
        told = {
            info.orig_filename: (archive.read(info), info.external_attr >> 16 == 0o100755)
            for info in archive.infolist()
        }
    assert told == files


def test_every_member_has_one_date_no_extra_and_one_of_two_modes() -> None:
    data = written({"a.py": (b"1", False), "bin/é": (b"2", True)})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        plain, program = archive.infolist()
    for info in (plain, program):
        assert (info.date_time, info.extra, info.comment) == ((1980, 1, 1, 0, 0, 0), b"", b"")
        assert info.create_system == 3
    assert (plain.external_attr, program.external_attr) == (0o100644 << 16, 0o100755 << 16)
    assert (plain.flag_bits, program.flag_bits) == (0, 0x800)


def test_the_same_files_give_the_same_bytes() -> None:
    files = {"a.py": (b"1", False), "é": (b"2", True)}
    assert written(files) == written(dict(files))


@pytest.mark.parametrize("size", [FULL - 1, FULL, FULL + 1, 1 << 40])
def test_sizes_beyond_32_bits_stand_in_the_extra_field(size: int) -> None:
    local, central = member_records(b"a", STORED, 5, size, size, 7, executable=False)
    assert LOCAL.unpack_from(local)[7:9] == (min(size, FULL), min(size, FULL))
    assert CENTRAL.unpack_from(central)[8:10] == (min(size, FULL), min(size, FULL))
    wide = struct.pack("<2H2Q", 1, 16, size, size) if size >= FULL else b""
    assert local[LOCAL.size + 1 :] == wide
    assert central[CENTRAL.size + 1 :] == wide


@pytest.mark.parametrize(("packed", "size"), [(FULL, 5), (5, FULL)])
@pytest.mark.parametrize(("name", "flags"), [("a", 0), ("é", 0x800)])
def test_one_wide_size_makes_both_wide_in_the_local_header(
    packed: int, size: int, name: str, flags: int
) -> None:
    local, central = member_records(name.encode(), 8, 5, packed, size, 7, executable=False)
    assert local.endswith(struct.pack("<2H2Q", 1, 16, size, packed))
    assert central.endswith(struct.pack("<2HQ", 1, 8, FULL))
    assert LOCAL.unpack_from(local)[2] == CENTRAL.unpack_from(central)[3] == flags


@pytest.mark.parametrize("offset", [0, FULL - 1, FULL, 1 << 40])
def test_zipfile_understands_an_offset_of_any_width(offset: int) -> None:
    _, record = member_records(b"a", STORED, 5, 1, 1, offset, executable=False)
    with zipfile.ZipFile(io.BytesIO(record + end_records(1, 0, len(record)))) as archive:
        (info,) = archive.infolist()
    assert info.header_offset == offset
    assert info.file_size == 1


@pytest.mark.parametrize(
    ("count", "offset", "size", "wide"),
    [
        (0, 0, 0, False),
        (0xFFFE, FULL - 1, FULL - 1, False),
        (0xFFFF, 0, 0, True),
        (1, FULL, 0, True),
        (1, 0, FULL, True),
    ],
)
def test_the_end_is_zip64_only_where_a_field_is_too_narrow(
    count: int, offset: int, size: int, *, wide: bool
) -> None:
    records = end_records(count, offset, size)
    assert records.startswith(b"PK\x06\x06") == wide
    assert len(records) == (22 + 20 + 56 if wide else 22)
