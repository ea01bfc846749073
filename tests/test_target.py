"""A target's tags, names and markers, against packaging's own generators as the oracle."""

from __future__ import annotations

import pytest
from packaging import tags
from packaging.markers import default_environment

from manylayers.errors import UsageError
from manylayers.facts.tables import runtimes
from manylayers.target import Architecture, Target, all_runtimes, find_target, platform_ladder

EVERY_TARGET = [
    Target(facts=facts, architecture=architecture)
    for facts in all_runtimes()
    for architecture in Architecture
]


@pytest.mark.parametrize("target", EVERY_TARGET, ids=str)
def test_the_ladder_is_the_one_packaging_makes_for_the_same_platforms(target: Target) -> None:
    python = target.facts.python
    abi = "cp{}{}".format(*python)
    cpython = tags.cpython_tags(python, [abi], list(target.platforms))
    generic = tags.compatible_tags(python, abi, list(target.platforms))
    assert list(target.tags) == [str(tag) for tag in (*cpython, *generic)]


def test_amazon_linux_2_takes_glibc_2_26_and_not_2_27() -> None:
    ladder = find_target("3.11", "x86_64").platforms
    assert ladder[0] == "manylinux_2_26_x86_64"
    assert "manylinux_2_27_x86_64" not in ladder


def test_amazon_linux_2023_takes_glibc_2_34_and_not_2_35() -> None:
    ladder = find_target("3.12", "arm64").platforms
    assert ladder[0] == "manylinux_2_34_aarch64"
    assert "manylinux_2_35_aarch64" not in ladder


def test_old_names_stand_right_after_the_version_they_mean() -> None:
    ladder = platform_ladder((2, 17), "x86_64")
    assert ladder[:2] == ["manylinux_2_17_x86_64", "manylinux2014_x86_64"]
    assert ladder[-2:] == ["manylinux_2_5_x86_64", "manylinux1_x86_64"]


def test_aarch64_has_nothing_older_than_manylinux2014() -> None:
    assert platform_ladder((2, 26), "aarch64")[-1] == "manylinux2014_aarch64"


def test_a_wheel_made_on_somebodys_own_linux_never_fits() -> None:
    assert not any("-linux_" in tag for tag in find_target("3.13", "x86_64").tags)


def test_an_abi3_wheel_for_a_later_python_does_not_fit() -> None:
    fitting = find_target("3.12", "x86_64").tags
    assert "cp312-abi3-manylinux_2_17_x86_64" in fitting
    assert "cp313-abi3-manylinux_2_17_x86_64" not in fitting


def test_free_threaded_wheels_do_not_fit() -> None:
    assert not any("cp313t" in tag for tag in find_target("3.13", "x86_64").tags)


@pytest.mark.parametrize(
    "words", ["3.12", "python3.12", "cp312", " Python3.12 ", "py312", "3.12.4"]
)
def test_a_runtime_is_known_by_all_its_names(words: str) -> None:
    assert find_target(words, "x86_64").runtime == "python3.12"


@pytest.mark.parametrize(
    ("words", "name"),
    [("x86_64", "x86_64"), ("amd64", "x86_64"), ("arm64", "arm64"), ("AArch64", "arm64")],
)
def test_an_architecture_is_known_by_dockers_and_linuxs_names(words: str, name: str) -> None:
    assert find_target("3.12", words).architecture == name


@pytest.mark.parametrize("words", ["3.7", "2.7", "python3.6"])
def test_a_runtime_that_is_gone_says_since_when_and_what_there_is(words: str) -> None:
    with pytest.raises(UsageError, match="deprecated since 20") as caught:
        find_target(words, "x86_64")
    assert "3.14" in caught.value.hint


@pytest.mark.parametrize("words", ["3.99", "4.0", "latest", ""])
def test_a_runtime_that_never_was_names_the_ones_that_are(words: str) -> None:
    with pytest.raises(UsageError, match="no Python runtime") as caught:
        find_target(words, "x86_64")
    assert caught.value.exit_status == 2
    assert "3.8, 3.9, 3.10" in caught.value.hint


def test_another_machine_is_refused_with_the_two_there_are() -> None:
    with pytest.raises(UsageError, match="no architecture 'riscv64'") as caught:
        find_target("3.12", "riscv64")
    assert "x86_64 or arm64" in caught.value.hint


def test_the_marker_environment_has_every_variable_and_none_of_the_hosts_values() -> None:
    environment = find_target("3.10", "arm64").marker_environment
    assert environment.keys() == default_environment().keys()
    assert environment["platform_machine"] == "aarch64"
    assert environment["python_version"] == "3.10"
    assert environment["sys_platform"] == "linux"


def test_the_layers_folder_names_the_python() -> None:
    assert find_target("3.9", "x86_64").site_packages == "python/lib/python3.9/site-packages"


def test_runtimes_stand_in_order_without_a_gap_from_3_6_on() -> None:
    minors = [facts.python[1] for facts in runtimes() if facts.python[0] == 3]
    assert minors == list(range(minors[0], minors[-1] + 1))


def test_only_deprecated_and_gone_runtimes_lack_a_future() -> None:
    without_date = [facts.python for facts in runtimes() if facts.deprecated is None]
    assert without_date == [(3, 15)]
