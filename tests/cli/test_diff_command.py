"""``diff`` over what people have: zips, folders and locks, ours and those of other tools."""

from __future__ import annotations

import shutil
import zipfile
from pathlib import Path

import pytest

import manylayers
from command import Said, offline, run
from wheel_builder import build_wheel, entry


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """``old.zip``, ``new.zip`` with another helper and one package more, ``folder/`` of the old."""
    folder = tmp_path_factory.mktemp("made")
    wheels = folder / "wheels"
    wheels.mkdir()
    build_wheel(wheels)
    build_wheel(wheels, "helper", "1.0")
    build_wheel(wheels, "helper", "2.0", files={"helper.py": b"value = 2\n"})
    build_wheel(wheels, "extra")
    for words in (
        ("build", "demo", "helper==1.0", "-o", "old.zip"),
        ("build", "demo", "helper==1.0", "-o", "folder/"),
        ("build", "demo", "helper==2.0", "extra", "-o", "new.zip"),
        ("lock", "demo", "helper==1.0", "-o", "pylock.old.toml"),
        ("lock", "demo", "helper==2.0", "-o", "pylock.toml"),
    ):
        said = offline(*words, "--python", "3.12", folder=folder, wheels=wheels)
        assert said.status == 0, said.err
    return folder


@pytest.fixture
def built(made: Path, tmp_path: Path) -> Path:
    """A copy of them, to be spoilt."""
    return Path(shutil.copytree(made, tmp_path / "built"))


def test_packages_files_and_the_verdict_are_told(made: Path) -> None:
    said = run("diff", "old.zip", "new.zip", folder=made)
    assert said.status == 0, said.err
    lines = said.out.splitlines()
    assert lines[0] == "old.zip -> new.zip"
    assert lines[1].split()[:3] == ["+", "extra", "1.0"]
    assert lines[2].split()[:5] == ["~", "helper", "1.0", "->", "2.0"]
    assert lines[-1] == (
        "a function can tell the difference: 1 package added, 1 package in another version"
    )
    assert "demo" not in said.out


def test_the_document_has_it_all(made: Path) -> None:
    document = run("diff", "old.zip", "new.zip", "--json", folder=made).json
    assert (document["schema"], document["verdict"]) == ("manylayers.diff/1", "noticeable")
    assert [(row["name"], row["change"]) for row in document["packages"]] == [
        ("extra", "added"),
        ("helper", "updated"),
    ]
    assert {row["package"] for row in document["files"]} == {"extra", "helper"}
    extra, helper = document["packages"]
    sides = [(row["old_size"], row["new_size"]) for row in (extra, helper)]
    assert [(bool(old), bool(new)) for old, new in sides] == [(False, True), (True, True)]
    for name, size in (("old", None), ("new", sides[0][1])):
        site = None if size is None else "python/lib/python3.12/site-packages"
        told = [extra[f"{name}_{key}"] for key in ("version", "wheel", "folder", "size")]
        assert told == [size and "1.0", size and "py3-none-any", site, size]


@pytest.mark.parametrize(
    ("new", "words"),
    [
        ("old.zip", "no difference: the same bytes"),
        ("again.zip", "no difference: the same files; only their dates, order or compression"),
        ("folder", "no difference: the same files"),
    ],
)
def test_the_same_files_are_no_difference_however_they_are_packed(
    built: Path, new: str, words: str
) -> None:
    with zipfile.ZipFile(built / "old.zip") as old, zipfile.ZipFile(built / "again.zip", "w") as to:
        for name in reversed(old.namelist()):
            to.writestr(entry(name, executable=False, method=zipfile.ZIP_STORED), old.read(name))
    said = run("diff", "old.zip", new, "--exit-code", folder=built)
    assert (said.status, words in said.out) == (0, True), said.out + said.err


@pytest.mark.parametrize(("options", "status"), [((), 0), (("--exit-code",), 1)])
@pytest.mark.parametrize("form", [(), ("--json",), ("--format", "markdown"), ("-q",)])
def test_a_difference_is_a_status_only_where_it_was_asked_for(
    made: Path, options: tuple[str, ...], form: tuple[str, ...], status: int
) -> None:
    assert run("diff", "old.zip", "new.zip", *options, *form, folder=made).status == status


def test_what_an_installer_notes_goes_unnoticed_but_is_a_difference(built: Path) -> None:
    site = built / "folder" / "python" / "lib" / "python3.12" / "site-packages"
    (site / "demo-1.0.dist-info" / "INSTALLER").write_text("pip\n")
    (site / "__pycache__").mkdir()
    (site / "__pycache__" / "demo.cpython-312.pyc").write_bytes(b"\0" * 16)
    said = run("diff", "old.zip", "folder", "--exit-code", folder=built)
    assert said.status == 1
    assert said.out.splitlines()[-1].startswith("a function can't tell the difference: ")
    (site / "demo.py").write_text("value = 3\n")
    said = run("diff", "old.zip", "folder", folder=built)
    assert said.out.splitlines()[-1] == (
        "a function can tell the difference: 1 package with other files"
    )


def test_ten_files_are_named_and_with_v_every_one(built: Path) -> None:
    shutil.copytree(built / "folder", built / "more")
    for number in range(12):
        (built / "more" / f"note{number:02}.txt").touch()
    few = run("diff", "folder", "more", folder=built).out.splitlines()
    assert few[1:3] == ["files: 12 added", "  + note00.txt"]
    assert few[11:13] == ["  + note09.txt", "  and 2 more; -v names all"]
    every = run("diff", "folder", "more", "-v", folder=built).out.splitlines()
    assert every[13] == "  + note11.txt"


def test_markdown_is_a_table_for_a_pull_request(made: Path) -> None:
    said = run("diff", "old.zip", "new.zip", "--format", "markdown", folder=made)
    lines = said.out.splitlines()
    assert lines[0] == "### `old.zip` → `new.zip`"
    assert any(line.startswith("| ~ | `helper` | `1.0 -> 2.0` |") for line in lines)
    assert "<details><summary>" in said.out


def test_locks_are_compared_with_each_other_and_with_layers(made: Path) -> None:
    said = run("diff", "pylock.old.toml", "pylock.toml", "--json", folder=made)
    assert [(row["name"], row["change"]) for row in said.json["packages"]] == [
        ("helper", "updated")
    ]
    (helper,) = said.json["packages"]
    assert [helper[f"{side}_wheel"] for side in ("old", "new")] == ["py3-none-any"] * 2
    assert (helper["new_folder"], helper["new_size"]) == (None, None)
    said = run("diff", "pylock.toml", "pylock.toml", folder=made)
    assert said.out.splitlines()[-1] == "no difference: the same bytes"
    said = run("diff", "pylock.old.toml", "old.zip", "--exit-code", folder=made)
    assert (said.status, said.out.splitlines()[-1]) == (
        0,
        "the same packages: a lock names packages and not their files",
    )
    assert run("diff", "pylock.old.toml", "new.zip", "--json", folder=made).json["packages"]


FOREIGN = """lock-version = "1.0"
created-by = "somebody"
[[packages]]
name = "demo"
version = "1.0"
"""
WHEEL = """[[packages.wheels]]
name = "demo-1.0-{tag}.whl"
url = "https://host/demo-1.0-{tag}.whl"
hashes = {{sha256 = "{digit}"}}
"""


def test_of_a_lock_for_several_targets_one_may_be_picked(tmp_path: Path) -> None:
    tags = [f"cp312-cp312-manylinux_2_17_{machine}" for machine in ("x86_64", "aarch64")]
    for name, digits in (("one.toml", "12"), ("other.toml", "13")):
        text = FOREIGN + "".join(
            WHEEL.format(tag=tag, digit=digit * 64) for tag, digit in zip(tags, digits, strict=True)
        )
        (tmp_path / name).write_text(text)

    def said(*words: str) -> Said:
        return run("diff", "one.toml", "other.toml", "--exit-code", *words, folder=tmp_path)

    assert said("--python", "3.12").status == 0
    assert said("--python", "3.12", "--arch", "arm64").status == 1
    assert said().status == 0  # one wheel of it is still the same
    wrong = said("--arch", "arm64")
    assert (wrong.status, "--python 3.12 --arch arm64" in wrong.err) == (2, True)


def test_locks_tell_the_size_of_a_package_where_they_name_one_wheel_of_it(tmp_path: Path) -> None:
    sized = FOREIGN + WHEEL.replace("hashes", "size = {size}\nhashes")
    for name, size in (("old.toml", 1000), ("new.toml", 3000)):
        text = sized.format(tag="py3-none-any", size=size, digit=str(size)[0] * 64)
        (tmp_path / name).write_text(text)
    (one,) = manylayers.diff(tmp_path / "old.toml", tmp_path / "new.toml").packages
    assert (one.old_size, one.new_size, one.old_wheel) == (1000, 3000, "py3-none-any")
    more = WHEEL.format(tag="cp312-abi3-manylinux_2_17_x86_64", digit="5" * 64)
    with (tmp_path / "new.toml").open("a") as file:
        file.write(more)
    (one,) = manylayers.diff(tmp_path / "old.toml", tmp_path / "new.toml").packages
    assert (one.old_size, one.new_size, one.new_wheel) == (1000, None, None)


@pytest.mark.parametrize(
    ("new", "status", "words"),
    [
        ("gone.zip", 2, "gone.zip can not be read"),
        ("gone.toml", 2, "gone.toml can not be read"),
        ("broken.zip", 5, "broken.zip is refused"),
        ("notes.txt", 5, "hint: name a layer, which is a zip or a folder"),
        ("uv.lock", 2, "uv.lock is no PEP 751 lock, and no layer"),
        ("broken.toml", 5, "broken.toml is not a lock"),
    ],
)
def test_what_can_not_be_read_is_named(built: Path, new: str, status: int, words: str) -> None:
    for name in ("broken.zip", "broken.toml", "notes.txt"):
        (built / name).write_bytes(b"]PK")
    said = run("diff", "old.zip", new, folder=built)
    assert (said.status, words in said.err) == (status, True), said.err


def test_names_that_would_steer_a_page_or_a_terminal_stay_names(built: Path) -> None:
    shutil.copytree(built / "folder", built / "hostile")
    (built / "hostile" / "a|`b`<img src=x>\n# c.py").touch()
    said = run("diff", "folder", "hostile", "--format", "markdown", folder=built)
    assert "- added: `` a|`b`<img src=x>\\n# c.py ``" in said.out.splitlines()
