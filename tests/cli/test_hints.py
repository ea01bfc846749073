"""Commands that messages and hints name: the parser takes each as it stands."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

import manylayers
from known_texts import accepted
from manylayers.cli.main import root

NAMED = re.compile(r"`manylayers ([a-z][^`]*)`|(?:^|: |run )manylayers (?!it$)([a-z][^`;)\n]*)")


def said_in(node: ast.AST) -> Iterator[str]:
    """Every string of a module but docstrings, with `it` where a value is put in."""
    match node:
        case ast.Expr(value=ast.Constant()):
            return
        case ast.Constant(value=str(text)):
            yield text
        case ast.JoinedStr(values=parts):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "it" for part in parts
            )
        case _:
            for child in ast.iter_child_nodes(node):
                yield from said_in(child)


def commands_named() -> list[str]:
    source = Path(manylayers.__file__).parent
    named = (
        (match[1] or match[2]).partition(" > ")[0].partition(" < ")[0]
        for module in sorted(source.rglob("*.py"))
        for text in said_in(ast.parse(module.read_text("utf-8")))
        for match in NAMED.finditer(text)
    )
    return sorted({f"manylayers {command.strip()}" for command in named})


def test_there_are_commands_to_be_found() -> None:
    assert {"manylayers lock", "manylayers runtimes", "manylayers wheels it"} <= {*commands_named()}


@pytest.mark.parametrize("command", commands_named())
def test_a_command_that_is_named_is_one(command: str) -> None:
    accepted(command)


def test_no_hand_speaks_of_the_command_line() -> None:
    hands = (Path(manylayers.__file__).parent / "hands").glob("*.py")
    said = (text for hand in hands for text in said_in(ast.parse(hand.read_text("utf-8"))))
    assert [text for text in said if re.search(r"(?<![\w-])(?:--[a-z]|-o\b)", text)] == []


@pytest.mark.parametrize(
    "words",
    [
        ("check", "layer.zip", "--python"),
        ("check", "layer.zip", "--pithon"),
        ("lock", "--format", "odd"),
        ("fix", "layer.zip"),
        ("diff", "old.zip"),
    ],
)
def test_a_misused_command_is_named_with_its_help(words: tuple[str, ...]) -> None:
    with pytest.raises(click.UsageError) as caught:
        root.main(list(words), "manylayers", standalone_mode=False)
    assert caught.value.ctx is not None
    assert caught.value.ctx.command_path == f"manylayers {words[0]}"
