"""Exact answers for a glibc the resolver has no word for, and refusals that say why."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from time import sleep

import pytest

from fakes import World, a_file, world
from manylayers.doors.index import ProjectListing
from manylayers.doors.question import Question
from manylayers.errors import ResolutionError
from manylayers.errors.inputs import HashNotAllowedError, MissingFileError, UnhashedError
from manylayers.errors.resolving import (
    LinkMisfitError,
    NewerGlibcError,
    NoSuchVersionError,
    NoWheelError,
    ProjectNotFoundError,
    PythonMismatchError,
    UnresolvableError,
)
from manylayers.formats.pins import Origin, Root
from manylayers.options import Asked
from manylayers.stories.settle import MAX_ROUNDS, settle, uv_platform
from manylayers.stories.settled import Settled
from manylayers.target import find_target

AL2 = find_target("3.11", "x86_64")
AL2023 = find_target("3.12", "x86_64")

NUMPY = (
    "numpy-2.4.6-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "numpy-2.4.6-cp312-cp312-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "numpy-2.4.5-cp311-cp311-manylinux_2_27_x86_64.manylinux_2_28_x86_64.whl",
    "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    "numpy-2.2.6.tar.gz",
)


def asked(
    *requirements: str, requires_python: str | None = None, hashes: tuple[str, ...] = ()
) -> Asked:
    roots = tuple(
        Root(
            requirement=text,
            origin=Origin(source="reqs.txt", line=number),
            hashes=frozenset(hashes),
        )
        for number, text in enumerate(requirements, start=1)
    )
    return Asked(roots=roots, requires_python=requires_python)


def newest_allowed(question: Question) -> Mapping[str, str] | str:
    """A resolver that knows numpy only, and takes the newest version no constraint forbids."""
    forbidden = ",".join(question.constraints)
    for version in ("2.4.6", "2.4.5", "2.2.6"):
        if f"!={version}" not in forbidden:
            return {"numpy": version}
    return "numpy has no usable wheels"


def numpy_world() -> World:
    return world({"numpy": NUMPY}, newest_allowed)


def settled(place: World, *requirements: str) -> Settled:
    return settle(asked(*requirements), AL2, place.doors)


def test_the_resolver_is_asked_for_the_next_platform_it_knows() -> None:
    assert uv_platform(AL2) == "x86_64-manylinux_2_28"
    assert uv_platform(AL2023) == "x86_64-manylinux_2_34"
    assert uv_platform(find_target("3.8", "arm64"), newest=True) == "aarch64-manylinux_2_40"


def test_all_versions_that_glibc_forbids_are_shut_out_at_once() -> None:
    place = numpy_world()
    assert [one.version for one in settled(place, "numpy").chosen] == ["2.2.6"]
    exact = [question for question in place.resolver.asked if "2_28" in question.platform]
    assert [question.constraints for question in exact] == [(), ("numpy!=2.4.5,!=2.4.6",)]


def test_what_glibc_held_back_is_told() -> None:
    (row,) = settled(numpy_world(), "numpy").held_back
    assert (row.name, row.version, row.newest) == ("numpy", "2.2.6", "2.4.6")
    assert (row.needs, row.first_runtime) == ("2.27", "python3.12")


def test_nothing_is_held_back_where_the_newest_fits() -> None:
    place = world({"demo": ("demo-1.0-py3-none-any.whl",)}, lambda _: {"demo": "1.0"})
    assert settle(asked("demo"), AL2023, place.doors).held_back == ()


def test_a_resolver_that_insists_ends_in_an_answer() -> None:
    place = world({"numpy": NUMPY}, lambda _: {"numpy": "2.4.6"})
    with pytest.raises(ResolutionError, match=r"numpy 2\.4\.6 has no wheel for python3.11 x86_64"):
        settled(place, "numpy")


def test_ever_new_packages_without_a_wheel_end_in_an_answer() -> None:
    names = [f"part{number:02}" for number in range(MAX_ROUNDS)]
    place = world(
        {name: (f"{name}-1.0.tar.gz",) for name in names},
        lambda question: {names[len(question.constraints)]: "1.0"},
    )
    with pytest.raises(ResolutionError, match=r"no set of wheels for .* in 12 rounds") as caught:
        settle(asked("part00"), AL2023, place.doors)
    assert caught.value.hint == f"pin an older version of {', '.join(names)}"


def test_a_pin_that_needs_a_newer_glibc_says_what_would_do() -> None:
    def answers(question: Question) -> Mapping[str, str] | str:
        if question.constraints:
            return "you require numpy==2.4.6 and numpy!=2.4.6, which are incompatible"
        return {"numpy": "2.4.6"}

    with pytest.raises(
        NewerGlibcError, match=r"numpy 2\.4\.6: only wheels for a newer glibc"
    ) as caught:
        settled(world({"numpy": NUMPY}, answers), "numpy==2.4.6")
    told = "\n".join(caught.value.details)
    assert "needs glibc 2.27, python3.11 has 2.26" in told
    assert 'manylayers build "numpy==2.2.6" --python 3.11 --arch x86_64' in told
    assert "numpy 2.4.6 fits python3.12" in told


def test_every_package_without_a_wheel_is_found_and_who_needs_it() -> None:
    def answers(question: Question) -> Mapping[str, str] | str:
        if "kappa" not in question.excluded:
            return (
                "Because kappa==0.6.0 has no usable wheels and zappa==0.52.0 depends on "
                "kappa==0.6.0, we can conclude that zappa==0.52.0 cannot be used."
            )
        if "psycopg2" not in question.excluded:
            return "Because all versions of psycopg2 have no usable wheels and you require psycopg2"
        return {}

    place = world({"kappa": ("kappa-0.6.0.tar.gz",), "psycopg2": ("psycopg2-2.9.tar.gz",)}, answers)
    with pytest.raises(NoWheelError, match=r"^kappa 0\.6\.0, psycopg2 2\.9: no wheel") as caught:
        settle(asked("zappa==0.52.0", "psycopg2"), AL2023, place.doors)
    assert caught.value.packages == ("kappa", "psycopg2")
    assert caught.value.exit_status == 3
    assert caught.value.details[0].startswith("kappa 0.6.0, needed by zappa: ")
    assert "psycopg2-binary does the same" in caught.value.hint


def test_looking_for_more_packages_in_the_way_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(question: Question) -> str:
        return f"part{len(question.excluded)} has no usable wheels"

    monkeypatch.setattr("manylayers.stories.refusals.PATIENCE", 0.05)
    names = [f"part{number}" for number in range(40)]
    place = world({name: (f"{name}-1.0.tar.gz",) for name in names}, answers)
    slow = place.index.listing

    def listing(name: str) -> ProjectListing:
        sleep(0.02)
        return slow(name)

    monkeypatch.setattr(place.index, "listing", listing)
    with pytest.raises(NoWheelError) as caught:
        settle(asked("part0"), AL2023, place.doors)
    assert 0 < len(caught.value.packages) < 5


def test_the_version_that_a_dependent_asks_for_is_in_question_not_the_newest() -> None:
    text = (
        "Because sockets==10.4 has no usable wheels and only the following versions of sockets are "
        "available:\n    sockets<=10.4\n    sockets>=11.0\nwe can conclude that "
        "sockets>=10.0,<11.0 cannot be used.\nAnd because robot>=1.0.0 depends on "
        "sockets>=10.0,<11.0, we can conclude that robot>=1.0.0 cannot be used."
    )
    files = ("sockets-10.4.tar.gz", "sockets-15.0-py3-none-any.whl")
    place = world({"sockets": files}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(NoWheelError, match=r"sockets 10\.4: no wheel") as caught:
        settle(asked("robot"), AL2023, place.doors)
    assert caught.value.details[0].startswith("sockets 10.4, needed by robot: ")


def test_a_newest_version_for_newer_pythons_is_no_reason_where_an_older_one_would_do() -> None:
    text = "Because demo>=2.0 depends on Python>=3.13 and demo<2.0 depends on other<2, no."
    files = (
        a_file("demo-1.0-py3-none-any.whl"),
        a_file("demo-2.0-py3-none-any.whl", requires_python=">=3.13"),
    )
    place = world({"demo": files, "other": ("other-2.0-py3-none-any.whl",)}, lambda _: text)
    with pytest.raises(UnresolvableError):
        settle(asked("demo", "other>=2"), AL2023, place.doors)


def test_a_dependency_for_newer_pythons_is_a_reason_though_older_ones_fit() -> None:
    text = (
        "Because part>=2.0 depends on Python>=3.13 and demo==1.0 depends on part>=2.0, we can "
        "conclude that your requirements are unsatisfiable."
    )
    files = (
        a_file("part-1.0-py3-none-any.whl"),
        a_file("part-2.0-py3-none-any.whl", requires_python=">=3.13"),
    )
    place = world({"part": files}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(PythonMismatchError, match=r"part 2\.0: for other Pythons"):
        settle(asked("demo"), AL2023, place.doors)


def test_the_end_of_a_range_is_not_taken_for_a_name() -> None:
    text = (
        "Because the requested Python version (>=3.12.11) does not satisfy Python>=3.13 and "
        "demo[all]>=3.0.0,<=3.0.4 depends on Python>=3.13, no."
    )
    files = (a_file("demo-3.0.4-py3-none-any.whl", requires_python=">=3.13"),)
    place = world({"demo": files}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(PythonMismatchError, match=r"demo 3\.0\.4: for other Pythons"):
        settle(asked("demo[all]"), AL2023, place.doors)


def test_a_name_no_index_knows_is_its_own_answer() -> None:
    place = world(
        {}, lambda _: "Because nope was not found in the package registry and you require nope"
    )
    with pytest.raises(ProjectNotFoundError, match="'nope'"):
        settle(asked("nope"), AL2023, place.doors)


def test_a_version_that_never_was_names_the_nearest() -> None:
    place = world(
        {"demo": ("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl")},
        lambda _: "Because there is no version of demo==1.9 and you require demo==1.9",
    )
    with pytest.raises(NoSuchVersionError, match=r"demo has no version 1\.9") as caught:
        settle(asked("demo==1.9"), AL2023, place.doors)
    assert "demo==2.0" in caught.value.hint


@pytest.mark.parametrize(
    ("files", "told"), [((), "no file on it"), (("demo-latest.zip",), "no file that is a release")]
)
def test_a_page_without_a_file_is_told_as_such(files: tuple[str, ...], told: str) -> None:
    place = world(
        {"demo": files}, lambda _: "Because there are no versions of demo and you require"
    )
    with pytest.raises(NoSuchVersionError, match=f"page of demo with {told}$"):
        settled(place, "demo")


def test_a_range_that_no_version_is_in_is_no_contradiction() -> None:
    place = world(
        {
            "demo": ("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl"),
            "other": ("other-1.0-py3-none-any.whl",),
        },
        lambda _: (
            "Because only other<=1.0 is available and only demo<=2.0 is available and you require "
            "demo>=99"
        ),
    )
    with pytest.raises(NoSuchVersionError, match=r"demo has no version >=99") as caught:
        settle(asked("other", "demo>=99"), AL2023, place.doors)
    assert 'build "demo==2.0"' in caught.value.hint
    assert caught.value.details == ("reqs.txt:2: demo>=99",)


def test_a_range_with_pre_releases_only_says_how_to_have_them() -> None:
    place = world(
        {"demo": ("demo-1.0-py3-none-any.whl", "demo-2.0rc1-py3-none-any.whl")},
        lambda _: "Because only demo<2.0rc1 is available and you require demo>1",
    )
    with pytest.raises(NoSuchVersionError, match=r"only pre-releases .*2\.0rc1") as caught:
        settle(asked("demo>1"), AL2023, place.doors)
    assert "--pre" in caught.value.hint


def test_ranges_that_exist_but_not_together_are_a_contradiction() -> None:
    place = world(
        {"demo": ("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl")},
        lambda _: "Because only demo<=2.0 is available and you require demo<2 and demo>=2",
    )
    with pytest.raises(UnresolvableError):
        settle(asked("demo<2", "demo>=2"), AL2023, place.doors)


def test_a_runtime_that_has_all_that_is_missing_is_the_way_out() -> None:
    place = world(
        {
            "one": ("one-1.0-cp39-cp39-manylinux1_x86_64.whl", "one-1.0-cp310-cp310-linux_x.whl"),
            "two": ("two-1.0-cp38.cp39-none-manylinux1_x86_64.whl",),
        },
        lambda asking: (
            {} if asking.excluded else "one has no usable wheels, two has no usable wheels"
        ),
    )
    with pytest.raises(NoWheelError) as caught:
        settle(asked("one==1.0", "two==1.0"), AL2023, place.doors)
    assert caught.value.hint == "all of them have wheels for --python 3.9"


def test_the_next_newer_version_that_fits_is_nearer_than_any_older() -> None:
    place = world(
        {
            "demo": (
                "demo-1.0-py3-none-any.whl",
                "demo-1.1-cp38-cp38-manylinux1_x86_64.whl",
                "demo-1.2-cp39-cp39-manylinux1_x86_64.whl",
                "demo-1.3-cp312-cp312-manylinux2014_x86_64.whl",
            )
        },
        lambda asking: {} if asking.excluded else "demo has no usable wheels",
    )
    with pytest.raises(NoWheelError) as caught:
        settle(asked("demo==1.1"), AL2023, place.doors)
    assert any('build "demo==1.3"' in line for line in caught.value.details)


def test_a_series_of_versions_without_wheels_is_shown_by_its_newest() -> None:
    place = world(
        {"demo": ("demo-1.0.tar.gz", "demo-1.1.tar.gz", "demo-2.0.tar.gz")},
        lambda asking: (
            {} if asking.excluded else "demo==1.* has no usable wheels and you require demo==1.*"
        ),
    )
    with pytest.raises(NoWheelError, match=r"demo 1\.1: no wheel"):
        settle(asked("demo==1.*"), AL2023, place.doors)


@pytest.mark.parametrize(
    ("sdists", "said", "shown"),
    [
        (("1.0", "2.0"), "one depends on demo<2 and you require demo>=2", "demo 2.0"),
        (("1.0", "2.0rc1"), "you require demo", "demo 1.0"),
        (("2.0rc1",), "you require demo", "demo 2.0rc1"),
        ((), "you require demo", "demo"),
    ],
)
def test_the_version_that_is_shown_is_the_newest_in_question_and_stable_where_one_is(
    sdists: tuple[str, ...], said: str, shown: str
) -> None:
    place = world(
        {"demo": tuple(f"demo-{version}.tar.gz" for version in sdists)},
        lambda asking: {} if asking.excluded else f"demo has no usable wheels and {said}",
    )
    with pytest.raises(NoWheelError, match=f"^{shown}: no wheel") as caught:
        settle(asked("demo"), AL2023, place.doors)
    sdist = f"{shown.replace(' ', '-')}.tar.gz: source only"
    assert (sdist if sdists else "demo: no file on the index") in caught.value.details[0]


def test_files_that_one_reason_keeps_out_are_counted_and_the_nearest_python_is_named() -> None:
    files = [f"demo-1.0-{tag}-manylinux1_x86_64.whl" for tag in ("cp310-cp310", "cp313-cp313")]
    musl = [f"demo-1.0-{tag}-musllinux_1_2_x86_64.whl" for tag in ("cp38-cp38", "cp312-cp312")]
    place = world(
        {"demo": (*files, *musl)},
        lambda asking: {} if asking.excluded else "demo has no usable wheels",
    )
    with pytest.raises(NoWheelError) as caught:
        settle(asked("demo==1.0"), AL2023, place.doors)
    what, way_out = caught.value.details
    assert f"2 files like {musl[0]}: " in what
    assert what.startswith(f"demo 1.0: {files[0]}: for Python 3.10 (cp310-cp310), not 3.12; ")
    assert 'fits python3.10, python3.13: manylayers build "demo==1.0" --python 3.13' in way_out


def test_of_a_package_without_any_wheel_the_newest_version_is_shown() -> None:
    text = (
        "Because only the following versions of demo are available:\n    demo<=1.0\n    demo==1.1\n"
        "    demo>=1.2\nand because demo==1.1 has no wheels with a matching Python ABI tag and you "
        "require demo, we can conclude that your requirements are unsatisfiable."
    )
    files = ("demo-1.1-cp27-cp27m-manylinux1_x86_64.whl", "demo-1.2.tar.gz")
    place = world({"demo": files}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(NoWheelError, match=r"demo 1\.2: no wheel"):
        settle(asked("demo"), AL2023, place.doors)


def test_a_package_for_newer_pythons_says_which_version_and_which_runtime_would_do() -> None:
    text = (
        "Because the requested Python version (>=3.12.11) does not satisfy Python>=3.13 and "
        "demo>=2.0 depends on Python>=3.13, and you require demo>=2, no."
    )
    files = (
        a_file("demo-1.0-py3-none-any.whl"),
        a_file("demo-2.0-py3-none-any.whl", requires_python=">=3.13"),
    )
    place = world({"demo": files}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(PythonMismatchError, match=r"demo 2\.0: for other Pythons") as caught:
        settle(asked("demo>=2"), AL2023, place.doors)
    (what, told) = caught.value.details
    assert what == "demo 2.0: demo-2.0-py3-none-any.whl: requires Python >=3.13"
    assert 'build "demo==1.0" --python 3.12' in told
    assert 'build "demo==2.0" --python 3.13' in told


def test_who_needs_a_package_is_one_that_was_asked_for_before_others() -> None:
    text = (
        "Because kappa>=1 has no usable wheels and relic>=3 depends on kappa>=1, we can conclude "
        "that relic cannot be used.\nAnd because zappa>=2 depends on kappa>=1, so it is."
    )
    place = world({"kappa": ("kappa-1.0.tar.gz",)}, lambda asking: {} if asking.excluded else text)
    with pytest.raises(NoWheelError) as caught:
        settle(asked("zappa"), AL2023, place.doors)
    assert caught.value.details[0].startswith("kappa 1.0, needed by zappa: kappa-1.0.tar.gz: ")


def test_a_contradiction_names_the_lines_it_stands_in() -> None:
    place = world({}, lambda _: "Because one==1 depends on two<2 and you require two==2")
    with pytest.raises(UnresolvableError) as caught:
        settle(asked("one==1", "two==2", "three"), AL2023, place.doors)
    assert caught.value.details[-1] == "reqs.txt:1: one==1; reqs.txt:2: two==2"


def test_a_contradiction_of_no_line_names_none() -> None:
    place = world({}, lambda _: "Because four==1 depends on five<2, no.")
    with pytest.raises(UnresolvableError) as caught:
        settle(asked("three"), AL2023, place.doors)
    assert all(caught.value.details)


def test_a_project_for_other_pythons_is_refused_before_anybody_is_asked() -> None:
    place = numpy_world()
    with pytest.raises(PythonMismatchError, match=r">=3\.13"):
        settle(asked("numpy", requires_python=">=3.13"), AL2023, place.doors)
    assert place.resolver.asked == []


def test_a_link_for_another_python_is_refused_with_the_one_that_fits() -> None:
    place = world({"numpy": NUMPY}, lambda _: {})
    link = f"numpy @ https://host/{NUMPY[0]}"
    with pytest.raises(LinkMisfitError) as caught:
        settle(asked(link), AL2023, place.doors)
    (line,) = caught.value.details
    assert line.startswith("reqs.txt:1: numpy-2.4.6-cp311")
    assert f"take https://host/{NUMPY[1]}#sha256=" in line
    assert place.resolver.asked == []
    with pytest.raises(LinkMisfitError) as caught:
        settle(asked(link), AL2023, world({}, lambda _: {}).doors)
    assert caught.value.details == (line.partition("; take ")[0],)


def test_a_link_whose_marker_is_for_others_is_no_matter() -> None:
    place = world({}, lambda _: {})
    link = f"numpy @ https://host/{NUMPY[0]} ; python_version < '3.12'"
    assert settle(asked(link), AL2023, place.doors).chosen == ()


def test_only_files_with_an_allowed_hash_are_taken() -> None:
    good, other = "a" * 64, "b" * 64
    files = (
        a_file("demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", hashes={"sha256": other}),
        a_file("demo-1.0-py3-none-any.whl", hashes={"sha256": good}),
    )
    place = world({"demo": files}, lambda _: {"demo": "1.0"})
    (one,) = settle(asked("demo==1.0", hashes=(f"sha256:{good}",)), AL2023, place.doors).chosen
    assert one.file == files[1]


def test_a_hash_that_no_file_has_is_a_damaged_input() -> None:
    place = world({"demo": ("demo-1.0-py3-none-any.whl",)}, lambda _: {"demo": "1.0"})
    wrong = "sha256:" + "0" * 64
    with pytest.raises(HashNotAllowedError, match=r"no file of demo 1\.0") as caught:
        settle(asked("demo==1.0", hashes=(wrong,)), AL2023, place.doors)
    (file,) = place.index.projects["demo"]
    assert caught.value.details == (
        f"allowed: {wrong}",
        f"{file.filename}: sha256:{file.sha256}",
    )
    assert caught.value.exit_status == 5


def test_a_hash_of_the_sdist_alone_leaves_no_wheel() -> None:
    sdist = a_file("demo-1.0.tar.gz", hashes={"sha256": "c" * 64})
    place = world({"demo": ("demo-1.0-py3-none-any.whl", sdist)}, lambda _: {"demo": "1.0"})
    with pytest.raises(NoWheelError, match="do not fit the target") as caught:
        settle(asked("demo==1.0", hashes=("sha256:" + "c" * 64,)), AL2023, place.doors)
    assert caught.value.details == ("demo-1.0.tar.gz: its hash is allowed",)


def test_a_hash_in_a_constraint_counts_where_its_marker_is_true() -> None:
    place = world({"demo": ("demo-1.0-py3-none-any.whl",)}, lambda _: {"demo": "1.0"})
    (one,) = settle(asked("demo"), AL2023, place.doors).chosen
    wrong = asked("demo==1.0 ; python_version < '3'", hashes=("sha256:" + "0" * 64,)).roots
    assert settle(asked("demo")._replace(constraints=wrong), AL2023, place.doors).chosen == (one,)
    wrong = asked("demo==1.0", hashes=("sha256:" + "0" * 64,)).roots
    with pytest.raises(HashNotAllowedError):
        settle(asked("demo")._replace(constraints=wrong), AL2023, place.doors)


def test_lines_without_a_hash_in_common_allow_nothing() -> None:
    place = world({"demo": ("demo-1.0-py3-none-any.whl",)}, lambda _: {"demo": "1.0"})
    (one,) = settle(asked("demo"), AL2023, place.doors).chosen
    right = asked("demo==1.0", hashes=(f"sha256:{one.file.sha256}",)).roots
    wrong = asked("demo==1.0", hashes=("sha256:" + "0" * 64,)).roots
    with pytest.raises(HashNotAllowedError) as caught:
        settle(Asked(roots=right + wrong), AL2023, place.doors)
    assert "no hash in common" in caught.value.details[0]


def test_required_hashes_are_required_of_dependencies_too() -> None:
    files = {"demo": ("demo-1.0-py3-none-any.whl",), "dep": ("dep-2.0-py3-none-any.whl",)}
    place = world(files, lambda _: {"demo": "1.0", "dep": "2.0"})
    demo, dep = settle(asked("demo"), AL2023, place.doors).chosen
    roots = asked("demo==1.0", hashes=(f"sha256:{demo.file.sha256}",)).roots
    with pytest.raises(UnhashedError, match="dep has no hash") as caught:
        settle(Asked(roots=roots, require_hashes=True), AL2023, place.doors)
    assert caught.value.details == (f"dep==2.0 --hash=sha256:{dep.file.sha256}",)
    assert caught.value.exit_status == 2


def test_a_wheel_that_is_not_there_is_named_with_its_line(tmp_path: Path) -> None:
    url = (tmp_path / "demo-1.0-py3-none-any.whl").as_uri()
    place = world({}, lambda _: f"Distribution not found at: {url}")
    with pytest.raises(MissingFileError, match=r"any\.whl is not there") as caught:
        settle(asked(f"demo @ {url}"), AL2023, place.doors)
    assert caught.value.details == (f"reqs.txt:1: demo @ {url}",)
    assert caught.value.exit_status == 2


def test_what_a_lock_keeps_is_not_held_back_by_glibc() -> None:
    files = {"demo": ("demo-1.0-py3-none-any.whl", "demo-2.0-py3-none-any.whl")}
    place = world(files, lambda q: {"demo": "1.0" if q.preferences else "2.0"})
    assert settle(asked("demo"), AL2023, place.doors, (("demo", "1.0"),)).held_back == ()


def test_preferences_reach_the_exact_question_only() -> None:
    place = numpy_world()
    settle(asked("numpy"), AL2, place.doors, (("numpy", "2.2.6"),))
    kept = {question.platform: question.preferences for question in place.resolver.asked}
    assert kept == {"x86_64-manylinux_2_28": (("numpy", "2.2.6"),), "x86_64-manylinux_2_40": ()}
