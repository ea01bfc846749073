"""Locks: written once, the same bytes again, compared, upgraded, never over somebody's file."""

from __future__ import annotations

from pathlib import Path

import pytest

from fakes import Heard, World, a_file, world
from manylayers.doors.question import Question
from manylayers.errors import UsageError
from manylayers.formats.pins import Origin, Root
from manylayers.options import Asked, LockFormat, LockOptions
from manylayers.report.lock import LockReport
from manylayers.stories.lock import lock
from manylayers.target import find_target

PATH = Path("pylock.toml")
PROJECTS = {"demo": ("demo-2.0-py3-none-any.whl", "demo-1.0-py3-none-any.whl")}


def keeping(question: Question) -> dict[str, str]:
    """A resolver that keeps what is preferred, and takes 2.0 otherwise."""
    return {"demo": dict(question.preferences).get("demo", "2.0")}


def locked(place: World, heard: Heard | None = None, **more: object) -> LockReport:
    fields: dict[str, object] = {
        "name": "layer",
        "target": find_target("3.12", "x86_64"),
        "source": Asked(roots=(Root(requirement="demo", origin=Origin(source="x")),)),
        "path": PATH,
        **more,
    }
    return lock(LockOptions(**fields), place.doors, heard or Heard())  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", list(LockFormat))
def test_locking_twice_gives_the_same_bytes(kind: LockFormat) -> None:
    place, heard = world(PROJECTS, keeping), Heard()
    first = locked(place, heard, format=kind)
    assert (first.changed, first.differences) == (True, ())
    assert heard.steps == ["resolving for python3.12 x86_64"]
    before = place.files.there[PATH]
    assert not locked(place, format=kind).changed
    assert place.files.there[PATH] == before


@pytest.mark.parametrize("kind", list(LockFormat))
def test_what_was_locked_is_kept_until_an_upgrade(kind: LockFormat) -> None:
    place = world(PROJECTS, lambda _: {"demo": "1.0"})
    locked(place, format=kind)
    place.resolver.answers = keeping
    assert locked(place, format=kind).packages[0].version == "1.0"
    report = locked(place, format=kind, upgrade=True)
    assert report.differences == ("demo 1.0 -> 2.0",)
    assert report.packages[0].version == "2.0"


@pytest.mark.parametrize(
    ("name", "kind", "remarks"),
    [
        ("pylock.web.toml", LockFormat.PYLOCK, 0),
        ("locked.toml", LockFormat.PYLOCK, 1),
        ("pylock.a.b.toml", LockFormat.PYLOCK, 1),
        ("locked.txt", LockFormat.REQUIREMENTS, 0),
    ],
)
def test_a_name_that_other_tools_refuse_is_remarked_on(
    name: str, kind: LockFormat, remarks: int
) -> None:
    warnings = locked(world(PROJECTS, keeping), path=Path(name), format=kind).warnings
    told = f"other tools refuse a lock called {name}; they take pylock.toml and pylock.NAME.toml"
    assert warnings == (told,) * remarks


def test_a_check_compares_and_writes_nothing() -> None:
    place = world(PROJECTS, keeping)
    locked(place)
    assert not locked(place, check=True).changed
    edited = place.files.there[PATH].replace(b"size = 1000", b"size = 1001")
    place.files.there[PATH] = edited
    report = locked(place, check=True)
    assert report.changed
    assert report.differences == ("the same versions, other files or lines",)
    assert place.files.there[PATH] == edited


def test_a_check_without_a_lock_has_nothing_to_check() -> None:
    with pytest.raises(UsageError, match="is not there"):
        locked(world(PROJECTS, keeping), check=True)


def test_a_file_of_somebody_elses_is_left_as_it_is() -> None:
    place = world(PROJECTS, keeping)
    place.files.there[PATH] = b"requests\n"
    with pytest.raises(UsageError, match="not a lock that manylayers wrote"):
        locked(place)
    assert place.files.there[PATH] == b"requests\n"


def test_a_damaged_lock_of_ours_is_written_anew() -> None:
    place = world(PROJECTS, keeping)
    locked(place)
    whole = place.files.there[PATH]
    place.files.there[PATH] = whole[:120]
    locked(place)
    assert place.files.there[PATH] == whole


def test_a_file_whose_hash_no_index_told_is_fetched_for_it() -> None:
    bare = a_file("demo-2.0-py3-none-any.whl", hashes={})
    known = a_file("known-1.0-py3-none-any.whl")
    place = world({"demo": (bare,), "known": (known,)}, lambda _: {"demo": "2.0", "known": "1.0"})
    locked(place)
    assert place.fetcher.fetched == ["demo-2.0-py3-none-any.whl"]
    assert b'sha256 = "0000' in place.files.there[PATH]


EDITS = [
    b'[[packages]]\nname = "zzz"\nvcs = {type = "git", url = "https://host", commit-id = "a"}\n\n',
    b'[[packages]]\nname = "de mo"\nversion = "1.0"\nwheels = []\n\n',
    b"[[[[",
]


@pytest.mark.parametrize("edit", EDITS)
def test_a_lock_that_was_edited_into_something_else_is_written_anew(edit: bytes) -> None:
    place = world(PROJECTS, keeping)
    locked(place)
    before = place.files.there[PATH]
    place.files.there[PATH] = before.replace(b"[tool.manylayers]", edit + b"[tool.manylayers]")
    assert locked(place, check=True).changed
    assert locked(place).changed
    assert place.files.there[PATH] == before


def test_a_file_of_links_that_was_edited_is_written_anew() -> None:
    place = world(PROJECTS, keeping)
    locked(place, format=LockFormat.REQUIREMENTS)
    before = place.files.there[PATH]
    place.files.there[PATH] = before + b"x @ https://[host/x-1-y.whl\n"
    assert locked(place, format=LockFormat.REQUIREMENTS).changed
    assert place.files.there[PATH] == before
