"""What a repair of a layer has to say."""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding
from manylayers.report.build import OutputReport, TargetReport


class RepairReport(NamedTuple):
    """What one rule did. ``examples`` are paths as they were."""

    rule: str
    what: str
    files: int
    examples: tuple[str, ...]


class FixReport(NamedTuple):
    """``findings`` are what a check of the new layer has still to say, for ``target``.

    ``inferred`` says in a sentence what the target was read from, empty where it was named.

    Besides what ``repairs`` tells, every file gets its place in the order of paths, the first of
    January 1980 as its date, and no entry for its folder.
    """

    schema: Literal["manylayers.fix/1"]
    path: str
    output: OutputReport
    target: TargetReport
    inferred: str
    repairs: tuple[RepairReport, ...]
    findings: tuple[Finding, ...]
    unzipped: int
