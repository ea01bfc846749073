"""Wheels on their way into the store: what is accepted, what is refused and in which words."""

from __future__ import annotations

import os
import struct
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from elf_builder import build_elf, mach_o
from manylayers.doors.archive import read_member, refuse_bomb, verify_wheel
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts
from wheel_builder import Pipe, build_wheel, digest, entry, metadata, record_text

INFO = "demo-1.0.dist-info"
NAME = "demo-1.0-py3-none-any.whl"


def verified(path: Path) -> WheelFacts:
    return verify_wheel(path, filename=path.name)


def raw_wheel(
    folder: Path,
    members: dict[str, bytes],
    write: Callable[[zipfile.ZipFile], None] = lambda _: None,
) -> Path:
    """A wheel of ``members`` whose RECORD is right, with more written by ``write``."""
    whole = members | {
        f"{INFO}/METADATA": metadata("demo", "1.0"),
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n",
    }
    whole[f"{INFO}/RECORD"] = record_text(whole, INFO).encode()
    path = folder / NAME
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in whole.items():
            archive.writestr(entry(name, executable=False), content)
        write(archive)
    return path


def patched(path: Path, old: bytes, new: bytes, *, last: bool = True) -> Path:
    """The file with the last (or first) ``old`` replaced by ``new`` of the same length."""
    assert len(old) == len(new)
    data = path.read_bytes()
    at = data.rfind(old) if last else data.find(old)
    assert at >= 0
    path.write_bytes(data[:at] + new + data[at + len(old) :])
    return path


def test_a_wheel_is_known_by_what_its_files_say(tmp_path: Path) -> None:
    path = build_wheel(
        tmp_path,
        "My-Demo",
        "2.0",
        files={"my_demo/__init__.py": b"x" * 5000, "my_demo/run": b"#!/bin/sh\n"},
        requires=["requests>=2; python_version < '4'", "idna"],
        requires_python=">=3.8",
        executable=["my_demo/run"],
    )
    facts = verified(path)
    assert (facts.name, facts.version, facts.pure) == ("my-demo", "2.0", True)
    assert facts.requires == ("requests>=2; python_version < '4'", "idna")
    assert facts.requires_python == ">=3.8"
    assert facts.sha256 == sha256(path.read_bytes()).hexdigest()
    assert facts.record_complete
    assert [m.path for m in facts.members if m.executable] == ["my_demo/run"]


def natives(path: Path) -> dict[str, str]:
    members = verified(path).members
    return {one.path: one.native.soname or one.native.kind for one in members if one.native}


def test_libraries_are_known_whatever_their_names(tmp_path: Path) -> None:
    files = {
        "a.so": build_elf(soname="a"),
        "b/program": mach_o(),
        "c.so.1": b"INPUT(libc.so.6)",
        "d.py": b"value = 1\n",
    }
    assert natives(build_wheel(tmp_path, files=files)) == {"a.so": "a", "b/program": "mach-o"}
    empty = verified(build_wheel(tmp_path, files={"e.so": b"", "e.so.1": b""})).members
    assert [one.native.problem for one in empty if one.native] == ["it is empty"]


@pytest.mark.parametrize("padding", [1 << 19, 3 << 20, 13 << 20])
def test_large_libraries_are_read_while_they_are_hashed(tmp_path: Path, padding: int) -> None:
    content = build_elf(soname="large", padding=padding)
    path = build_wheel(tmp_path, files={"large.so": content, "large.bin": bytes(padding)})
    assert natives(path) == {"large.so": "large"}


def test_what_was_not_kept_of_a_large_library_is_inflated_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("manylayers.formats.native_pieces.HEAD", 0)
    monkeypatch.setattr("manylayers.formats.native_pieces._wanted", lambda _: ())
    content = build_elf(soname="large", padding=3 << 20)
    path = build_wheel(tmp_path, files={"large.so": content, "other.so": content[:-1]})
    found = {one.path: one.native.problem for one in verified(path).members if one.native}
    assert found["large.so"] == ""
    assert found["other.so"].startswith("it is cut short")


def test_every_member_is_read_as_zipfile_reads_it(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, files={"a.py": b"a", "b/c.bin": bytes(range(256)) * 9000})
    facts = verified(path)
    with zipfile.ZipFile(path) as archive:
        theirs = {info.filename: info for info in archive.infolist()}
        assert [member.path for member in facts.members] == list(theirs)
        for member in facts.members:
            info = theirs[member.path]
            assert (member.crc, member.size) == (info.CRC, info.file_size)
            assert read_member(path, member) == archive.read(info)
            assert member.sha256 == digest(archive.read(info))


def test_stored_members_folders_comments_and_extra_fields_are_accepted(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        archive.mkdir("demo_folder")
        archive.comment = b"made with care"

    path = raw_wheel(tmp_path, {"demo.py": b"1"}, write)
    assert "demo_folder/" not in [member.path for member in verified(path).members]
    assert verified(build_wheel(tmp_path, stored=True)).members[0].method == 0


def test_data_descriptors_are_accepted(tmp_path: Path) -> None:
    members = {"demo.py": b"value = 1\n" * 100, f"{INFO}/METADATA": metadata("demo", "1.0")}
    members[f"{INFO}/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\n"
    members[f"{INFO}/RECORD"] = record_text(members, INFO).encode()
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    path = tmp_path / NAME
    path.write_bytes(bytes(pipe.data))
    assert len(verified(path).members) == 4


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("/etc/passwd", "absolute"),
        ("C:/windows/x", "absolute"),
        ("../outside.py", "leaves its folder"),
        ("demo/../../outside.py", "leaves its folder"),
        ("demo//twice.py", "empty part"),
        ("demo/./x.py", "leaves its folder"),
        ("demo\\x.py", "backslash"),
        ("demo/\x1b[31m.py", "control character"),
        ("x" * 1100, "longer than"),
    ],
)
def test_a_name_that_is_no_plain_path_is_refused(tmp_path: Path, name: str, words: str) -> None:
    path = raw_wheel(
        tmp_path, {"demo.py": b"1"}, lambda a: a.writestr(entry(name, executable=False), b"!")
    )
    with pytest.raises(UnsafeWheelError, match=words) as caught:
        verified(path)
    assert caught.value.exit_status == 5
    assert NAME in caught.value.message


def test_a_name_in_it_twice_is_refused(tmp_path: Path) -> None:
    def write(archive: zipfile.ZipFile) -> None:
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(entry("demo.py", executable=False), b"other")

    with pytest.raises(UnsafeWheelError, match=r"demo\.py is in it twice"):
        verified(raw_wheel(tmp_path, {"demo.py": b"1"}, write))


def test_a_path_that_is_file_and_folder_is_refused(tmp_path: Path) -> None:
    path = raw_wheel(tmp_path, {"demo": b"1", "demo/x.py": b"2"})
    with pytest.raises(UnsafeWheelError, match="demo is both a file and a folder"):
        verified(path)


def test_twins_in_case_and_unicode_form_are_two_files(tmp_path: Path) -> None:
    names = ["README", "readme", normalize("NFC", "\u00e9.txt"), normalize("NFD", "\u00e9.txt")]
    path = raw_wheel(tmp_path, {name: name.encode() for name in names})
    assert set(names) < {member.path for member in verified(path).members}


def test_a_symbolic_link_is_refused(tmp_path: Path) -> None:
    link = entry("link", executable=False)
    link.external_attr = 0o120777 << 16
    path = raw_wheel(tmp_path, {}, lambda archive: archive.writestr(link, b"/etc/passwd"))
    with pytest.raises(UnsafeWheelError, match="link is a symbolic link"):
        verified(path)


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_method_than_deflate_is_refused_by_its_number(tmp_path: Path, method: int) -> None:
    odd = entry("odd.bin", executable=False, method=method)
    path = raw_wheel(tmp_path, {}, lambda archive: archive.writestr(odd, b"x" * 100))
    with pytest.raises(UnsafeWheelError, match=f"is packed with method {method}"):
        verified(path)


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = raw_wheel(tmp_path, {"demo.py": b"1"})
    data = bytearray(path.read_bytes())
    data[data.find(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(data))
    with pytest.raises(UnsafeWheelError, match="is encrypted"):
        verified(path)


@pytest.mark.parametrize(("mark", "place"), [(b"PK\x01\x02", 6), (b"PK\x03\x04", 4)])
@pytest.mark.parametrize("version", [46, 47, 64, 255])
def test_a_member_that_asks_for_a_newer_reader_is_refused(
    tmp_path: Path, mark: bytes, place: int, version: int
) -> None:
    path = build_wheel(tmp_path)
    data = bytearray(path.read_bytes())
    data[data.find(mark) + place] = version
    path.write_bytes(bytes(data))
    with pytest.raises(UnsafeWheelError, match=rf"demo\.py needs zip version {version}, wheels 45"):
        verified(path)


def test_bytes_after_the_end_are_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path)
    path.write_bytes(path.read_bytes() + b"more")
    with pytest.raises(UnsafeWheelError, match="bytes follow its end record"):
        verified(path)


def test_bytes_before_the_start_are_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path)
    path.write_bytes(b"#!/bin/sh\n" + path.read_bytes())
    with pytest.raises(UnsafeWheelError, match="does not lie where its end record says"):
        verified(path)


@pytest.mark.parametrize("keep", [0, 10, 100, -1, -30])
def test_a_file_cut_short_is_refused(tmp_path: Path, keep: int) -> None:
    path = build_wheel(tmp_path)
    path.write_bytes(path.read_bytes()[:keep])
    with pytest.raises(UnsafeWheelError):
        verified(path)


def test_a_local_header_with_another_name_is_refused(tmp_path: Path) -> None:
    path = patched(build_wheel(tmp_path), b"demo.py", b"evil.py", last=False)
    with pytest.raises(UnsafeWheelError, match="another name in its local header"):
        verified(path)


def test_a_wrong_checksum_is_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, files={"demo.py": b"plain text"}, stored=True)
    patched(path, b"plain text", b"plain test", last=False)
    with pytest.raises(UnsafeWheelError, match=r"demo\.py has another checksum"):
        verified(path)


def test_overlapping_members_are_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, files={"a.py": b"a" * 10, "b.py": b"a" * 10}, stored=True)
    data = bytearray(path.read_bytes())
    first = data.find(b"PK\x01\x02")
    second = data.find(b"PK\x01\x02", first + 4)
    data[second + 46 : second + 50] = b"a.py"
    data[second + 42 : second + 46] = data[first + 42 : first + 46]
    data[first + 46 : first + 50] = b"c.py"
    path.write_bytes(bytes(data))
    with pytest.raises(UnsafeWheelError, match=r"another name|overlaps"):
        verified(path)


@pytest.mark.parametrize("reader", [refuse_bomb, verify_wheel])
def test_a_requirement_that_overflows_stacks_is_refused_before_the_resolver_reads_it(
    tmp_path: Path, reader: Callable[..., object]
) -> None:
    deep = f"idna ; {'(' * 20_000}python_version > '2'{')' * 20_000}"
    path = build_wheel(tmp_path, requires=["idna (>=2)", deep])
    with pytest.raises(UnsafeWheelError, match=r"Requires-Dist with 20,000 brackets: 'idna ; \(\("):
        reader(path, filename=path.name)


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"record": "a,,\n" * 100_000}, r"RECORD has 400,000 bytes, for 4 files"),
        ({"requires": ["idna"] * 60_000}, r"METADATA has 1,200,0\d\d bytes of headers"),
    ],
)
def test_texts_that_cost_their_reader_much_are_refused_before_the_resolver_reads_them(
    more: dict[str, Any], told: str, tmp_path: Path
) -> None:
    with pytest.raises(UnsafeWheelError, match=told):
        refuse_bomb(build_wheel(tmp_path, **more), filename="demo-1.0-py3-none-any.whl")


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (os.mkfifo, "a device, pipe or socket"),
        (lambda path: path.symlink_to("/dev/zero"), "a device, pipe or socket"),
        (os.mkdir, "a folder"),
    ],
)
def test_what_is_no_file_is_refused_and_not_waited_for(
    make: Callable[[Path], None], kind: str, tmp_path: Path
) -> None:
    make(tmp_path / NAME)
    assert refuse_bomb(tmp_path / "a\0b", filename=NAME) == ()
    with pytest.raises(UnsafeWheelError, match=f"{NAME} is refused: it is {kind}"):
        refuse_bomb(tmp_path / NAME, filename=NAME)


def test_more_bytes_than_declared_are_never_inflated(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, files={"bomb.bin": b"\0" * 50_000_000})
    data = bytearray(path.read_bytes())
    small = struct.pack("<L", 1000)
    local, central = data.find(b"PK\x03\x04"), data.find(b"PK\x01\x02")
    data[local + 22 : local + 26] = small
    data[central + 24 : central + 28] = small
    path.write_bytes(bytes(data))
    with pytest.raises(UnsafeWheelError, match="inflates to more than the 1,000 bytes declared"):
        verified(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda text: text.replace("demo.py,sha256=", "demo.py,sha256=AAAA"), "another sha256"),
        (lambda text: text + "gone.py,,\n", r"lists 'gone\.py', which is not in it"),
        (lambda text: text.replace(",10\n", ",11\n", 1), "RECORD says 11"),
        (lambda text: "one,two\n" + text, "has 2 fields, not 3"),
        (lambda text: text.replace("sha256=", "md5=", 1), "sha256 or better"),
    ],
)
def test_a_record_that_is_wrong_is_refused(
    tmp_path: Path, change: Callable[[str], str], words: str
) -> None:
    whole = {
        "demo.py": b"value = 1\n",
        f"{INFO}/METADATA": metadata("demo", "1.0"),
        f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    path = build_wheel(tmp_path, record=change(record_text(whole, INFO)))
    with pytest.raises(UnsafeWheelError, match=words):
        verified(path)


def test_a_file_that_record_forgot_is_accepted_and_told(tmp_path: Path) -> None:
    path = raw_wheel(tmp_path, {"demo.py": b"1"}, lambda a: a.writestr("extra.py", b"2"))
    facts = verified(path)
    assert not facts.record_complete
    assert facts.warnings == ("RECORD does not list extra.py",)


@pytest.mark.parametrize(
    ("filename", "words"),
    [
        ("demo-1.0.whl", "its file name is not"),
        ("other-1.0-py3-none-any.whl", "is not that of other 1.0"),
        ("demo-2.0-py3-none-any.whl", "is not that of demo 2.0"),
    ],
)
def test_a_file_name_that_is_not_the_wheels_is_refused(
    tmp_path: Path, filename: str, words: str
) -> None:
    path = build_wheel(tmp_path).rename(tmp_path / filename)
    with pytest.raises(UnsafeWheelError, match=words):
        verified(path)


def test_metadata_of_another_project_is_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, metadata_name="someone-else")
    with pytest.raises(UnsafeWheelError, match="METADATA is of 'someone-else'"):
        verified(path)


def test_a_data_scheme_that_no_installer_knows_is_refused(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, data={"secrets/x": b"1"})
    with pytest.raises(UnsafeWheelError, match="is in no scheme"):
        verified(path)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_flipped_byte_is_ever_taken_for_the_same_wheel(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("flips")
    path = build_wheel(folder, files={"demo.py": b"value = 1\n" * 20, "b.txt": b"text"})
    whole = verified(path)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(bytes(content))
    try:
        other = verified(path)
    except UnsafeWheelError:
        return
    same = {member.path: member.sha256 for member in whole.members}
    assert {member.path: member.sha256 for member in other.members} == same
    assert other.sha256 != whole.sha256
