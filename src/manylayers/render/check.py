"""A check of layers as a screen: for whom, what is wrong by cause, what is right, how large."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import TYPE_CHECKING

from manylayers.render.style import Style, harmless
from manylayers.render.text import grouped, targets_text

if TYPE_CHECKING:
    from manylayers.checks.finding import Finding
    from manylayers.report.check import CarriedReport, CheckReport
    from manylayers.report.fix import FixReport


def check_text(report: CheckReport, style: Style) -> str:
    """What a check has to say; one that found nothing says so in a line."""
    report = harmless(report)
    lines = [_head(report, style)]
    lines += [f"  {line}" for one in report.carried for line in _oddities(one)]
    lines += _findings(report, style)
    lines.append(_right_for(report, style))
    share = 100 * report.unzipped / report.limit
    lines.append(f"unzipped {report.unzipped:,} of {report.limit:,} bytes ({share:.0f}%)")
    return "\n".join(lines)


def fix_text(report: FixReport, style: Style) -> str:
    """What a repair has to say: what was done by rule, what is left."""
    report = harmless(report)
    lines = [_mended_head(report, style)]
    for repair in report.repairs:
        more = f" and {repair.files - len(repair.examples)} more"
        named = ", ".join(repair.examples) + (more if repair.files > len(repair.examples) else "")
        lines.append(f"{style.green(repair.rule)}: {repair.what}: {named}")
    if not report.repairs:
        left = any(finding.severity != "note" for finding in report.findings)
        told = "nothing here can be repaired without guessing" if left else "nothing to repair"
        lines.append(f"{told}; order, dates and folders are plain now")
    lines += findings_lines(report.findings, style)
    if report.repairs and not report.findings:
        lines.append(style.green("nothing wrong is left"))
    if report.output.sha256:
        lines.append(f"sha256 {report.output.sha256}")
    return "\n".join(lines)


def _mended_head(report: FixReport, style: Style) -> str:
    """For whom it is, too: what is right for one runtime may be wrong for the function's."""
    told = f"{style.bold(report.output.path)}  {targets_text([report.target])}"
    return f"{told}  from {report.path}{_why(report.inferred)}"


def _head(report: CheckReport, style: Style) -> str:
    names = " + ".join(_named(one) for one in report.carried)
    told = f"{style.bold(names)}  {targets_text([one.target for one in report.answers])}"
    return told + _why(report.inferred)


def _why(inferred: str) -> str:
    return f"  [{inferred}]" if inferred else ""


def _findings(report: CheckReport, style: Style) -> list[str]:
    """All findings; of several runtimes below a line that says of which they are."""
    if len(report.answers) == 1:
        return findings_lines(report.findings, style)
    return [
        line
        for runtimes, findings in _by_runtimes(report).items()
        for line in (style.bold(f"on {', '.join(runtimes)}:"), *findings_lines(findings, style))
    ]


def _by_runtimes(report: CheckReport) -> dict[tuple[str, ...], list[Finding]]:
    """The findings by the runtimes that they are of; errors come first, as in the report."""
    groups: dict[tuple[str, ...], list[Finding]] = {}
    for finding in report.findings:
        on = tuple(one.target.runtime for one in report.answers if finding in one.findings)
        groups.setdefault(on, []).append(finding)
    return groups


def _named(one: CarriedReport) -> str:
    return f"{one.label} (function)" if one.kind == "function" else one.label


def _oddities(one: CarriedReport) -> Iterable[str]:
    return (f"{one.label}: {oddity}" for oddity in one.oddities)


MOST_OF_A_CODE = 10
"""Findings of one code and severity that a screen shows; more are told by their number."""


LONG, AGAIN = 80, "the same way out as above"
"""Letters beyond which a way out is told once: it may be a command with all packages of a layer."""


def findings_lines(findings: Iterable[Finding], style: Style) -> list[str]:
    """All findings in their order, of one code only so many that the next code is still seen."""
    lines: list[str] = []
    told: set[str] = set()
    for (severity, code), group in groupby(findings, lambda one: (one.severity, one.code)):
        those = list(group)
        for finding in those[:MOST_OF_A_CODE]:
            again = len(finding.remedy) > LONG and finding.remedy in told
            told.add(finding.remedy)
            lines += finding_lines(finding._replace(remedy=AGAIN) if again else finding, style)
        if len(those) > MOST_OF_A_CODE:
            more = len(those) - MOST_OF_A_CODE
            lines.append(f"{severity} {code}: and {more:,} more, --json has all")
    return lines


def finding_lines(finding: Finding, style: Style) -> list[str]:
    """Severity, code and sentence; then the place where the sentence has it not; the way out."""
    colour = {"error": style.red, "warning": style.yellow}.get(finding.severity, style.bold)
    lines = [f"{colour(finding.severity)} {finding.code}: {finding.message}"]
    if finding.place and finding.place not in finding.message:
        lines.append(f"  at {finding.place}")
    if finding.remedy:
        lines.append(f"  {finding.remedy}")
    return lines


def _right_for(report: CheckReport, style: Style) -> str:
    counted = [
        f"{number} {severity}{'' if number == 1 else 's'}"
        for severity in ("error", "warning", "note")
        if (number := sum(finding.severity == severity for finding in report.findings))
    ]
    told = ", ".join(counted) or "nothing wrong"
    if report.ignored:
        told += f", {report.ignored} ignored"
    asked = [f"{one.target.runtime} {one.target.architecture}" for one in report.answers]
    wrong = ", ".join(name for name in asked if name not in report.right_for)
    if not report.right_for:
        return f"{told}; {style.red('not right')} for {wrong}"
    told = f"{told}; {style.green('right for')} {grouped(report.right_for)}"
    return f"{told}, {style.red('not')} for {wrong}" if wrong else told
