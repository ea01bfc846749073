"""Files and folders that are there whole or not at all."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import BinaryIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manylayers.errors.places import OutputError
from manylayers.hands import disk
from manylayers.hands.disk import (
    WINDOW,
    ReadAhead,
    Source,
    Window,
    abandon,
    explained,
    passing_folder,
    read_at,
    replacing_file,
    replacing_folder,
    under_way,
    write_file,
)
from manylayers.hands.leftovers import random_name

posix = pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")


def tree(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def replace_file(path: Path, data: bytes, failure: BaseException | None = None) -> None:
    with replacing_file(path) as file:
        file.write(data)
        if failure:
            raise failure


def replace_folder(path: Path, data: bytes, failure: BaseException | None = None) -> None:
    with replacing_folder(path) as folder:
        (folder / "inside").write_bytes(data)
        if failure:
            raise failure


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    (tmp_path / "layer.zip").write_bytes(b"old")
    replace_file(tmp_path / "layer.zip", b"new")
    assert tree(tmp_path) == {"layer.zip": b"new"}


def test_what_is_being_written_is_not_seen_under_its_name_yet(tmp_path: Path) -> None:
    with replacing_file(tmp_path / "layer.zip") as file:
        file.write(b"new")
        assert not (tmp_path / "layer.zip").exists()


@pytest.mark.parametrize("failure", [ValueError("bug"), KeyboardInterrupt(), SystemExit(1)])
def test_on_any_failure_the_old_file_stays_and_nothing_else(
    tmp_path: Path, failure: BaseException
) -> None:
    (tmp_path / "layer.zip").write_bytes(b"old")
    with pytest.raises(type(failure)):
        replace_file(tmp_path / "layer.zip", b"new", failure)
    assert tree(tmp_path) == {"layer.zip": b"old"}


def test_the_disks_refusal_is_told_with_the_place_and_a_way_out(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can not be written: no space left") as caught:
        replace_file(tmp_path / "layer.zip", b"", OSError(28, "No space left on device"))
    assert (caught.value.exit_status, list(tmp_path.iterdir())) == (5, [])
    assert "choose another place" in caught.value.hint


def test_what_the_disk_did_not_take_is_given_no_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(_: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    (tmp_path / "layer.zip").write_bytes(b"old")
    monkeypatch.setattr(os, "fsync", failing)
    with pytest.raises(OutputError, match="can not be written: input/output error"):
        replace_file(tmp_path / "layer.zip", b"new")
    assert tree(tmp_path) == {"layer.zip": b"old"}


def test_a_folder_that_the_disk_refuses_is_told_like_a_file(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can not be written: no such file"):
        replace_folder(tmp_path / "nowhere" / "layer", b"")


def test_who_will_not_come_back_removes_what_is_under_way_and_nothing_else(tmp_path: Path) -> None:
    with under_way(tmp_path / "done"):
        pass
    with under_way(tmp_path / "begun"):
        for name in ("done", "begun"):
            (tmp_path / name).write_bytes(b"")
        abandon()
        assert tree(tmp_path) == {"done": b""}


def test_a_passing_folder_is_there_for_the_block_and_for_us_alone() -> None:
    with passing_folder("manylayers") as folder:
        (folder / "file").write_bytes(b"")
        if os.name == "posix":
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not folder.exists()


def test_a_file_in_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match="can not be written: no such file"):
        replace_file(tmp_path / "nowhere" / "layer.zip", b"")


def test_a_file_where_a_folder_is_is_refused_before_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "layer").mkdir()
    with pytest.raises(OutputError, match="a file was to be written there"):
        replace_file(tmp_path / "layer", b"")
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


@posix
@pytest.mark.parametrize(("umask", "mode"), [(0o022, 0o644), (0o077, 0o600)])
def test_a_new_file_has_the_mode_that_the_user_gives_files(
    tmp_path: Path, umask: int, mode: int
) -> None:
    before = os.umask(umask)
    try:
        replace_file(tmp_path / "layer.zip", b"")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "layer.zip").stat().st_mode) == mode


def test_two_writers_of_one_file_do_not_meet(tmp_path: Path) -> None:
    path = tmp_path / "layer.zip"
    with replacing_file(path) as one, replacing_file(path) as other:
        one.write(b"one")
        other.write(b"other")
    assert tree(tmp_path) == {"layer.zip": b"one"}


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "old").write_bytes(b"old")
    replace_folder(tmp_path / "layer", b"new")
    assert tree(tmp_path) == {"layer/inside": b"new"}


@pytest.mark.parametrize("failure", [ValueError("bug"), KeyboardInterrupt()])
def test_on_any_failure_the_old_folder_stays_and_nothing_else(
    tmp_path: Path, failure: BaseException
) -> None:
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "old").write_bytes(b"old")
    with pytest.raises(type(failure)):
        replace_folder(tmp_path / "layer", b"new", failure)
    assert tree(tmp_path) == {"layer/old": b"old"}
    assert [path.name for path in tmp_path.iterdir()] == ["layer"]


def test_folders_above_a_small_file_are_made(tmp_path: Path) -> None:
    write_file(tmp_path / "a" / "b" / "c", b"content")
    assert tree(tmp_path) == {"a/b/c": b"content"}


def test_an_error_without_the_systems_words_is_told_in_its_own() -> None:
    with (
        pytest.raises(OutputError, match="place can not be written: odd"),
        explained(Path("place")),
    ):
        raise OSError("Odd")


def test_names_never_meet() -> None:
    names = {random_name() for _ in range(1000)}
    assert len(names) == 1000
    assert all(len(name) == 16 and int(name, 16) >= 0 for name in names)


CONTENT = bytes(range(251)) * (3 * WINDOW // 251)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("source") / "file"
    path.write_bytes(CONTENT)
    return path


@pytest.fixture(scope="module")
def other(source: Path) -> Path:
    path = source.with_name("other")
    path.write_bytes(CONTENT[::-1])
    return path


LENGTHS = [WINDOW // 4, WINDOW // 4 + 1, WINDOW, 2 * WINDOW]
READS = st.tuples(
    st.integers(0, len(CONTENT) + 10), st.one_of(st.integers(0, 300), st.sampled_from(LENGTHS))
)


@given(st.lists(READS, max_size=8))
def test_reading_ahead_gives_what_reading_gives(source: Path, reads: list[tuple[int, int]]) -> None:
    with source.open("rb", buffering=0) as file:
        ahead = ReadAhead(file)
        for offset, length in reads:
            assert ahead(offset, length) == CONTENT[offset : offset + length]


@given(st.lists(st.tuples(st.booleans(), READS), max_size=12))
def test_sources_with_one_window_give_what_each_of_them_holds(
    source: Path, other: Path, reads: list[tuple[bool, tuple[int, int]]]
) -> None:
    window = Window()
    with source.open("rb", buffering=0) as one, other.open("rb", buffering=0) as two:
        sources = [(Source(one, window), CONTENT), (Source(two, window), CONTENT[::-1])]
        for which, (offset, length) in reads:
            copied, content = sources[which]
            place = memoryview(bytearray(length))
            there = place[: copied.read_into(place, offset)]
            assert there == content[offset : offset + length]
            if length <= WINDOW:
                assert copied.read(offset, length) == content[offset : offset + length]


def test_small_files_side_by_side_are_read_together_and_large_ones_alone(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[int, int]] = []

    def noted(file: BinaryIO, offset: int, length: int) -> bytes:
        asked.append((offset, length))
        return read_at(file, offset, length)

    monkeypatch.setattr(disk, "read_at", noted)
    with source.open("rb", buffering=0) as file:
        ahead = ReadAhead(file)
        for offset in (100, 300, 100 + WINDOW - 200):
            ahead(offset, 200)
        assert asked == [(100, WINDOW)]
        ahead(0, 1)
        ahead(5, WINDOW // 2)
        ahead(5 + WINDOW, WINDOW // 2)
        ahead(WINDOW - 5, 10)
    assert asked[1:] == [(0, WINDOW), (5 + WINDOW, WINDOW // 2), (WINDOW - 5, WINDOW)]


def test_reading_at_a_place_gives_fewer_bytes_only_at_the_end(source: Path) -> None:
    with source.open("rb", buffering=0) as file:
        assert read_at(file, 5, 10) == CONTENT[5:15]
        assert read_at(file, len(CONTENT) - 3, 10) == CONTENT[-3:]
        assert read_at(file, len(CONTENT), 10) == b""
