"""Every check has codes, every code its section, and choosing works by their beginnings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from made_layers import a_file, a_layer, a_scene
from manylayers.checks.catalogue import CHECKS, findings, known_codes, unknown
from manylayers.checks.choosing import Codes

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
SECTIONS = dict(re.findall(r"^### ([A-Z]\d+) .*\n((?:(?!#).*\n)*)", PAGE.read_text(), re.MULTILINE))


@pytest.mark.parametrize("code", known_codes())
def test_every_code_has_a_section_with_the_way_out(code: str) -> None:
    assert "*Fix:*" in SECTIONS[code]


def test_every_section_is_about_a_code_that_is_there() -> None:
    assert sorted(SECTIONS) == list(known_codes())


def test_every_code_belongs_to_one_check() -> None:
    codes = [code for check in CHECKS for code in check.codes]
    assert len(codes) == len(set(codes))


BROKEN = a_scene(a_layer("requests/a.py", a_file("b.py", b"", 0o100600), ".DS_Store"))


@pytest.mark.parametrize(
    ("codes", "left"),
    [
        (Codes(), ["L102", "L105", "L113"]),
        (Codes(select=("L11",)), ["L113"]),
        (Codes(ignore=("L102", "L11")), ["L105"]),
        (Codes(select=("L",), ignore=("L1",)), []),
    ],
)
def test_codes_are_chosen_by_how_they_begin(codes: Codes, left: list[str]) -> None:
    assert [finding.code for finding in findings(BROKEN, codes)] == left


def test_errors_come_first() -> None:
    severities = [finding.severity for finding in findings(BROKEN, Codes())]
    assert severities == ["error", "error", "note"]


def test_codes_that_nothing_begins_with_are_told() -> None:
    assert unknown(("L1", "Z9", "S301")) == ("Z9",)
