"""What there is of a package without a wheel for the target, and the nearest that would do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from manylayers.facts.tables import siblings
from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import Misfit, misfit
from manylayers.layer.releases import files_of, fitting_targets, fitting_versions, releases
from manylayers.target import Target

if TYPE_CHECKING:
    from packaging.version import Version


class Blocked(NamedTuple):
    """A package in the way: what there is of it, line by line, and the way out as a clause.

    ``glibc`` is true when a newer glibc is all that is missing.
    """

    name: str
    version: str
    glibc: bool
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
    return Blocked(
        name=name,
        version=version or "",
        glibc=_only_glibc(those, target),
        lines=(
            *_lines(name, version, reasons, needed_by),
            *_ways_out(name, version, those, listed, target),
        ),
        way_out=_sibling(name),
    )


def _only_glibc(files: Iterable[DistributionFile], target: Target) -> bool:
    return any(misfit(file, target.on_newest_glibc) is None for file in files)


def _lines(
    name: str,
    version: str | None,
    reasons: Iterable[tuple[DistributionFile, Misfit]],
    needed_by: str,
) -> list[str]:
    """One line a reason, with the number of files it keeps out and one or two of them."""
    grouped: dict[str, list[str]] = {}
    for file, problem in reasons:
        grouped.setdefault(problem.reason, []).append(file.filename)
    if not grouped:
        return [f"{name} {version or ''}".strip() + ": no file on the index"]
    head = f"{name} {version}{f', needed by {needed_by}' if needed_by else ''}:"
    return [head, *(f"  {_names(names)}: {reason}" for reason, names in grouped.items())]


def _names(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{len(names)} files like {names[0]}"


def _ways_out(
    name: str,
    version: str | None,
    those: tuple[DistributionFile, ...],
    listed: tuple[DistributionFile, ...],
    target: Target,
) -> list[str]:
    lines = []
    if near := versions_around(listed, name, version, target):
        lines.append(f"  {near}")
    if others := [other.python for other in fitting_targets(those, target)]:
        nearest = min(others, key=lambda python: _distance(python, target.python))
        lines.append(
            f"  {name} {version} fits python{', python'.join(others)}: "
            f'manylayers build "{name}=={version}" --python {nearest} --arch {target.architecture}'
        )
    return lines


def _distance(python: str, other: str) -> int:
    return abs(int(python.partition(".")[2]) - int(other.partition(".")[2]))


def versions_around(
    files: Iterable[DistributionFile], name: str, version: str | None, target: Target
) -> str:
    """The nearest version that fits ``target`` and the command to get it, or ``""``."""
    listed = tuple(files)
    fitting = fitting_versions(listed, name, target)
    if not fitting:
        return ""
    nearest = _nearest(fitting, version, list(releases(listed, name)))
    return (
        f"{name} {nearest} has a wheel for {target}: "
        f'manylayers build "{name}=={nearest}" '
        f"--python {target.python} --arch {target.architecture}"
    )


def _nearest(fitting: list[Version], version: str | None, known: list[Version]) -> Version:
    """The fitting version fewest releases away, the newer of two."""
    if version is None:
        return fitting[-1]
    from packaging.version import Version

    wanted = Version(version)
    ordered = sorted({*known, wanted})
    position = ordered.index(wanted)
    return min(fitting, key=lambda one: (abs(ordered.index(one) - position), one < wanted))


def _sibling(name: str) -> str:
    sibling = siblings().get(name)
    return (
        f"{sibling} does the same and has wheels: ask for it instead of {name}" if sibling else ""
    )
