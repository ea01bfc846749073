"""A zip that was read is known again by its content, wherever it lies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import manylayers
from made_layers import installed, write_layer
from manylayers.doors import layers
from manylayers.doors.store import Store
from manylayers.doors.store_parts import readings
from manylayers.hands.digest import digest
from manylayers.layer.carried import Carried
from manylayers.stories.reading_once import ReadingOnce


class Counting:
    """The real door, counting."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def read_layer(self, path: Path) -> Carried:
        self.read.append(path.name)
        return layers.read_layer(path)


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    return write_layer(tmp_path / "layer.zip", installed("demo"))


def test_the_second_reading_is_the_first_ones(tmp_path: Path, layer: Path) -> None:
    counting, store = Counting(), Store(tmp_path / "cache")
    first = ReadingOnce(counting, digest, store).read_layer(layer)
    copy = Path(shutil.copy(layer, tmp_path / "copy.zip"))
    again = ReadingOnce(counting, digest, store).read_layer(copy)
    assert counting.read == ["layer.zip"]
    assert again == first._replace(label=str(copy))


def test_a_damaged_reading_is_made_anew(tmp_path: Path, layer: Path) -> None:
    counting, store = Counting(), Store(tmp_path / "cache")
    once = ReadingOnce(counting, digest, store)
    first = once.read_layer(layer)
    (kept,) = readings(tmp_path / "cache")
    data = kept.read_bytes()
    for damaged in (data[:-1], b"", data[:9] + bytes([data[9] ^ 1]) + data[10:]):
        kept.write_bytes(damaged)
        assert once.read_layer(layer) == first
    store.keep(kept.name, b"{}\n")
    assert once.read_layer(layer) == first
    assert counting.read == ["layer.zip"] * 5


def test_a_changed_zip_is_another_one(tmp_path: Path, layer: Path) -> None:
    counting, store = Counting(), Store(tmp_path / "cache")
    ReadingOnce(counting, digest, store).read_layer(layer)
    write_layer(layer, installed("demo", "2.0"))
    (demo,) = ReadingOnce(counting, digest, store).read_layer(layer).distributions
    assert demo.version == "2.0"


def test_a_folder_is_read_each_time(tmp_path: Path) -> None:
    (tmp_path / "python").mkdir()
    (tmp_path / "python" / "a.py").touch()
    counting, store = Counting(), Store(tmp_path / "cache")
    for _ in range(2):
        ReadingOnce(counting, digest, store).read_layer(tmp_path)
    assert len(counting.read) == 2


def test_a_store_that_can_not_be_written_changes_nothing(tmp_path: Path, layer: Path) -> None:
    (tmp_path / "file").touch()
    report = manylayers.check(layer, cache_folder=tmp_path / "file" / "cache")
    assert report.findings == ()
