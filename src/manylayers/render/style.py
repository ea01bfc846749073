"""Colours where they are wanted, columns, sizes, and text that can't steer a terminal."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

Report = TypeVar("Report")


class Style(NamedTuple):
    """Whether colours are on. Every method gives its text, coloured or not."""

    colours: bool = False

    def bold(self, text: str) -> str:
        return self._in("1", text)

    def red(self, text: str) -> str:
        return self._in("1;31", text)

    def yellow(self, text: str) -> str:
        return self._in("33", text)

    def green(self, text: str) -> str:
        return self._in("32", text)

    def _in(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colours else text


def style_for(environment: Mapping[str, str], *, terminal: bool) -> Style:
    """``NO_COLOR`` wins over ``FORCE_COLOR``, that over whether it is a terminal."""
    if environment.get("NO_COLOR"):
        return Style(colours=False)
    if environment.get("FORCE_COLOR"):
        return Style(colours=True)
    return Style(colours=terminal and environment.get("TERM") != "dumb")


_CONTROL = r"[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
"""What moves a cursor, begins a line, or turns the direction of what follows."""


LONGEST_SHOWN = 8000
"""Characters of one text: the longest explanations of a resolver are that long, names are not."""


def plain_text(text: str) -> str:
    """``text`` with control characters shown: names may hold some, to deceive a reader.

    What is endless is cut; a document (``--json``) has all of it.
    """
    told = text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"
    if told.isprintable():  # as nearly all is; to compile the pattern takes a millisecond
        return told
    return re.sub(_CONTROL, lambda match: ascii(match[0])[1:-1], told)


def harmless(report: Report) -> Report:
    """``report`` with every text in it made plain, before any colour of ours is added."""
    made: Report = _harmless(report)
    return made


def _harmless(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, tuple):
        parts = map(_harmless, value)
        return type(value)._make(parts) if hasattr(value, "_make") else tuple(parts)
    return value


def size_text(size: int | None) -> str:
    """``16.8 MB``; MB as Lambda's pages have it, 1,048,576 bytes."""
    if size is None:
        return "size unknown"
    for unit, bytes_ in (("MB", 1 << 20), ("kB", 1 << 10)):
        if size >= bytes_:
            return f"{size / bytes_:.1f} {unit}"
    return f"{size} B"


def counted(number: int, noun: str) -> str:
    """``1 file``, ``2,000 files``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def table(rows: Sequence[Sequence[str]], right: Sequence[int] = ()) -> list[str]:
    """Lines with columns aligned; those in ``right`` to the right. Blanks at the end are cut."""
    if not rows:
        return []
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return [
        "  ".join(
            cell.rjust(width) if column in right else cell.ljust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
