"""Wheels that the resolver would unpack, or could not read: which of them we read ourselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import FakeArchive, FakeIndex, a_file, world
from manylayers.errors.inputs import UnreadableWheelError
from manylayers.formats.pins import DistributionFile, Origin, Root
from manylayers.options import Asked
from manylayers.stories.doors import Doors
from manylayers.stories.local_wheels import refuse_local_bombs
from manylayers.stories.unreadable import read_ourselves
from manylayers.target import find_target

AL2023 = find_target("3.12", "x86_64")


class Shelf(FakeIndex):
    """An index that finds the same projects in a folder of this machine."""

    def local(self, name: str) -> tuple[DistributionFile, ...]:
        return self.projects.get(name, ())


class Onlooker(FakeArchive):
    """Keeps what was looked into; each needs what ``requires`` has for its project."""

    def refuse_bomb(self, path: Path, *, filename: str) -> tuple[str, ...]:
        LOOKED.append(filename)
        return self.requires.get(filename.split("-", maxsplit=1)[0], ())


LOOKED: list[str] = []
FOLDER = {
    "demo": (
        "demo-1.0-py3-none-any.whl",
        "demo-2.0-py3-none-any.whl",
        "demo-3.0-cp39-none-any.whl",
    ),
    "helper": ("helper-1.0-py3-none-any.whl", "helper-2.0-py3-none-any.whl"),
    "other": ("other-1.0-py3-none-any.whl",),
}


def doors(**requires: tuple[str, ...]) -> Doors:
    files = {
        name: tuple(a_file(one)._replace(url=f"file:///wheels/{one}") for one in those)
        for name, those in FOLDER.items()
    }
    place = world({}, lambda _: {})
    place.index, place.archive = Shelf(projects=files), Onlooker(requires=requires)
    return place.doors


def asked(*requirements: str, constraints: tuple[str, ...] = ()) -> Asked:
    origin = Origin(source="command line")
    return Asked(
        roots=tuple(Root(requirement=one, origin=origin) for one in requirements),
        constraints=tuple(Root(requirement=one, origin=origin) for one in constraints),
    )


@pytest.mark.parametrize(
    ("wanted", "looked"),
    [
        (asked("demo"), ["demo-2.0"]),
        (asked("demo<2"), ["demo-1.0"]),
        (asked("demo", constraints=("demo!=2.0", "other<1")), ["demo-1.0"]),
        (asked("demo @ file:///wheels/demo-1.0-py3-none-any.whl"), ["demo-1.0"]),
        (asked("gone"), []),
    ],
)
def test_of_each_name_the_newest_wheel_that_fits_is_looked_into(
    wanted: Asked, looked: list[str]
) -> None:
    LOOKED.clear()
    refuse_local_bombs(wanted, AL2023, doors())
    assert [f"{one}-py3-none-any.whl" for one in looked] == LOOKED


def test_what_a_wheel_needs_is_looked_into_too_and_each_name_once() -> None:
    LOOKED.clear()
    needs = {"demo": ("Helper>=1", "other[all]; python_version < '3'"), "helper": ("demo",)}
    refuse_local_bombs(asked("demo"), AL2023, doors(**needs))
    assert sorted(LOOKED) == [f"{name}-py3-none-any.whl" for name in
                              ("demo-2.0", "helper-2.0", "other-1.0")]  # fmt: skip


@pytest.mark.parametrize(
    ("wanted", "read"),
    [
        (asked("other", "demo"), "demo-1.0-py3-none-any.whl"),
        (
            asked(
                "other @ https://host/other-7.0-py3-none-any.whl",
                "demo @ https://else/demo-1.0-py2.py3-none-any.whl",
            ),
            "demo-1.0-py2.py3-none-any.whl",
        ),
    ],
)
def test_a_wheel_that_the_resolver_can_not_read_is_fetched_and_read_by_ourselves(
    wanted: Asked, read: str
) -> None:
    place = world(FOLDER, lambda _: {})
    error = UnreadableWheelError(("demo", "1.0"), reason="it is odd")
    told = read_ourselves(error, wanted, AL2023, place.doors)
    assert place.fetcher.fetched == [read]
    assert (type(told), told.message) == (UnreadableWheelError, error.message)


def test_where_nobody_knows_the_wheel_the_resolvers_word_stands() -> None:
    place = world({"demo": ("demo-1.0.tar.gz",)}, lambda _: {})
    for subject in (("", ""), ("demo", "1.0")):
        error = UnreadableWheelError(subject, reason="it is odd")
        assert read_ourselves(error, asked("demo"), AL2023, place.doors) is error
