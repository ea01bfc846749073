"""Small wheels changed at random: built right as zipfile and unzip see it, or refused cleanly."""

from __future__ import annotations

import struct
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.doors.archive import refuse_bomb, verify_wheel
from manylayers.errors.inputs import UnsafeWheelError
from reading_alike import refused_or_read_alike
from wheel_builder import build_wheel
from wheel_samples import NAME, samples
from zip_mutations import changed
from zip_parts import put_together, taken_apart

FINDS = sorted((Path(__file__).parent.parent / "finds").glob("*.whl"))


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
        assert refuse_bomb(tmp_path / NAME, filename=NAME) == ("idna",)


@settings(max_examples=400, deadline=None)
@given(data=mutated())
def test_a_changed_wheel_is_read_as_others_read_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    _read(tmp_path_factory, data)


@settings(max_examples=400, deadline=None)
@given(sample=st.sampled_from(range(4)), seed=st.integers(0, 1 << 32))
def test_a_wheel_of_another_structure_is_read_as_others_read_it_or_refused(
    tmp_path_factory: pytest.TempPathFactory, sample: int, seed: int
) -> None:
    _read(tmp_path_factory, changed(samples()[sample], Random(seed)))


def _read(folders: pytest.TempPathFactory, data: bytes) -> str | None:
    path = folders.getbasetemp() / NAME
    path.write_bytes(data)
    return refused_or_read_alike(path, path.with_name("layer.zip"))


def test_samples_that_are_taken_apart_come_together_again() -> None:
    for sample in samples():
        assert put_together(taken_apart(sample)) == sample


@pytest.mark.parametrize("find", FINDS, ids=lambda find: find.stem)
def test_what_the_fuzzer_found_is_refused_or_read_alike(
    tmp_path_factory: pytest.TempPathFactory, find: Path
) -> None:
    refusal = _read(tmp_path_factory, find.read_bytes())
    assert (refusal is None) == find.stem.startswith("read-")


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
        refuse_bomb(path, filename=path.name)


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
