"""What there is to choose from: the calls `wheels` and `list_runtimes`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.api.wiring import open_doors, workplace
from manylayers.api.words import targets_of
from manylayers.facts.tables import runtimes_as_of
from manylayers.options import IndexSettings, WheelsOptions, Workplace
from manylayers.stories.progress import Progress, Silence
from manylayers.target import Architecture, all_runtimes, target_of

if TYPE_CHECKING:
    from manylayers.report.runtimes import RuntimesReport
    from manylayers.report.wheels import WheelsReport


def run_wheels(options: WheelsOptions, place: Workplace, progress: Progress) -> WheelsReport:
    """A look at a release's files. Raises ManylayersError."""
    from manylayers.stories.wheels import wheels as tell_wheels

    return tell_wheels(options, open_doors(place), progress)


def list_runtimes() -> RuntimesReport:
    """The runtimes that a layer can be built for, oldest first."""
    from manylayers.report.runtimes import RuntimeReport, RuntimesReport

    targets = [target_of(facts, Architecture.X86_64) for facts in all_runtimes()]
    return RuntimesReport(
        schema="manylayers.runtimes/1",
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


def wheels(
    name: str,
    version: str | None = None,
    *,
    python: str | Sequence[str] = (),
    arch: str = "x86_64",
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> WheelsReport:
    """Which files of a release fit which runtimes, all where none is named.

    Without a ``version`` it is the newest release that fits one of them. Raises ManylayersError.
    """
    options = WheelsOptions(name=name, version=version, targets=targets_of(python, arch))
    return run_wheels(options, workplace(index, cache_folder), Silence())
