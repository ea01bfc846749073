"""Layers, function and runtime together: who overwrites, hides or spoils whom."""

from __future__ import annotations

import pytest

from made_layers import SITE, a_file, a_layer, a_scene, installed, layer_of, told
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene


def conflicts(scene: Scene) -> list[tuple[str, str]]:
    return [(finding.code, finding.severity) for finding in told(scene, "C")]


def only(scene: Scene, code: str) -> Finding:
    (finding,) = told(scene, code)
    return finding


ONE = layer_of(installed("one"), label="a.zip")


def test_layers_that_share_nothing_or_the_same_bytes_are_right() -> None:
    assert conflicts(a_scene(ONE, layer_of(installed("two"), label="b.zip"))) == []
    assert conflicts(a_scene(ONE, ONE._replace(label="b.zip"))) == []


def test_a_file_that_a_later_layer_overwrites_is_named_with_both() -> None:
    before = a_layer(a_file("python/config.py", b"old"), label="a.zip")
    after = a_layer(a_file("python/config.py", b"new"), label="b.zip")
    finding = only(a_scene(before, after), "C402")
    assert finding.message.startswith("b.zip overwrites 1 file of a.zip")
    assert finding.place == "b.zip: python/config.py"


OLD = {"numpy/__init__.py": b"old", "numpy/core.py": b"old", "numpy/gone.py": b"old"}
NEW = {"numpy/__init__.py": b"new", "numpy/core.py": b"new"}


@pytest.mark.parametrize("order", [1, -1])
def test_two_versions_in_two_layers_are_an_error_and_the_found_one_is_named(order: int) -> None:
    flat = layer_of(installed("numpy", "1.26.4", site="python", files=OLD), label="a.zip")
    deep = layer_of(installed("numpy", "2.2.6", files=NEW), label="b.zip")
    scene = a_scene(*(flat, deep)[::order])
    finding = only(scene, "C403")
    assert finding.severity == "error"
    assert "2.2.6 in b.zip" in finding.message
    assert "1.26.4 in a.zip (python)" in finding.message
    assert f"b.zip ({SITE}) is found first" in finding.message
    assert finding.remedy == "build one layer of both, or ask for numpy==2.2.6 in both"
    assert conflicts(scene) == [("C403", "error")]


def test_a_package_of_two_versions_in_one_folder_is_half_overwritten() -> None:
    older = layer_of(installed("numpy", "1.26.4", files=OLD), label="a.zip")
    newer = layer_of(installed("numpy", "2.2.6", files=NEW), label="b.zip")
    finding = only(a_scene(older, newer), "C404")
    assert finding.severity == "error"
    assert "2 files replaced, 1 file left, for example" in finding.message
    assert finding.remedy == "build one layer of both, or ask for one version of numpy in both"
    assert "numpy/gone.py" in finding.message


def test_a_function_may_well_bring_its_own_version() -> None:
    function = layer_of(installed("one", "2.0", site=""), label="app.zip")
    finding = only(a_scene(ONE, function=function), "C403")
    assert finding.severity == "warning"
    assert "app.zip (its root) is found first" in finding.message


def test_what_an_upgrade_left_behind_is_a_warning() -> None:
    layer = layer_of(installed("one"), installed("one", "2.0"))
    finding = only(a_scene(layer), "C403")
    assert finding.severity == "warning"
    assert finding.message.endswith("; an upgrade over what was there leaves such a mixture")


def test_a_package_with_an_init_hides_its_part_in_a_later_folder() -> None:
    whole = layer_of(installed("base", files={"google/__init__.py": b"", "google/a.py": b""}))
    part = layer_of(installed("part", site="python", files={"google/b.py": b""}), label="part.zip")
    finding = only(a_scene(whole, part), "C404")
    assert finding.severity == "warning"
    assert "python/google/b.py" in finding.message
    namespace = layer_of(installed("base", files={"google/a.py": b""}))
    assert conflicts(a_scene(namespace, part)) == []


@pytest.mark.parametrize(
    ("own", "severity"),
    [
        ({"requests.py": b""}, "error"),
        ({"requests/__init__.py": b""}, "warning"),
        ({"requests/api.py": b""}, None),
        ({"requests/__init__.py": b"", "requests/api.py": b"", "app.py": b""}, None),
        (installed("requests", "3.0", site="", files={"requests/__init__.py": b""}), None),
    ],
)
def test_what_a_function_has_hides_the_package_of_a_layer(
    own: dict[str, bytes], severity: str | None
) -> None:
    files = {"requests/__init__.py": b"", "requests/api.py": b""}
    layer = layer_of(installed("requests", files=files, site="python"))
    found = told(a_scene(layer, function=layer_of(own, label="app.zip")), "C404")
    assert [one.severity for one in found] == ([severity] if severity else [])
    assert all("requests/api.py" in one.message for one in found)
    assert all(one.message.startswith("app.zip: requests") for one in found)


@pytest.mark.parametrize(
    ("init", "found"),
    [
        (b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)  # type: ignore\n", []),
        (b"from pkgutil import extend_path\n\n__path__ = extend_path(__path__, __name__)\n", []),
        (b"__path__ = ['.']\n", [("C404", "warning")]),
    ],
)
def test_a_package_that_asks_for_all_its_folders_hides_none(
    init: bytes, found: list[tuple[str, str]]
) -> None:
    layer = layer_of(installed("part", site="python", files={"backports/part.py": b""}))
    function = layer_of({"backports/__init__.py": init, "backports/own.py": b""})
    assert conflicts(a_scene(layer, function=function)) == found


def test_code_of_ones_own_in_a_layer_is_hidden_by_a_function_with_a_warning() -> None:
    layer = layer_of({"python/config/__init__.py": b"", "python/config/a.py": b""})
    function = layer_of({"config.py": b""})
    assert conflicts(a_scene(layer, function=function)) == [("C404", "warning")]


def test_botocore_without_boto3_meets_the_runtimes_boto3() -> None:
    layer = layer_of(installed("botocore", "1.44.5", requires=["urllib3"]))
    finding = only(a_scene(layer), "C405")
    assert finding.severity == "warning"
    assert "botocore 1.44.5 is in layer.zip and boto3 is not" in finding.message
    assert f"/opt/{SITE} comes before /var/runtime" in finding.message
    assert finding.remedy == (
        "name boto3 too where layer.zip is built, or add --exclude-runtime there, which leaves "
        "all of the SDK to the runtime"
    )


@pytest.mark.parametrize(
    ("bound", "said"), [(">=1.40,<1.43", "meets"), ("<1.34.0,>=1.33.2", "does not meet")]
)
def test_boto3_without_botocore_says_whether_the_runtimes_will_do(bound: str, said: str) -> None:
    layer = layer_of(installed("boto3", "1.33.2", requires=[f"botocore{bound}"]))
    assert f"the one seen {said} boto3's botocore" in only(a_scene(layer), "C405").message


def test_the_whole_sdk_is_a_note_alone() -> None:
    parts = [installed(name, "1.42.97") for name in ("boto3", "botocore", "s3transfer")]
    assert conflicts(a_scene(layer_of(*parts))) == [("C401", "note")]


@pytest.mark.parametrize(
    ("python", "version", "found"),
    [("3.9", "2.2.0", [("C405", "note")]), ("3.9", "1.26.18", []), ("3.12", "2.2.0", [])],
)
def test_urllib3_2_is_more_than_the_botocore_of_old_runtimes_asks_for(
    python: str, version: str, found: list[tuple[str, str]]
) -> None:
    layer = layer_of(installed("urllib3", version, site="python"))
    assert conflicts(a_scene(layer, python=python)) == found
