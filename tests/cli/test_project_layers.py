"""Several layers of one ``pyproject.toml``: where they go, and what is said of each."""

from __future__ import annotations

from pathlib import Path

import pytest

from command import offline, run
from wheel_builder import build_wheel

TABLES = """
[tool.manylayers]
python = ["3.12", "3.14"]
output = "out/layers"
[tool.manylayers.layers.web]
requirements = ["native"]
"""


@pytest.fixture
def native(tmp_path: Path, wheels: Path) -> Path:
    """A project with a layer that only python3.12 can have."""
    (tmp_path / "pyproject.toml").write_text(TABLES)
    build_wheel(wheels, "native", tag="cp312-cp312-manylinux_2_17_x86_64", requires=["urllib3"])
    build_wheel(wheels, "urllib3", requires=["botocore"])
    build_wheel(wheels, "botocore")
    return wheels


def test_what_could_not_be_built_is_said_on_standard_error(tmp_path: Path, native: Path) -> None:
    said = offline("build", folder=tmp_path, wheels=native)
    assert said.status == 3
    assert said.out.startswith(str(Path("out", "layers", "web-python3.12-x86_64.zip")))
    assert "error:" not in said.out
    assert "web-python3.14-x86_64.zip: native 1.0: no wheel for python3.14" in said.err


def test_quiet_still_says_what_could_not_be_built(tmp_path: Path, native: Path) -> None:
    said = offline("build", "-q", folder=tmp_path, wheels=native)
    assert (said.status, said.out) == (3, "")
    assert "no wheel for python3.14" in said.err


def test_warnings_of_every_layer_are_said(tmp_path: Path, native: Path) -> None:
    words = ("build", "--exclude-runtime", "--python", "3.12")
    said = offline(*words, folder=tmp_path, wheels=native)
    assert "warning: urllib3 stays: native needs it" in said.err


def test_locks_lie_in_the_projects_folder_or_where_output_says(
    tmp_path: Path, native: Path
) -> None:
    words = ("lock", "--python", "3.12")
    assert offline(*words, folder=tmp_path, wheels=native).status == 0
    assert (tmp_path / "pylock.toml").is_file()
    assert offline(*words, "-o", "pylock.web.toml", folder=tmp_path, wheels=native).status == 0
    assert (tmp_path / "pylock.web.toml").is_file()


def test_an_output_on_the_command_line_starts_where_the_person_stands(
    tmp_path: Path, native: Path
) -> None:
    (tmp_path / "sub").mkdir()
    words = ("build", "--python", "3.12", "-o", "here/")
    assert offline(*words, folder=tmp_path / "sub", wheels=native).status == 0
    assert (tmp_path / "sub" / "here" / "web-python3.12-x86_64.zip").is_file()


def test_one_layer_may_be_named_and_several_need_a_folder(tmp_path: Path, native: Path) -> None:
    words = ("build", "-o", "web.zip")
    assert offline(*words, "--python", "3.12", folder=tmp_path, wheels=native).status == 0
    assert (tmp_path / "web.zip").is_file()
    said = offline(*words, folder=tmp_path, wheels=native)
    assert said.status == 2
    assert "-o web.zip is one file, and 2 layers are to be built" in said.err


def test_an_extra_may_be_a_layer_without_the_projects_own_dependencies(
    tmp_path: Path, wheels: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nname='shop'\nversion='1'\ndependencies=['gone']\n"
        "[project.optional-dependencies]\ndata=['demo']\n"
        "[tool.manylayers.layers.data]\nextras=['data']\nproject=false\n"
    )
    build_wheel(wheels, "demo")
    said = offline("build", "--python", "3.12", "--json", folder=tmp_path, wheels=wheels)
    assert said.status == 0, said.err
    assert [row["name"] for row in said.json["built"][0]["packages"]] == ["demo"]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("layout = 'libs'", "there is no layout 'libs'"),
        ("python = '3.99'", "Lambda has no Python runtime '3.99'"),
        ("arch = 'sparc'", "Lambda has no architecture 'sparc'"),
    ],
)
def test_a_value_there_is_none_of_is_told_with_its_place(
    tmp_path: Path, line: str, told: str
) -> None:
    table = f"[tool.manylayers]\npython='3.12'\n[tool.manylayers.layers.web]\n{line}\n"
    (tmp_path / "pyproject.toml").write_text(table)
    said = run("build", folder=tmp_path)
    assert said.status == 2
    assert f"pyproject.toml: tool.manylayers.layers.web: {told}" in said.err
