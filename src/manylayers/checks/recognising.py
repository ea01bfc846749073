"""Which known error a text is, with what it tells of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from manylayers.checks.clues import Clues, gathered
from manylayers.facts.explanations import KnownError, explanations

IN_FRONT = 320
"""Characters before an error where it says which file it is about."""
MOST_PLACES = 20
"""Places of one error that are tried for one that names something."""


class Recognised(NamedTuple):
    """A known error with what the text tells of it."""

    error: KnownError
    clues: Clues


def recognise(line: str) -> Recognised | None:
    """The first known error that a plain ``line`` has."""
    for error in explanations().errors:
        if match := _telling(error.pattern, line):
            groups = _groups(match)
            if error.before:
                ahead = line[max(0, match.start() - IN_FRONT) : match.start()]
                if before := re.search(error.before, ahead, re.IGNORECASE):
                    groups = _groups(before) | groups
            if error.package:
                groups.setdefault("package", error.package)
            return Recognised(error, gathered(line, groups))
    return None


def recognise_any(lines: Iterable[str]) -> Recognised | None:
    """Of all readings of one text the error that stands first in the table: the most special."""
    found = [recognised for recognised in map(recognise, lines) if recognised]
    return min(found, key=lambda one: explanations().errors.index(one.error), default=None)


def _telling(pattern: str, line: str) -> re.Match[str] | None:
    """The first place of ``pattern`` that names something, else the first place of all."""
    found = re.finditer(pattern, line, re.IGNORECASE)
    first = next(found, None)
    if first is None or first.lastgroup:
        return first
    return next((match for match in islice(found, MOST_PLACES) if match.lastgroup), first)


def _groups(match: re.Match[str]) -> dict[str, str]:
    """The named groups that took part; the alternatives of one name have ``_`` at their end.

    ``part`` is what follows the module's name after a dot.
    """
    groups = {name.rstrip("_"): text for name, text in match.groupdict().items() if text}
    if part := groups.pop("part", None):
        groups["module"] = f"{groups['module']}.{part}" if "module" in groups else part
    return groups
