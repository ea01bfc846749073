"""Choosing held against `packaging`: of whatever names there are the same fit, the same is best."""

from __future__ import annotations

from functools import cache

from hypothesis import example, given
from hypothesis import strategies as st
from packaging import tags
from packaging.specifiers import SpecifierSet
from packaging.utils import parse_wheel_filename

from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import choose, misfit, python_allowed, wheel_tags
from manylayers.target import Architecture, Target, all_runtimes, find_target, target_of
from wheel_names import odd_names, wheel_names

targets = st.builds(target_of, st.sampled_from(all_runtimes()), st.sampled_from(list(Architecture)))


def a_file(filename: str, **more: str | None) -> DistributionFile:
    return DistributionFile(filename=filename, url=f"file:///{filename}", **more)  # type: ignore[arg-type]


@cache
def ladder(target: Target) -> tuple[tags.Tag, ...]:
    """All tags that run on ``target``, best first, as `packaging` has them."""
    python, platforms = target.facts.python, list(target.platforms)
    own = "cp{}{}".format(*python)
    cpython = tags.cpython_tags(python, [own], platforms)
    return (*cpython, *tags.compatible_tags(python, own, platforms))


def rank(filename: str, target: Target) -> int | None:
    """The place of the best tag of ``filename`` on that ladder."""
    held = parse_wheel_filename(filename)[3]
    return next((place for place, tag in enumerate(ladder(target)) if tag in held), None)


@given(wheel_names, targets)
def test_a_wheel_fits_where_packaging_finds_one_of_its_tags(name: str, target: Target) -> None:
    assert (misfit(a_file(name), target) is None) == (rank(name, target) is not None)


@given(st.lists(wheel_names, max_size=6, unique=True), targets)
def test_the_best_is_the_one_highest_on_packagings_ladder(names: list[str], target: Target) -> None:
    choice = choose(map(a_file, names), target)
    ranks = {name: place for name in names if (place := rank(name, target)) is not None}
    if choice.chosen is None:
        assert ranks == {}
        return
    assert ranks[choice.chosen.filename] == min(ranks.values())
    equals = [name for name, place in ranks.items() if place == min(ranks.values())]
    builds = [parse_wheel_filename(name)[2] for name in equals]
    assert parse_wheel_filename(choice.chosen.filename)[2] == max(builds)


@given(st.lists(wheel_names, max_size=6, unique=True), targets)
def test_every_file_fits_or_has_its_reason(names: list[str], target: Target) -> None:
    choice = choose(map(a_file, names), target)
    reasons = {file.filename: problem.reason for file, problem in choice.misfits}
    assert all(reasons.values())
    assert set(names) - reasons.keys() == {n for n in names if rank(n, target) is not None}


@given(st.permutations(["9b-", "", "2-", "10-"]), targets)
def test_the_order_of_the_page_decides_nothing(builds: list[str], target: Target) -> None:
    names = [f"demo-1.0-{build}py3-none-any.whl" for build in builds]
    chosen = choose(map(a_file, names), target).chosen
    assert chosen is not None
    assert chosen.filename == "demo-1.0-10-py3-none-any.whl"


@given(wheel_names, targets)
@example("demo-1.0-cp38-abi3-any.manylinux_2_27_x86_64.whl", find_target("3.8", "x86_64"))
def test_glibc_is_the_obstacle_only_where_a_newer_one_would_do(name: str, target: Target) -> None:
    problem = misfit(a_file(name), target)
    if problem and problem.obstacle == "glibc":
        assert problem.needs_glibc is not None
        assert problem.needs_glibc > target.system.glibc
    if problem and rank(name, target.on_newest_glibc) is not None:
        assert problem.obstacle == "glibc"


@given(odd_names)
def test_no_name_is_too_odd_to_be_judged(name: str) -> None:
    read = wheel_tags(name)
    assert read is None or all((*read.pythons, *read.abis, *read.platforms))


BOUNDS = st.one_of(
    st.builds(
        "{}{}".format,
        st.sampled_from([">=", "<", ">= ", " < ", "<=", "!=", ">", "==", "~="]),
        st.sampled_from(["3.8", "3.11", "3.12", "3.12.0", "3.12.99", "3.13", "4.0", "3.0"]),
    ),
    st.sampled_from([">=3", "<4", "!=3.0.*", "!= 3.12.*", "!=3.*", "==3.12.*", "<3.12.0.1"]),
)
SPECIFIERS = st.lists(BOUNDS, max_size=3).map(",".join)


@given(SPECIFIERS, targets)
def test_requires_python_is_read_as_packaging_reads_it(specifier: str, target: Target) -> None:
    file = a_file("demo-1.0-py3-none-any.whl", requires_python=specifier)
    allowed = SpecifierSet(specifier).contains(target.python_full, prereleases=True)
    assert (misfit(file, target) is None) == allowed


@given(targets, st.sampled_from([">={}", "<{}", ">={},<{}", "!={}.*", "!={}", "<={}"]))
def test_a_bound_that_is_the_runtimes_own_version_is_read_as_packaging_reads_it(
    target: Target, form: str
) -> None:
    for version in (target.python, target.python_full):
        specifier = form.format(version, version)
        allowed = SpecifierSet(specifier).contains(target.python_full, prereleases=True)
        assert python_allowed(specifier, target.python_full) == allowed
