"""What packages say they need, held against what is there."""

from __future__ import annotations

import pytest

from made_layers import a_scene, installed, layer_of, told
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene


def dependencies(scene: Scene) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in told(scene, "D")]


def only(scene: Scene) -> Finding:
    (finding,) = told(scene, "D")
    return finding


def test_a_missing_package_is_an_error_that_names_both() -> None:
    layer = layer_of(installed("pandas", "2.3.2", requires=["numpy>=1.26", "six>=1.5"]))
    finding = only(a_scene(layer))
    assert (finding.code, finding.severity) == ("D601", "error")
    assert "pandas 2.3.2 needs numpy>=1.26, in no layer, function or runtime" in finding.message


def test_one_that_has_all_hides_none_that_lacks_something() -> None:
    fine = installed("a", requires=["b"]) | installed("b", requires=["gone"])
    assert "b 1.0 needs gone" in only(a_scene(layer_of(fine))).message


def test_another_layer_or_the_function_may_have_it() -> None:
    pandas = layer_of(installed("pandas", requires=["numpy"]))
    numpy = layer_of(installed("numpy", site="python"), label="n.zip")
    assert dependencies(a_scene(pandas, numpy)) == []
    assert dependencies(a_scene(pandas, function=layer_of(installed("numpy", site="")))) == []


@pytest.mark.parametrize(
    ("requires", "found"),
    [
        ("helper; python_version < '3.9'", []),
        ("helper; extra == 'fast'", []),
        ("helper; python_version >= '3.9' and extra == 'fast'", []),
        ("helper; python_version >= '3.9' or extra == 'fast'", [("D601", "error")]),
        ("helper; extra == ''", [("D601", "error")]),
        ("helper; sys_platform == 'win32'", []),
        ("helper; platform_machine == 'x86_64'", [("D601", "error")]),
        ("pip", []),
        ("setuptools", [("D601", "error")]),
        ("boto3>=1.2", []),
        ("not a requirement at all !", []),
    ],
)
def test_only_what_counts_on_the_target_counts(requires: str, found: list[tuple[str, str]]) -> None:
    assert dependencies(a_scene(layer_of(installed("demo", requires=[requires])))) == found


def test_setuptools_came_with_python_for_the_last_time_in_3_11() -> None:
    layer = layer_of(installed("demo", requires=["setuptools"], site="python"))
    assert dependencies(a_scene(layer, python="3.11")) == []
    assert dependencies(a_scene(layer, python="3.12")) == [("D601", "error")]


@pytest.mark.parametrize(("bound", "severity"), [(">=2", "warning"), ("==2.0", "error")])
def test_another_version_is_an_error_where_just_one_will_do(bound: str, severity: str) -> None:
    layer = layer_of(installed("demo", requires=[f"helper{bound}"]), installed("helper"))
    finding = only(a_scene(layer))
    assert (finding.code, finding.severity) == ("D601", severity)
    assert f"helper{bound} (1.0 is found)" in finding.message


@pytest.mark.parametrize(
    ("wanted", "severity"), [(">=3.13", "error"), ("<3.12", "warning"), (">=3.9,<4", "")]
)
def test_a_python_that_is_too_old_is_an_error(wanted: str, severity: str) -> None:
    found = dependencies(a_scene(layer_of(installed("demo", requires_python=wanted))))
    assert found == ([("D602", severity)] if severity else [])


def test_packages_without_metadata_are_one_note() -> None:
    site = "python/lib/python3.12/site-packages"
    loose = {"python/own/a.py": b"", "python/helper.py": b"", f"{site}/own/b.py": b""}
    layer = layer_of(installed("demo"), loose)
    finding = only(a_scene(layer))
    assert (finding.code, finding.severity) == ("D603", "note")
    assert finding.message.startswith("2 packages without metadata: helper, own;")
    assert finding.remedy.endswith("; modules of your own need none")


def test_two_distributions_with_one_file_of_two_contents_are_named() -> None:
    first = installed("cv-a", files={"cv2/__init__.py": b"a", "cv2/same.py": b"s"})
    second = installed("cv-b", files={"cv2/__init__.py": b"b", "cv2/same.py": b"s"})
    finding = only(a_scene(layer_of(first, second)))
    assert (finding.code, finding.severity) == ("D604", "warning")
    assert "cv-a and cv-b both bring" in finding.message
    assert "same.py" not in finding.message


def test_what_a_package_brings_along_for_itself_is_its_own() -> None:
    inner = "bleach/_vendor/html5lib-1.1.dist-info"
    files = {
        "bleach/__init__.py": b"",
        "bleach/_vendor/html5lib/__init__.py": b"changed",
        f"{inner}/METADATA": b"Metadata-Version: 2.1\nName: html5lib\nVersion: 1.1\n",
        f"{inner}/RECORD": b"html5lib/__init__.py,sha256=of-the-original,8\n"
        b"html5lib-1.1.dist-info/METADATA,,\n",
    }
    assert dependencies(a_scene(layer_of(installed("bleach", files=files)))) == []


@pytest.mark.parametrize(
    "requires",
    ["x; " + "(" * 5000 + "python_version > '3'", "x>=" + "9" * 5000, "x; python_version < 'a.b'"],
)
def test_a_requirement_made_to_break_its_reader_is_passed_over(requires: str) -> None:
    layer = layer_of(installed("demo", requires=[requires]), installed("x", "1.0"))
    assert all(code == "D601" for code, _ in dependencies(a_scene(layer)))


def test_a_python_with_a_number_without_end_is_passed_over() -> None:
    layer = layer_of(installed("demo", requires_python=">=" + "9" * 5000))
    assert dependencies(a_scene(layer)) == []
