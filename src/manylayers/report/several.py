"""What went wrong, alone or among several builds and locks."""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding
from manylayers.report.build import BuildReport
from manylayers.report.lock import LockReport


class ErrorReport(NamedTuple):
    """A failure. ``code`` and ``exit_status`` are stable, words are not. ``subject`` is the layer
    and target it befell when several were built."""

    schema: Literal["manylayers.error/1"]
    code: str
    message: str
    hint: str
    details: tuple[str, ...]
    exit_status: int
    subject: str = ""
    findings: tuple[Finding, ...] = ()


class BuildsReport(NamedTuple):
    """The layers of a ``pyproject.toml``: what was built, and what could not be."""

    schema: Literal["manylayers.builds/1"]
    built: tuple[BuildReport, ...]
    failed: tuple[ErrorReport, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of all builds, each once."""
        return tuple(dict.fromkeys(text for one in self.built for text in one.warnings))


class LocksReport(NamedTuple):
    """Several locks, one a target, and what could not be locked."""

    schema: Literal["manylayers.locks/1"]
    locked: tuple[LockReport, ...]
    failed: tuple[ErrorReport, ...]

    @property
    def warnings(self) -> tuple[str, ...]:
        """Those of all locks, each once."""
        return tuple(dict.fromkeys(text for one in self.locked for text in one.warnings))
