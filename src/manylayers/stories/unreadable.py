"""A wheel that the resolver could not read, read by ourselves: who is to blame, and for what."""

from __future__ import annotations

from manylayers.errors import ManylayersError
from manylayers.errors.inputs import UnreadableWheelError
from manylayers.formats.pins import DistributionFile
from manylayers.layer.choose import choose
from manylayers.layer.releases import Chosen, files_of
from manylayers.options import Asked
from manylayers.stories.doors import Doors
from manylayers.stories.links import links
from manylayers.stories.obtain import obtain
from manylayers.stories.progress import Silence
from manylayers.target import Target


def read_ourselves(
    error: UnreadableWheelError, asked: Asked, target: Target, doors: Doors
) -> ManylayersError:
    """The error of our own fetcher or reader; the resolver's, with our warnings, where both have
    none.
    """
    name, version = error.subject
    try:
        file = _file(name, version, asked, target, doors) if name else None
        if file is None:
            return error
        wheels = obtain([Chosen(name=name, version=version, file=file)], doors, Silence())
    except ManylayersError as own:
        return own
    warnings = wheels[file.filename].facts.warnings
    told = tuple(f"{file.filename}: {warning}" for warning in warnings)
    return UnreadableWheelError(error.subject, reason=error.reason, details=told)


def _file(
    name: str, version: str, asked: Asked, target: Target, doors: Doors
) -> DistributionFile | None:
    linked = [link.file for link in links(asked.roots, target) if link.root.name == name]
    if linked:
        return linked[0]
    files = files_of(doors.index.listing(name).files, name, version)
    return choose(files, target).chosen
