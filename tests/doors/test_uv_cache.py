"""uv's cache held against what uv left in it: no damage there ends a build or changes it."""

from __future__ import annotations

import json
import os
import select
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import pytest

import manylayers
from index_app import IndexApp, Offer, Reply, json_page, serving
from manylayers.doors.uv import uv_program
from manylayers.doors.uv_cache import NOTES_VERSION, mend, note, notes_place, sweep, trouble
from manylayers.formats.sealed import sealed
from rot import rotten
from wheel_builder import build_wheel, metadata


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    """A cache of two files that were noted, and one that uv has written since."""
    folder = tmp_path / "uv-v1"
    (folder / "simple").mkdir(parents=True)
    for name in ("one.rkyv", "two.msgpack"):
        (folder / "simple" / name).write_bytes(b"what uv wrote")
    note(folder)
    (folder / "simple" / "new.rkyv").write_bytes(b"what uv wrote since")
    return folder


def folder_instead(path: Path) -> None:
    path.unlink()
    path.mkdir()


def link_instead(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def flipped(path: Path) -> None:
    rotten(path)
    os.utime(path)


def left(cache: Path) -> list[str]:
    return sorted(path.name for path in (cache / "simple").iterdir())


def test_what_is_as_it_was_stays(cache: Path) -> None:
    assert (mend(cache, read=True), len(left(cache))) == (0, 3)


@pytest.mark.parametrize("damage", [flipped, folder_instead, link_instead, pipe_instead])
def test_what_is_not_as_it_was_goes(cache: Path, damage: Callable[[Path], None]) -> None:
    damage(cache / "simple" / "one.rkyv")
    assert mend(cache, read=False) == 1
    assert left(cache) == ["new.rkyv", "two.msgpack"]


def test_no_pipe_or_device_is_left_for_uv_to_wait_for(cache: Path) -> None:
    os.mkfifo(cache / ".lock")
    (cache / "sdists-v11").mkdir()
    os.mkfifo(cache / "sdists-v11" / ".git")
    (cache / "sdists-v11" / ".gitignore").symlink_to("/dev/zero")
    assert mend(cache, read=False) == 3
    assert sorted(path.name for path in cache.iterdir()) == ["sdists-v11", "simple"]


def test_bits_that_turned_unseen_are_found_by_reading(cache: Path) -> None:
    rotten(cache / "simple" / "one.rkyv")
    note(cache)  # does not take the damage for what uv wrote
    assert mend(cache, read=False) == 0
    assert mend(cache, read=True) == 1
    assert left(cache) == ["new.rkyv", "two.msgpack"]


@pytest.mark.parametrize(
    "link",
    [
        b"https://host/demo.whl?X-Amz-Date=1&X-Amz-Signature=secret",
        b"https://host/demo.whl?token=secret",
        b"https://bob:secret@host/demo.whl",
    ],
)
@pytest.mark.parametrize("name", ["page.rkyv", "metadata.msgpack", "pointer.http"])
def test_what_holds_a_link_that_lets_everybody_in_is_not_kept(
    cache: Path, name: str, link: bytes
) -> None:
    (cache / "simple" / name).write_bytes(b"\x01\0" + link + b"\xff")
    note(cache)
    assert left(cache) == ["new.rkyv", "one.rkyv", "two.msgpack"]


def test_what_a_release_noted_that_knew_no_secrets_is_read_again(cache: Path) -> None:
    page = cache / "simple" / "page.rkyv"
    page.write_bytes(b"https://bob:secret@host/demo.whl")
    status = page.stat()
    noted = {"simple/page.rkyv": (status.st_size, status.st_mtime_ns, 0)}
    for told in (noted, {"version": NOTES_VERSION - 1, "files": noted}):
        notes_place(cache).write_bytes(sealed(json.dumps(told).encode()))
        assert mend(cache, read=True) == 0
    note(cache)
    assert left(cache) == ["new.rkyv", "one.rkyv", "two.msgpack"]


def test_what_holds_harmless_links_is_kept(cache: Path) -> None:
    harmless = b"https://host/demo.whl?raw=true\0bob@host\0a://b/c@d"
    (cache / "simple" / "one.rkyv").write_bytes(harmless)
    note(cache)
    assert left(cache) == ["new.rkyv", "one.rkyv", "two.msgpack"]


def test_what_is_gone_is_no_damage(cache: Path) -> None:
    (cache / "simple" / "one.rkyv").unlink()
    assert mend(cache, read=True) == 0


@pytest.mark.parametrize(
    "damage", [flipped, folder_instead, link_instead, pipe_instead, Path.unlink]
)
def test_damaged_notes_are_no_notes(cache: Path, damage: Callable[[Path], None]) -> None:
    damage(notes_place(cache))
    flipped(cache / "simple" / "one.rkyv")
    assert (mend(cache, read=True), len(left(cache))) == (0, 3)
    note(cache)
    flipped(cache / "simple" / "one.rkyv")
    assert mend(cache, read=False) == 1


SAID = """\
error: Failed to write to the client cache
  cause: failed to rename file from /c/uv-v1/simple/.tmp to /c/uv-v1/simple/demo.rkyv: {}
"""


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("Is a directory (os error 21)", "is a directory"),
        ("Too many levels of symbolic links (os error 40)", "too many levels of symbolic links"),
        ("No space left on device (os error 28)", None),
        ("Read-only file system (os error 30)", None),
    ],
)
def test_only_what_a_new_cache_would_not_have_is_trouble(reason: str, told: str | None) -> None:
    assert trouble(SAID.format(reason), Path("/c/uv-v1")) == told
    assert trouble(SAID.format(reason), Path("/other/uv-v1")) is None


# -- the whole way ---------------------------------------------------------------------------------


@pytest.fixture
def app(wheels: Path) -> Iterator[IndexApp]:
    """demo, which needs helper; pages and metadata with validators, so that a cache is used."""
    paths = {
        "demo": [build_wheel(wheels, requires=["helper"])],
        "helper": [build_wheel(wheels, "helper", version) for version in ("1.0", "2.0")],
    }
    with serving() as served:
        for name, those in paths.items():
            offers = [offer(path, served, ("helper",) if name == "demo" else ()) for path in those]
            served.replies[f"/simple/{name}/"] = json_page(*offers, ETag=f'"{name}"')
        yield served


def offer(path: Path, app: IndexApp, requires: tuple[str, ...]) -> Offer:
    name, version = path.name.split("-")[:2]
    forever = {"Cache-Control": "max-age=360000"}
    said = {"": path.read_bytes(), ".metadata": metadata(name, version, requires)}
    for suffix, body in said.items():
        reply = Reply(body=body, kind="application/octet-stream", headers=forever)
        app.replies[f"/files/{path.name}{suffix}"] = reply
    digest = sha256(path.read_bytes()).hexdigest()
    url = f"{app.root}/files/{path.name}"
    return Offer(path.name, url=url, hashes={"sha256": digest}, core_metadata=True)


DAMAGES = [flipped, rotten, folder_instead, link_instead, pipe_instead]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_no_damage_to_a_file_of_uvs_ends_a_build_online(
    tmp_path: Path, app: IndexApp, damage: Callable[[Path], None]
) -> None:
    def build() -> bytes | str:
        try:
            manylayers.build(
                ["demo"],
                python="3.12",
                output=tmp_path / "layer.zip",
                index=manylayers.IndexSettings(default_url=f"{app.root}/simple"),
                cache_folder=tmp_path / "store",
            )
        except manylayers.ManylayersError as error:
            return f"{error.exit_status} {error.message}"
        return (tmp_path / "layer.zip").read_bytes()

    sound = build()
    assert isinstance(sound, bytes)
    uv, kept = tmp_path / "store" / "uv-v1", tmp_path / "kept"
    shutil.copytree(uv, kept)
    files = [path.relative_to(kept) for path in kept.rglob("*") if path.is_file()]
    assert len(files) > 6
    answers = {}
    for name in (
        name for name in files if (kept / name).stat().st_size or "instead" in str(damage)
    ):
        damage(uv / name)
        answers[name] = build()
        shutil.rmtree(uv, ignore_errors=True)  # it may have been removed
        shutil.copytree(kept, uv)
    assert {name: answer for name, answer in answers.items() if answer != sound} == {}


def test_what_a_killed_resolver_was_unpacking_goes_once_no_other_uses_the_cache(
    cache: Path,
) -> None:
    half = cache / ".tmpAbC123" / "demo"
    half.mkdir(parents=True)
    with resolving(cache):
        sweep(cache)
        assert half.exists()
    sweep(cache)
    assert not half.parent.exists()
    assert len(left(cache)) == 3


@contextmanager
def resolving(cache: Path) -> Iterator[None]:
    """A resolver over ``cache`` that waits for an index which does not answer."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
        words = ["pip", "compile", "-", "--no-config", "--cache-dir", str(cache)]
        child = subprocess.Popen(
            [uv_program(), *words, "--python", sys.executable, "--default-index", url],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            assert child.stdin is not None
            child.stdin.write(b"demo\n")
            child.stdin.close()
            assert select.select([silent], [], [], 60)[0], "the resolver never asked"
            yield
        finally:
            child.kill()
            child.wait()
