"""What fills a layer, as a tree in the terminal, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from manylayers.render.check import findings_lines
from manylayers.render.style import Style, counted, harmless, size_text, table
from manylayers.render.text import held_back_lines, left_out_lines

if TYPE_CHECKING:
    from manylayers.layer.areas import KindArea, PackageArea
    from manylayers.report.layer import LayerReport

SMALL = 0.01
"""The share of the layer below which folders are counted together."""
BAR = 20
"""Characters of the bar that is a whole layer."""


def layer_text(report: LayerReport, style: Style) -> str:
    """A line a package, with its larger folders below it; then the findings."""
    report = harmless(report)
    lines = [_head(report, style), f"  {_kinds(report.kinds)}"]
    lines += table(list(_rows(report)), right=(1, 2))
    lines += findings_lines(report.findings, style)
    lines += held_back_lines(report.held_back or (), [report.target], style)
    lines += left_out_lines(report.left_out or ())
    if report.page:
        lines.append(f"written to {report.page}")
    return "\n".join(lines)


def page_text(report: LayerReport, style: Style) -> str:
    """One line: where the page is and what it tells in short."""
    report = harmless(report)
    found = counted(len(report.findings), "finding")
    return f"{style.bold(report.page or '')}  {_head(report, Style())}, {found}"


def _head(report: LayerReport, style: Style) -> str:
    share = 100 * report.unzipped / report.limit
    packed = "" if report.zip_size is None else f", zip {size_text(report.zip_size)}"
    return (
        f"{style.bold(report.layer)}  {size_text(report.unzipped)} of {size_text(report.limit)} "
        f"unzipped ({share:.0f}%), {report.files:,} files{packed}"
    )


def _kinds(kinds: Sequence[KindArea]) -> str:
    return ", ".join(f"{one.kind} {size_text(one.size)}" for one in kinds)


def _telling(kinds: Sequence[KindArea]) -> Sequence[KindArea]:
    """The two that most of a folder is of; empty files, as ``py.typed``, are no part of it."""
    return [one for one in kinds[:2] if one.size] or kinds[:1]


def _rows(report: LayerReport) -> Iterator[tuple[str, str, str, str]]:
    whole = max(report.unzipped, 1)
    for package in report.packages:
        share = package.size / whole
        bar = "#" * round(share * BAR)
        yield _title(package), size_text(package.size), f"{share:.0%}", bar
        yield from _folders(package, whole)


def _title(package: PackageArea) -> str:
    version = f" {package.version}" if package.version else ""
    licence = f" ({package.licence})" if package.licence else ""
    return f"  {package.name}{version}{licence}"


def _folders(package: PackageArea, whole: int) -> Iterator[tuple[str, str, str, str]]:
    large = [folder for folder in package.folders if folder.size >= SMALL * whole]
    for folder in large:
        share = f"{folder.size / whole:.0%}"
        yield f"    {folder.path}", size_text(folder.size), share, _kinds(_telling(folder.kinds))
    rest = package.folders[len(large) :]
    if large and rest:
        size = sum(folder.size for folder in rest)
        yield f"    {len(rest)} smaller", size_text(size), f"{size / whole:.0%}", ""
