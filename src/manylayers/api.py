"""The real doors wired to the stories: what the library offers and the commands call."""

from __future__ import annotations

from collections.abc import Sequence

from manylayers.doors import archive, files, output
from manylayers.doors.fetch import Fetcher
from manylayers.doors.index import Index
from manylayers.doors.resolve import Resolver
from manylayers.doors.store import Store
from manylayers.facts.tables import runtimes_as_of
from manylayers.hands.web import WebSession
from manylayers.options import BuildOptions, LockOptions, WheelsOptions, Workplace
from manylayers.report import (
    BuildReport,
    BuildsReport,
    LockReport,
    LocksReport,
    RuntimeReport,
    RuntimesReport,
    WheelsReport,
)
from manylayers.stories.build import build as tell_build
from manylayers.stories.doors import Doors
from manylayers.stories.progress import Progress
from manylayers.target import Architecture, all_runtimes, target_of


def open_doors(place: Workplace) -> Doors:
    """Real doors for ``place``. Nothing is read, written or asked yet."""
    session = WebSession(place.environment, offline=place.index.offline)
    store = Store(place.cache_folder)
    return Doors(
        resolver=Resolver(place.index, store.uv_cache, place.environment),
        index=Index(place.index, session, store.index_cache),
        fetcher=Fetcher(session),
        store=store,
        archive=archive,
        output=output,
        files=files,
        offline=place.index.offline,
    )


def run_build(options: BuildOptions, place: Workplace, progress: Progress) -> BuildReport:
    """One layer. Raises ManylayersError."""
    return tell_build(options, open_doors(place), progress)


def run_builds(
    options: Sequence[BuildOptions], place: Workplace, progress: Progress
) -> BuildsReport:
    """Several layers at once; what could not be built is told, the others are there."""
    from manylayers.stories.several import each

    doors = open_doors(place)
    built, failed = each(
        options, lambda one: tell_build(one, doors, progress), lambda one: str(one.destination.path)
    )
    return BuildsReport(built=built, failed=failed)


def run_lock(options: LockOptions, place: Workplace, progress: Progress) -> LockReport:
    """One lock. Raises ManylayersError."""
    from manylayers.stories.lock import lock

    return lock(options, open_doors(place), progress)


def run_locks(options: Sequence[LockOptions], place: Workplace, progress: Progress) -> LocksReport:
    """Several locks at once; what could not be locked is told, the others are there."""
    from manylayers.stories.lock import lock
    from manylayers.stories.several import each

    doors = open_doors(place)
    locked, failed = each(
        options, lambda one: lock(one, doors, progress), lambda one: str(one.path)
    )
    return LocksReport(locked=locked, failed=failed)


def run_wheels(options: WheelsOptions, place: Workplace, progress: Progress) -> WheelsReport:
    """A look at a release's files. Raises ManylayersError."""
    from manylayers.stories.wheels import wheels

    return wheels(options, open_doors(place), progress)


def list_runtimes() -> RuntimesReport:
    """The runtimes that a layer can be built for, oldest first."""
    targets = [target_of(facts, Architecture.X86_64) for facts in all_runtimes()]
    return RuntimesReport(
        as_of=runtimes_as_of().isoformat(),
        runtimes=tuple(
            RuntimeReport(
                runtime=target.runtime,
                python=target.python,
                system=target.system.name,
                glibc=target.glibc,
                architectures=tuple(str(architecture) for architecture in Architecture),
                status=target.facts.status,
                deprecated=target.facts.deprecated.isoformat() if target.facts.deprecated else None,
            )
            for target in targets
        ),
    )
