"""What killed processes left is swept; what a living one still fills is not."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from manylayers.hands.disk import replacing_file, replacing_folder
from manylayers.hands.leftovers import ABANDONED_SECONDS, beside, claimed, remove, sweep

pytestmark = pytest.mark.skipif(os.name != "posix", reason="locks of files are POSIX")

KILLED = """
import os, sys
from pathlib import Path
from manylayers.hands.disk import replacing_file, replacing_folder
replacing = replacing_folder if sys.argv[2] == "folder" else replacing_file
with replacing(Path(sys.argv[1])):
    os.kill(os.getpid(), 9)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_process_left_is_gone_after_the_next_one(tmp_path: Path, kind: str) -> None:
    place = tmp_path / "layer"
    done = subprocess.run([sys.executable, "-c", KILLED, str(place), kind], check=False)
    assert (done.returncode, len(names(tmp_path))) == (-9, 1)
    assert not place.exists()
    with replacing_folder(place) if kind == "folder" else replacing_file(place):
        pass
    assert names(tmp_path) == ["layer"]


def test_what_a_living_process_fills_is_left_to_it(tmp_path: Path) -> None:
    place = tmp_path / "layer"
    with replacing_file(place) as file:
        file.write(b"one")
        with replacing_file(place) as other:
            other.write(b"other")
        assert place.read_bytes() == b"other"
    assert place.read_bytes() == b"one"


@pytest.mark.parametrize(
    "name",
    [
        ".layer.zip.0123456789abcdef.part",  # of another output
        ".layer.0123456789abcdeg.part",
        ".layer.0123456789abcdef.part~",
        "layer.0123456789abcdef.part",
    ],
)
def test_nothing_else_is_swept(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    sweep(tmp_path / "layer")
    assert names(tmp_path) == [name]


def test_of_two_the_one_that_lives_keeps_neither_from_its_fate(tmp_path: Path) -> None:
    one, other = beside(tmp_path / "layer"), beside(tmp_path / "layer")
    for living, dead in ((one, other), (other, one)):  # whichever the folder lists first
        living.touch()
        dead.touch()
        with claimed(living):
            sweep(tmp_path / "layer")
            assert names(tmp_path) == [living.name]


def test_where_there_is_no_folder_there_is_nothing_to_sweep(tmp_path: Path) -> None:
    sweep(tmp_path / "nowhere" / "layer")


def no_locks(*_: object) -> None:
    raise OSError(errno.ENOLCK, "No locks available")


@pytest.mark.parametrize(("age", "left"), [(0.0, 1), (ABANDONED_SECONDS + 60, 0)])
@pytest.mark.parametrize("system", ["Windows", "a disk of the network"])
def test_where_nothing_can_be_locked_age_decides(
    tmp_path: Path, age: float, left: int, system: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if system == "Windows":
        monkeypatch.setitem(sys.modules, "fcntl", None)
    else:
        monkeypatch.setattr("fcntl.flock", no_locks)
    path = beside(tmp_path / "layer")
    path.write_bytes(b"")
    os.utime(path, (time.time() - age,) * 2)
    sweep(tmp_path / "layer")
    assert len(names(tmp_path)) == left


def test_who_comes_to_hold_what_a_sweep_took_hears_of_it(tmp_path: Path) -> None:
    with claimed(tmp_path / "gone") as still_there:
        assert not still_there
    (tmp_path / "swept").write_bytes(b"")
    with claimed(tmp_path / "swept"), claimed(tmp_path / "swept") as still_there:
        assert not still_there


def test_what_a_sweep_takes_between_opening_and_locking_is_not_held(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "swept"
    path.touch()
    monkeypatch.setattr("fcntl.flock", lambda *_: path.unlink())
    with claimed(path) as still_there:
        assert not still_there


def test_what_was_held_can_be_held_again(tmp_path: Path) -> None:
    (tmp_path / "layer").touch()
    for _ in range(2):
        with claimed(tmp_path / "layer") as got:
            assert got


@pytest.mark.parametrize("locks", [True, False])
def test_no_handle_is_left_open(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, locks: bool
) -> None:
    if not locks:
        monkeypatch.setattr("fcntl.flock", no_locks)
    open_before = len(list(Path("/dev/fd").iterdir()))
    path = beside(tmp_path / "layer")
    path.touch()
    with claimed(path), claimed(path):
        sweep(tmp_path / "layer")
    sweep(tmp_path / "layer")
    assert len(list(Path("/dev/fd").iterdir())) == open_before


def test_what_the_disk_keeps_is_left(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    remove(tmp_path / "file" / "inside")
    assert names(tmp_path) == ["file"]


@pytest.mark.parametrize("name", ["n" * 251 + ".zip", "\u00e9" * 125 + ".zip"])
def test_the_longest_names_have_room_beside_them(tmp_path: Path, name: str) -> None:
    with replacing_file(tmp_path / name) as file:
        file.write(b"content")
    assert names(tmp_path) == [name]
