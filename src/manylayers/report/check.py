"""What a check of layers has to say."""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding
from manylayers.report.build import TargetReport


class CarriedReport(NamedTuple):
    """One layer or function as it was named. ``packed`` is ``None`` for a folder."""

    label: str
    kind: Literal["layer", "function"]
    files: int
    distributions: int
    unzipped: int
    packed: int | None
    oddities: tuple[str, ...]


class TargetAnswer(NamedTuple):
    """What is wrong on one runtime."""

    target: TargetReport
    findings: tuple[Finding, ...]


class CheckReport(NamedTuple):
    """Layers in the order Lambda merges them, the function last.

    ``target`` is the first of those in ``answers``, which has one for each that was named.
    ``inferred`` says in a sentence what the target was read from, empty where it was named.
    ``findings`` are those of all answers, each once. ``right_for`` names the targets,
    ``python3.12 x86_64``, for which no error was found.
    """

    schema: Literal["manylayers.check/1"]
    carried: tuple[CarriedReport, ...]
    target: TargetReport
    inferred: str
    findings: tuple[Finding, ...]
    answers: tuple[TargetAnswer, ...]
    ignored: int
    right_for: tuple[str, ...]
    unzipped: int
    limit: int

    @property
    def errors(self) -> int:
        return sum(finding.severity == "error" for finding in self.findings)
