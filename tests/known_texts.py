"""Texts that people met, what they are, and whether the command line takes a command."""

from __future__ import annotations

import shlex
import tomllib
from functools import cache
from pathlib import Path
from typing import NamedTuple

import click

from manylayers.checks.recognising import Recognised, recognise_any
from manylayers.cli.main import root
from manylayers.formats.log_text import readings


class Met(NamedTuple):
    """A text, what it is (``unknown`` for the fault of no layer), and who said or posted it."""

    id: str
    text: str
    source: str


@cache
def all_met() -> tuple[Met, ...]:
    """Every text of the files in ``checks/explained``."""
    folder = Path(__file__).with_name("checks") / "explained"
    files = [tomllib.loads(path.read_text("utf-8")) for path in sorted(folder.glob("*.toml"))]
    return tuple(Met(**row) for file in files for row in file["met"])


def known(text: str) -> Recognised | None:
    """What `explain` knows the text as."""
    return recognise_any(readings(text))


def explained(text: str) -> str:
    """The id that `explain` gives."""
    found = known(text)
    return found.error.id if found else "unknown"


def accepted(command: str) -> None:
    """The command line's own parser takes ``command``; those of AWS are left to AWS."""
    words = shlex.split(command)
    if not words or words[0] == "aws":
        return
    name, *rest = words[1:]
    assert words[0] == "manylayers"
    parser = root.get_command(click.Context(root), name)
    assert parser is not None, command
    parser.make_context(name, rest).close()
