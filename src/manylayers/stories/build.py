"""The story of a build: settle, obtain, plan, check, write, say."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from manylayers.checks.finding import Finding
from manylayers.checks.runtimes import lifecycle, shipped_sdk
from manylayers.checks.size import certainly_too_large, through_s3
from manylayers.doors.output import WrittenArchive
from manylayers.doors.store import StoredWheel
from manylayers.errors.layers import EmptyLayerError
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import LeftOut
from manylayers.layer.plan import Plan, place_wheels, plan_layer
from manylayers.layer.releases import Chosen
from manylayers.layer.runtime_packages import leave_out_sdk, unmet_by_runtime
from manylayers.layer.spread import ReadMember
from manylayers.options import Asked, BuildOptions
from manylayers.report.build import BuildReport
from manylayers.stories.doors import Doors
from manylayers.stories.judging import judged, refuse_too_large, weighed
from manylayers.stories.locked import unlock
from manylayers.stories.obtain import obtain, stored
from manylayers.stories.progress import Progress
from manylayers.stories.settled import Settled
from manylayers.stories.telling import Result, build_report
from manylayers.target import Target

UNSEEN_RUNTIME = "what --exclude-runtime leaves out is known once the wheels are fetched"


class Picked(NamedTuple):
    """The wheels of every target, what was left out for its runtime, and remarks on that."""

    wheels: Mapping[Target, tuple[WheelFacts, ...]]
    left_out: tuple[LeftOut, ...]
    remarks: tuple[str, ...]


def build(options: BuildOptions, doors: Doors, progress: Progress) -> BuildReport:
    """One layer as asked, written whole or not at all.

    Raises ResolutionError, NetworkError, InputError on the way to the wheels, LayerError when the
    layer would not do, OutputError when it can't be written.
    """
    settled = [_settled(options, target, doors, progress) for target in options.targets]
    chosen = _distinct([one for answer in settled for one in answer.chosen])
    sizes = ((one.name, one.file.size) for one in chosen)
    refuse_too_large(_heeded(certainly_too_large(sizes), options))
    result = Result(options=options, settled=tuple(settled), chosen=chosen)
    if options.dry_run:
        return _dry_run(result, doors)
    wheels = obtain(chosen, doors, progress)
    plan, remarks = _plan(result, wheels, doors)
    findings = _findings(options, plan, _reader(wheels, doors))
    written = _write(options, plan, wheels, doors, progress)
    if written:
        findings += tuple(_heeded(through_s3(written.size), options))
    result = result._replace(plan=plan, remarks=remarks, findings=findings, written=written)
    return build_report(result)


def _settled(options: BuildOptions, target: Target, doors: Doors, progress: Progress) -> Settled:
    if isinstance(options.source, Asked):
        from manylayers.stories.settle import settle

        progress.say(f"resolving for {target}")
        return settle(options.source, target, doors)
    return unlock(options.source, target)


def _distinct(chosen: Sequence[Chosen]) -> tuple[Chosen, ...]:
    """Each file once, though several targets may have chosen it."""
    return tuple({one.file.filename: one for one in chosen}.values())


def _dry_run(result: Result, doors: Doors) -> BuildReport:
    """What would be built; planned in full when the store has every wheel already."""
    wheels = stored(result.chosen, doors)
    if len(wheels) < len(result.chosen):
        result = result._replace(findings=_lifecycle(result.options))
        if result.options.exclude_runtime:
            result = result._replace(remarks=(UNSEEN_RUNTIME,))
        return build_report(result)
    plan, remarks = _plan(result, wheels, doors)
    return build_report(
        result._replace(
            plan=plan,
            remarks=remarks,
            findings=_findings(result.options, plan, _reader(wheels, doors)),
        )
    )


def _plan(
    result: Result, wheels: Mapping[str, StoredWheel], doors: Doors
) -> tuple[Plan, tuple[str, ...]]:
    options, read = result.options, _reader(wheels, doors)
    picked = _pick(result, wheels)
    placements = place_wheels(picked.wheels, options.layout)
    plan = plan_layer(placements, scripts=options.scripts, left_out=picked.left_out, read=read)
    return plan, picked.remarks + _oddities(plan)


def _reader(wheels: Mapping[str, StoredWheel], doors: Doors) -> ReadMember:
    paths = {wheel.facts.sha256: wheel.path for wheel in wheels.values()}

    def read(sha256: str, member: WheelMember) -> bytes:
        return doors.archive.read_member(paths[sha256], member)

    return read


def _oddities(plan: Plan) -> tuple[str, ...]:
    """What is odd about the wheels that were taken, and harms nobody."""
    return tuple(
        f"{package.facts.filename}: {warning}"
        for package in plan.packages
        for warning in package.facts.warnings
    )


def _pick(result: Result, wheels: Mapping[str, StoredWheel]) -> Picked:
    by_target = {
        answer.target: tuple(wheels[one.file.filename].facts for one in answer.chosen)
        for answer in result.settled
    }
    if not result.options.exclude_runtime:
        return Picked(wheels=by_target, left_out=(), remarks=())
    left_out: dict[str, LeftOut] = {}
    remarks: dict[str, None] = {}
    for target, facts in by_target.items():
        by_target[target], out, said = leave_out_sdk(facts, target, result.requested)
        left_out |= {entry.what: entry for entry in out}
        gone = {entry.distribution for entry in out}
        remarks |= dict.fromkeys((*said, *unmet_by_runtime(_asked(result), gone, target)))
    return Picked(wheels=by_target, left_out=tuple(left_out.values()), remarks=tuple(remarks))


def _asked(result: Result) -> list[str]:
    source = result.options.source
    return [root.requirement for root in source.roots] if isinstance(source, Asked) else []


def _findings(options: BuildOptions, plan: Plan, read: ReadMember) -> tuple[Finding, ...]:
    """All findings over the plan; raises when one of them is an error."""
    if not plan.layer.entries:
        raise EmptyLayerError(
            "no package is left for the layer, there is nothing to write",
            hint="check the markers of the requirements against the target, and --exclude-runtime",
        )
    refuse_too_large(weighed(options, plan, read))
    carried = [(p.facts.name, p.facts.version, p.unzipped) for p in plan.packages]
    told = (*_lifecycle(options), *shipped_sdk(options.targets[0], carried))
    return (*_heeded(told, options), *judged(options, plan, read))


def _heeded(findings: Iterable[Finding], options: BuildOptions) -> Iterable[Finding]:
    return (one for one in findings if not one.code.startswith(options.ignore))


def _lifecycle(options: BuildOptions) -> tuple[Finding, ...]:
    return tuple(finding for target in options.targets for finding in lifecycle(target))


def _write(
    options: BuildOptions,
    plan: Plan,
    wheels: Mapping[str, StoredWheel],
    doors: Doors,
    progress: Progress,
) -> WrittenArchive | None:
    paths = {wheel.facts.sha256: wheel.path for wheel in wheels.values()}
    destination = options.destination
    progress.say(f"writing {destination.path}")
    if destination.folder:
        doors.output.write_folder(destination.path, plan.layer, paths.__getitem__)
        return None
    return doors.output.write_zip(destination.path, plan.layer, paths.__getitem__)
