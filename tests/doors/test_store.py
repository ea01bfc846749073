"""The store under faults: what is damaged is never served, what is sound is never lost."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import pytest

from manylayers.doors.archive import verify_wheel
from manylayers.doors.store import ABANDONED_SECONDS, Store, StoredWheel
from manylayers.errors import StoreError
from wheel_builder import build_wheel


def kept(folder: Path, wheels: Path) -> tuple[Store, StoredWheel]:
    """A store in ``folder`` with one wheel in it."""
    path = build_wheel(wheels)
    store = Store(folder)
    facts = verify_wheel(path, filename=path.name)
    with store.partial() as partial:
        shutil.copyfile(path, partial)
        return store, store.adopt(partial, facts)


def test_what_was_adopted_is_found_by_another_process(tmp_path: Path, wheels: Path) -> None:
    store, wheel = kept(tmp_path, wheels)
    assert store.find(wheel.facts.sha256) == wheel
    assert Store(tmp_path).find(wheel.facts.sha256) == wheel
    assert not list((tmp_path / "tmp").glob("*.part"))


def test_no_byte_of_the_facts_can_be_flipped_unseen(tmp_path: Path, wheels: Path) -> None:
    store, wheel = kept(tmp_path, wheels)
    place = wheel.path.with_suffix(".facts")
    sound = place.read_bytes()
    for at in range(len(sound)):
        place.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        assert store.find(wheel.facts.sha256) is None
    place.write_bytes(sound)
    assert store.find(wheel.facts.sha256) == wheel


@pytest.mark.parametrize("at", [0, 40, -1])
def test_a_wheel_that_was_written_to_is_not_served(tmp_path: Path, wheels: Path, at: int) -> None:
    store, wheel = kept(tmp_path, wheels)
    data = bytearray(wheel.path.read_bytes())
    data[at] ^= 1
    wheel.path.write_bytes(bytes(data))
    assert store.find(wheel.facts.sha256) is None
    assert store.unsure(wheel.facts.sha256) == wheel.path


@pytest.mark.parametrize("suffix", [".whl", ".facts"])
@pytest.mark.parametrize("keep", [0, 1, 100])
def test_a_file_cut_short_is_not_served(
    tmp_path: Path, wheels: Path, suffix: str, keep: int
) -> None:
    store, wheel = kept(tmp_path, wheels)
    os.truncate(wheel.path.with_suffix(suffix), keep)
    assert store.find(wheel.facts.sha256) is None


@pytest.mark.parametrize("suffix", [".whl", ".facts"])
def test_a_folder_in_the_place_of_a_file_is_not_served(
    tmp_path: Path, wheels: Path, suffix: str
) -> None:
    store, wheel = kept(tmp_path, wheels)
    place = wheel.path.with_suffix(suffix)
    place.unlink()
    place.mkdir()
    assert store.find(wheel.facts.sha256) is None


def test_what_is_learnt_again_is_found_again(tmp_path: Path, wheels: Path) -> None:
    store, wheel = kept(tmp_path, wheels)
    os.utime(wheel.path)
    wheel.path.with_suffix(".facts").write_bytes(b'{"facts":1}')
    assert store.find(wheel.facts.sha256) is None
    store.learn(wheel.facts)
    assert store.find(wheel.facts.sha256) == wheel


def test_what_can_not_be_kept_is_known_for_now(tmp_path: Path, wheels: Path) -> None:
    store, wheel = kept(tmp_path, wheels)
    shutil.rmtree(tmp_path / "tmp")
    assert store.learn(wheel.facts) == wheel


def test_leftovers_of_killed_processes_are_swept_and_living_ones_kept(tmp_path: Path) -> None:
    old, young = tmp_path / "tmp" / "old.part", tmp_path / "tmp" / "young.part"
    old.parent.mkdir()
    old.write_bytes(b"half")
    young.write_bytes(b"half")
    long_ago = time.time() - ABANDONED_SECONDS - 60
    os.utime(old, (long_ago, long_ago))
    with Store(tmp_path).partial() as mine:
        mine.write_bytes(b"x")
        assert not old.exists()
        assert young.exists()
    assert not mine.exists()


def test_a_store_that_can_not_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(StoreError, match=r"can not be written: not a directory"),
        Store(tmp_path / "file" / "store").partial(),
    ):
        pass
