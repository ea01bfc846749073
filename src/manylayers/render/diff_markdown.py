"""The difference between two layers or locks in Markdown, for a pull request.

Names come from others: each stands in a code span of its own, which no host takes for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import accumulate, islice
from typing import TYPE_CHECKING

from manylayers.render.diff_text import FATES, SIGNS, cells, sizes, verdict
from manylayers.render.style import Style, counted, harmless

if TYPE_CHECKING:
    from manylayers.report.diff import DiffReport, PackageChange

MOST = 200
"""Packages in the table, and files in the folded list."""
LONGEST, LONGEST_TABLE = 60_000, 30_000
"""Characters of the whole, and of the table: a comment on a pull request may have 65,536."""


def diff_markdown(report: DiffReport, _: Style) -> str:
    """A heading, the verdict, a table of packages, and the files folded away."""
    report = harmless(report)
    parts = [f"### {code(report.old.path)} → {code(report.new.path)}", f"**{verdict(report)}**"]
    if report.packages:
        head = ["| | package | version | size | |", "| --- | --- | --- | ---: | --- |"]
        rows, more = _fitting(map(_row, report.packages), len(report.packages), LONGEST_TABLE)
        rows += [f"| | and {more:,} more | | | |"] if more else []
        parts.append("\n".join([*head, *rows]))
    parts += sizes(report.old, report.new)
    if report.files:
        parts.append(_files(report, LONGEST - sum(map(len, parts))))
    return "\n\n".join(parts)


def _row(one: PackageChange) -> str:
    version, size, remarks = cells(one)
    told = f"{_cell(version)} | {size} | {_cell(remarks) if remarks else ''}"
    return f"| {SIGNS.get(one.change, '~')} | {_cell(one.name)} | {told} |"


def _cell(text: str) -> str:
    """A code span in a table, where a bar would begin the next cell; elsewhere it is one."""
    return code(text).replace("|", "\\|")


def _fitting(lines: Iterable[str], count: int, room: int) -> tuple[list[str], int]:
    """The first of ``count`` lines that fit into so many characters, and how many do not."""
    first = list(islice(lines, MOST))
    ends = accumulate(len(line) + 1 for line in first)
    kept = sum(end <= room for end in ends)
    return first[:kept], count - kept


def _files(report: DiffReport, room: int) -> str:
    named = (f"- {FATES[one.change]}: {code(one.path)}" for one in report.files)
    lines, more = _fitting(named, len(report.files), room)
    listed = "\n".join([*lines, f"- and {more:,} more"] if more else lines)
    count = counted(len(report.files), "file")
    return f"<details><summary>{count}</summary>\n\n{listed}\n\n</details>"


def code(text: str) -> str:
    """``text`` as a code span of one line."""
    plain = re.sub(r"\s+", " ", text).strip() or " "
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"
