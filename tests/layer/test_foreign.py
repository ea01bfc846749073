"""What lies in a folder: what an installer put there, and what is somebody's own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from manylayers.errors.places import ForeignFilesError
from manylayers.layer.foreign import claimed_paths, refuse_foreign
from wheel_builder import build_wheel

INFO = "site/demo-1.0.dist-info"
RECORD = b"demo/__init__.py,,\n../bin/demo,,\ndemo-1.0.dist-info/RECORD,,\n"


def claimed(*paths: str, record: bytes = RECORD) -> set[str]:
    return claimed_paths([*paths, f"{INFO}/RECORD"], lambda _: record) - {f"{INFO}/RECORD"}


@pytest.mark.parametrize(
    "path",
    [
        "site/demo/__init__.py",
        "bin/demo",
        "site/demo/__pycache__/__init__.cpython-312.pyc",
        "site/demo/__pycache__/__init__.cpython-312.opt-1.pyc",
        f"{INFO}/INSTALLER",
        f"{INFO}/REQUESTED",
        f"{INFO}/direct_url.json",
    ],
)
def test_an_installers_file_is_claimed(path: str) -> None:
    assert path in claimed(path)


@pytest.mark.parametrize(
    "path",
    [
        "notes.txt",
        "site/demo/mine.py",
        "demo/__init__.py",
        "site/demo/__pycache__/mine.cpython-312.pyc",
        "site/INSTALLER",
        "__pycache__/x.pyc",
        f"{INFO}/mine.txt",
    ],
)
def test_somebodys_own_file_is_not(path: str) -> None:
    assert path not in claimed(path)


def test_a_record_at_the_root_claims_from_there() -> None:
    paths = ["demo/__init__.py", "demo-1.0.dist-info/RECORD"]
    assert claimed_paths(paths, lambda _: RECORD) >= set(paths)
    alone = ["demo.py", "__pycache__/demo.cpython-312.pyc", "demo-1.0.dist-info/RECORD"]
    assert claimed_paths(alone, lambda _: b"demo.py,,\n") >= set(alone)


@pytest.mark.parametrize("record", [b"", b"\xff\xfe", b'"unclosed', b"a,b,c,d,e\n"])
def test_a_record_that_can_not_be_read_claims_nothing(record: bytes) -> None:
    assert "site/demo/__init__.py" not in claimed("site/demo/__init__.py", record=record)


@pytest.mark.parametrize("count", [1, 3, 5])
def test_foreign_files_are_named_and_counted(tmp_path: Path, count: int) -> None:
    names = [f"own{number}.txt" for number in range(count)]
    with pytest.raises(ForeignFilesError) as caught:
        refuse_foreign(tmp_path, names, Path.read_bytes)
    assert ", ".join(names[:3]) in caught.value.message
    assert ("and 2 more" in caught.value.message) == (count == 5)
    assert caught.value.exit_status == 2


def test_a_folder_that_pip_filled_is_known_again(tmp_path: Path, wheels: Path) -> None:
    wheel = build_wheel(
        wheels,
        files={"demo/__init__.py": b"", "demo/x.py": b""},
        entry_points="[console_scripts]\ndemo = demo:x\n",
        data={"data/share/demo.txt": b"", "scripts/tool": b"#!python\n"},
    )
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
    subprocess.run([*command, "--target", "t", str(wheel)], cwd=tmp_path, check=True)
    folder = tmp_path / "t"
    there = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    assert len(there) > 6
    refuse_foreign(folder, there, Path.read_bytes)
