"""Where the files of a RECORD lie in a layer."""

from __future__ import annotations

import pytest

from made_layers import a_file, a_layer, installed, layer_of


@pytest.mark.parametrize(
    ("written", "place"),
    [
        ("demo/a.py", "python/demo/a.py"),
        ("./demo/a.py", "python/demo/a.py"),
        ("demo//a.py", "python/demo/a.py"),
        ("demo/../a.py", "python/a.py"),
        ("demo/", "python/demo"),
        ("demo\\a.py", "python/demo/a.py"),
        (".hidden", "python/.hidden"),
        ("..a/b", "python/..a/b"),
        ("../../bin/demo", "python/bin/demo"),
        ("../bin/there", "bin/there"),
    ],
)
def test_a_path_of_record_is_found_in_the_layer(written: str, place: str) -> None:
    record = f"{written},,\n".encode()
    info = "python/demo-1.0.dist-info"
    files = installed("demo", site="python", files={}) | {f"{info}/RECORD": record}
    (demo,) = layer_of(files, {"bin/there": b""}).distributions
    assert demo.files == {place: ""}


def test_an_egg_info_is_a_distribution_without_a_list_of_files() -> None:
    (old,) = a_layer(
        a_file("python/Old.egg-info/PKG-INFO", b"Name: Old_Thing\nVersion: 0.1\n"),
    ).distributions
    assert (old.name, old.version, old.files) == ("old-thing", "0.1", None)


def test_a_record_that_can_not_be_read_counts_as_none() -> None:
    files = installed("demo", site="python")
    files["python/demo-1.0.dist-info/RECORD"] = b"one,two\n"
    (demo,) = layer_of(files).distributions
    assert demo.files is None


def test_a_record_with_far_more_lines_than_files_counts_as_none() -> None:
    files = installed("demo", site="python")
    files["python/demo-1.0.dist-info/RECORD"] = b"a,,\n" * 100
    (demo,) = layer_of(files).distributions
    assert demo.files is None
