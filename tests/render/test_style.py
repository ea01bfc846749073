"""Colours, columns and sizes; and text of others that must not steer a terminal."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manylayers.render.style import Style, harmless, plain_text, size_text, style_for, table
from manylayers.report.several import ErrorReport


@pytest.mark.parametrize(
    ("environment", "terminal", "colours"),
    [
        ({}, True, True),
        ({}, False, False),
        ({"TERM": "dumb"}, True, False),
        ({"NO_COLOR": "1"}, True, False),
        ({"NO_COLOR": ""}, True, True),
        ({"FORCE_COLOR": "1"}, False, True),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False),
    ],
)
def test_colours_are_for_terminals_and_those_who_ask(
    environment: dict[str, str], *, terminal: bool, colours: bool
) -> None:
    assert style_for(environment, terminal=terminal).colours is colours


@pytest.mark.parametrize("method", ["bold", "red", "yellow", "green"])
def test_a_colour_ends_where_its_text_ends_and_is_off_without_colours(method: str) -> None:
    coloured = getattr(Style(colours=True), method)("text")
    assert re.fullmatch(r"\x1b\[[0-9;]+mtext\x1b\[0m", coloured)
    assert getattr(Style(colours=False), method)("text") == "text"


@pytest.mark.parametrize(
    ("size", "text"),
    [
        (None, "size unknown"),
        (0, "0 B"),
        (1023, "1023 B"),
        (1024, "1.0 kB"),
        ((1 << 20) - 1, "1024.0 kB"),
        (1 << 20, "1.0 MB"),
        (262_144_000, "250.0 MB"),
    ],
)
def test_sizes_are_in_the_units_of_lambdas_pages(size: int | None, text: str) -> None:
    assert size_text(size) == text


def test_columns_stand_under_each_other_and_no_line_ends_with_blanks() -> None:
    rows = [("a", "1.0", "9 B", ""), ("longer", "10.0", "1.0 MB", "x")]
    assert table(rows, right=(2,)) == ["a       1.0      9 B", "longer  10.0  1.0 MB  x"]
    assert table([]) == []


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("red\x1b[31m", r"red\x1b[31m"),
        ("gone\x1b[2J\x1b[H", r"gone\x1b[2J\x1b[H"),
        ("title\x1b]0;x\x07", r"title\x1b]0;x\x07"),
        ("back\rforth\x08", r"back\rforth\x08"),
        ("c1\x9b31m", r"c1\x9b31m"),
        ("one\ntwo\tthree", r"one\ntwo\tthree"),
        ("user\u202egpj.exe", r"user\u202egpj.exe"),
        ("naïve 名前", "naïve 名前"),
    ],
)
def test_control_characters_are_shown_and_not_obeyed(hostile: str, shown: str) -> None:
    assert plain_text(hostile) == shown


def test_what_is_endless_is_cut() -> None:
    assert plain_text("a" * 8000) == "a" * 8000
    assert plain_text("a" * 9000) == "a" * 8000 + "…"


@given(st.text())
def test_no_text_at_all_gets_a_control_character_through(text: str) -> None:
    assert not re.search(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", plain_text(text))


def test_a_report_is_made_harmless_in_every_field() -> None:
    hostile = ErrorReport(
        schema="manylayers.error/1",
        code="input",
        message="\x1bm",
        hint="\x1bh",
        details=("\x1bd", "plain"),
        exit_status=5,
    )
    assert harmless(hostile) == ErrorReport(
        schema="manylayers.error/1",
        code="input",
        message=r"\x1bm",
        hint=r"\x1bh",
        details=(r"\x1bd", "plain"),
        exit_status=5,
    )
