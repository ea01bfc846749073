"""Many builds at the same time, over one store and onto one output."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from lock_builder import write_lock
from loopback import Shelf, serving
from wheel_builder import build_wheel

NAMES = ("one", "two", "three")


@pytest.fixture
def shop(tmp_path: Path, wheels: Path) -> Path:
    """A folder with wheels that need one another; the last of them is larger."""
    for name, needed in zip(NAMES, (*NAMES[1:], None), strict=True):
        files = {
            f"{name}.bin": random.Random(name).randbytes(200_000),
            **{f"{name}_{number}.py": b"value = 1\n" for number in range(50)},
        }
        build_wheel(wheels, name, files=files, requires=[needed] if needed else [])
    return tmp_path


def at_once(folder: Path, commands: Sequence[Sequence[str]]) -> list[str]:
    """All ``commands`` begun before any is waited for; what each said, all having ended well."""
    children = [
        subprocess.Popen(
            [sys.executable, "-m", "manylayers", "build", "--python", "3.12", "-q", *words],
            cwd=folder,
            env={**os.environ, "MANYLAYERS_CACHE_DIR": str(folder / ".cache")},
            stderr=subprocess.PIPE,
            text=True,
        )
        for words in commands
    ]
    said = [child.communicate(timeout=120)[1] for child in children]
    assert [child.returncode for child in children] == [0] * len(children), said
    return said


def test_twenty_builds_over_one_empty_store_end_with_the_same_bytes(shop: Path) -> None:
    shelf = Shelf(wheels=shop / "wheels")
    with serving(shelf) as host:
        write_lock(shop, (shop / "wheels").iterdir(), root=f"http://{host}/files")
        at_once(shop, [("--lock", "pylock.toml", "-o", f"out/{n}.zip") for n in range(20)])
    assert len({path.read_bytes() for path in (shop / "out").iterdir()}) == 1
    assert len(list((shop / "out").iterdir())) == 20
    assert len(shelf.asked) == len(NAMES), "each wheel is fetched by one of them, for all"
    assert not list((shop / ".cache" / "tmp").iterdir())


@pytest.mark.parametrize("source", ["an index", "a folder"])
def test_builds_that_resolve_at_once_end_with_the_same_bytes(shop: Path, source: str) -> None:
    with serving(Shelf(wheels=shop / "wheels")) as host:
        index = ("--index-url", f"http://{host}/simple")
        if source == "a folder":
            index = ("--no-index", "--find-links", "wheels")  # type: ignore[assignment]
        at_once(shop, [("one", *index, "-o", f"out/{number}.zip") for number in range(6)])
    assert len({path.read_bytes() for path in (shop / "out").iterdir()}) == 1


@pytest.mark.parametrize("output", ["layer.zip", "layer/"])
def test_builds_onto_one_output_end_with_one_of_them_whole(shop: Path, output: str) -> None:
    words = {name: (f"./wheels/{name}-1.0-py3-none-any.whl", "--no-index", "--find-links", "wheels")
             for name in NAMES}  # fmt: skip
    at_once(shop, [(*words[name], "-o", f"alone-{name}{_end(output)}") for name in NAMES])
    alone = [_content(shop / f"alone-{name}{_end(output)}") for name in NAMES]
    at_once(shop, [(*words[name], "-o", output) for name in NAMES * 2])
    assert _content(shop / output) in alone
    left = {path.name for path in shop.iterdir() if path.name.startswith(".")}
    assert left == {".cache"}


def _end(output: str) -> str:
    return output.removeprefix("layer")


def _content(place: Path) -> dict[str, bytes]:
    files = [path for path in place.rglob("*") if path.is_file()] if place.is_dir() else [place]
    return {
        path.relative_to(place).as_posix() if path != place else "": path.read_bytes()
        for path in files
    }
