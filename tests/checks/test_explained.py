"""Texts as people met and copied them: each is known for what it is, or for nothing."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable

import pytest

from known_texts import Met, accepted, all_met, explained, known
from manylayers.checks.aiming import way_out
from manylayers.checks.explaining import filled
from manylayers.facts.explanations import explanations

ID = "c9ee96ed-c1dd-46c5-bbed-fd12d512d186"


@pytest.mark.parametrize("met", all_met(), ids=lambda met: f"{met.id} {met.source}")
def test_what_people_met_is_recognised_and_nothing_else_is(met: Met) -> None:
    assert explained(met.text) == met.id


def lines_of(text: str, width: int) -> list[str]:
    words = " ".join(text.split())
    return textwrap.wrap(words, width, break_long_words=False, break_on_hyphens=False)


COPIES: dict[str, Callable[[str], str]] = {
    "in JSON": lambda text: json.dumps({"errorMessage": text, "stackTrace": []}, indent=2),
    "in JSON within JSON": lambda text: json.dumps({"log": json.dumps({"message": text})}),
    "with curly quotes": lambda text: re.sub(r"'([^']*)'", "\u2018\\1\u2019", text),
    "in a box": lambda text: "".join(f"\u2502 {line}\n" for line in lines_of(text, 70)),
    "in a table": lambda text: "".join(f"| {line:60} |\r\n" for line in lines_of(text, 60)),
    "in a last column": lambda text: "\n".join(
        f"{'FAILED  AWS::Lambda::Layer  Deps' if not number else '        Version':40}  {line}"
        for number, line in enumerate(lines_of(text, 40))
    ),
    "with times and ids": lambda text: "\n".join(
        f"2024-05-05T12:00:00.123Z\t{ID}\t{line}" for line in lines_of(text, 90)
    ),
    "cut at a terminal's edge": lambda text: re.sub("(.{80})", "\\1\n", " ".join(text.split())),
    "in the middle of a log": lambda text: (
        f"START RequestId: 1 Version: $LATEST\nINFO hello\n{text}\nEND RequestId: 1\n"
        "REPORT RequestId: 1 Duration: 3.00 ms Init Duration: 200.10 ms"
    ),
    "in colours": lambda text: "\x1b[31m" + text.replace(": ", ":\x1b[0m "),
    "as Lambda logs JSON": lambda text: json.dumps(
        {
            "timestamp": "2024-05-05T12:00:00Z",
            "log_level": "ERROR",
            "errorType": "Runtime.ImportModuleError",
            "errorMessage": text,
            "requestId": ID,
            "stackTrace": ['  File "/var/lang/lib/python3.12/importlib/__init__.py", line 90'],
        }
    ),
    "under a traceback": lambda text: (
        "Traceback (most recent call last):\n"
        '  File "/var/task/app.py", line 3, in <module>\n    import demo\n'
        f'  File "/opt/python/demo/__init__.py", line 1, in <module>\n{text}'
    ),
    "in an installer's output": lambda text: (
        "Collecting demo==1.0 (from -r requirements.txt (line 1))\n"
        f"  Using cached demo-1.0-py3-none-any.whl.metadata (2.5 kB)\n{text}\n"
        "[notice] A new release of pip is available: 23.0.1 -> 24.0"
    ),
}


@pytest.mark.parametrize("copy", COPIES)
def test_a_text_is_known_however_it_was_copied(copy: str) -> None:
    """Every example, and of the other texts one in three a copy, so that each has some four."""
    known_ones = [(error.id, error.example) for error in explanations().errors]
    number = list(COPIES).index(copy)
    known_ones += [(met.id, met.text) for met in all_met()[number % 3 :: 3]]
    wrong = [(name, text) for name, text in known_ones if explained(COPIES[copy](text)) != name]
    assert [one for one in wrong if not _has_columns(copy, one[1])] == []


def _has_columns(copy: str, text: str) -> bool:
    """A text that has columns of its own can't be put into those of another."""
    return copy == "in a last column" and "  " in text.strip()


def test_every_command_is_accepted_and_builds_nobodys_own_module() -> None:
    for found in filter(None, map(known, (met.text for met in all_met()))):
        cause, steps = filled(found, way_out(found, None, None))
        assert "{" not in cause + "".join(step.do + step.run for step in steps)
        commands = [step.run for step in steps if step.run]
        assert len(set(commands)) == len(commands), cause
        for command in commands:
            accepted(command)
            if command.startswith("manylayers build "):
                assert explanations().own.isdisjoint(command.split()), command
