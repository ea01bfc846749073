"""For whom a layer is: what it tells itself, what is asked, and for whom it is right."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest

from fakes import Heard
from made_layers import SITE, a_layer, installed, layer_of
from manylayers.layer.carried import Carried
from manylayers.options import CheckOptions
from manylayers.report.check import CheckReport
from manylayers.stories.check import check


@dataclass(frozen=True)
class Shelf:
    """A door behind which one layer lies."""

    layer: Carried

    def read_layer(self, path: Path) -> Carried:
        return self.layer._replace(label=str(path))


def checked(layer: Carried, *pythons: str, arch: str = "") -> CheckReport:
    asked = CheckOptions(layers=(Path("layer.zip"),), pythons=pythons, arch=arch)
    return check(asked, Shelf(layer), Heard())


def test_each_layer_and_the_function_is_told_of_as_what_it_is() -> None:
    heard = Heard()
    asked = CheckOptions(layers=(Path("a.zip"), Path("b.zip")), function=Path("app.zip"))
    report = check(asked, Shelf(a_layer("python/a.py")), heard)
    assert [(one.label, one.kind) for one in report.carried] == [
        ("a.zip", "layer"),
        ("b.zip", "layer"),
        ("app.zip", "function"),
    ]
    assert heard.steps[:2] == ["reading a.zip", "reading b.zip"]


@pytest.mark.parametrize(
    ("path", "runtime", "architecture"),
    [
        (f"{SITE}/a.py", "python3.12", "x86_64"),
        ("python/a.cpython-311-aarch64-linux-gnu.so", "python3.11", "arm64"),
        ("python/a.cpython-313-darwin.so", "python3.13", "x86_64"),
        ("python/a.cp310-win_amd64.pyd", "python3.10", "x86_64"),
    ],
)
def test_folders_and_names_tell_the_target(path: str, runtime: str, architecture: str) -> None:
    report = checked(a_layer(path))
    assert (report.target.runtime, report.target.architecture) == (runtime, architecture)
    assert f"Python by {SITE if path.startswith(SITE) else path}" in report.inferred


def test_the_tags_of_wheels_tell_it_too() -> None:
    tags = b"Tag: cp311-cp311-manylinux_2_17_aarch64\nTag: cp311-cp311-manylinux2014_aarch64\n"
    info = "python/demo-1.0.dist-info"
    report = checked(layer_of(installed("demo", site="python"), {f"{info}/WHEEL": tags}))
    assert (report.target.runtime, report.target.architecture) == ("python3.11", "arm64")
    assert report.right_for == ("python3.11 arm64",)
    assert f"architecture by {info}/WHEEL" in report.inferred


@pytest.mark.parametrize(("name", "system"), [("_m.pyd", "Windows"), ("_m.darwin.so", "macOS")])
def test_binaries_of_systems_that_no_lambda_has_are_called_that(name: str, system: str) -> None:
    report = checked(a_layer(f"python/demo/{name}"))
    assert f"its binaries are for {system}, so none tells" in report.inferred


def test_what_is_bound_to_nothing_is_right_for_all_supported_runtimes() -> None:
    report = checked(a_layer("python/a.py"))
    assert report.inferred == (
        "nothing in it is bound to one Python, the newest runtime is taken; "
        "nothing in it is bound to one architecture"
    )
    assert report.right_for[0].startswith("python3.11 ")
    assert report.target.status == "supported"
    assert len(report.right_for) == 2 * len({name.split()[0] for name in report.right_for})


def test_a_python_that_lambda_has_not_tells_no_runtime() -> None:
    report = checked(a_layer("python/lib/python2.7/site-packages/a.py"))
    assert report.target.status == "supported"
    assert report.inferred.startswith("Lambda has no Python 2.7, told by python/lib/python2.7/")


def test_a_layer_for_several_pythons_is_right_for_these() -> None:
    report = checked(a_layer(f"{SITE}/a.py", "python/lib/python3.13/site-packages/a.py"))
    assert report.right_for == tuple(
        f"python3.{minor} {machine}" for minor in (12, 13) for machine in ("x86_64", "arm64")
    )


def test_what_is_asked_for_is_not_inferred() -> None:
    report = checked(a_layer(f"{SITE}/a.py"), "3.13", arch="arm64")
    assert (report.target.runtime, report.inferred, report.right_for) == ("python3.13", "", ())
    assert [finding.code for finding in report.findings] == ["L103"]


def test_each_python_that_is_named_has_its_answer() -> None:
    report = checked(layer_of(installed("demo")), "3.13", "3.12", arch="arm64")
    codes = [
        (one.target.runtime, [finding.code for finding in one.findings]) for one in report.answers
    ]
    assert codes == [("python3.13", ["L103"]), ("python3.12", [])]
    assert [finding.code for finding in report.findings] == ["L103"]
    assert (report.target.runtime, report.right_for) == ("python3.13", ("python3.12 arm64",))


def test_what_is_wrong_on_every_python_is_told_once() -> None:
    layer = layer_of(installed("demo", site="python"), {"python/.DS_Store": b""})
    report = checked(layer, "3.13", "3.12", "cp312")
    assert [finding.code for finding in report.findings] == ["L113"]
    assert [one.findings for one in report.answers] == [report.findings] * 2
