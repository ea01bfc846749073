"""`manylayers check` as a person runs it."""

from __future__ import annotations

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from command import offline, run
from elf_builder import build_elf
from made_layers import SITE, installed, write_layer
from wheel_builder import build_wheel


@pytest.fixture
def layer(tmp_path: Path) -> Path:
    asked = ("helper>=1; python_version >= '3.8'", "pytest; extra == 'dev'")
    return write_layer(
        tmp_path / "layer.zip", installed("demo", requires=asked) | installed("helper")
    )


def test_a_layer_of_ours_is_right(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, tag="cp312-cp312-manylinux_2_17_x86_64")
    offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    said = run("check", "layer.zip", folder=tmp_path)
    assert (said.status, said.err) == (0, "")
    assert "nothing wrong; right for python3.12 (x86_64)" in said.out


def test_an_error_is_status_1_with_place_and_way_out(tmp_path: Path) -> None:
    write_layer(tmp_path / "layer.zip", {"requests/__init__.py": b""})
    said = run("check", "layer.zip", "--python", "3.12", folder=tmp_path)
    assert said.status == 1
    assert "error L102: packages lie in the root" in said.out
    assert "not right for python3.12 x86_64" in said.out


def test_what_is_ignored_is_no_error(tmp_path: Path) -> None:
    write_layer(tmp_path / "layer.zip", {"requests/__init__.py": b""})
    words = ("check", "layer.zip", "--python", "3.12", "--ignore", "l101,L102")
    said = run(*words, folder=tmp_path)
    assert (said.status, "1 ignored" in said.out) == (0, True), said.out


def test_the_second_check_of_a_zip_opens_no_door_that_it_does_not_need(
    tmp_path: Path, layer: Path
) -> None:
    assert run("check", str(layer), folder=tmp_path).status == 0
    code = (
        "import sys; from manylayers.cli.program import main; "
        f"status = main(['check', {str(layer)!r}, '-q']); "
        "print(status, *[name for name in ('requests', 'rich', 'packaging', 'concurrent.futures', "
        "'manylayers.doors.layers', 'manylayers.doors.index', "
        "'manylayers.stories.needs') if name in sys.modules])"
    )
    environment = {**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / ".cache")}
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split()[-1:] == ["0"], done.stdout + done.stderr


def test_a_project_says_what_it_wants_to_be_told(tmp_path: Path) -> None:
    wrong = write_layer(tmp_path / "layer.zip", {"requests/__init__.py": b"", ".DS_Store": b""})
    project = tmp_path / "pyproject.toml"
    folder = tmp_path / "below"
    folder.mkdir()
    words = ("check", str(wrong), "--python", "3.12")

    def told(text: str, *more: str) -> tuple[int, list[str]]:
        project.write_text(f"[tool.manylayers.check]\n{text}")
        said = run(*words, *more, "--json", folder=folder)
        return said.status, [one["code"] for one in said.json["findings"]]

    assert told("") == (1, ["L102", "L113"])
    assert told('ignore = ["l102"]') == (0, ["L113"])
    assert told('ignore = ["L102"]', "--ignore", "L113") == (0, [])
    assert told('select = "L113"') == (0, ["L113"])
    assert told('select = ["L113"]', "--select", "L102") == (1, ["L102"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('[tool.manylayers.check]\nignore = ["Q9"]', "check: no check has a code that begins with"),
        ("[tool.manylayers.check]\nignroe = []", "did you mean ignore?"),
        ("[tool.manylayers.check]\nselect = 3", "check.select must be a list of strings"),
        ("[tool.manylayers", "is not valid TOML"),
    ],
)
def test_a_projects_table_that_is_wrong_is_told(
    tmp_path: Path, layer: Path, text: str, expected: str
) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    said = run("check", str(layer), folder=tmp_path)
    assert (said.status, expected in said.err) == (2, True), said.err


def test_a_broken_project_of_somebody_else_stops_no_check(tmp_path: Path, layer: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[project\n")
    assert run("check", str(layer), folder=tmp_path).status == 0


def test_a_project_with_a_table_for_checks_alone_is_built_as_without(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.manylayers.check]\nignore = []")
    said = run("build", "--python", "3.12", folder=tmp_path)
    assert "has [tool.manylayers.check] alone, and no layer" in said.err


def test_json_has_the_findings_and_who_it_is_right_for(tmp_path: Path, layer: Path) -> None:
    said = run("check", str(layer), "--arch", "arm64", "--json", folder=tmp_path)
    assert (said.status, said.json["schema"]) == (0, "manylayers.check/1")
    assert said.json["target"]["runtime"] == "python3.12"
    assert said.json["right_for"] == ["python3.12 arm64"]
    assert SITE in said.json["inferred"]


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        ((), 2, "no layer is named"),
        (("gone.zip",), 2, "gone.zip can not be read"),
        (("layer.zip", "--select", "Z9"), 2, "no check has a code that begins with 'Z9'"),
        (("layer.zip", "--python", "3.99"), 2, "Lambda has no Python runtime"),
        (("layer.zip", "--arch", "arm64", "--arch", "x86_64"), 2, "was given 2 times"),
        (("bad.zip",), 5, "bad.zip is refused: bad zip archive"),
    ],
)
def test_every_slip_has_its_sentence_and_status(
    tmp_path: Path, layer: Path, words: tuple[str, ...], status: int, text: str
) -> None:
    (tmp_path / "bad.zip").write_bytes(layer.read_bytes()[:-5])
    said = run("check", *words, folder=tmp_path)
    assert (said.status, text in said.err) == (status, True), said.err
    assert len(said.err.splitlines()) <= 4


@pytest.mark.parametrize(("mode", "status"), [(0, 0), (0o600, 0), (0o100644, 0), (0o100600, 1)])
def test_a_zip_of_a_system_without_modes_is_right_unless_it_tells_whole_modes(
    tmp_path: Path, mode: int, status: int
) -> None:
    with zipfile.ZipFile(tmp_path / "dos.zip", "w") as archive:
        info = zipfile.ZipInfo("python/a.py")
        info.create_system, info.external_attr = 0, mode << 16  # of 0, zipfile makes 0600
        archive.writestr(info, b"")
    said = run("check", "dos.zip", "--python", "3.12", folder=tmp_path)
    assert (said.status, "error L105" in said.out) == (status, bool(status)), said.out


A_MODULE = build_elf(exports=["PyInit_a"])


def test_fix_tells_what_it_did_and_is_1_while_an_error_is_left(tmp_path: Path) -> None:
    write_layer(tmp_path / "old.zip", {"requests/__init__.py": b"", ".DS_Store": b""})
    said = run("fix", "old.zip", "-o", "new.zip", folder=tmp_path)
    assert said.status == 0, said.err
    assert said.out.startswith("new.zip  python3."), "what is right for one may not be for another"
    assert "layout: moved from the root to python/: requests/__init__.py" in said.out
    assert "junk: files of macOS and Windows left out: .DS_Store" in said.out
    assert "nothing wrong is left" not in said.out, "requests has no metadata, which is a note"
    write_layer(tmp_path / "old.zip", {"python/lib/python3.9/site-packages/a.so": A_MODULE})
    said = run("fix", "old.zip", "-o", "new.zip", "--python", "3.12", folder=tmp_path)
    assert (said.status, "error L103" in said.out) == (1, True)


def test_fix_never_writes_over_what_it_reads(tmp_path: Path, layer: Path) -> None:
    before = layer.read_bytes()
    said = run("fix", "layer.zip", "-o", "./layer.zip", folder=tmp_path)
    assert (said.status, layer.read_bytes() == before) == (2, True)
    assert "hint: name another place with -o" in said.err


@pytest.mark.parametrize(
    "words",
    [
        ("check", ""),
        ("check", "layer.zip", "--function", ""),
        ("report", " "),
        ("report", "layer.zip", "-o", ""),
        ("fix", "", "-o", "new.zip"),
        ("fix", "layer.zip", "-o", ""),
        ("diff", "layer.zip", ""),
        ("explain", "No module named 'x'", "--layer", ""),
    ],
)
def test_an_empty_name_is_not_the_folder_this_runs_in(
    tmp_path: Path, words: tuple[str, ...]
) -> None:
    said = run(*words, folder=tmp_path)
    assert (said.status, said.out) == (2, "")
    assert " nothing\n" in said.err


def test_several_pythons_are_answered_one_by_one(tmp_path: Path, layer: Path) -> None:
    said = run("check", str(layer), "--python", "3.11,3.12", "--python", "3.13", folder=tmp_path)
    assert said.status == 1
    assert "\non python3.11:\nerror L103: " in said.out
    assert "\non python3.13:\nerror L103: " in said.out
    assert "; right for python3.12 (x86_64, arm64), not for python3.11 x86_64, " in said.out
    told = run("check", str(layer), "--python", "3.11,3.12", "--json", folder=tmp_path).json
    runtimes = [(one["target"]["runtime"], len(one["findings"])) for one in told["answers"]]
    assert (told["target"]["runtime"], runtimes) == (
        "python3.11",
        [("python3.11", 1), ("python3.12", 0)],
    )
