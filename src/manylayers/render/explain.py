"""An explanation as a short, calm screen."""

from __future__ import annotations

from manylayers.render.style import Style, harmless
from manylayers.report.explain import ExplainReport, Remedy


def explain_text(report: ExplainReport, style: Style) -> str:
    """What it is, what to do, and where that comes from."""
    report = harmless(report)
    lines = [f"{style.bold(report.id)}: {report.cause}"]
    lines += report.seen
    for finding in report.findings:
        lines.append(f"{style.yellow(finding.severity)} {finding.code}: {finding.message}")
        lines += [f"  {finding.remedy}"] if finding.remedy else []
    for remedy in report.remedies:
        lines += _remedy(remedy, style)
    if report.assumed:
        lines.append(
            f"the text does not tell the runtime: put your function's for {report.assumed}"
        )
    if report.codes:
        lines.append(f"check finds it in the zip as {', '.join(report.codes)}")
    if report.source:
        lines.append(f"met before: {report.source}")
    return "\n".join(lines)


def _remedy(remedy: Remedy, style: Style) -> list[str]:
    if remedy.command is None:
        return [f"- {remedy.text}"]
    return [f"- {remedy.text}:", f"    {style.green(remedy.command)}"]
