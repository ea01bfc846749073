"""What there is of a package without a wheel for the target, and the nearest that would do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

from manylayers.facts.tables import siblings
from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import Misfit, fits, misfit
from manylayers.layer.releases import files_of, fitting_targets, fitting_versions
from manylayers.target import Target

if TYPE_CHECKING:
    from packaging.version import Version


Lacking = Literal["glibc", "python", "wheel"]


class Blocked(NamedTuple):
    """A package in the way: a line of what there is of it, one of what would do, and a clause.

    ``lacking`` is what alone would help: a newer ``glibc``, another ``python`` where the metadata
    forbid this one, or else a ``wheel``. ``pythons`` are those of the other
    runtimes that have what the target lacks.
    """

    name: str
    version: str
    lacking: Lacking
    pythons: tuple[str, ...]
    lines: tuple[str, ...]
    way_out: str


def blocked(
    name: str,
    version: str | None,
    files: Iterable[DistributionFile],
    target: Target,
    needed_by: str = "",
) -> Blocked | None:
    """What keeps ``name`` out; ``None`` when ``version`` has a file that fits.

    ``needed_by`` is the package that asks for it, where it was not asked for itself.
    """
    listed = tuple(files)
    those = files_of(listed, name, version) if version else ()
    problems = [(file, misfit(file, target)) for file in those]
    if those and not all(problem for _, problem in problems):
        return None
    reasons = [(file, problem) for file, problem in problems if problem]
    pythons = tuple(other.python for other in fitting_targets(those, target))
    return Blocked(
        name=name,
        version=version or "",
        lacking=_lacking(reasons, target),
        pythons=pythons,
        lines=(
            *_lines(name, version, reasons, needed_by),
            *_ways_out(name, version, pythons, listed, target),
        ),
        way_out=_sibling(name),
    )


def _lacking(reasons: Iterable[tuple[DistributionFile, Misfit]], target: Target) -> Lacking:
    listed = tuple(reasons)
    if any(fits(file, target.on_newest_glibc) for file, _ in listed):
        return "glibc"
    if any(problem.obstacle == "requires-python" for _, problem in listed):
        return "python"
    return "wheel"


def _lines(
    name: str,
    version: str | None,
    reasons: Iterable[tuple[DistributionFile, Misfit]],
    needed_by: str,
) -> list[str]:
    """All reasons in one line, each with the number of files it keeps out and one of them."""
    grouped: dict[str, list[str]] = {}
    for file, problem in reasons:
        grouped.setdefault(problem.reason, []).append(file.filename)
    if not grouped:
        return [f"{name} {version or ''}".strip() + ": no file on the index"]
    head = f"{name} {version}{f', needed by {needed_by}' if needed_by else ''}"
    told = "; ".join(f"{_names(names)}: {reason}" for reason, names in grouped.items())
    return [f"{head}: {told}"]


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files like {names[0]}"


def _ways_out(
    name: str,
    version: str | None,
    pythons: tuple[str, ...],
    listed: tuple[DistributionFile, ...],
    target: Target,
) -> list[str]:
    """The nearest version and the nearest Python that would do, in one line."""
    told = []
    if near := versions_around(listed, name, version, target):
        told.append(near)
    if pythons:
        told.append(
            f"{name} {version} fits python{', python'.join(pythons)}: "
            f'manylayers build "{name}=={version}" --python {nearest_python(pythons, target)} '
            f"--arch {target.architecture}"
        )
    return ["; ".join(told)] if told else []


def nearest_python(pythons: Iterable[str], target: Target) -> str:
    """The one of ``pythons`` fewest minor versions away from the target's."""
    wanted = target.facts.python[1]
    return min(pythons, key=lambda python: abs(int(python.partition(".")[2]) - wanted))


def versions_around(
    files: Iterable[DistributionFile], name: str, version: str | None, target: Target
) -> str:
    """The nearest version that fits ``target`` and the command to get it, or ``""``."""
    fitting = fitting_versions(files, name, target)
    if not fitting:
        return ""
    nearest = _nearest(fitting, version)
    return (
        f"{name} {nearest} has a wheel for {target}: "
        f'manylayers build "{name}=={nearest}" '
        f"--python {target.python} --arch {target.architecture}"
    )


def _nearest(fitting: list[Version], version: str | None) -> Version:
    """The next newer fitting version; the last older one where nothing newer fits.

    Newer first: releases gain wheels for new Pythons as time goes on, and an old pure wheel that
    would fit as well often needs packages that do not.
    """
    if version is None:
        return fitting[-1]
    from packaging.version import Version

    wanted = Version(version)
    return next((one for one in fitting if one > wanted), fitting[-1])


def _sibling(name: str) -> str:
    sibling = siblings().get(name)
    return (
        f"{sibling} does the same and has wheels: ask for it instead of {name}" if sibling else ""
    )
