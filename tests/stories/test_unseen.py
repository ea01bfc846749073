"""Wheels that the resolver would unpack: got and read by ourselves before."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from manylayers.doors import archive
from manylayers.doors.store import Store
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.pins import DistributionFile
from manylayers.stories.needs import Fetches
from manylayers.stories.unseen import look_into
from wheel_builder import build_wheel

LINK = "https://host/files/demo-1.0%2Blocal-py3-none-any.whl?sig=abc"


class Gives:
    """A fetcher with one wheel, whatever it is asked for; it keeps what that was."""

    def __init__(self, wheel: Path) -> None:
        self.wheel = wheel.read_bytes()
        self.asked: list[DistributionFile] = []

    def fetch(
        self, file: DistributionFile, destination: Path, *, on_bytes: Callable[[int], None] = print
    ) -> str:
        self.asked.append(file)
        destination.write_bytes(self.wheel)
        return sha256(self.wheel).hexdigest()


FITS_FETCHES: type[Fetches] = Gives


def test_one_that_is_right_is_in_the_store_then(tmp_path: Path, wheels: Path) -> None:
    store, gives = Store(tmp_path / "store"), Gives(build_wheel(wheels, version="1.0+local"))
    sizes = look_into([LINK], store=store, fetcher=gives, archive=archive)
    assert sizes == [len(gives.wheel)]
    assert store.find(sha256(gives.wheel).hexdigest())
    assert [(file.filename, file.url) for file in gives.asked] == [
        ("demo-1.0+local-py3-none-any.whl", LINK)
    ]


def test_one_that_is_not_may_not_be_needed(tmp_path: Path, wheels: Path) -> None:
    store, gives = Store(tmp_path / "store"), Gives(build_wheel(wheels, "other"))
    sizes = look_into([LINK], store=store, fetcher=gives, archive=archive)
    assert sizes == [len(gives.wheel)]
    assert store.find(sha256(gives.wheel).hexdigest()) is None


def test_a_bomb_is_refused_by_its_name(tmp_path: Path, wheels: Path) -> None:
    store = Store(tmp_path / "store")
    gives = Gives(build_wheel(wheels, "other", files={"zeros.bin": bytes(257 << 20)}))
    with pytest.raises(UnsafeWheelError, match="a zip bomb") as caught:
        look_into([LINK], store=store, fetcher=gives, archive=archive)
    assert caught.value.filename == "demo-1.0+local-py3-none-any.whl"
    assert not list((tmp_path / "store" / "tmp").glob("*.part"))
