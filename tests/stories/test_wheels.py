"""The look at a release's files."""

from __future__ import annotations

import pytest

from fakes import World, a_file, world
from manylayers.errors.resolving import NoSuchVersionError, NoWheelError, ProjectNotFoundError
from manylayers.options import WheelsOptions
from manylayers.report.wheels import WheelsReport
from manylayers.stories.progress import Silence
from manylayers.stories.wheels import wheels
from manylayers.target import find_target

LXML = (
    "lxml-6.1.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl",
    "lxml-6.1.3-cp311-cp311-manylinux_2_26_x86_64.manylinux_2_28_x86_64.whl",
    "lxml-6.1.3-cp311-cp311-musllinux_1_2_x86_64.whl",
    "lxml-6.1.3.tar.gz",
    "lxml-7.0-cp312-cp312-manylinux_2_28_x86_64.whl",
    "lxml-8.0rc1-cp311-cp311-manylinux2014_x86_64.whl",
)
AL2 = find_target("3.11", "x86_64")
PY312 = find_target("3.12", "x86_64")


def place() -> World:
    return world({"lxml": LXML}, lambda _: {})


def looked(version: str | None, *targets: str, **more: bool) -> WheelsReport:
    asked = WheelsOptions(
        name="LXML",
        version=version,
        targets=tuple(find_target(one, "x86_64") for one in targets),
        **more,
    )
    return wheels(asked, place().doors, Silence())


def test_every_file_has_its_word_for_every_target() -> None:
    report = looked("6.1.3", "3.11")
    fits = {file.filename: (file.fits[0].fits, file.fits[0].reason) for file in report.files}
    assert [fits[name][0] for name in LXML[:4]] == [True, True, False, False]
    assert "musl" in fits[LXML[2]][1]
    assert "source only" in fits[LXML[3]][1]
    assert [file.filename for file in report.files if file.best_for] == [LXML[1]]


def test_without_a_version_it_is_the_newest_that_fits() -> None:
    assert looked(None, "3.11").version == "6.1.3"
    assert looked(None, "3.12").version == "7.0"
    assert looked(None, "3.11", pre=True).version == "8.0rc1"
    assert looked(None).newest == "7.0"


def test_where_nothing_fits_the_nearest_that_does_is_named() -> None:
    (sentence,) = looked("7.0", "3.11").nearest
    assert sentence.startswith("lxml 6.1.3 has a wheel for python3.11 x86_64")


def test_a_link_has_its_hash() -> None:
    link = looked("6.1.3", "3.11", link=True).link
    assert link is not None
    assert link.startswith(f"https://host/{LXML[1]}#sha256=")


def test_no_link_is_an_error_with_reasons() -> None:
    with pytest.raises(NoWheelError, match=r"lxml 7\.0 has no wheel for python3.11") as caught:
        looked("7.0", "3.11", link=True)
    what, way_out = caught.value.details
    assert what.startswith(f"lxml 7.0: {LXML[4]}: for Python 3.12 (cp312-cp312), not 3.11; ")
    assert what.endswith("needs glibc 2.28, python3.11 has 2.26")
    assert way_out.startswith("lxml 6.1.3 has a wheel for python3.11 x86_64: ")
    assert caught.value.hint == "name another version or --python"


def test_a_package_with_a_sibling_that_has_wheels_names_it() -> None:
    there = world({"psycopg2": ("psycopg2-2.9.tar.gz",)}, lambda _: {})
    asked = WheelsOptions(name="psycopg2", version=None, targets=(PY312,), link=True)
    with pytest.raises(NoWheelError) as caught:
        wheels(asked, there.doors, Silence())
    assert caught.value.hint.startswith("psycopg2-binary does the same and has wheels: ask for it")


def test_where_there_are_pre_releases_alone_the_newest_is_one() -> None:
    files = ("demo-1.0a1-py3-none-any.whl", "demo-1.0b1-py3-none-any.whl")
    asked = WheelsOptions(name="demo", version=None, targets=(PY312,))
    report = wheels(asked, world({"demo": files}, lambda _: {}).doors, Silence())
    assert (report.version, report.newest) == ("1.0b1", "1.0b1")


def test_a_version_that_is_not_there_lists_what_is() -> None:
    with pytest.raises(NoSuchVersionError) as caught:
        looked("1.0", "3.11")
    assert "6.1.3" in caught.value.hint


def test_a_name_nobody_knows_is_told() -> None:
    asked = WheelsOptions(name="nope", version=None)
    with pytest.raises(ProjectNotFoundError):
        wheels(asked, place().doors, Silence())


def test_a_yanked_release_is_not_the_newest_that_fits() -> None:
    files = (
        a_file("demo-2.0-py3-none-any.whl", yanked="broken"),
        a_file("demo-1.0-py3-none-any.whl"),
    )
    asked = WheelsOptions(name="demo", version=None, targets=(PY312,))
    assert wheels(asked, world({"demo": files}, lambda _: {}).doors, Silence()).version == "1.0"
