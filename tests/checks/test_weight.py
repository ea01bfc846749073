"""What a large layer could do without."""

from __future__ import annotations

import pytest

from made_layers import a_file, a_layer, a_scene, told

MB = 1 << 20


def test_a_large_layer_is_told_what_few_functions_need() -> None:
    tests = a_file("python/numpy/tests/test_a.py")._replace(size=20 * MB)
    stubs = a_file("python/numpy/a.pyi")._replace(size=1 * MB)
    rest = a_file("python/numpy/__init__.py")._replace(size=200 * MB)
    (finding,) = told(a_scene(a_layer(tests, stubs, rest)), "S304")
    assert finding.severity == "note"
    assert f"{21 * MB:,} of {221 * MB:,} bytes" in finding.message
    assert f"tests {20 * MB:,} (numpy {20 * MB:,}); type stubs {MB:,} (numpy" in finding.message
    assert f"without them it would be {200 * MB:,}" in finding.message


@pytest.mark.parametrize(
    ("path", "rule"),
    [
        ("numpy/test/test_a.py", "tests"),
        ("numpy/tests/a.pyi", "tests"),
        ("numpy/a.pyc", "bytecode"),
        ("numpy/a.pyi", "type stubs"),
        ("numpy/include/a.txt", "headers and static libraries"),
        ("numpy/a.h", "headers and static libraries"),
        ("numpy/a.lib", "headers and static libraries"),
    ],
)
def test_each_kind_of_file_has_its_name(path: str, rule: str) -> None:
    file = a_file(f"python/{path}")._replace(size=20 * MB)
    rest = a_file("python/numpy/__init__.py")._replace(size=200 * MB)
    (finding,) = told(a_scene(a_layer(file, rest)), "S304")
    assert f": {rule} {20 * MB:,} (numpy" in finding.message


def test_just_over_the_limit_little_room_counts_too() -> None:
    tests = a_file("python/numpy/tests/test_a.py")._replace(size=2 * MB)
    rest = a_file("python/numpy/__init__.py")._replace(size=249 * MB)
    (finding,) = told(a_scene(a_layer(tests, rest)), "S304")
    assert f"{2 * MB:,} of {251 * MB:,} bytes" in finding.message
    licence = a_file("python/numpy-2.dist-info/tests/LICENSE")._replace(size=20 * MB)
    assert told(a_scene(a_layer(licence, rest)), "S304") == []


def test_a_small_layer_is_left_alone() -> None:
    tests = a_file("python/numpy/tests/test_a.py")._replace(size=20 * MB)
    assert told(a_scene(a_layer(tests)), "S304") == []


def test_layers_count_together_against_limit_and_number() -> None:
    half = a_layer(a_file("python/a.py")._replace(size=140_000_000))
    (finding,) = told(a_scene(half, half._replace(label="b.zip")), "S301")
    assert "280,000,000 bytes unzipped" in finding.message
    (finding,) = told(a_scene(*[a_layer("python/a.py")] * 6), "S303")
    assert (finding.severity, "6 layers" in finding.message) == ("error", True)
