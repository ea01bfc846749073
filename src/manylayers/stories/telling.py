"""From what a build did to what is to be said of it."""

import re
from binascii import b2a_base64
from collections.abc import Iterable
from typing import NamedTuple

from manylayers.checks.finding import Finding
from manylayers.doors.output import WrittenArchive
from manylayers.facts.tables import limits
from manylayers.layer.contents import LeftOut
from manylayers.layer.plan import Plan, PlannedPackage
from manylayers.layer.releases import Chosen
from manylayers.options import BuildOptions, Destination, Layout
from manylayers.report.build import (
    BuildReport,
    LeftOutReport,
    OutputReport,
    PackageReport,
    TargetReport,
)
from manylayers.stories.settled import Settled
from manylayers.target import Target

EXAMPLES = 3
"""Files named for each rule that left some out."""


class Result(NamedTuple):
    """A build as it goes on; ``plan`` stays ``None`` in a dry run without the wheels."""

    options: BuildOptions
    settled: tuple[Settled, ...]
    chosen: tuple[Chosen, ...]
    plan: Plan | None = None
    remarks: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    written: WrittenArchive | None = None

    @property
    def requested(self) -> frozenset[str]:
        """The normalized names that somebody asked for, for any of the targets."""
        return frozenset().union(*(answer.requested for answer in self.settled))


def build_report(result: Result) -> BuildReport:
    """The whole of what a build has to say."""
    options, plan = result.options, result.plan
    warnings = [text for answer in result.settled for text in answer.warnings]
    sizes = [one.file.size for one in result.chosen]
    return BuildReport(
        schema="manylayers.build/1",
        name=options.name,
        targets=tuple(target_report(target) for target in options.targets),
        layout=str(options.layout),
        dry_run=options.dry_run,
        packages=_packages(result),
        held_back=tuple(row for answer in result.settled for row in answer.held_back),
        left_out=_left_out(plan.left_out) if plan else (),
        findings=result.findings,
        download=None if None in sizes else sum(size or 0 for size in sizes),
        unzipped=plan.layer.size if plan else None,
        limit=limits().unzipped_total,
        output=None if options.dry_run else output_report(options.destination, result.written),
        warnings=tuple(dict.fromkeys((*warnings, *result.remarks))),
        next_command=_next_command(options, result.written),
    )


def target_report(target: Target) -> TargetReport:
    """``target`` in words."""
    facts = target.facts
    return TargetReport(
        runtime=target.runtime,
        architecture=str(target.architecture),
        python=target.python,
        system=facts.system.name,
        glibc=target.glibc,
        status=facts.status,
        deprecated=facts.deprecated.isoformat() if facts.deprecated else None,
    )


def package_reports(answers: Iterable[Settled]) -> tuple[PackageReport, ...]:
    """The packages of all answers, one row a wheel; how large each is unzipped nobody knows yet."""
    rows: dict[str, tuple[Chosen, list[Target], bool]] = {}
    for answer in answers:
        for one in answer.chosen:
            row = rows.setdefault(one.file.filename, (one, [], one.name in answer.requested))
            row[1].append(answer.target)
    return tuple(
        _package(one, targets, requested=requested)
        for one, targets, requested in sorted(rows.values(), key=lambda row: row[0].name)
    )


def _package(one: Chosen, targets: Iterable[Target], *, requested: bool) -> PackageReport:
    return PackageReport(
        name=one.name,
        version=one.version,
        wheel=one.file.filename,
        sha256=one.file.sha256,
        size=one.file.size,
        unzipped=None,
        requested=requested,
        runtimes=tuple(target.runtime for target in targets),
    )


def _packages(result: Result) -> tuple[PackageReport, ...]:
    rows = package_reports(result.settled)
    if result.plan is None:
        return rows
    planned = {package.facts.filename: package for package in result.plan.packages}
    return tuple(_as_planned(row, planned[row.wheel]) for row in rows if row.wheel in planned)


def _as_planned(row: PackageReport, package: PlannedPackage) -> PackageReport:
    facts = package.facts
    return row._replace(
        version=facts.version, sha256=facts.sha256, size=facts.size, unzipped=package.unzipped
    )


def _left_out(entries: Iterable[LeftOut]) -> tuple[LeftOutReport, ...]:
    grouped: dict[tuple[str, str, str], list[LeftOut]] = {}
    for entry in entries:
        grouped.setdefault((entry.distribution, entry.rule, entry.reason), []).append(entry)
    return tuple(
        LeftOutReport(
            distribution=distribution,
            rule=rule,
            reason=reason,
            files=sum(entry.files for entry in those),
            size=sum(entry.size for entry in those),
            examples=tuple(entry.what for entry in those[:EXAMPLES]),
        )
        for (distribution, rule, reason), those in grouped.items()
    )


def output_report(destination: Destination, written: WrittenArchive | None) -> OutputReport:
    """What lies at ``destination`` now; ``written`` is ``None`` for a folder."""
    return OutputReport(
        path=str(destination.path),
        kind="folder" if destination.folder else "zip",
        size=written.size if written else None,
        sha256=written.sha256 if written else None,
        code_sha256=_in_base64(written.sha256) if written else None,
    )


def _in_base64(digest: str) -> str:
    return b2a_base64(bytes.fromhex(digest), newline=False).decode()


def _next_command(options: BuildOptions, written: WrittenArchive | None) -> str:
    """The command that brings the result to Lambda, by way of a bucket where it is too large."""
    if written is None:
        return ""
    name = re.sub(r"[^A-Za-z0-9_-]+", "-", options.name)
    if options.layout is Layout.FUNCTION:
        command = f"aws lambda update-function-code --function-name {name}"
        return _sent(command, "--s3-bucket BUCKET --s3-key {}", options, written)
    runtimes = " ".join(target.runtime for target in options.targets)
    command = f"aws lambda publish-layer-version --layer-name {name}"
    return (
        f"{_sent(command, '--content S3Bucket=BUCKET,S3Key={}', options, written)} "
        f"--compatible-runtimes {runtimes} "
        f"--compatible-architectures {options.targets[0].architecture}"
    )


def _sent(command: str, from_bucket: str, options: BuildOptions, written: WrittenArchive) -> str:
    """``command`` with the zip, fit to paste into a shell; what is too large is uploaded first."""
    path = options.destination.path
    if written.size <= limits().direct_upload:
        return f"{command} --zip-file {_quoted(f'fileb://{path}')}"
    upload = f"aws s3 cp {_quoted(str(path))} s3://BUCKET/ && "
    return f"{upload}{command} {from_bucket.format(_quoted(path.name))}"


def _quoted(text: str) -> str:
    """``text`` as one word of a shell."""
    if re.fullmatch(r"[A-Za-z0-9_./:-]+", text):
        return text
    from shlex import quote  # most paths are plain

    return quote(text)
