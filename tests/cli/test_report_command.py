"""``report``: a page, a tree in the terminal, or a document, of one layer."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from command import offline, run
from wheel_builder import build_wheel


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``layer.zip`` and ``folder/``, and what their build said in ``build.json``."""
    folder = tmp_path_factory.mktemp("made")
    wheels = folder / "wheels"
    wheels.mkdir()
    files = {"large/data.json": b"[0]" * 9000, "large/tests/test_a.py": b"value = 1\n"}
    build_wheel(wheels, "large", files=files, data={"scripts/tool": b"#!python\n"})
    build_wheel(wheels, "small")
    for output in ("folder/", "layer.zip"):
        words = ("build", "large", "small", "--python", "3.12", "-o", output, "--json")
        said = offline(*words, folder=folder, wheels=wheels)
        assert said.status == 0, said.err
        (folder / "build.json").write_text(said.out, encoding="utf-8")
    return folder


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "built"))


def test_a_page_is_written_and_named(built: Path) -> None:
    said = run("report", "layer.zip", "-o", "pages/layer.html", folder=built)
    assert said.status == 0, said.err
    assert said.out.startswith("pages/layer.html  layer.zip  ")
    page = (built / "pages" / "layer.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>")
    assert "<td>large</td><td>1.0</td>" in page
    assert "Not known: a layer does not hold it." in page


def test_without_a_name_the_page_is_report_html_and_is_replaced(built: Path) -> None:
    (built / "report.html").write_text("old")
    assert run("report", "folder", "-q", folder=built).out == ""
    assert (built / "report.html").stat().st_size > 20_000


def test_text_is_a_tree_and_writes_nothing(built: Path) -> None:
    said = run("report", "layer.zip", "--format", "text", folder=built)
    lines = said.out.splitlines()
    assert lines[0].startswith("layer.zip  ")
    assert lines[1].startswith("  data 26.4 kB, ")
    assert lines[2].split()[:4] == ["large", "1.0", "26.8", "kB"]
    assert lines[3].split() == ["large", "26.4", "kB", "97%", "data", "26.4", "kB"]
    assert not (built / "report.html").exists()


def test_the_document_has_what_the_page_has(built: Path) -> None:
    document = run("report", "layer.zip", "--json", folder=built).json
    assert (document["schema"], document["page"]) == ("manylayers.report/1", None)
    assert [row["name"] for row in document["packages"]] == ["large", "small"]
    assert document["target"]["runtime"] == "python3.12"
    told = ("--python", "3.13", "--arch", "arm64")
    other = run("report", "layer.zip", "--json", *told, folder=built).json["target"]
    assert (other["runtime"], other["architecture"]) == ("python3.13", "arm64")
    assert (document["held_back"], document["left_out"]) == (None, None)
    assert not (built / "report.html").exists()
    named = run("report", "layer.zip", "--json", "-o", "named.html", folder=built).json
    assert (named["page"], (built / "named.html").exists()) == ("named.html", True)


def test_what_its_build_said_is_told_too(built: Path) -> None:
    words = ("report", "layer.zip", "--build", "build.json")
    said = run(*words, "--format", "text", folder=built)
    assert "left out: large, 1 file" in said.out
    document = run(*words, "--json", folder=built).json
    assert (document["held_back"], document["left_out"][0]["rule"]) == ([], "scripts")


def changed(built: Path, **more: object) -> None:
    document = json.loads((built / "build.json").read_text(encoding="utf-8"))
    (built / "build.json").write_text(json.dumps(document | more))


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"schema": "manylayers.lock/1"}, "its schema is not manylayers.build/1"),
        ({"held_back": [{"name": "x"}]}, "is not what `manylayers build --json` prints"),
        ({"held_back": 1}, "is not what `manylayers build --json` prints"),
        ({"output": {"sha256": "0" * 64}}, "tells of another zip than layer.zip"),
    ],
)
def test_what_another_build_said_is_refused(
    built: Path, more: dict[str, object], words: str
) -> None:
    changed(built, **more)
    said = run("report", "layer.zip", "--build", "build.json", folder=built)
    assert (said.status, words in said.err) == (2, True), said.err
    assert not (built / "report.html").exists()


@pytest.mark.parametrize("content", ["", "[" * 100_000, "9" * 5000, "{"])
def test_what_is_no_document_of_a_build_is_refused(built: Path, content: str) -> None:
    (built / "build.json").write_text(content)
    said = run("report", "layer.zip", "--build", "build.json", folder=built)
    assert (said.status, "it is no JSON" in said.err) == (2, True), said.err


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (("layer.zip", "-o", "layer.zip"), 2, "end it with .html"),
        (("gone.zip",), 2, "gone.zip can not be read"),
        (("layer.zip", "--build", "gone.json"), 2, "gone.json can not be read"),
        (("layer.zip", "--python", "3.99"), 2, "no Python runtime"),
        (("layer.zip", "-o", "folder.html"), 5, "is a directory"),
        (("build.json",), 5, "build.json is refused"),
    ],
)
def test_every_slip_has_its_sentence_and_status(
    built: Path, words: tuple[str, ...], status: int, told: str
) -> None:
    (built / "folder.html").mkdir()
    before = (built / "layer.zip").read_bytes()
    said = run("report", *words, folder=built)
    assert (said.status, told in said.err) == (status, True), said.err
    assert (built / "layer.zip").read_bytes() == before


def test_findings_are_on_the_page_and_no_status(built: Path) -> None:
    shutil.move(built / "folder" / "python", built / "folder" / "Python")
    said = run("report", "folder", "--format", "text", folder=built)
    assert (said.status, "error L10" in said.out) == (0, True), said.out


def test_what_a_report_is_made_from_is_not_written_over(built: Path) -> None:
    layer = shutil.copy(built / "layer.zip", built / "layer.html")
    shutil.copy(built / "layer.zip", built / "build.html")
    (built / "link.html").symlink_to("layer.html")
    before = Path(layer).read_bytes()
    for page in ("layer.html", "link.html", "build.html"):
        said = run("report", "layer.html", "--build", "build.html", "-o", page, folder=built)
        assert (said.status, said.out) == (2, "")
        assert f"{page} is one of the inputs, and would be overwritten" in said.err
    assert Path(layer).read_bytes() == before


def test_a_page_is_neither_put_into_its_layer_nor_behind_a_link_to_something_else(
    built: Path,
) -> None:
    (built / "notes.txt").write_text("mine")
    (built / "page.html").symlink_to("notes.txt")
    said = run("report", "folder", "-o", "folder/report.html", folder=built)
    assert (said.status, "lie within one another" in said.err) == (2, True), said.err
    said = run("report", "folder", "-o", "page.html", folder=built)
    assert (said.status, "page.html is a link to notes.txt" in said.err) == (2, True), said.err
    assert (built / "notes.txt").read_text() == "mine"
    assert not (built / "folder" / "report.html").exists()
