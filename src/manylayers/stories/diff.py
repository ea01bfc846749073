"""The story of a diff: read both, compare them, judge, tell."""

from __future__ import annotations

from manylayers.layer.difference import PackageDifference, compare_layers, compare_packages
from manylayers.layer.file_difference import FileDifference
from manylayers.layer.verdict import judge
from manylayers.options import DiffOptions
from manylayers.report.diff import DiffReport, FileChange, PackageChange, SideReport
from manylayers.stories.sides import Readers, Side, comparable, read_side


def diff(options: DiffOptions, doors: Readers) -> DiffReport:
    """How ``options.new`` differs from ``options.old``, each a zip, a folder or a lock."""
    old, new = (read_side(path, options.target, doors) for path in (options.old, options.new))
    if old.carried and new.carried:
        difference = compare_layers(old.carried, new.carried)
    else:
        difference = compare_packages(*comparable(old, new))
    same_bytes = "folder" not in (old.kind, new.kind) and doors.files.same(old.path, new.path)
    mixed = (old.kind == "lock") != (new.kind == "lock")
    judgement = judge(difference, files_known=not mixed)
    return DiffReport(
        schema="manylayers.diff/1",
        old=_side(old),
        new=_side(new),
        same_bytes=same_bytes,
        verdict=judgement.verdict,
        because=judgement.because or (_sameness(old, new, same_bytes=same_bytes),),
        packages=tuple(map(_package, difference.packages)),
        files=tuple(map(_file, difference.files)),
    )


def _sameness(old: Side, new: Side, *, same_bytes: bool) -> str:
    if same_bytes:
        return "the same bytes"
    if old.kind == "lock":
        return "the same packages from the same wheels"
    if old.kind == new.kind == "zip":
        return "the same files; only their dates, order or compression differ"
    return "the same files"


def _side(side: Side) -> SideReport:
    carried = side.carried
    return SideReport(
        path=str(side.path),
        kind=side.kind,
        packages=len(side.packages),
        files=len(carried.files) if carried else None,
        unzipped=carried.size if carried else None,
        zip_size=carried.packed if carried else None,
    )


def _package(one: PackageDifference) -> PackageChange:
    old, new = one.old, one.new
    return PackageChange(
        name=one.name,
        change=one.fate,
        noticeable=one.noticeable,
        old_version=old.version if old else None,
        new_version=new.version if new else None,
        old_wheel=(old.wheel or None) if old else None,
        new_wheel=(new.wheel or None) if new else None,
        old_folder=old.site if old and old.distribution else None,
        new_folder=new.site if new and new.distribution else None,
        old_size=old.size if old else one.loose or None,
        new_size=new.size if new else one.loose or None,
        files=one.files,
    )


def _file(one: FileDifference) -> FileChange:
    return FileChange(
        path=one.path,
        package=one.package,
        kind=one.kind,
        change=one.fate,
        noticeable=one.noticeable,
        old_size=one.old,
        new_size=one.new,
    )
