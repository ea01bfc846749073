"""Small wheels changed at random: built right as zipfile and unzip see it, or refused cleanly."""

from __future__ import annotations

import io
import shutil
import struct
import subprocess
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.doors.archive import read_member, refuse_bomb, verify_wheel
from manylayers.errors import UnsafeWheelError
from wheel_builder import Pipe, build_wheel, entry, metadata, record_text

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"
MEMBERS = {
    "demo/__init__.py": b"value = 1\n" * 20,
    "demo/data.bin": bytes(range(64)),
    "demo/empty": b"",
    f"{INFO}/METADATA": metadata("demo", "1.0", ["idna"]),
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
WHOLE = MEMBERS | {f"{INFO}/RECORD": record_text(MEMBERS, INFO).encode()}


def _written(out: Any, method: int, *, wide: bool = False) -> None:
    with zipfile.ZipFile(out, "w", method) as archive:
        if method == zipfile.ZIP_STORED:
            archive.writestr(entry("demo/", executable=False, method=method), b"")
        for name, content in WHOLE.items():
            info = entry(name, executable=False, method=method)
            with archive.open(info, "w", force_zip64=wide) as file:
                file.write(content)


@cache
def samples() -> tuple[bytes, ...]:
    """The same wheel deflated, stored with a folder, with zip64 fields, and with descriptors."""
    found = []
    for method, wide in ((zipfile.ZIP_DEFLATED, False), (zipfile.ZIP_STORED, False), (8, True)):
        out = io.BytesIO()
        _written(out, method, wide=wide)
        found.append(out.getvalue())
    pipe = Pipe()
    _written(pipe, zipfile.ZIP_DEFLATED)
    return (*found, bytes(pipe.data))


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A sample with one to three changes: bytes flipped, numbers set, pieces moved or cut out."""
    data = bytearray(draw(st.sampled_from(samples())))
    for _ in range(draw(st.integers(1, 3))):
        at = draw(st.integers(0, len(data) - 1))
        match draw(st.sampled_from(["flip", "set", "number", "copy", "cut", "insert"])):
            case "flip":
                data[at] ^= 1 << draw(st.integers(0, 7))
            case "set":
                data[at] = draw(st.integers(0, 255))
            case "number":
                value = draw(st.sampled_from((0, 1, 0xFFFF, 0xFFFFFFFF, 1 << 31, len(data))))
                data[at : at + 4] = struct.pack("<L", value)
            case "copy":
                start = draw(st.integers(0, len(data) - 1))
                length = draw(st.integers(1, 120))
                data[at : at + length] = data[start : start + length]
            case "cut":
                del data[at : at + draw(st.integers(1, 60))]
            case _:
                data[at:at] = draw(st.binary(min_size=1, max_size=30))
        if not data:
            break
    return bytes(data)


def test_the_samples_are_sound(tmp_path: Path) -> None:
    for sample in samples():
        (tmp_path / NAME).write_bytes(sample)
        facts = verify_wheel(tmp_path / NAME, filename=NAME)
        assert (facts.record_complete, facts.warnings) == (True, ())
        assert refuse_bomb(tmp_path / NAME) == ("idna",)


def said_cleanly(message: str) -> None:
    assert message.startswith(f"{NAME} is refused: ")
    assert len(message) < 600


@settings(max_examples=600, deadline=None)
@given(data=mutated())
def test_a_changed_wheel_is_read_as_others_read_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = tmp_path_factory.getbasetemp() / NAME
    path.write_bytes(data)
    try:
        refuse_bomb(path)
        facts = verify_wheel(path, filename=NAME)
    except UnsafeWheelError as error:
        said_cleanly(error.message)
        return
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        theirs = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    assert {member.path: read_member(path, member) for member in facts.members} == theirs
    if shutil.which("unzip"):
        done = subprocess.run(["unzip", "-tqq", path], capture_output=True, check=False)
        assert done.returncode <= 1, done.stdout + done.stderr  # 1: a warning, of a lone UTF-8 flag


def test_a_wheel_of_a_hundred_thousand_members_is_refused_by_its_count(tmp_path: Path) -> None:
    path = build_wheel(tmp_path)
    data = bytearray(path.read_bytes())
    end = len(data) - 22
    directory = struct.unpack_from("<LL", data, end + 12)
    wide = struct.pack("<4sQ2H2L4Q", b"PK\6\6", 44, 45, 45, 0, 0, 100_001, 100_001, *directory)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, end, 1)
    data[end + 8 : end + 12] = b"\xff\xff\xff\xff"
    path.write_bytes(bytes(data[:end]) + wide + locator + bytes(data[end:]))
    with pytest.raises(UnsafeWheelError, match="it declares 100,001 members, over 100,000"):
        refuse_bomb(path)


def test_members_that_share_one_body_are_refused_before_it_is_inflated(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, files={f"{n:03}.bin": b"\0" * 2_000_000 for n in range(200)})
    data = bytearray(path.read_bytes())
    place = data.index(b"PK\1\2")
    for _ in range(200):
        struct.pack_into("<L", data, place + 42, 0)
        place += 46 + sum(struct.unpack_from("<3H", data, place + 28))
    path.write_bytes(bytes(data))
    with pytest.raises(UnsafeWheelError, match=r"a zip bomb|overlaps the member after it"):
        verify_wheel(path, filename=path.name)
