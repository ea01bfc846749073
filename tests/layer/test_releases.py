"""A project's files by release, whatever their names."""

from __future__ import annotations

import pytest

from manylayers.formats.pins import DistributionFile
from manylayers.layer.releases import (
    files_of,
    fitting_targets,
    fitting_versions,
    misfit_versions,
    releases,
    version_of,
)
from manylayers.target import find_target

PY312 = find_target("3.12", "x86_64")


def files(*names: str, **more: str) -> tuple[DistributionFile, ...]:
    return tuple(DistributionFile(filename=n, url=f"file:///{n}", **more) for n in names)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("filename", "name", "version"),
    [
        ("demo-1.0-py3-none-any.whl", "demo", "1.0"),
        ("my_demo-1.0+cu118-1-py3-none-any.whl", "my-demo", "1.0+cu118"),
        ("demo-1.0.whl", "demo", ""),
        ("demo-1.0.tar.gz", "demo", "1.0"),
        ("My.Demo-1.0.post1.tar.gz", "my-demo", "1.0.post1"),
        ("my-demo-1.0.zip", "my-demo", "1.0"),
        ("my_demo-1.0.tar.bz2", "my-demo", "1.0"),
        ("other-1.0.tar.gz", "demo", ""),
        ("demo.tar.gz", "demo", ""),
        ("demo-1.0-py3.11.egg", "demo", "1.0-py3.11.egg"),
    ],
)
def test_a_file_name_tells_its_version(filename: str, name: str, version: str) -> None:
    assert version_of(filename, name) == version


def test_releases_stand_in_the_order_of_versions_and_not_of_letters() -> None:
    listed = files("demo-10.0.tar.gz", "demo-9.0.tar.gz", "demo-9.0rc1.tar.gz", "demo-9!1.tar.gz")
    ordered = [str(version) for version in releases(listed, "demo")]
    assert ordered == ["9.0rc1", "9.0", "10.0", "9!1"]


def test_files_without_a_readable_version_are_passed_over() -> None:
    endless = f"demo-{'9' * 5000}.tar.gz"
    listed = files("demo-0.1-py3.11.egg", "demo-best.tar.gz", "readme.txt", endless)
    assert releases(listed, "demo") == {}


@pytest.mark.parametrize("asked", ["1.0", "1", "1.0.0", "v1.0"])
def test_a_version_is_found_however_it_is_written(asked: str) -> None:
    listed = files("demo-1.0-py3-none-any.whl", "demo-1.0.0.tar.gz", "demo-1.0.1.tar.gz")
    assert files_of(listed, "demo", asked) == listed[:2]


LISTED = (
    *files("demo-1.0-py3-none-any.whl"),
    *files("demo-2.0-cp312-cp312-manylinux_2_17_x86_64.whl", yanked="broken"),
    *files("demo-3.0rc1-py3-none-any.whl"),
    *files("demo-4.0-cp312-cp312-manylinux_2_38_x86_64.whl", "demo-4.0.tar.gz"),
    *files("demo-5.0-cp313-cp313-manylinux_2_17_x86_64.whl", "demo-5.0-py2-none-any.whl"),
    *files("demo-6.0.tar.gz"),
)


@pytest.mark.parametrize(("pre", "versions"), [(False, ["1.0"]), (True, ["1.0", "3.0rc1"])])
def test_versions_that_fit_are_those_with_a_sound_wheel(*, pre: bool, versions: list[str]) -> None:
    assert [str(one) for one in fitting_versions(LISTED, "demo", PY312, pre=pre)] == versions


def test_versions_that_misfit_are_those_whose_wheels_all_do() -> None:
    assert misfit_versions(LISTED, PY312) == {"4.0", "5.0"}


def test_other_runtimes_of_the_same_processor_are_offered() -> None:
    native = files("demo-5.0-cp313-cp313-manylinux_2_17_x86_64.whl")
    assert [str(target) for target in fitting_targets(native, PY312)] == ["python3.13 x86_64"]
    assert list(fitting_targets(native, find_target("3.12", "arm64"))) == []
