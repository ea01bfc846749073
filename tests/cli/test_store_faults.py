"""Every file of a store with every kind of damage: the same layer comes out, or one sentence."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pytest

import manylayers
from loopback import Shelf, serving
from wheel_builder import build_wheel


@dataclass(frozen=True, kw_only=True)
class Shop:
    """A lock that names a server of this machine's, the store filled from it, the layer built."""

    folder: Path
    sound: bytes

    @property
    def store(self) -> Path:
        return self.folder / "store"

    def file(self, name: str) -> Path:
        """The first file or folder of the store that ``name`` (a glob) fits."""
        return min(self.store.glob(name))

    def build(self, *, offline: bool) -> bytes | int:
        """The layer, or the exit status of the error instead of it."""
        index = manylayers.IndexSettings(offline=offline)
        output, lock = self.folder / "layer.zip", self.folder / "pylock.toml"
        output.unlink(missing_ok=True)
        try:
            manylayers.build(
                python="3.12", lock_file=lock, output=output, index=index, cache_folder=self.store
            )
        except manylayers.ManylayersError as error:
            assert not output.exists()
            return error.exit_status
        return output.read_bytes()


@pytest.fixture
def shop(tmp_path: Path, wheels: Path) -> Iterator[Shop]:
    paths = [build_wheel(wheels, name) for name in ("demo", "helper")]
    with serving(Shelf(wheels=wheels)) as host:
        (tmp_path / "pylock.toml").write_text(
            'lock-version = "1.0"\ncreated-by = "test"\n'
            + "".join(locked(path, host) for path in paths),
            encoding="utf-8",
        )
        sound = Shop(folder=tmp_path, sound=b"").build(offline=False)
        assert isinstance(sound, bytes)
        yield Shop(folder=tmp_path, sound=sound)


def locked(path: Path, host: str) -> str:
    digest = sha256(path.read_bytes()).hexdigest()
    return (
        f'[[packages]]\nname = "{path.name.partition("-")[0]}"\nversion = "1.0"\n'
        f'wheels = [{{ name = "{path.name}", url = "http://{host}/files/{path.name}", '
        f'hashes = {{ sha256 = "{digest}" }} }}]\n'
    )


def flipped(at: int) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        data = bytearray(path.read_bytes())
        data[at % len(data)] ^= 1 << at % 8
        path.write_bytes(data)

    return damage


def folder_instead(path: Path) -> None:
    path.unlink()
    (path / "below").mkdir(parents=True)


def pipe_instead(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def link_instead(target: str) -> Callable[[Path], None]:
    def damage(path: Path) -> None:
        path.unlink()
        path.symlink_to(path if target == "itself" else target)

    return damage


KINDS: dict[str, Callable[[Path], object]] = {
    "first byte flipped": flipped(0),
    "a byte flipped": flipped(101),
    "last byte flipped": flipped(-1),
    "emptied": lambda path: path.write_bytes(b""),
    "cut short": lambda path: os.truncate(path, path.stat().st_size // 2),
    "longer": lambda path: path.write_bytes(path.read_bytes() + b"\0"),
    "of another format": lambda path: path.write_bytes(b'{"facts":1}'),
    "gone": Path.unlink,
    "unreadable": lambda path: path.chmod(0),
    "a folder": folder_instead,
    "a link to itself": link_instead("itself"),
    "a link to nowhere": link_instead("nowhere"),
    "a pipe": pipe_instead,
    "an endless device": link_instead("/dev/zero"),
    "touched": os.utime,
}
HARMLESS_TO_A_WHEEL = ("unreadable", "touched")  # to root, nothing is unreadable


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_wheel_is_named_offline_and_fetched_again_online(shop: Shop, kind: str) -> None:
    KINDS[kind](shop.file("wheels-v1/*/*.whl"))
    said = shop.build(offline=True)
    assert said == 4 or (kind in HARMLESS_TO_A_WHEEL and said == shop.sound)
    assert shop.build(offline=False) == shop.sound
    assert shop.build(offline=True) == shop.sound


@pytest.mark.parametrize("kind", KINDS)
def test_damaged_facts_are_learnt_again_and_kept(shop: Shop, kind: str) -> None:
    KINDS[kind](shop.file("wheels-v1/*/*.facts"))
    assert shop.build(offline=True) == shop.sound
    facts = shop.file("wheels-v1/*/*.facts")
    learnt = facts.stat().st_mtime_ns, facts.read_bytes()
    assert shop.build(offline=True) == shop.sound
    assert (facts.stat().st_mtime_ns, facts.read_bytes()) == learnt


@pytest.mark.parametrize("kind", KINDS)
def test_a_damaged_tag_matters_to_no_build(shop: Shop, kind: str) -> None:
    KINDS[kind](shop.file("CACHEDIR.TAG"))
    assert shop.build(offline=True) == shop.sound
    shutil.rmtree(shop.file("wheels-v1"))
    assert shop.build(offline=False) == shop.sound


@pytest.mark.parametrize("place", ["wheels-v1", "wheels-v1/*", "tmp"])
@pytest.mark.parametrize("kind", ["gone", "emptied", "a link to itself", "a link to nowhere"])
def test_a_folder_of_the_store_that_is_none_is_made_again(
    shop: Shop, place: str, kind: str
) -> None:
    folder = shop.file(place)
    shutil.rmtree(folder)
    folder.touch()
    KINDS[kind](folder)
    assert shop.build(offline=True) == (shop.sound if place == "tmp" else 4)
    assert shop.build(offline=False) == shop.sound
    assert shop.build(offline=True) == shop.sound


@pytest.mark.parametrize("kind", KINDS)
def test_damage_is_found_by_those_who_look_after_the_store(shop: Shop, kind: str) -> None:
    """Each kind of file, the tag and the reading of a layer among them; none is waited for."""
    manylayers.check(shop.folder / "layer.zip", cache_folder=shop.store)
    for name in ("wheels-v1/*/*.whl", "wheels-v1/*/*.facts", "layers-v1/*/*"):
        KINDS[kind](shop.file(name))
    manylayers.cache_size(cache_folder=shop.store)
    manylayers.cache_verify(cache_folder=shop.store)
    assert manylayers.cache_verify(cache_folder=shop.store).damaged == ()
    manylayers.cache_prune(cache_folder=shop.store)
    assert shop.build(offline=False) == shop.sound
    manylayers.cache_clean(cache_folder=shop.store)
    assert not shop.store.exists()


def test_wheels_of_other_formats_beside_ours_are_left(shop: Shop) -> None:
    for name in ("wheels-v0", "wheels-v9"):
        shutil.copytree(shop.store / "wheels-v1", shop.store / name)
    shutil.rmtree(shop.store / "wheels-v1")
    assert shop.build(offline=True) == 4
    assert shop.build(offline=False) == shop.sound
    assert {path.name for path in shop.store.iterdir()} >= {"wheels-v0", "wheels-v9"}
