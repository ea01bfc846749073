"""Outputs that are links, pipes, inputs, nothing, or of a name that no disk takes."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from command import Said, run
from lock_builder import write_lock
from wheel_builder import build_wheel

pytestmark = pytest.mark.skipif(os.name != "posix", reason="links and pipes of POSIX")


@pytest.fixture
def folder(tmp_path: Path, wheels: Path) -> Path:
    """A folder with a lock."""
    write_lock(tmp_path, [build_wheel(wheels)])
    return tmp_path


def build(folder: Path, output: str, *words: str) -> Said:
    return run(
        "build", "--lock", "pylock.toml", "--python", "3.12", "-o", output, *words, folder=folder
    )


def refused(said: Said, status: int, words: str) -> bool:
    return (said.status, len(said.err.splitlines()), words in said.err) == (status, 2, True)


@pytest.mark.parametrize("name", ["", " "])
def test_an_output_that_is_named_by_nothing_is_no_default(folder: Path, name: str) -> None:
    assert refused(build(folder, name), 2, "-o names nothing")
    said = run("lock", "demo", "--python", "3.12", "-o", name, folder=folder)
    assert refused(said, 2, "-o names nothing")
    assert not (folder / "layer.zip").exists()


@pytest.mark.parametrize("name", ["-", "/dev/stdout", "/dev/null"])
def test_a_layer_is_no_stream(folder: Path, name: str) -> None:
    assert refused(build(folder, name), 2, "a layer is a file")


def test_a_pipe_is_not_replaced_by_a_file(folder: Path) -> None:
    os.mkfifo(folder / "pipe.zip")
    assert refused(build(folder, "pipe.zip"), 5, "pipe.zip is a device or a pipe")
    assert (folder / "pipe.zip").is_fifo()
    assert refused(build(folder, "pipe.zip/"), 2, "pipe.zip holds files that no installer")
    assert (folder / "pipe.zip").is_fifo()


def test_a_device_is_not_replaced_by_a_lock(folder: Path, wheels: Path) -> None:
    os.mkfifo(folder / "pipe")
    (folder / "link").symlink_to("/dev/null")
    words = ("demo", "--python", "3.12", "--no-index", "--find-links", str(wheels))
    assert refused(run("lock", *words, "-o", "link", folder=folder), 5, "link is a device")
    assert Path("/dev/null").is_char_device()


def test_a_link_to_something_else_than_a_zip_is_not_followed(folder: Path) -> None:
    (folder / "notes.txt").write_bytes(b"mine")
    (folder / "layer.zip").symlink_to("notes.txt")
    assert refused(build(folder, "layer.zip"), 2, "layer.zip is a link to notes.txt")
    assert (folder / "notes.txt").read_bytes() == b"mine"


def test_a_link_that_leads_nowhere_yet_is_followed(folder: Path) -> None:
    (folder / "far").mkdir()
    (folder / "layer.zip").symlink_to("far/real.zip")
    assert build(folder, "layer.zip").status == 0
    assert (folder / "layer.zip").is_symlink()
    assert [path.name for path in (folder / "far").iterdir()] == ["real.zip"]


@pytest.mark.parametrize("name", ["one.zip", "one/"])
def test_links_in_a_circle_are_told(folder: Path, name: str) -> None:
    one, other = name.rstrip("/"), f"other-{name}".rstrip("/")
    (folder / one).symlink_to(other)
    (folder / other).symlink_to(one)
    assert refused(build(folder, name), 5, "the links lead in a circle")


def test_the_lock_is_never_overwritten_by_its_layer(folder: Path) -> None:
    lock = folder / "pylock.toml"
    before = lock.read_bytes()
    (folder / "layer.zip").symlink_to(lock)
    assert refused(build(folder, "layer.zip"), 2, "layer.zip is one of the inputs")
    assert lock.read_bytes() == before


def test_a_requirements_file_of_any_name_is_never_overwritten(folder: Path, wheels: Path) -> None:
    (folder / "list.zip").write_bytes(b"demo\n")
    said = run(
        "build", "-r", "list.zip", "--python", "3.12", "-o", "./x/../list.zip",
        "--no-index", "--find-links", str(wheels), folder=folder,
    )  # fmt: skip
    assert refused(said, 2, "is one of the inputs")
    assert (folder / "list.zip").read_bytes() == b"demo\n"


@pytest.mark.parametrize(
    "table", ['lock = "{}"', 'requirements-files = ["{}"]', 'constraints = ["{}"]']
)
@pytest.mark.parametrize("name", ["given.zip", "linked.zip"])
def test_an_input_that_a_table_names_is_never_overwritten(
    folder: Path, wheels: Path, table: str, name: str
) -> None:
    content = (folder / "pylock.toml").read_bytes() if "lock" in table else b"-r more.zip\n"
    (folder / "given.zip").write_bytes(content)
    (folder / "more.zip").write_bytes(b"demo\n")
    (folder / "linked.zip").symlink_to("given.zip")
    told = table.format("given.zip") + (
        '\nrequirements = ["demo"]' if "constraints" in table else ""
    )
    (folder / "pyproject.toml").write_text(f"[tool.manylayers]\npython = '3.12'\n{told}\n")
    index = ("--no-index", "--find-links", str(wheels))
    outputs = [name] if "lock" in table else [name, "more.zip"]
    for output in outputs:
        said = run("build", "-o", output, *index, folder=folder)
        assert refused(said, 2, f"{output} is one of the inputs"), said.err
    assert (folder / "given.zip").read_bytes() == content
    if "lock" not in table:
        said = run("lock", "-o", name, *index, folder=folder)
        assert refused(said, 2, f"{name} is one of the inputs"), said.err


def test_the_wheels_and_the_lock_in_a_folder_are_never_replaced_by_it(folder: Path) -> None:
    for place in ("wheels/", "../" + folder.name + "/"):
        assert build(folder, place).status == 2
    assert len(list((folder / "wheels").iterdir())) == 1


@pytest.mark.parametrize("name", ["n" * 300 + ".zip", "n" * 300 + "/"])
def test_a_name_that_no_disk_takes_is_told(folder: Path, name: str) -> None:
    assert refused(build(folder, name), 5, "choose a shorter name")


def test_a_name_of_several_lines_is_a_name(folder: Path) -> None:
    said = build(folder, "one\ntwo.zip")
    assert (said.status, (folder / "one\ntwo.zip").is_file()) == (0, True)
    assert said.out.startswith("one\\ntwo.zip ")
    assert refused(build(folder, "one\ntwo"), 2, "-o one\\ntwo is neither a .zip nor")


@pytest.mark.skipif(sys.platform != "linux", reason="other disks take UTF-8 only")
@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_name_that_is_not_utf_8_is_taken_and_shown_somehow(
    folder: Path, words: tuple[str, ...]
) -> None:
    name = os.fsdecode(b"layer-\xff.zip")
    said = build(folder, name, *words)
    assert (said.status, (folder / name).is_file()) == (0, True)
    assert "layer-\\udcff.zip" in said.out


@pytest.mark.parametrize("place", ["mine", "layer/mine"])
def test_a_link_of_the_users_own_keeps_a_folder(folder: Path, place: str) -> None:
    assert build(folder, "layer/").status == 0
    (folder / place).mkdir(exist_ok=True)
    (folder / "layer" / "link").symlink_to(folder / place)
    assert refused(build(folder, "layer/"), 2, "layer holds files that no installer put there")
    assert (folder / "layer" / "link").is_symlink()
