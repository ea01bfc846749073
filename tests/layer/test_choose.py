"""Which wheel a target takes, and the reason it has against every other."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import parse_wheel_filename

from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import choose, misfit, python_allowed, wheel_tags
from manylayers.target import find_target

AL2 = find_target("3.11", "x86_64")
AL2023 = find_target("3.12", "x86_64")
AL2023_ARM = find_target("3.12", "arm64")


def a_file(filename: str, **more: str) -> DistributionFile:
    return DistributionFile(filename=filename, url=f"file:///{filename}", **more)  # type: ignore[arg-type]


CRYPTOGRAPHY = [
    a_file("cryptography-50.0.2-cp311-abi3-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"),
    a_file("cryptography-50.0.2-cp311-abi3-manylinux_2_28_x86_64.whl"),
    a_file("cryptography-50.0.2-cp311-abi3-manylinux_2_34_x86_64.whl"),
    a_file("cryptography-50.0.2-cp311-abi3-manylinux_2_34_aarch64.whl"),
]


def test_each_system_takes_the_newest_glibc_it_has() -> None:
    assert choose(CRYPTOGRAPHY, AL2).chosen == CRYPTOGRAPHY[0]
    assert choose(CRYPTOGRAPHY, AL2023).chosen == CRYPTOGRAPHY[2]
    assert choose(CRYPTOGRAPHY, AL2023_ARM).chosen == CRYPTOGRAPHY[3]


def test_a_name_whose_tags_multiply_to_millions_is_not_a_wheels() -> None:
    many = [".".join([word] * 500) for word in ("py3", "none", "any")]
    problem = misfit(a_file(f"demo-1.0-{'-'.join(many)}.whl"), AL2)
    assert problem is not None
    assert problem.reason == "its file name is not a wheel's"


def test_a_wheel_at_exactly_the_ceiling_of_glibc_is_taken() -> None:
    lxml = [
        a_file("lxml-6.1.3-cp311-cp311-manylinux2014_x86_64.manylinux_2_17_x86_64.whl"),
        a_file("lxml-6.1.3-cp311-cp311-manylinux_2_26_x86_64.manylinux_2_28_x86_64.whl"),
    ]
    assert choose(lxml, AL2).chosen == lxml[1]


def test_the_higher_build_number_wins_among_equal_tags() -> None:
    files = [a_file(f"demo-1.0-{build}-py3-none-any.whl") for build in ("2", "10", "9b")]
    assert choose(files, AL2023).chosen == files[1]


def test_a_yanked_wheel_is_taken_only_where_nothing_else_fits() -> None:
    yanked = a_file("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", yanked="broken")
    sound = a_file("demo-1.0-py3-none-any.whl")
    assert choose([yanked, sound], AL2023).chosen == sound
    assert choose([yanked], AL2023).chosen == yanked


@pytest.mark.parametrize(
    ("filename", "obstacle", "words"),
    [
        ("demo-1.0.tar.gz", "source", "source only"),
        ("demo-1.0-py3.11.egg", "not a wheel", "not a wheel"),
        ("demo-1.0.whl", "not a wheel", "file name"),
        ("demo-1.0-cp311-cp311-macosx_11_0_arm64.whl", "macos", "for macOS"),
        ("demo-1.0-cp311-cp311-win_amd64.whl", "windows", "for Windows"),
        ("demo-1.0-cp311-cp311-musllinux_1_2_x86_64.whl", "musl", "musl"),
        ("demo-1.0-cp311-cp311-manylinux_2_17_aarch64.whl", "architecture", "for aarch64"),
        ("demo-1.0-cp311-cp311-manylinux2014_i686.whl", "architecture", "for i686"),
        ("demo-1.0-cp311-cp311-linux_x86_64.whl", "platform", "somebody's own Linux"),
        ("demo-1.0-cp311-cp311-manylinux_2_27_x86_64.whl", "glibc", "needs glibc 2.27"),
        ("demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl", "python", "for Python 3.12"),
        ("demo-1.0-cp312-abi3-manylinux_2_17_x86_64.whl", "python", "3.12 and later"),
        ("demo-1.0-cp311-cp311t-manylinux_2_17_x86_64.whl", "python", "free-threaded"),
        ("demo-1.0-pp311-pypy311_pp73-manylinux_2_17_x86_64.whl", "python", "for PyPy"),
        ("demo-1.0-py2-none-any.whl", "python", "for Python 2 "),
        ("demo-1.0-cp312-cp312-manylinux_2_28_x86_64.whl", "python", "not 3.11; it also needs"),
    ],
)
def test_a_file_that_does_not_fit_says_what_it_lacks(
    filename: str, obstacle: str, words: str
) -> None:
    problem = misfit(a_file(filename), AL2)
    assert problem is not None
    assert (problem.obstacle, words in problem.reason) == (obstacle, True), problem.reason


def test_requires_python_is_held_against_the_target() -> None:
    file = a_file("demo-1.0-py3-none-any.whl", requires_python=">=3.12")
    assert misfit(file, AL2023) is None
    problem = misfit(file, AL2)
    assert problem is not None
    assert problem.reason == "requires Python >=3.12"


def test_a_python_with_a_number_without_end_bounds_nothing() -> None:
    assert python_allowed(">=" + "9" * 5000, "3.12.0")


@pytest.mark.parametrize(
    ("bounds", "python", "allowed"),
    [
        ("!=3.12.1", "3.12.1", False),
        ("!=3.12.1", "3.12.2", True),
        ("!=3.12.*", "3.12.2", False),
        (">=3.9,!=3.12.*", "3.13.0", True),
    ],
)
def test_a_python_that_is_shut_out_is_one_or_a_whole_series(
    bounds: str, python: str, *, allowed: bool
) -> None:
    assert python_allowed(bounds, python) is allowed


def test_a_senseless_requires_python_keeps_nobody_out() -> None:
    assert misfit(a_file("demo-1.0-py3-none-any.whl", requires_python=">=3.6.*"), AL2) is None


def test_everything_not_chosen_for_a_reason_is_kept_with_it() -> None:
    choice = choose(CRYPTOGRAPHY, AL2)
    assert [file.filename for file, _ in choice.misfits] == [f.filename for f in CRYPTOGRAPHY[1:]]


TAG_SETS = st.lists(
    st.sampled_from(["cp311", "cp312", "py3", "py2", "abi3", "none", "any", "win32"]),
    min_size=1,
    max_size=3,
    unique=True,
)


@given(TAG_SETS, TAG_SETS, TAG_SETS, st.sampled_from(["", "1-", "23abc-"]))
def test_tags_are_read_as_packaging_reads_them(
    pythons: list[str], abis: list[str], platforms: list[str], build: str
) -> None:
    filename = f"demo-1.0-{build}{'.'.join(pythons)}-{'.'.join(abis)}-{'.'.join(platforms)}.whl"
    ours = wheel_tags(filename)
    assert ours is not None
    _, _, their_build, their_tags = parse_wheel_filename(filename)
    expanded = {
        (python, abi, platform)
        for python in ours.pythons
        for abi in ours.abis
        for platform in ours.platforms
    }
    assert expanded == {(tag.interpreter, tag.abi, tag.platform) for tag in their_tags}
    assert ours.build == (their_build or (-1, ""))
