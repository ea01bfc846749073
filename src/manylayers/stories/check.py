"""The story of a check: read, find out for whom, look at it as that runtime would, say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from manylayers.checks.catalogue import findings, refuse_unknown
from manylayers.checks.choosing import Choice
from manylayers.checks.scene import Scene
from manylayers.facts.tables import limits
from manylayers.layer.carried import Carried
from manylayers.layer.inference import Evidence, evidence
from manylayers.options import CheckOptions
from manylayers.report.check import CarriedReport, CheckReport
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

EVERYTHING = Choice()


class Candidates(NamedTuple):
    """The target that findings are told for, all that may be meant, and why these."""

    main: Target
    all: tuple[Target, ...]
    reason: str


def check(options: CheckOptions, layers: Layers, progress: Progress) -> CheckReport:
    """All findings over the layers and the function. Raises UsageError and UnsafeLayerError."""
    choice = _choice(options)
    read: list[Carried] = []
    for path in options.layers:
        progress.say(f"reading {path}")
        read.append(layers.read_layer(path))
    function = layers.read_layer(options.function) if options.function else None
    every = (*read, *((function,) if function else ()))
    candidates = _candidates(options, every)
    scene = Scene(candidates.main, tuple(read), function, options.wrapper)
    found = findings(scene, EVERYTHING)
    told = tuple(one for one in found if choice.has(one.code))
    return CheckReport(
        schema="manylayers.check/1",
        carried=tuple(_carried(one, is_function=one is function) for one in every),
        target=target_report(candidates.main),
        inferred=candidates.reason,
        findings=told,
        ignored=len(found) - len(told),
        right_for=_right_for(scene, candidates, told, choice),
        unzipped=sum(one.size for one in every),
        limit=limits().unzipped_total,
    )


def _choice(options: CheckOptions) -> Choice:
    refuse_unknown((*options.select, *options.ignore))
    return Choice(select=options.select, ignore=options.ignore)


def _right_for(
    scene: Scene, candidates: Candidates, found: Sequence[object], choice: Choice
) -> tuple[str, ...]:
    """The targets without an error; for the main one it is known already."""
    right = []
    for target in candidates.all:
        told = found if target == scene.target else findings(scene._replace(target=target), choice)
        if not any(getattr(one, "severity", "") == "error" for one in told):
            right.append(str(target))
    return tuple(right)


def _candidates(options: CheckOptions, every: Sequence[Carried]) -> Candidates:
    seen = evidence(every)
    architectures = [find_architecture(options.arch)] if options.arch else _architectures(seen)
    if options.python:
        facts = [find_runtime(options.python)]
    else:
        facts = [row for row in all_runtimes() if _is(row.python, seen.pythons)] or [
            row for row in all_runtimes() if row.status == "supported"
        ]
    targets = tuple(target_of(row, machine) for row in facts for machine in architectures)
    return Candidates(_main(targets, seen), targets, _reason(options, seen))


def _architectures(seen: Evidence) -> list[Architecture]:
    return [find_architecture(name) for name in seen.architectures] or list(Architecture)


def _is(python: tuple[int, int], pythons: Sequence[str]) -> bool:
    return "{}.{}".format(*python) in pythons


def _main(targets: Sequence[Target], seen: Evidence) -> Target:
    """That of the first sign; without any the newest runtime, on the default architecture."""
    first = seen.pythons[0] if seen.pythons else ""
    newest_first = sorted(targets, key=lambda target: target.facts.python, reverse=True)
    return next((target for target in newest_first if target.python == first), newest_first[0])


def _reason(options: CheckOptions, seen: Evidence) -> str:
    parts = []
    if not options.python:
        parts.append(
            f"Python by {seen.sign}"
            if seen.pythons
            else "nothing in it is bound to one Python, the newest runtime is taken"
        )
    if not options.arch:
        parts.append(
            f"architecture by {seen.machine_sign}"
            if seen.architectures
            else "nothing in it is bound to one architecture"
        )
    return "; ".join(parts)


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
