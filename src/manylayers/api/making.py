"""Layers and locks made: the calls `build` and `lock`, and what their commands run."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.api.wiring import open_doors, workplace
from manylayers.api.words import destination_of, each_word, no_target, targets_of
from manylayers.doors.inputs import gather, read_lock_file
from manylayers.errors import UsageError
from manylayers.hands.places import refuse_inputs
from manylayers.options import (
    Asked,
    BuildOptions,
    IndexSettings,
    Locked,
    LockOptions,
    Workplace,
    find_layout,
)
from manylayers.stories.build import build as tell_build
from manylayers.stories.progress import Progress, Silence
from manylayers.target import find_target

if TYPE_CHECKING:
    from manylayers.report.build import BuildReport
    from manylayers.report.lock import LockReport
    from manylayers.report.several import BuildsReport, LocksReport


def run_build(options: BuildOptions, place: Workplace, progress: Progress) -> BuildReport:
    """One layer. Raises ManylayersError."""
    return tell_build(options, open_doors(place), progress)


def run_builds(
    options: Sequence[BuildOptions], place: Workplace, progress: Progress
) -> BuildsReport:
    """Several layers at once; what could not be built is told, the others are there."""
    from manylayers.report.several import BuildsReport
    from manylayers.stories.several import each

    doors = open_doors(place)
    built, failed = each(
        options, lambda one: tell_build(one, doors, progress), lambda one: str(one.destination.path)
    )
    return BuildsReport(schema="manylayers.builds/1", built=built, failed=failed)


def run_lock(options: LockOptions, place: Workplace, progress: Progress) -> LockReport:
    """One lock. Raises ManylayersError."""
    from manylayers.stories.lock import lock as tell_lock

    return tell_lock(options, open_doors(place), progress)


def run_locks(options: Sequence[LockOptions], place: Workplace, progress: Progress) -> LocksReport:
    """Several locks at once; what could not be locked is told, the others are there."""
    from manylayers.report.several import LocksReport
    from manylayers.stories.lock import lock as tell_lock
    from manylayers.stories.several import each

    doors = open_doors(place)
    locked, failed = each(
        options, lambda one: tell_lock(one, doors, progress), lambda one: str(one.path)
    )
    return LocksReport(schema="manylayers.locks/1", locked=locked, failed=failed)


def build(
    requirements: str | Sequence[str] = (),
    *,
    python: str | Sequence[str],
    arch: str = "x86_64",
    output: str | Path = "layer.zip",
    requirements_files: Sequence[str | Path] = (),
    constraints: Sequence[str | Path] = (),
    lock_file: str | Path | None = None,
    layout: str = "lib",
    exclude_runtime: bool = False,
    dry_run: bool = False,
    ignore: Sequence[str] = (),
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> BuildReport:
    """Build one layer at ``output``: a zip, or a folder when it ends with a slash.

    ``requirements`` (one or many) and ``requirements_files`` are what the command line takes;
    ``lock_file`` is a ``pylock.toml`` instead of them. Several Pythons share the one layer. Raises
    ManylayersError; then nothing was written. ``ignore`` are codes of checks, or how they begin,
    that shall not stop it.
    """
    destination = destination_of(output)
    source, inputs = _source(requirements, requirements_files, constraints, lock_file)
    refuse_inputs(destination.path, inputs)
    options = BuildOptions(
        name="layer",
        targets=targets_of(python, arch) or no_target(),
        source=source,
        destination=destination,
        layout=find_layout(layout),
        exclude_runtime=exclude_runtime,
        dry_run=dry_run,
        ignore=each_word(ignore),
    )
    return run_build(options, workplace(index, cache_folder), Silence())


def lock(
    requirements: str | Sequence[str] = (),
    *,
    python: str,
    arch: str = "x86_64",
    output: str | Path = "pylock.toml",
    requirements_files: Sequence[str | Path] = (),
    constraints: Sequence[str | Path] = (),
    upgrade: bool = False,
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> LockReport:
    """Write a PEP 751 lock for one target to ``output``.

    The versions of the lock that is there are kept where they still fit, unless ``upgrade``. Raises
    ManylayersError; then the file is as it was.
    """
    source, inputs = _asked(requirements, requirements_files, constraints)
    refuse_inputs(Path(output), inputs)
    options = LockOptions(
        name="layer",
        target=find_target(python, arch),
        source=source,
        path=Path(output),
        upgrade=upgrade,
    )
    return run_lock(options, workplace(index, cache_folder), Silence())


def _source(
    requirements: str | Sequence[str],
    files: Sequence[str | Path],
    constraints: Sequence[str | Path],
    lock_file: str | Path | None,
) -> tuple[Asked | Locked, tuple[Path, ...]]:
    """What is built from, and the files it was read from."""
    if lock_file is None:
        return _asked(requirements, files, constraints)
    if requirements or files or constraints:
        raise UsageError(
            "lock_file names everything already, no requirement can stand beside it",
            hint="lock the requirements anew: manylayers.lock",
        )
    return Locked(lock=read_lock_file(Path(lock_file))), (Path(lock_file),)


def _asked(
    requirements: str | Sequence[str],
    files: Sequence[str | Path],
    constraints: Sequence[str | Path],
) -> tuple[Asked, tuple[Path, ...]]:
    read = gather(
        each_word(requirements),
        [str(file) for file in files],
        [str(file) for file in constraints],
        folder=Path.cwd(),
        environment=os.environ,
    )
    asked = Asked(
        roots=read.roots, constraints=read.constraints, require_hashes=read.require_hashes
    )
    return asked, read.inputs
