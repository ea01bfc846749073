"""The difference between two layers or locks in Markdown, for a pull request.

Names come from others: each stands in a code span of its own, which no host takes for markup.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from manylayers.render.diff_text import FATES, SIGNS, cells, sizes, verdict
from manylayers.render.style import Style, counted, harmless

if TYPE_CHECKING:
    from manylayers.report.diff import DiffReport, PackageChange

MOST = 200
"""Files in the folded list: a comment on a pull request may have 65,536 characters."""


def diff_markdown(report: DiffReport, _: Style) -> str:
    """A heading, the verdict, a table of packages, and the files folded away."""
    report = harmless(report)
    parts = [f"### {code(report.old.path)} → {code(report.new.path)}", f"**{verdict(report)}**"]
    if report.packages:
        head = ["| | package | version | size | |", "| --- | --- | --- | ---: | --- |"]
        parts.append("\n".join([*head, *map(_row, report.packages)]))
    parts += sizes(report.old, report.new)
    if report.files:
        parts.append(_files(report))
    return "\n\n".join(parts)


def _row(one: PackageChange) -> str:
    version, size, remarks = cells(one)
    told = f"{_cell(version)} | {size} | {_cell(remarks) if remarks else ''}"
    return f"| {SIGNS.get(one.change, '~')} | {_cell(one.name)} | {told} |"


def _cell(text: str) -> str:
    """A code span in a table, where a bar would begin the next cell; elsewhere it is one."""
    return code(text).replace("|", "\\|")


def _files(report: DiffReport) -> str:
    lines = [f"- {FATES[one.change]}: {code(one.path)}" for one in report.files[:MOST]]
    if len(report.files) > MOST:
        lines.append(f"- and {len(report.files) - MOST:,} more")
    listed = "\n".join(lines)
    count = counted(len(report.files), "file")
    return f"<details><summary>{count}</summary>\n\n{listed}\n\n</details>"


def code(text: str) -> str:
    """``text`` as a code span of one line."""
    plain = re.sub(r"\s+", " ", text).strip() or " "
    fence = "`" * (max(map(len, re.findall("`+", plain)), default=0) + 1)
    pad = " " if "`" in plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"
