"""The story of a check: read, find out for whom, look at it as that runtime would, say."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from manylayers.checks.catalogue import findings, refuse_unknown
from manylayers.checks.choosing import Codes, sorted_findings
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.facts.tables import RuntimeFacts, limits
from manylayers.layer.carried import Carried
from manylayers.layer.inference import Evidence, evidence
from manylayers.options import CheckOptions
from manylayers.report.check import CarriedReport, CheckReport, TargetAnswer
from manylayers.stories.progress import Progress
from manylayers.stories.telling import target_report
from manylayers.target import (
    Architecture,
    Target,
    all_runtimes,
    find_architecture,
    find_runtime,
    target_of,
)

if TYPE_CHECKING:  # a Protocol has nothing to do at run time, and knows every door
    from manylayers.stories.needs import Layers

EVERYTHING = Codes()


class Candidates(NamedTuple):
    """The targets to answer for, all that the layers may be right for, and why these.

    ``answered`` are those of the Pythons that were named, or the likeliest one.
    """

    answered: tuple[Target, ...]
    possible: tuple[Target, ...]
    reason: str


def check(options: CheckOptions, layers: Layers, progress: Progress) -> CheckReport:
    """All findings over the layers and the function. Raises UsageError and UnsafeLayerError."""
    codes = _codes(options)
    merged: list[Carried] = []
    for path in options.layers:
        progress.say(f"reading {path}")
        merged.append(layers.read_layer(path))
    function = layers.read_layer(options.function) if options.function else None
    carried = (*merged, *((function,) if function else ()))
    candidates = _candidates(options, carried)
    scene = Scene(candidates.answered[0], tuple(merged), function, options.wrapper)
    found = {
        target: findings(scene._replace(target=target), EVERYTHING)
        for target in candidates.answered
    }
    wanted = {target: _wanted(found[target], codes) for target in found}
    return CheckReport(
        schema="manylayers.check/1",
        carried=tuple(_carried(one, is_function=one is function) for one in carried),
        target=target_report(scene.target),
        inferred=candidates.reason,
        findings=sorted_findings(_each_once(wanted)),
        answers=tuple(TargetAnswer(target_report(target), wanted[target]) for target in wanted),
        ignored=len(_each_once(found)) - len(_each_once(wanted)),
        right_for=_right_for(scene, candidates.possible, wanted, codes),
        unzipped=sum(one.size for one in carried),
        limit=limits().unzipped_total,
    )


def _codes(options: CheckOptions) -> Codes:
    refuse_unknown((*options.select, *options.ignore))
    return Codes(select=options.select, ignore=options.ignore)


def _wanted(found: Iterable[Finding], codes: Codes) -> tuple[Finding, ...]:
    return tuple(finding for finding in found if codes.has(finding.code))


def _each_once(by_target: Mapping[Target, Iterable[Finding]]) -> tuple[Finding, ...]:
    return tuple(dict.fromkeys(finding for found in by_target.values() for finding in found))


def _right_for(
    scene: Scene,
    targets: Iterable[Target],
    known: Mapping[Target, tuple[Finding, ...]],
    codes: Codes,
) -> tuple[str, ...]:
    """Those of ``targets`` without an error; the findings for some are ``known`` already."""
    right = []
    for target in targets:
        answer = known.get(target)
        if answer is None:
            answer = findings(scene._replace(target=target), codes)
        if not any(finding.severity == "error" for finding in answer):
            right.append(str(target))
    return tuple(right)


def _candidates(options: CheckOptions, carried: Sequence[Carried]) -> Candidates:
    seen = evidence(carried)
    architectures = [find_architecture(options.arch)] if options.arch else _architectures(seen)
    rows = list(dict.fromkeys(map(find_runtime, options.pythons))) or _runtimes(seen)
    possible = tuple(target_of(row, machine) for row in rows for machine in architectures)
    named = tuple(target_of(row, architectures[0]) for row in rows if options.pythons)
    return Candidates(named or (_likeliest(possible, seen),), possible, _reason(options, seen))


def _runtimes(seen: Evidence) -> list[RuntimeFacts]:
    return [row for row in all_runtimes() if row.version in seen.pythons] or [
        row for row in all_runtimes() if row.status == "supported"
    ]


def _architectures(seen: Evidence) -> list[Architecture]:
    return [find_architecture(name) for name in seen.architectures] or list(Architecture)


def _likeliest(targets: Sequence[Target], seen: Evidence) -> Target:
    """That of the first sign; without any the newest runtime, on the default architecture."""
    first = seen.pythons[0] if seen.pythons else ""
    newest_first = sorted(targets, key=lambda target: target.facts.python, reverse=True)
    return next((target for target in newest_first if target.python == first), newest_first[0])


def _reason(options: CheckOptions, seen: Evidence) -> str:
    parts = []
    if not options.pythons:
        parts.append(
            f"Python by {seen.sign}"
            if any(row.version in seen.pythons for row in all_runtimes())
            else f"{_bound(seen)}, the newest runtime is taken"
        )
    if not options.arch:
        parts.append(
            f"architecture by {seen.machine_sign}" if seen.architectures else _unbound(seen)
        )
    return "; ".join(parts)


def _bound(seen: Evidence) -> str:
    if not seen.pythons:
        return "nothing in it is bound to one Python"
    return f"Lambda has no Python {seen.pythons[0]}, told by {seen.sign}"


def _unbound(seen: Evidence) -> str:
    """Why no architecture is told: all is plain, or for a system that Lambda has not."""
    if not seen.foreign:
        return "nothing in it is bound to one architecture"
    return f"its binaries are for {seen.foreign}, so none tells Lambda's architecture"


def _carried(one: Carried, *, is_function: bool) -> CarriedReport:
    return CarriedReport(
        label=one.label,
        kind="function" if is_function else "layer",
        files=len(one.files),
        distributions=len(one.distributions),
        unzipped=one.size,
        packed=one.packed,
        oddities=one.oddities,
    )
