"""What glibc keeps from a target: the answer it got beside the one a newer system would get."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import fits, misfit
from manylayers.layer.releases import Chosen, files_of, fitting_targets
from manylayers.report.build import HeldBack
from manylayers.stories.doors import Doors
from manylayers.target import Target


def held_back_by_glibc(
    chosen: Iterable[Chosen],
    newest: Mapping[str, str],
    target: Target,
    doors: Doors,
    kept: Collection[tuple[str, str]] = (),
) -> tuple[HeldBack, ...]:
    """A row for each of ``chosen`` that is older than in ``newest`` (name to version).

    What an older lock pins (``kept``) is no newer for that reason; it has a row only where glibc
    itself is in the way.
    """
    rows = (
        _held_back(taken, newest[taken.name], target, doors)
        for taken in chosen
        if taken.name in newest and _is_newer(newest[taken.name], taken.version)
    )
    return tuple(row for row in rows if row.needs or (row.name, row.version) not in kept)


def _held_back(taken: Chosen, newest: str, target: Target, doors: Doors) -> HeldBack:
    files = files_of(doors.index.listing(taken.name).files, taken.name, newest)
    needs = _needed_glibc(files, target)
    first = next(
        (t for t in fitting_targets(files, target) if t.facts.python > target.facts.python), None
    )
    return HeldBack(
        name=taken.name,
        version=taken.version,
        newest=newest,
        runtime=target.runtime,
        needs=".".join(map(str, needs)) if needs else None,
        first_runtime=first.runtime if first else None,
    )


def _needed_glibc(files: Iterable[DistributionFile], target: Target) -> tuple[int, int] | None:
    """The lowest glibc that would do; ``None`` where another package is the cause."""
    listed = tuple(files)
    if any(fits(file, target) for file in listed):
        return None
    problems = (misfit(file, target) for file in listed if _right_python(file, target))
    return min((p.needs_glibc for p in problems if p and p.needs_glibc), default=None)


def _right_python(file: DistributionFile, target: Target) -> bool:
    """Whether the file would fit if only glibc were new enough."""
    return fits(file, target.on_newest_glibc)


def _is_newer(version: str, than: str) -> bool:
    from packaging.version import Version

    return Version(version) > Version(than)
