"""Wheels in folders of one's own, looked at before the resolver unpacks them.

An index tells what a wheel needs; of a wheel in a folder the resolver learns it by unpacking it
whole. One that would fill the disk is refused before.
"""

from __future__ import annotations

from collections.abc import Iterable

from manylayers.formats.pins import DistributionFile, local_path, required_name
from manylayers.layer.choose import choose
from manylayers.layer.releases import releases
from manylayers.options import Asked
from manylayers.stories.doors import Doors
from manylayers.stories.links import links
from manylayers.target import Target


def refuse_local_bombs(asked: Asked, target: Target, doors: Doors) -> None:
    """Raise UnsafeWheelError for a bomb among the local wheels that the resolver would look at.

    These are direct links, and of each name asked for or needed the newest that fits.
    """
    linked = {link.root.name: link.file for link in links(asked.roots, target)}
    waiting = [root.name for root in asked.roots]
    seen: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in seen:
            continue
        seen.add(name)
        file = linked.get(name) or _newest(doors.index.local(name), name, asked, target)
        if file and file.url.startswith("file:"):
            path = local_path(file.url)
            needed = doors.archive.refuse_bomb(path, filename=path.name)
            waiting += filter(None, map(required_name, needed))


def _newest(
    files: Iterable[DistributionFile], name: str, asked: Asked, target: Target
) -> DistributionFile | None:
    from packaging.requirements import Requirement

    lines = (*asked.roots, *asked.constraints)
    specifiers = [Requirement(line.requirement).specifier for line in lines if line.name == name]
    for version, those in reversed(releases(files, name).items()):
        allowed = all(specifier.contains(version, prereleases=True) for specifier in specifiers)
        if allowed and (best := choose(those, target).chosen):
            return best
    return None
