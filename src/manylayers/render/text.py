"""Reports as a short, calm screen. Nothing is computed here but widths."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from manylayers.render.style import Style, counted, harmless, size_text, table

if TYPE_CHECKING:  # only named in annotations, and a build needs few of them
    from manylayers.checks.finding import Finding
    from manylayers.report.build import (
        BuildReport,
        HeldBack,
        LeftOutReport,
        PackageReport,
        TargetReport,
    )
    from manylayers.report.completion import CompletionReport
    from manylayers.report.lock import LockReport
    from manylayers.report.runtimes import RuntimesReport
    from manylayers.report.several import BuildsReport, ErrorReport, LocksReport
    from manylayers.report.wheels import FileReport, WheelsReport

OBSTACLES = (
    "requires-python",
    "glibc",
    "python",
    "platform",
    "architecture",
    "musl",
    "macos",
    "windows",
    "source",
    "not a wheel",
)
"""What keeps a file out, the smallest obstacle first: of several reasons this one is shown."""

MOST_LINES = 4
"""Lines of one error: the sentence and the way out should not be out of sight above facts."""


def build_text(report: BuildReport, style: Style) -> str:
    """What a build has to say."""
    report = harmless(report)
    place = report.output.path if report.output else f"{report.name} (dry run, nothing written)"
    lines = [f"{style.bold(place)}  {targets_text(report.targets)}"]
    lines += _packages(report.packages, several=len(report.targets) > 1)
    lines += held_back_lines(report.held_back, report.targets, style)
    lines += left_out_lines(report.left_out)
    lines += _findings(report.findings, style)
    lines += _sizes(report)
    if report.output and report.output.sha256:
        lines.append(f"sha256 {report.output.sha256}")
    if report.next_command:
        lines.append(f"next: {report.next_command}")
    return "\n".join(lines)


def builds_text(report: BuildsReport, style: Style) -> str:
    """Several builds, one after the other."""
    return "\n\n".join(build_text(one, style) for one in report.built)


def lock_text(report: LockReport, style: Style) -> str:
    """What a lock has to say."""
    report = harmless(report)
    told = {
        (True, True): "does not answer its inputs any more",
        (True, False): "answers its inputs",
        (False, True): "written",
        (False, False): "unchanged",
    }[report.checked, report.changed]
    lines = [f"{style.bold(report.path)} {told}  {targets_text([report.target])}"]
    lines += [f"  {line}" for line in report.differences]
    if not report.checked:
        lines += _packages(report.packages, several=False)
    lines += held_back_lines(report.held_back, [report.target], style)
    if not report.checked and report.format == "pylock":
        lines.append(f"next: manylayers build --lock {report.path}")
    return "\n".join(lines)


def locks_text(report: LocksReport, style: Style) -> str:
    """Several locks, one after the other."""
    return "\n\n".join(lock_text(one, style) for one in report.locked)


def wheels_text(report: WheelsReport, style: Style) -> str:
    """The files that fit somebody, each with whom; the others counted by what they lack."""
    report = harmless(report)
    several = len(report.targets) > 1
    fitting = [file for file in report.files if _fits(file)]
    lines = [line for file in fitting for line in _file(file, style, several=several)]
    lines += _misfits((file for file in report.files if not _fits(file)), style)
    return _release(report, lines, style)


def every_file_text(report: WheelsReport, style: Style) -> str:
    """Every file of a release by its name: for each whom it fits, or why it does not."""
    report = harmless(report)
    several = len(report.targets) > 1
    lines = [line for file in report.files for line in _file(file, style, several=several)]
    return _release(report, lines, style)


def _release(report: WheelsReport, files: Iterable[str], style: Style) -> str:
    newer = f", newest is {report.newest}" if report.newest != report.version else ""
    pythons = {file.requires_python for file in report.files if file.requires_python}
    needs = f", requires Python {', '.join(sorted(pythons))}" if pythons else ""
    first = f"{style.bold(f'{report.name} {report.version}')}{newer}{needs}"
    return "\n".join([first, *files, *report.nearest])


def runtimes_text(report: RuntimesReport, style: Style) -> str:
    """One line a runtime."""
    report = harmless(report)
    rows = [("runtime", "python", "system", "glibc", "architectures", "status")]
    rows += [
        (
            row.runtime,
            row.python,
            row.system,
            row.glibc,
            ", ".join(row.architectures),
            _status(row.status, row.deprecated),
        )
        for row in report.runtimes
    ]
    first, *rest = table(rows)
    return "\n".join([style.bold(first), *rest, f"as of {report.as_of}"])


def completion_text(report: CompletionReport, _: Style) -> str:
    """The script as it is."""
    return report.script


def error_text(report: ErrorReport, style: Style, *, whole: bool = False) -> str:
    """One sentence, its facts, the way out; ``whole`` with all facts, however many there are."""
    report = harmless(report)
    about = f"{report.subject}: " if report.subject else ""
    lines = [f"{style.red('error:')} {about}{report.message}"]
    room = len(report.details) if whole else MOST_LINES - 1 - bool(report.hint)
    lines += [f"  {line}" for line in _first(report.details, room)]
    if report.hint:
        lines.append(f"{style.bold('hint:')} {report.hint}")
    return "\n".join(lines)


def _first(details: Sequence[str], room: int) -> Sequence[str]:
    """``details``, or as many as there is room for and how many more there are."""
    if len(details) <= room:
        return details
    left = len(details) - room + 1
    return (*details[: room - 1], f"and {left} more; -v tells all")


def _status(status: str, deprecated: str | None) -> str:
    words = {"deprecated": "deprecated since", "supported": "supported until"}
    return f"{words[status]} {deprecated}" if deprecated else status


def targets_text(targets: Sequence[TargetReport]) -> str:
    """Runtimes of one architecture, with the systems that they run on."""
    names = ", ".join(target.runtime for target in targets)
    first = targets[0]
    systems = dict.fromkeys(f"{target.system}, glibc {target.glibc}" for target in targets)
    return f"{names} {first.architecture} ({'; '.join(systems)})"


def _packages(packages: Iterable[PackageReport], *, several: bool) -> list[str]:
    rows = []
    for package in packages:
        size = package.unzipped if package.unzipped is not None else package.size
        who = ", ".join(name.removeprefix("python") for name in package.runtimes) if several else ""
        rows.append((f"  {package.name}", package.version, size_text(size), who))
    return table(rows, right=(2,))


def held_back_lines(
    rows: Iterable[HeldBack], targets: Sequence[TargetReport], style: Style
) -> list[str]:
    """A line for each newer version that was not taken, and why."""
    glibc = {target.runtime: target.glibc for target in targets}
    lines = []
    for row in rows:
        why = f"needs glibc {row.needs}" if row.needs else "goes with a package that is held back"
        first = f", first on {row.first_runtime}" if row.first_runtime else ""
        told = f"{row.name} {row.version} taken, {row.newest} {why}{first}"
        lines.append(f"{style.yellow(f'held back by glibc {glibc[row.runtime]}:')} {told}")
    return lines


def left_out_lines(rows: Iterable[LeftOutReport]) -> list[str]:
    """A line for each distribution and rule that kept files of it out."""
    return [
        f"left out: {row.distribution}, {counted(row.files, 'file')} ({size_text(row.size)}), "
        f"{row.reason}"
        for row in rows
    ]


def _findings(findings: Iterable[Finding], style: Style) -> list[str]:
    lines = []
    for finding in findings:
        lines.append(f"{style.yellow(finding.severity)} {finding.code}: {finding.message}")
        lines += [f"  {finding.remedy}"] if finding.remedy else []
    return lines


def _sizes(report: BuildReport) -> list[str]:
    if report.unzipped is None:
        told = size_text(report.download)
        return [f"wheels {told}; the unzipped size is known once they are fetched"]
    share = 100 * report.unzipped / report.limit
    line = f"unzipped {report.unzipped:,} of {report.limit:,} bytes ({share:.0f}%)"
    if report.output and report.output.size is not None:
        line += f", zip {report.output.size:,} bytes"
    return [line]


def _fits(file: FileReport) -> bool:
    return any(fit.fits for fit in file.fits)


def _misfits(files: Iterable[FileReport], style: Style) -> list[str]:
    """One line a reason; a file that is alone with its own is named, -v names them all."""
    by_reason: dict[str, list[FileReport]] = {}
    for file in files:
        by_reason.setdefault(_why_not(file), []).append(file)
    if not by_reason:
        return []
    lines = [style.yellow("no:")]
    for reason, those in by_reason.items():
        alike = f"{len(those)} files like " if len(those) > 1 else ""
        lines.append(f"    {alike}{_named(those[0])}: {reason}")
    return lines


def _why_not(file: FileReport) -> str:
    return min(file.fits, key=lambda fit: OBSTACLES.index(fit.obstacle)).reason


def _named(file: FileReport) -> str:
    size = f"  {size_text(file.size)}" if file.size is not None else ""
    if file.yanked is None:
        return f"{file.filename}{size}"
    return f"{file.filename}{size}  yanked{': ' + file.yanked if file.yanked else ''}"


def _file(file: FileReport, style: Style, *, several: bool) -> list[str]:
    best = style.green("  <- chosen") if file.best_for and not several else ""
    line = f"{_named(file)}{best}"
    fitting = [f"{fit.runtime} {fit.architecture}" for fit in file.fits if fit.fits]
    if fitting:
        return [line, f"    fits {grouped(fitting)}"]
    return [line, f"    {style.yellow('no:')} {_why_not(file)}"]


def grouped(names: Iterable[str]) -> str:
    """``python3.11 x86_64, python3.11 arm64`` as ``python3.11 (x86_64, arm64)``."""
    groups: dict[str, list[str]] = {}
    for name in names:
        runtime, architecture = name.split(" ")
        groups.setdefault(runtime, []).append(architecture)
    return ", ".join(f"{name} ({', '.join(those)})" for name, those in groups.items())
