"""Slips of the hand and of a script: values of nothing, thrown away, or of the wrong kind."""

from __future__ import annotations

import os
from pathlib import Path

import click
import pytest

from manylayers.cli.main import COMMANDS, root
from manylayers.errors import ManylayersError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")


def slip(*words: str) -> ManylayersError:
    """What the command line is refused with."""
    with pytest.raises(ManylayersError) as caught:
        root.main(list(words), "manylayers", standalone_mode=False)
    assert caught.value.hint
    return caught.value


def commands() -> list[tuple[tuple[str, ...], click.Command]]:
    """Every command with the words that call it."""
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in COMMANDS:
        command = root.get_command(click.Context(root), name)
        if isinstance(command, click.Group):
            found += [((name, each), one) for each, one in command.commands.items()]
        elif command:
            found.append(((name,), command))
    return found


def options_with_values() -> list[tuple[tuple[str, ...], click.Option]]:
    return [
        (words, option)
        for words, command in commands()
        for option in command.params
        if isinstance(option, click.Option) and not option.is_flag and not option.count
    ]


@pytest.mark.parametrize(
    ("words", "name", "many"),
    [
        pytest.param(words, option.opts[0], option.multiple, id=" ".join((*words, option.opts[0])))
        for words, option in options_with_values()
    ],
)
def test_no_option_takes_nothing_or_two_values_where_one_counts(
    words: tuple[str, ...], name: str, *, many: bool
) -> None:
    for nothing in ("", " ", "--json"):
        error = slip(*words, name, nothing)
        assert (error.exit_status, str(error)) == (2, f"{name} names nothing")
    if not many:
        error = slip(*words, name, "one", name, "two")
        assert (error.exit_status, f"{name} was given 2 times" in str(error)) == (2, True)


def test_what_stands_after_two_dashes_is_no_option() -> None:
    error = slip("build", "--python", "3.12", "--", "-o")
    assert error.details[0].startswith("command line: -o:")


def test_codes_of_commas_alone_are_none() -> None:
    assert str(slip("check", "layer.zip", "--ignore", " , ")) == "--ignore names nothing"


def test_a_comma_too_many_names_nothing_more() -> None:
    words = ("diff", "gone", "gone", "--python", "3.12,")
    assert str(slip(*words)).startswith("gone can not be read")
    assert "--python takes one of" in slip("build", "six", "--python", ",3.11,,4.2").hint


@pytest.mark.parametrize(
    "words",
    [
        ("check", "layer.zip"),
        ("wheels", "demo"),
        ("build", "demo", "--python", "3.12", "-o", "new.zip"),
        *(("cache", name) for name in ("dir", "size", "prune", "clean", "verify")),
    ],
)
@pytest.mark.parametrize("kind", ["pipe", "notes.txt", "/dev/null", "nowhere"])
@pytest.mark.parametrize("told", ["option", "environment"])
def test_a_cache_in_the_place_of_something_else_is_refused_before_anything_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], kind: str, told: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("notes.txt").write_text("mine")
    Path("nowhere").symlink_to("gone")
    if told == "environment":
        monkeypatch.setenv("MANYLAYERS_CACHE_DIR", kind)
    error = slip(*words, *(("--cache-dir", kind) if told == "option" else ()))
    assert (error.exit_status, str(error)) == (2, f"the cache folder {kind} is no folder")
    assert Path("notes.txt").read_text() == "mine"


@pytest.mark.parametrize(
    "words",
    [
        ("check", "-"),
        ("check", "layer.zip", "--function", "-"),
        ("diff", "layer.zip", "-"),
        ("report", "-"),
        ("report", "layer.zip", "-o", "-"),
        ("report", "layer.zip", "--build", "-"),
        ("fix", "-", "-o", "new.zip"),
        ("explain", "No module named 'x'", "--layer", "-"),
        ("build", "--lock", "-"),
        ("lock", "demo", "--python", "3.12", "-o", "-"),
    ],
)
def test_a_dash_stands_for_no_file_that_is_read_in_any_order_or_replaced(
    words: tuple[str, ...],
) -> None:
    error = slip(*words)
    assert (error.exit_status, str(error).startswith("- stands for no file")) == (2, True)


@pytest.mark.parametrize(
    "words", [("check", "layer.zip", " "), ("diff", "", "new.zip"), ("report", "")]
)
def test_an_argument_of_nothing_is_no_file(words: tuple[str, ...]) -> None:
    assert str(slip(*words)) == "a file is named by nothing"


@pytest.mark.parametrize("name", ["noext", "notes.txt", "-", "/dev/stdout", "pipe"])
def test_fix_writes_over_nothing_that_is_no_layer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("notes.txt").write_text("mine")
    error = slip("fix", "layer.zip", "-o", name)
    assert (error.exit_status, f"-o {name} is neither a .zip nor" in str(error)) == (2, True)
    assert Path("notes.txt").read_text() == "mine"


def test_no_lock_is_waited_for_at_a_pipe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    error = slip("lock", "demo", "--python", "3.12", "-o", "pipe", "--offline")
    assert str(error).startswith("pipe is a device or a pipe")
