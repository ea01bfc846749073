"""A file written, hashed and synced at once: the bytes are right, and no fault is lost."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from errno import ENOSPC
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import BinaryIO

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from manylayers.hands.disk import Source, Window
from manylayers.hands.hashing import BLOCK, SYNC_EVERY, HashingWriter, SyncAhead

MOST = 20.0
"""Seconds a test waits for another thread before it says that nothing came."""


@pytest.fixture
def raw(tmp_path: Path) -> Iterator[BinaryIO]:
    with (tmp_path / "file").open("w+b", buffering=0) as file:
        yield file


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


class Disk(io.RawIOBase):
    """A file that takes ``most`` bytes a write, and whose sync and writes may fail."""

    def __init__(
        self,
        *,
        most: int = 1 << 30,
        handle: int = -1,
        refuse: Callable[[int], bool] = lambda _: False,
    ) -> None:
        super().__init__()
        self.content = bytearray()
        self.synced = threading.Event()
        self._most, self._handle, self._refuse = most, handle, refuse

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        taken = bytes(data)[: self._most]  # type: ignore[call-overload]
        if self._refuse(len(self.content)):
            raise OSError(ENOSPC, "No space left on device")
        self.content += taken
        return len(taken)

    def fileno(self) -> int:
        self.synced.set()
        return self._handle


@pytest.fixture(scope="module")
def handle(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """A handle that can be synced, for disks in memory."""
    with (tmp_path_factory.mktemp("disk") / "file").open("wb") as file:
        yield file.fileno()


def written(disk: Disk, *pieces: bytes, then: Callable[[], object] = lambda: None) -> HashingWriter:
    """A writer that wrote ``pieces``, did ``then`` what it says, and ended."""
    with HashingWriter(disk) as out:  # type: ignore[arg-type]
        for piece in pieces:
            out.write(piece)
        then()
    return out


PIECES = st.lists(
    st.one_of(
        st.binary(max_size=50),
        st.sampled_from([1, 1 << 16, (1 << 18) + 1, BLOCK - 1, BLOCK + 7]).map(lambda n: b"x" * n),
    ),
    max_size=6,
)


@given(PIECES, st.sampled_from([7 << 14, 1 << 30]))
def test_all_pieces_are_written_in_order_and_hashed(
    handle: int, pieces: list[bytes], most: int
) -> None:
    disk = Disk(most=most, handle=handle)
    out = written(disk, *pieces)
    whole = b"".join(pieces)
    assert (bytes(disk.content), out.position) == (whole, len(whole))
    assert out.hexdigest() == sha256(whole).hexdigest()


@given(
    st.lists(
        st.tuples(
            st.integers(0, 3 * BLOCK),
            st.sampled_from([0, 1, 100, 70_000, 300_000, BLOCK, BLOCK + 1, 2 * BLOCK]),
        ),
        max_size=4,
    )
)
@example([(0, BLOCK - 60), (0, 100)])
def test_copied_ranges_are_those_of_the_source(handle: int, ranges: list[tuple[int, int]]) -> None:
    ranges = [(start, min(length, len(SOURCE) - start)) for start, length in ranges]
    disk = Disk(handle=handle)
    with source_of(SOURCE) as source, HashingWriter(disk) as out:  # type: ignore[arg-type]
        for start, length in ranges:
            out.copy(b"head", source, start, length)
    wanted = b"".join(b"head" + SOURCE[start : start + length] for start, length in ranges)
    assert bytes(disk.content) == wanted
    assert out.hexdigest() == sha256(wanted).hexdigest()


SOURCE = bytes(range(256)) * (3 * BLOCK // 256 + 1)


@contextmanager
def source_of(content: bytes) -> Iterator[Source]:
    with TemporaryFile(buffering=0) as file:
        file.write(content)
        yield Source(file, Window())


@pytest.mark.parametrize("length", [6, BLOCK])
def test_a_source_that_ends_early_is_an_error_and_not_a_short_file(
    raw: BinaryIO, length: int
) -> None:
    with (
        source_of(b"short") as source,
        pytest.raises(EOFError, match="ends before byte"),
        HashingWriter(raw) as out,
    ):
        out.copy(b"head", source, 0, length)


def test_a_full_disk_surfaces() -> None:
    disk = Disk(refuse=lambda held: held >= BLOCK)
    with pytest.raises(OSError, match="No space left"):
        written(disk, *[b"x" * BLOCK] * 4)


def test_a_full_disk_surfaces_though_only_the_last_bytes_did_not_fit() -> None:
    with pytest.raises(OSError, match="No space left"):
        written(Disk(refuse=lambda _: True), b"small")


def fail() -> None:
    raise KeyError("own")


def test_an_error_of_ones_own_is_not_hidden_by_the_disks() -> None:
    with pytest.raises(KeyError, match="own"):
        written(Disk(refuse=lambda _: True), b"never flushed", then=fail)


# -- the sync that runs ahead ----------------------------------------------------------------------


@pytest.fixture
def unsyncable() -> Iterator[int]:
    """A handle that can be written to and never be synced."""
    ours, theirs = os.pipe()
    yield theirs
    os.close(ours)
    os.close(theirs)


def test_a_sync_that_fails_is_told_at_the_end(unsyncable: int) -> None:
    disk = Disk(handle=unsyncable)
    ahead = SyncAhead(disk)  # type: ignore[arg-type]
    ahead.wrote(SYNC_EVERY)
    assert disk.synced.wait(MOST)
    assert isinstance(ahead.end(), OSError)


def test_a_writer_whose_sync_failed_does_not_end_well(unsyncable: int) -> None:
    disk = Disk(handle=unsyncable)
    with pytest.raises(OSError, match="Invalid argument"):
        written(disk, b"x" * (SYNC_EVERY + BLOCK), then=lambda: disk.synced.wait(MOST))


def test_writing_goes_on_after_a_sync_failed_and_nothing_hangs(unsyncable: int) -> None:
    disk = Disk(handle=unsyncable)
    ahead = SyncAhead(disk)  # type: ignore[arg-type]
    ahead.wrote(SYNC_EVERY)
    assert disk.synced.wait(MOST)
    for _ in range(50):
        ahead.wrote(SYNC_EVERY)
    assert isinstance(ahead.end(), OSError)


def test_an_error_of_ones_own_is_not_hidden_by_the_syncs(unsyncable: int) -> None:
    disk = Disk(handle=unsyncable)

    def fail_after_the_sync() -> None:
        assert disk.synced.wait(MOST)
        fail()

    with pytest.raises(KeyError, match="own"):
        written(disk, b"x" * (SYNC_EVERY + BLOCK), then=fail_after_the_sync)


def test_a_small_file_is_left_to_the_sync_at_the_end() -> None:
    disk = Disk()
    ahead = SyncAhead(disk)  # type: ignore[arg-type]
    before = threading.active_count()
    ahead.wrote(SYNC_EVERY - 1)
    assert threading.active_count() == before
    assert ahead.end() is None
    assert not disk.synced.is_set()


def test_a_large_file_is_synced_while_it_is_written(raw: BinaryIO) -> None:
    ahead = SyncAhead(raw)
    for _ in range(3):
        raw.write(b"x" * (SYNC_EVERY // 2))
        ahead.wrote(SYNC_EVERY // 2)
    assert ahead.end() is None


def test_ending_twice_does_no_harm(raw: BinaryIO) -> None:
    ahead = SyncAhead(raw)
    ahead.wrote(SYNC_EVERY)
    assert (ahead.end(), ahead.end()) == (None, None)


def test_a_writer_that_was_never_written_to_makes_an_empty_file(raw: BinaryIO) -> None:
    with HashingWriter(raw) as out:
        pass
    assert (out.position, out.hexdigest()) == (0, sha256(b"").hexdigest())
