"""The difference between two layers or locks, as a short, calm screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from manylayers.render.style import Style, harmless, size_text, table

if TYPE_CHECKING:
    from manylayers.report.diff import DiffReport, FileChange, PackageChange, SideReport

SIGNS = {"added": "+", "removed": "-"}
FILES = 10
"""Files named one by one, those whose package does not say enough; ``-v`` names all."""
FATES = {"added": "added", "removed": "removed", "changed": "changed", "mode": "with other modes"}


def diff_text(report: DiffReport, style: Style) -> str:
    """Packages, sizes, and whether a function can tell."""
    return _text(report, style, most=FILES)


def every_file_diff_text(report: DiffReport, style: Style) -> str:
    """The same with every file that is not as it was."""
    return _text(report, style, most=None)


def _text(report: DiffReport, style: Style, *, most: int | None) -> str:
    report = harmless(report)
    lines = [style.bold(f"{report.old.path} -> {report.new.path}")]
    rows = [(f"  {SIGNS.get(one.change, '~')} {one.name}", *cells(one)) for one in report.packages]
    lines += table(rows, right=(2,))
    lines += _files(report, most)
    lines += sizes(report.old, report.new)
    return "\n".join([*lines, _verdict(report, style)])


def cells(one: PackageChange) -> tuple[str, str, str]:
    """Version, size, and what else is to be said of a package, before and after."""
    version = change(one.old_version, one.new_version)
    return version, growth(one.old_size, one.new_size), "; ".join(_remarks(one))


def change(old: str | None, new: str | None) -> str:
    """``1.0 -> 1.1``; the one there is, where they are the same or just one."""
    if old and new and old != new:
        return f"{old} -> {new}"
    return new or old or ""


def growth(old: int | None, new: int | None) -> str:
    """``+1.2 MB``; empty where nothing grew, or no size is known."""
    difference = (new or 0) - (old or 0)
    if not difference:
        return ""
    return f"{'+' if difference > 0 else '-'}{size_text(abs(difference))}"


def _remarks(one: PackageChange) -> Iterator[str]:
    if one.change == "rebuilt":
        yield f"another wheel: {change(one.old_wheel, one.new_wheel) or 'tags not told'}"
    if one.change == "moved":
        yield f"moved: {one.old_folder or 'the root'} -> {one.new_folder or 'the root'}"
    if one.change == "touched":
        differ = "differs" if one.files == 1 else "differ"
        yield f"the same wheel, {one.files} of its files {differ}"
    if one.change == "removed" and one.new_size:
        yield f"{size_text(one.new_size)} of it stay, without metadata"
    if one.change == "added" and one.old_size:
        yield f"{size_text(one.old_size)} of it were there, without metadata"
    if not one.noticeable:
        yield "unnoticed"


def _files(report: DiffReport, most: int | None) -> Iterator[str]:
    if not report.files:
        return
    fates: Counter[str] = Counter(one.change for one in report.files)
    yield f"files: {', '.join(f'{fates[fate]:,} {FATES[fate]}' for fate in FATES if fates[fate])}"
    named = report.files if most is None else _telling(report)
    yield from map(_file, named[:most])
    if most is not None and len(named) > most:
        yield f"  and {len(named) - most:,} more; -v names all"


def _telling(report: DiffReport) -> tuple[FileChange, ...]:
    """Files of no package, and in packages otherwise as they were those that are noticed."""
    touched = {one.name for one in report.packages if one.change == "touched"}
    return tuple(
        one
        for one in report.files
        if not one.package or (one.noticeable and one.package in touched)
    )


def _file(one: FileChange) -> str:
    words = " (mode)" if one.change == "mode" else ""
    return f"  {SIGNS.get(one.change, '~')} {one.path}{words}"


def sizes(old: SideReport, new: SideReport) -> Iterator[str]:
    """How much the whole grew, where both sides tell."""
    told = []
    if old.unzipped is not None and new.unzipped is not None:
        more = new.unzipped - old.unzipped
        told.append(f"unzipped {old.unzipped:,} -> {new.unzipped:,} bytes ({more:+,})")
    if old.zip_size is not None and new.zip_size is not None:
        told.append(f"zip {old.zip_size:,} -> {new.zip_size:,} bytes")
    if told:
        yield ", ".join(told)


def verdict(report: DiffReport) -> str:
    """Whether a function can tell, in one sentence."""
    because = ", ".join(report.because)
    words = {
        "same": "no difference",
        "unnoticeable": "a function can't tell the difference",
        "noticeable": "a function can tell the difference",
        "unknown": "the same packages",
    }[report.verdict]
    return f"{words}: {because}"


def _verdict(report: DiffReport, style: Style) -> str:
    colour = style.yellow if report.verdict == "noticeable" else style.green
    words, _, because = verdict(report).partition(": ")
    return f"{colour(words)}: {because}"
