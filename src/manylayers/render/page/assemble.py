"""The page of a report: one HTML file that asks nobody for anything.

Its policy lets run only the scripts and styles that stand here, by their hashes; so a hostile
name could do nothing even where it were not escaped, and every one is.
"""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from html import escape
from importlib.resources import files
from string import Template
from typing import TYPE_CHECKING

from manylayers.render.as_json import to_json
from manylayers.render.style import counted, harmless, size_text

if TYPE_CHECKING:
    from manylayers.checks.finding import Finding
    from manylayers.layer.areas import KindArea, PackageArea
    from manylayers.report.build import HeldBack, LeftOutReport
    from manylayers.report.layer import LayerReport

BAR = 1000
"""Units of the bar that stand for Lambda's limit."""


def layer_page(report: LayerReport) -> bytes:
    """The whole page, UTF-8."""
    report = harmless(report)
    style, drawing, script = map(_part, ("page.css", "d3-hierarchy.min.js", "page.js"))
    page = Template(_part("page.html")).substitute(
        policy=f"default-src 'none'; script-src {_hashes(drawing, script)}; "
        f"style-src {_hashes(style)}; base-uri 'none'; form-action 'none'",
        style=style,
        drawing=drawing,
        licence=escape(_part("d3-hierarchy.LICENSE")),
        script=script,
        data=_data(report),
        layer=escape(report.layer),
        summary=escape(_summary(report)),
        target=escape(_target(report)),
        bar="".join(_bar(report.kinds, report.limit)),
        legend="".join(map(_legend, report.kinds)),
        findings=_findings(report.findings),
        packages="".join(_package(one, report.unzipped) for one in report.packages),
        held_back=_held_back(report.held_back),
        left_out=_left_out(report.left_out),
    )
    return page.encode("utf-8", "backslashreplace")


def _part(name: str) -> str:
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def _hashes(*parts: str) -> str:
    digests = (b64encode(sha256(part.encode()).digest()).decode() for part in parts)
    return " ".join(f"'sha256-{digest}'" for digest in digests)


def _data(report: LayerReport) -> str:
    """The report as JSON that can't end the element it stands in, nor a line of JavaScript."""
    text = json.dumps(json.loads(to_json(report)), separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _summary(report: LayerReport) -> str:
    share = 100 * report.unzipped / report.limit
    packed = "" if report.zip_size is None else f", zip {report.zip_size:,} bytes"
    return (
        f"{report.unzipped:,} of {report.limit:,} bytes unzipped ({share:.0f}%), "
        f"{report.files:,} files{packed}"
    )


def _target(report: LayerReport) -> str:
    target = report.target
    right = ", ".join(report.right_for) or "none that was looked at"
    why = f" ({report.inferred})" if report.inferred else ""
    return (
        f"Checked for {target.runtime} {target.architecture}, {target.system}, "
        f"glibc {target.glibc}{why}. Right for: {right}."
    )


def _bar(kinds: Sequence[KindArea], limit: int) -> Iterator[str]:
    """The kinds side by side, as long as their share of the limit."""
    start = 0.0
    whole = max(limit, sum(one.size for one in kinds))
    for one in kinds:
        width = BAR * one.size / whole
        yield f'<rect class="{one.kind}" x="{start:.2f}" width="{width:.2f}" height="20"/>'
        start += width


def _legend(one: KindArea) -> str:
    size = f"{size_text(one.size)}, {counted(one.files, 'file')}"
    return f'<li><span class="swatch {one.kind}"></span>{one.kind} <small>{size}</small></li>'


def _findings(findings: Sequence[Finding]) -> str:
    if not findings:
        return "<p>Nothing is wrong with it.</p>"
    return f"<ul class=findings>{''.join(map(_finding, findings))}</ul>"


def _finding(one: Finding) -> str:
    severity, code, message = map(escape, (one.severity, one.code, one.message))
    place = f"<br><code>{escape(one.place)}</code>" if one.place not in one.message else ""
    remedy = f"<br><small>{escape(one.remedy)}</small>" if one.remedy else ""
    return f'<li><b class="{severity}">{severity} {code}</b> {message}{place}{remedy}</li>'


def _package(one: PackageArea, whole: int) -> str:
    licence = one.licence or ("not told" if one.version else "")
    cells = (one.name, one.version or "", licence)
    told = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
    share = f"{100 * one.size / max(whole, 1):.1f}%"
    numbers = "".join(f"<td class=number>{cell}</td>" for cell in (f"{one.size:,}", share))
    return f"<tr>{told}{numbers}<td class=number>{one.files:,}</td></tr>\n"


def _held_back(rows: Sequence[HeldBack] | None) -> str:
    if rows is None:
        return "<p>Not known: a layer does not hold it. <code>--build</code> names what does.</p>"
    if not rows:
        return "<p>Nothing.</p>"
    return _list(
        f"{one.name} {one.version} taken, {one.newest} "
        + (f"needs glibc {one.needs}" if one.needs else "goes with a package that is held back")
        + (f", first on {one.first_runtime}" if one.first_runtime else "")
        for one in rows
    )


def _left_out(rows: Sequence[LeftOutReport] | None) -> str:
    if not rows:
        return ""
    told = _list(
        f"{one.distribution}: {counted(one.files, 'file')}, {size_text(one.size)}, {one.reason}"
        for one in rows
    )
    return f"<section><h2>Left out</h2>{told}</section>"


def _list(lines: Iterator[str]) -> str:
    return f"<ul>{''.join(f'<li>{escape(line)}</li>' for line in lines)}</ul>"
