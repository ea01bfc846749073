"""The store under faults: what is damaged is never served, what is sound is never lost."""

from __future__ import annotations

import os
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from manylayers.doors import store as store_door
from manylayers.doors.archive import verify_wheel
from manylayers.doors.store import (
    ABANDONED_SECONDS,
    TAG,
    USE_SECONDS,
    Store,
    StoredWheel,
    facts_place,
)
from manylayers.errors.places import StoreError
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
    place = facts_place(wheel.path)
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
    os.truncate(wheel.path if suffix == ".whl" else facts_place(wheel.path), keep)
    assert store.find(wheel.facts.sha256) is None


@pytest.mark.parametrize("suffix", [".whl", ".facts"])
def test_a_folder_in_the_place_of_a_file_is_not_served(
    tmp_path: Path, wheels: Path, suffix: str
) -> None:
    store, wheel = kept(tmp_path, wheels)
    place = wheel.path if suffix == ".whl" else facts_place(wheel.path)
    place.unlink()
    place.mkdir()
    assert store.find(wheel.facts.sha256) is None


def test_what_is_learnt_again_is_found_again(tmp_path: Path, wheels: Path) -> None:
    store, wheel = kept(tmp_path, wheels)
    os.utime(wheel.path)
    facts_place(wheel.path).write_bytes(b'{"facts":1}')
    assert store.find(wheel.facts.sha256) is None
    store.learn(wheel.facts)
    assert store.find(wheel.facts.sha256) == wheel


def test_releases_with_other_facts_share_a_wheel(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store, wheel = kept(tmp_path, wheels)
    with monkeypatch.context() as newer:
        newer.setattr(store_door, "FACTS_VERSION", 99)
        assert store.find(wheel.facts.sha256) is None
        store.learn(wheel.facts)
        assert store.find(wheel.facts.sha256) == wheel
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


def test_locks_of_killed_processes_are_swept_and_held_ones_kept(tmp_path: Path) -> None:
    long_ago = time.time() - ABANDONED_SECONDS - 60
    folder = tmp_path / "tmp"
    folder.mkdir()
    (folder / "nobodys.lock").touch()
    (folder / "link.lock").symlink_to(folder / "link.lock")
    with Store(tmp_path).lock("held"):
        for path in folder.iterdir():
            os.utime(path, (long_ago, long_ago), follow_symlinks=False)
        with Store(tmp_path).partial():
            assert sorted(path.name for path in folder.glob("*.lock")) == ["held.lock"]
    assert list(folder.iterdir()) == []


def test_one_at_a_time_brings_an_entry_in_though_lock_files_come_and_go(tmp_path: Path) -> None:
    inside: list[int] = []
    most: list[int] = []

    def bring(number: int) -> None:
        for _ in range(20):
            with Store(tmp_path).lock("one"):
                inside.append(number)
                most.append(len(inside))
                time.sleep(0.0005)
                inside.remove(number)

    with ThreadPoolExecutor(4) as pool:
        for done in [pool.submit(bring, number) for number in range(4)]:
            done.result()
    assert set(most) == {1}


def test_who_waits_too_long_for_an_entry_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_door, "LOCK_SECONDS", 0.1)
    with (
        Store(tmp_path).lock("one"),
        pytest.raises(StoreError, match="another process has been fetching one into"),
        ThreadPoolExecutor(1) as pool,
    ):
        pool.submit(Store(tmp_path).lock("one").__enter__).result()


def test_a_lock_that_can_not_be_had_stops_nobody(tmp_path: Path) -> None:
    (tmp_path / "tmp" / "one.lock").mkdir(parents=True)
    with Store(tmp_path).lock("one"):
        pass


@pytest.mark.parametrize(("age", "noted"), [(0.5, False), (1.5, True)])
def test_the_use_of_a_wheel_is_noted_by_the_day(
    tmp_path: Path, wheels: Path, age: float, *, noted: bool
) -> None:
    store, wheel = kept(tmp_path, wheels)
    facts = facts_place(wheel.path)
    before = time.time() - age * USE_SECONDS
    os.utime(facts, (before, before))
    assert store.find(wheel.facts.sha256) == wheel
    assert (facts.stat().st_mtime > before + 60) is noted
    assert store.find(wheel.facts.sha256) == wheel


@pytest.mark.parametrize("there", [b"", b"Signature: 8a47"])
def test_a_tag_that_was_cut_short_is_made_whole(tmp_path: Path, there: bytes) -> None:
    (tmp_path / "CACHEDIR.TAG").write_bytes(there)
    with Store(tmp_path).partial():
        assert (tmp_path / "CACHEDIR.TAG").read_bytes() == TAG


def test_a_tag_of_somebody_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "CACHEDIR.TAG").write_bytes(b"Signature: 8a477f597d28d172789f06886806bc55\n# mine")
    with Store(tmp_path).partial():
        assert (tmp_path / "CACHEDIR.TAG").read_bytes().endswith(b"# mine")


def test_a_store_that_can_not_be_made_is_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with (
        pytest.raises(StoreError, match=r"can not be written: not a directory"),
        Store(tmp_path / "file" / "store").partial(),
    ):
        pass
