"""R and C: what is to be said of a target itself, and of what its runtime already has."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from typing import TYPE_CHECKING

from manylayers.checks.finding import Finding
from manylayers.checks.wording import carriers
from manylayers.facts.tables import sdk
from manylayers.target import Target

if TYPE_CHECKING:  # a warm build sets no scene
    from manylayers.checks.scene import Scene


def lifecycle(target: Target) -> Iterator[Finding]:
    """R501 for a deprecated runtime, R502 for a preview."""
    if target.facts.status == "deprecated":
        yield Finding(
            code="R501",
            severity="warning",
            place=target.runtime,
            message=f"{target.runtime} is deprecated since {_date(target.facts.deprecated)}",
            remedy="move the function to a supported runtime: manylayers runtimes",
        )
    if target.facts.status == "preview":
        yield Finding(
            code="R502",
            severity="warning",
            place=target.runtime,
            message=f"{target.runtime} is a preview, it may change without notice",
            remedy="use it for trials; manylayers runtimes lists the supported ones",
        )


def _date(day: date | None) -> str:
    return day.isoformat() if day else "an unknown day"


def shipped_sdk(target: Target, packages: Iterable[tuple[str, str, int]]) -> Iterator[Finding]:
    """C401: the layer carries the AWS SDK, which the runtime has. Name, version, bytes each."""
    carried = list(packages)
    core = [(name, version) for name, version, _ in carried if name in ("boto3", "botocore")]
    if not core:  # as in most layers: no need to read what is known of the SDK
        return
    total = sum(size for name, _, size in carried if name in sdk().packages)
    seen = sdk().seen.get(target.facts.python)
    there = f" ({seen} was seen there)" if seen else ""
    name, version = min(core)
    yield Finding(
        code="C401",
        severity="note",
        place=name,
        message=f"the runtime has boto3 and what it needs{there}; "
        f"here {name} {version} and what it needs are {total:,} bytes unzipped, and come first",
        remedy="--exclude-runtime leaves them out; their versions there change without notice",
    )


def deprecated_or_preview(scene: Scene) -> Iterator[Finding]:
    """R501 and R502 of the scene's target."""
    return lifecycle(scene.target)


def carried_sdk(scene: Scene) -> Iterator[Finding]:
    """C401 of all that is carried."""
    from manylayers.layer.weighing import package_sizes

    every = carriers(scene)
    versions = {one.name: one.version for carried in every for one in carried.distributions}
    sizes = dict(package_sizes(every))
    return shipped_sdk(
        scene.target, [(name, version, sizes.get(name, 0)) for name, version in versions.items()]
    )
