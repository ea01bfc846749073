"""An explanation as a short, calm screen."""

from __future__ import annotations

from collections.abc import Iterator

from manylayers.render.style import Style, harmless
from manylayers.report.explain import ExplainReport, Remedy


def explain_text(report: ExplainReport, style: Style) -> str:
    """What it is, what to do, and where that comes from."""
    report = harmless(report)
    lines = [f"{style.bold(report.id)}: {report.cause}"]
    lines += [one for one in report.seen if one not in report.cause]
    lines += _findings(report, style)
    for remedy in report.remedies:
        lines += _remedy(remedy, style)
    if report.assumed:
        lines.append(
            f"the text does not tell the runtime: put your function's for {report.assumed}"
        )
    if report.codes and not (report.seen or report.findings):
        lines.append(f"check finds it in the zip as {', '.join(report.codes)}")
    if report.source:
        lines.append(f"met before: {report.source}")
    return "\n".join(lines)


def _findings(report: ExplainReport, style: Style) -> Iterator[str]:
    """The first explains a known error; of an unknown one each may. A way out is told once."""
    told = {""}
    for place, finding in enumerate(report.findings):
        also = "also " if place and report.codes else ""
        yield f"{also}{style.yellow(finding.severity)} {finding.code}: {finding.message}"
        if finding.remedy not in told and not also:
            yield f"  {finding.remedy}"
            told.add(finding.remedy)


def _remedy(remedy: Remedy, style: Style) -> list[str]:
    if remedy.command is None:
        return [f"- {remedy.text}"]
    return [f"- {remedy.text}:", f"    {style.green(remedy.command)}"]
