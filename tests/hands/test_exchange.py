"""Folders that take each other's place, in one step where the system has it."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest

from manylayers.errors.places import OutputError
from manylayers.hands import disk
from manylayers.hands.disk import replacing_folder
from manylayers.hands.exchange import exchange


@pytest.mark.skipif(sys.platform != "linux", reason="other systems take two steps")
def test_two_folders_are_swapped(tmp_path: Path) -> None:
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one" / "other").exists()
    assert (tmp_path / "other" / "one").exists()


def test_nothing_is_swapped_with_what_is_not_there(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    assert not exchange(tmp_path / "one", tmp_path / "other")
    assert (tmp_path / "one").is_dir()


@pytest.fixture(params=["one step", "two steps"])
def place(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one file, to be replaced in either way."""
    if request.param == "two steps":
        monkeypatch.setattr(disk, "exchange", lambda *_: False)
    (tmp_path / "layer").mkdir()
    (tmp_path / "layer" / "old").touch()
    return tmp_path / "layer"


def test_a_folder_is_replaced_in_either_way(place: Path) -> None:
    with replacing_folder(place) as folder:
        (folder / "new").touch()
    assert [path.name for path in place.iterdir()] == ["new"]
    assert list(place.parent.iterdir()) == [place]


def test_whoever_comes_last_of_two_has_the_whole_folder(place: Path) -> None:
    with replacing_folder(place) as one:
        (one / "one").touch()
        with replacing_folder(place) as other:
            (other / "other").touch()
    assert [path.name for path in place.iterdir()] == ["one"]
    assert list(place.parent.iterdir()) == [place]


def test_another_that_comes_between_the_two_steps_is_replaced_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    place, rename = tmp_path / "layer", Path.rename
    taken: list[Path] = []

    def slow(self: Path, target: Path) -> Path:
        result = rename(self, target)
        if self == place and not taken:
            taken.append(target)
            place.mkdir()
            (place / "between").touch()
        return result

    place.mkdir()
    (place / "old").touch()
    monkeypatch.setattr(Path, "rename", slow)
    with replacing_folder(place) as folder:
        (folder / "new").touch()
    assert [path.name for path in place.iterdir()] == ["new"]
    assert list(tmp_path.iterdir()) == [place]


def test_a_second_step_that_fails_brings_the_old_folder_back(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename, steps = os.rename, []

    def failing(self: Path, target: Path) -> Path:
        steps.append(self)
        if target == place and len(steps) == 3:
            raise OSError(errno.EIO, "Input/output error")
        rename(self, target)
        return target

    monkeypatch.setattr(Path, "rename", failing)
    monkeypatch.setattr(disk, "exchange", lambda *_: False)
    with pytest.raises(OutputError, match="input/output error"), replacing_folder(place) as folder:
        (folder / "new").touch()
    assert [path.name for path in place.iterdir()] == ["old"]
    assert list(place.parent.iterdir()) == [place]
