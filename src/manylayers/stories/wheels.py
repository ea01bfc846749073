"""The look at *Download files*: which file of a release fits which target, and why others don't."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from manylayers.errors.resolving import NoSuchVersionError, NoWheelError
from manylayers.formats.pins import DistributionFile, bare_url, normalized
from manylayers.layer.choose import choose, misfit
from manylayers.layer.releases import fitting_versions, releases
from manylayers.options import WheelsOptions
from manylayers.report.wheels import FileFit, FileReport, WheelsReport
from manylayers.stories.doors import Doors
from manylayers.stories.offers import blocked, versions_around
from manylayers.stories.progress import Progress
from manylayers.stories.telling import target_report
from manylayers.target import Architecture, Target, all_runtimes, target_of

if TYPE_CHECKING:
    from packaging.version import Version


def wheels(options: WheelsOptions, doors: Doors, progress: Progress) -> WheelsReport:
    """The files of one release against the targets asked for, all targets where none were.

    Raises ProjectNotFoundError, NoSuchVersionError, and with ``link`` NoWheelError when nothing
    fits the one target.
    """
    name = normalized(options.name)
    progress.say(f"looking up {name}")
    listed = doors.index.listing(name).files
    targets = options.targets or every_target()
    known = releases(listed, name)
    version = _version(options, known, listed, targets)
    files = known[version]
    return WheelsReport(
        schema="manylayers.wheels/1",
        name=name,
        version=str(version),
        newest=str(_newest(known)),
        targets=tuple(target_report(target) for target in targets),
        files=tuple(_file_report(file, files, targets) for file in files),
        nearest=_nearest(name, str(version), files, listed, targets),
        link=_link(name, str(version), files, listed, targets[0]) if options.link else None,
    )


def every_target() -> tuple[Target, ...]:
    """All runtimes on all architectures, oldest first."""
    return tuple(
        target_of(facts, architecture) for facts in all_runtimes() for architecture in Architecture
    )


def _newest(known: Iterable[Version]) -> Version:
    versions = list(known)
    return ([version for version in versions if not version.is_prerelease] or versions)[-1]


def _version(
    options: WheelsOptions,
    known: dict[Version, list[DistributionFile]],
    listed: Sequence[DistributionFile],
    targets: Sequence[Target],
) -> Version:
    """The version asked for; else the newest that fits one of the targets; else the newest."""
    from packaging.version import Version

    name = normalized(options.name)
    if options.version is None:
        fitting = [
            version
            for target in targets
            for version in fitting_versions(listed, name, target, pre=options.pre)
        ]
        if not known:
            raise NoSuchVersionError(f"{name} has no files on the index", hint="check the name")
        return max(fitting, default=_newest(known))
    try:
        wanted = Version(options.version)
    except ValueError:  # InvalidVersion, or a number too long for Python to read
        wanted = None
    if wanted not in known or wanted is None:
        raise NoSuchVersionError(
            f"{name} has no version {options.version}",
            hint=f"there are {', '.join(str(version) for version in list(known)[-8:])}",
        )
    return wanted


def _file_report(
    file: DistributionFile, files: Sequence[DistributionFile], targets: Sequence[Target]
) -> FileReport:
    return FileReport(
        filename=file.filename,
        url=bare_url(file.url),
        sha256=file.sha256,
        size=file.size,
        requires_python=file.requires_python,
        yanked=file.yanked,
        fits=tuple(_fit(file, target) for target in targets),
        best_for=tuple(str(target) for target in targets if choose(files, target).chosen is file),
    )


def _fit(file: DistributionFile, target: Target) -> FileFit:
    problem = misfit(file, target)
    return FileFit(
        runtime=target.runtime,
        architecture=str(target.architecture),
        fits=problem is None,
        obstacle=problem.obstacle if problem else "",
        reason=problem.reason if problem else "",
    )


def _nearest(
    name: str,
    version: str,
    files: Sequence[DistributionFile],
    listed: Sequence[DistributionFile],
    targets: Sequence[Target],
) -> tuple[str, ...]:
    """For each target that has no file here, where the nearest one is."""
    without = [target for target in targets if choose(files, target).chosen is None]
    sentences = (versions_around(listed, name, version, target) for target in without)
    return tuple(sentence for sentence in sentences if sentence)


def _link(
    name: str,
    version: str,
    files: Sequence[DistributionFile],
    listed: Sequence[DistributionFile],
    target: Target,
) -> str:
    best = choose(files, target).chosen
    if best:
        return best.link
    reason = blocked(name, version, listed, target)
    raise NoWheelError(
        f"{name} {version} has no wheel for {target}",
        packages=(name,),
        hint=reason.way_out if reason and reason.way_out else "name another version or --python",
        details=reason.lines if reason else (),
    )
