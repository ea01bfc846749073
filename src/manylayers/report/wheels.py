"""What a look at a release's files has to say."""

from typing import Literal, NamedTuple

from manylayers.report.build import TargetReport


class FileFit(NamedTuple):
    """One target's word on one file: ``fits``, and if not the obstacle and its reason."""

    runtime: str
    architecture: str
    fits: bool
    obstacle: str
    reason: str


class FileReport(NamedTuple):
    """One file of a release. ``best_for`` names the targets that would choose it."""

    filename: str
    url: str
    sha256: str | None
    size: int | None
    requires_python: str | None
    yanked: str | None
    fits: tuple[FileFit, ...]
    best_for: tuple[str, ...]


class WheelsReport(NamedTuple):
    """The files of one release, and which other versions have a wheel for the targets asked.

    ``nearest`` are sentences, one a target that has no fitting file here.
    """

    schema: Literal["manylayers.wheels/1"]
    name: str
    version: str
    newest: str
    targets: tuple[TargetReport, ...]
    files: tuple[FileReport, ...]
    nearest: tuple[str, ...]
    link: str | None
