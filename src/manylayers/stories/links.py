"""Direct wheel links, held against the target before anybody downloads one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from manylayers.errors import ManylayersError
from manylayers.errors.resolving import LinkMisfitError
from manylayers.formats.pins import DistributionFile, Root, filename_of
from manylayers.layer.choose import Misfit, choose, misfit
from manylayers.layer.releases import files_of
from manylayers.stories.doors import Doors
from manylayers.target import Target


class Link(NamedTuple):
    """A requirement that names a wheel by its place."""

    root: Root
    file: DistributionFile

    @property
    def version(self) -> str:
        return self.file.filename.split("-")[1]


def links(roots: Iterable[Root], target: Target) -> list[Link]:
    """The direct links among ``roots`` whose markers apply to ``target``."""
    found = []
    for root in roots:
        _, at, url = root.requirement.partition(" ; ")[0].partition(" @ ")
        if at and applies(root, target):
            link = url.strip()
            found.append(Link(root, DistributionFile(filename=filename_of(link), url=link)))
    return found


def refuse_misfit_links(roots: Iterable[Root], target: Target, doors: Doors) -> None:
    """Raise LinkMisfitError for all links to wheels that do not run on ``target``."""
    wrong = [
        (link, problem) for link in links(roots, target) if (problem := misfit(link.file, target))
    ]
    if wrong:
        raise LinkMisfitError(
            f"{wrong[0][0].file.filename} ({wrong[0][0].root.origin}) is not for {target}: "
            f"{wrong[0][1].reason}",
            packages=tuple(link.root.name for link, _ in wrong),
            hint=f"`manylayers wheels {wrong[0][0].root.name} --python {target.python} "
            f"--arch {target.architecture} --link` prints a link that fits",
            details=tuple(_sentence(link, problem, target, doors) for link, problem in wrong),
        )


def _sentence(link: Link, problem: Misfit, target: Target, doors: Doors) -> str:
    start = f"{link.root.origin}: {link.file.filename} is {problem.reason}"
    instead = _instead(link, target, doors)
    return f"{start}; take {instead}" if instead else start


def _instead(link: Link, target: Target, doors: Doors) -> str:
    """The fitting wheel of the same release, as a link to paste; ``""`` when none is known."""
    try:
        listing = doors.index.listing(link.root.name)
        best = choose(files_of(listing.files, link.root.name, link.version), target).chosen
    except ManylayersError:
        return ""
    return best.link if best else ""


def applies(root: Root, target: Target) -> bool:
    """Whether the marker of ``root``, if it has one, is true on ``target``."""
    sign = " ; " if " @ " in root.requirement else ";"
    marker = root.requirement.partition(sign)[2].strip()
    if not marker:
        return True
    from packaging.markers import Marker

    return Marker(marker).evaluate(dict(target.marker_environment))
