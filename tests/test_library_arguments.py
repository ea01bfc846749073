"""The library as a program calls it: a few typed calls, errors as values that explain."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

import manylayers
from wheel_builder import build_wheel


def shop(wheels: Path) -> manylayers.IndexSettings:
    return manylayers.IndexSettings(find_links=(str(wheels),), no_index=True)


def test_one_requirement_needs_no_list(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    output = tmp_path / "layer.zip"
    report = manylayers.build("demo", python="3.12", output=output, index=shop(wheels))
    assert [package.name for package in report.packages] == ["demo"]
    lock = manylayers.lock(
        "demo", python="3.12", output=tmp_path / "pylock.toml", index=shop(wheels)
    )
    assert [package.name for package in lock.packages] == ["demo"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"layout": "odd"}, "there is no layout 'odd'"),
        ({"python": 3.12}, "is a number"),
        ({"python": ()}, "which runtime is it for"),
        ({"arch": "sparc"}, "no architecture 'sparc'"),
        ({"lock_file": "pylock.toml"}, "no requirement can stand beside it"),
    ],
)
def test_a_wrong_argument_is_an_error_that_explains(
    tmp_path: Path, wrong: dict[str, Any], message: str
) -> None:
    output = tmp_path / "layer.zip"
    asked = {"python": "3.12", "output": output, **wrong}
    with pytest.raises(manylayers.ManylayersError, match=message) as caught:
        manylayers.build(["demo"], **asked)
    assert caught.value.hint
    assert not output.exists()


def test_no_output_takes_the_place_of_what_it_is_made_from(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    named = tmp_path / "list.zip"
    named.write_text("demo\n")
    for made in (manylayers.build, manylayers.lock):
        with pytest.raises(manylayers.ManylayersError, match="one of the inputs") as caught:
            made(requirements_files=[named], python="3.12", output=named, index=shop(wheels))
        assert caught.value.exit_status == 2
    lock = manylayers.lock("demo", python="3.12", output=tmp_path / "a.zip", index=shop(wheels))
    with pytest.raises(manylayers.ManylayersError, match="one of the inputs"):
        manylayers.build(lock_file=lock.path, python="3.12", output=lock.path)
    assert named.read_text() == "demo\n"
