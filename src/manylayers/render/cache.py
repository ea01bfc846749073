"""The cache's reports as text."""

from __future__ import annotations

from manylayers.render.style import Style, harmless, size_text, table
from manylayers.report.cache import (
    CacheCleanReport,
    CacheFolderReport,
    CachePruneReport,
    CacheSizeReport,
    CacheVerifyReport,
)

PARTS = {
    "wheels": "wheels",
    "index": "index pages",
    "resolver": "the resolver's cache",
    "layers": "readings of layers",
    "under-way": "under way",
    "other-formats": "of other releases",
    "other": "not manylayers' own",
}


def folder_text(report: CacheFolderReport, _: Style) -> str:
    """The path alone."""
    return harmless(report).folder


def cache_size_text(report: CacheSizeReport, style: Style) -> str:
    """One line a part."""
    report = harmless(report)
    rows = [
        (f"  {PARTS.get(part.part, part.part)}", f"{part.entries:,}", size_text(part.size))
        for part in report.parts
    ]
    return "\n".join(
        [f"{style.bold(report.folder)}  {size_text(report.size)}", *table(rows, right=(1, 2))]
    )


def prune_text(report: CachePruneReport, style: Style) -> str:
    """What went, by its kind."""
    report = harmless(report)
    return "\n".join(_freed(report, style))


def clean_text(report: CacheCleanReport, style: Style) -> str:
    """What went, and what stayed because it is somebody else's."""
    report = harmless(report)
    named = tuple(one._replace(what=PARTS.get(one.what, one.what)) for one in report.removed)
    lines = _freed(report._replace(removed=named), style)
    if report.left:
        names, more = ", ".join(report.left[:3]), len(report.left) - 3
        lines.append(
            f"left, not manylayers' own: {names}" + (f" and {more} more" if more > 0 else "")
        )
    return "\n".join(lines)


def verify_text(report: CacheVerifyReport, style: Style) -> str:
    """One line for each damaged file, then what was read."""
    report = harmless(report)
    lines = []
    for one in report.damaged:
        done = "removed" if one.removed else "still there"
        lines += [f"{style.red('damaged:')} {one.name}, {one.reason}; {done}", f"  {one.path}"]
    told = f"{report.wheels:,} wheels, {report.pages:,} index pages and {report.readings:,} "
    told += f"readings of layers read, {size_text(report.size)}"
    lines.append(f"{told}, {len(report.damaged)} damaged")
    if report.learnt:
        lines.append(f"what was learnt of {report.learnt} of them was renewed")
    return "\n".join(lines)


def _freed(report: CachePruneReport | CacheCleanReport, style: Style) -> list[str]:
    folder = style.bold(report.folder)
    if not report.removed:
        return [f"{folder}  nothing to remove"]
    rows = [(f"  {one.what}", f"{one.entries:,}", size_text(one.size)) for one in report.removed]
    what = "would free" if report.dry_run else "freed"
    return [f"{folder}  {what} {size_text(report.freed)}", *table(rows, right=(1, 2))]
