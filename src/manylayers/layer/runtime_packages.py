"""What the runtime brings itself: which of its packages a layer may leave out, and which not."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence

from manylayers.facts.tables import sdk
from manylayers.formats.wheel import WheelFacts
from manylayers.layer.contents import LeftOut
from manylayers.layer.requirements import Need, needs
from manylayers.target import Target

CORE = frozenset({"boto3", "botocore", "s3transfer"})
"""The SDK proper. These three are left out together or not at all: parts of two releases break."""
URLLIB3_2_SINCE = (3, 10)
"""The Python from which on botocore allows urllib3 2, by its own Requires-Dist."""

RULE = "runtime"


def leave_out_sdk(
    wheels: Sequence[WheelFacts], target: Target, requested: frozenset[str]
) -> tuple[tuple[WheelFacts, ...], tuple[LeftOut, ...], tuple[str, ...]]:
    """``wheels`` without what the runtime has, what was left out, and sentences on what stays.

    Nothing goes while another package bounds the SDK in a way the runtime may not meet. A
    library below the SDK (urllib3, say) goes only when nobody else in the layer needs it.
    """
    outside = [facts for facts in wheels if facts.name not in sdk().packages]
    present = {facts.name for facts in wheels} & sdk().packages
    if blocker := _who_bounds_core(outside, target):
        return tuple(wheels), (), (f"the AWS SDK stays: {blocker} bounds its version",)
    staying = {
        name: user
        for name in sorted(present - CORE)
        if (user := "you" if name in requested else _who_needs(name, outside, target))
    }
    going = present - staying.keys()
    kept = tuple(facts for facts in wheels if facts.name not in going)
    out = tuple(_left_out(one, outside, target) for one in wheels if one.name in going)
    return kept, out, tuple(_stays(name, user) for name, user in staying.items())


def unmet_by_runtime(
    requirements: Iterable[str], gone: Collection[str], target: Target
) -> Iterator[str]:
    """A sentence for each of ``requirements`` on the SDK that the runtime's own may not meet.

    ``gone`` are the normalized names of what was left out.
    """
    seen = sdk().seen.get(target.facts.python)
    there = f"{seen} was seen there" if seen else "which is not known"
    for line in requirements:
        for need in needs((line,), target):
            if need.name in gone and _is_bound(need, seen):
                yield f"{line} was asked for; the runtime's {need.name} is used instead ({there})"


def _stays(name: str, user: str) -> str:
    verb = "ask for it" if user == "you" else "needs it"
    return f"{name} stays: {user} {verb}, and the runtime's version of it is not known"


def _left_out(facts: WheelFacts, outside: Iterable[WheelFacts], target: Target) -> LeftOut:
    user = _who_needs(facts.name, outside, target)
    there = f"the runtime has it, also for {user}" if user else "the runtime has it"
    return LeftOut(
        what=f"{facts.name} {facts.version}",
        distribution=facts.name,
        rule=RULE,
        reason=f"{there}; its version there moves without notice",
        size=sum(member.size for member in facts.members),
        files=len(facts.members),
    )


def _who_needs(name: str, outside: Iterable[WheelFacts], target: Target) -> str | None:
    for facts in outside:
        if any(need.name == name for need in needs(facts.requires, target)):
            return facts.name
    return None


def _who_bounds_core(outside: Iterable[WheelFacts], target: Target) -> str | None:
    seen = sdk().seen.get(target.facts.python)
    for facts in outside:
        if any(_is_bound(need, seen) for need in needs(facts.requires, target)):
            return facts.name
    return None


def _is_bound(need: Need, seen: str | None) -> bool:
    """Whether ``need`` is of the SDK proper, and the runtime's, last ``seen``, may not meet it."""
    if need.name not in CORE:
        return False
    if seen is None:
        return any(mark in need.specifier for mark in ("<", "==", "~="))
    return not need.met_by(seen)
