"""Inputs that ask for nothing, are none, or can not stand beside one another."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from manylayers.config.asked import build_options, lock_options
from manylayers.config.flags import BuildFlags, Flags, LockFlags
from manylayers.config.wishes import Wishes, read_wishes
from manylayers.errors import UsageError
from manylayers.errors.inputs import BadRequirementsError, LockError
from manylayers.errors.layers import EmptyLayerError
from manylayers.options import Asked

TABLE = """
[tool.manylayers]
python = "3.12"
[tool.manylayers.layers.web]
requirements = ["requests"]
[tool.manylayers.layers.data]
requirements = ["numpy"]
"""
LOCK = 'lock-version = "1.0"\ncreated-by = "x"\npackages = []\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def wishes(there: dict[str, str], **flags: object) -> Wishes:
    for name, text in there.items():
        Path(name).write_text(text, encoding="utf-8")
    return read_wishes(Flags(**{"pythons": ("3.12",), **flags}), {})  # type: ignore[arg-type]


def asked(found: Wishes, layer: int = 0) -> Asked:
    source = found.layers[layer].source
    assert isinstance(source, Asked)
    return source


@pytest.mark.parametrize("text", ["", "# nothing\n", " \n\t\n", "\ufeff"])
def test_a_list_that_asks_for_nothing_says_so(text: str) -> None:
    with pytest.raises(EmptyLayerError, match=r"r\.txt asks for no package"):
        wishes({"r.txt": text}, files=("r.txt",))


def test_a_project_that_asks_for_nothing_says_so() -> None:
    with pytest.raises(EmptyLayerError, match=r"pyproject\.toml asks for no package"):
        wishes({"pyproject.toml": "[project]\nname='x'"}, project=".")


def test_standard_input_is_a_list_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"requests\n")))
    assert asked(wishes({}, files=("-",))).roots[0].requirement == "requests"


@pytest.mark.parametrize("flag", ["files", "constraints"])
@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("gone.txt", "can not be read"),
        (".", "can not be read"),
        ("", "named by nothing"),
        ("a\0b", "can not be read"),
        ("https://me:secret@host/r.txt", "is a URL"),
    ],
)
def test_a_list_that_is_none_is_named(flag: str, name: str, words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        wishes({}, requirements=("requests",), **{flag: (name,)})
    assert "secret" not in caught.value.message


@pytest.mark.parametrize("flag", ["lock", "project", "config"])
@pytest.mark.parametrize("name", ["gone", "a\0b", "https://me:secret@host/x"])
def test_a_file_that_is_none_is_named(flag: str, name: str) -> None:
    with pytest.raises(UsageError, match=r"can not be read|is a URL") as caught:
        wishes({}, **{flag: name})
    assert "secret" not in caught.value.message


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("poetry.lock", "[[package]]\n", "poetry export"),
        ("r.txt", "requests==2.0\n", "name it with -r"),
        ("pyproject.toml", "[project]\nname='x'\n", "name it with --project"),
    ],
)
def test_another_file_given_as_a_lock_says_what_it_is(name: str, text: str, words: str) -> None:
    with pytest.raises(UsageError, match="not a PEP 751 lock") as caught:
        wishes({name: text}, lock=name)
    assert words in caught.value.hint


def test_a_damaged_lock_is_a_lock() -> None:
    with pytest.raises(LockError):
        wishes({"pylock.toml": LOCK + "["}, lock="pylock.toml")


def test_a_file_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manylayers.hands.reading.LARGEST", 10)
    with pytest.raises(UsageError, match="larger than 10 bytes"):
        wishes({"r.txt": "requests\n" * 2}, files=("r.txt",))


@pytest.mark.parametrize("beside", [{"requirements": ("a",)}, {"lock": "l"}, {"project": "."}])
def test_nothing_stands_beside_a_configuration(beside: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="--config builds the layers"):
        wishes({"pyproject.toml": TABLE}, config="pyproject.toml", **beside)


def test_a_configuration_has_our_table() -> None:
    text = "[project]\nname='x'\ndependencies=['requests']"
    with pytest.raises(UsageError, match=r"has no \[tool\.manylayers\]"):
        wishes({"pyproject.toml": text}, config="pyproject.toml")


def test_constraints_hold_the_layers_of_a_table() -> None:
    found = wishes({"pyproject.toml": TABLE, "c.txt": "numpy<2\n"}, constraints=("c.txt",))
    assert [one.requirement for one in asked(found, 1).constraints] == ["numpy<2"]


def test_constraints_do_not_stand_beside_the_lock_of_a_table() -> None:
    text = "[tool.manylayers]\npython='3.12'\nlock='pylock.toml'"
    files = {"pyproject.toml": text, "pylock.toml": LOCK, "c.txt": "numpy<2\n"}
    with pytest.raises(UsageError, match="-c can not stand beside it"):
        wishes(files, constraints=("c.txt",))


def test_a_requirement_of_a_table_says_where_it_stood() -> None:
    text = "[tool.manylayers]\npython='3.12'\nrequirements=['numpy=1']"
    with pytest.raises(BadRequirementsError) as caught:
        wishes({"pyproject.toml": text})
    assert caught.value.details[0].startswith("pyproject.toml, tool.manylayers.requirements: numpy")


def test_required_hashes_reach_the_resolution() -> None:
    assert asked(wishes({"r.txt": "--require-hashes\nrequests\n"}, files=("r.txt",))).require_hashes


def test_layers_of_a_table_go_where_o_says_from_here(monkeypatch: pytest.MonkeyPatch) -> None:
    wishes({"pyproject.toml": TABLE})
    Path("sub").mkdir()
    monkeypatch.chdir("sub")
    found = wishes({}, output="out")
    builds = build_options(found, Flags(output="out"), BuildFlags())
    assert builds[0].destination.path == Path("out/web-python3.12-x86_64.zip")


def test_locks_of_a_table_are_named_as_o_says() -> None:
    found = wishes({"pyproject.toml": TABLE})
    paths = [one.path for one in lock_options(found, Flags(output="my.toml"), LockFlags())]
    assert paths == [
        Path("my.web-python312-x86_64.toml"),
        Path("my.data-python312-x86_64.toml"),
    ]
