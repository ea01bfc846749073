"""What ``report`` has to say of one layer, as values; their field names are the JSON keys."""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding
from manylayers.layer.areas import KindArea, PackageArea
from manylayers.report.build import HeldBack, LeftOutReport, TargetReport


class LayerReport(NamedTuple):
    """``packages`` are what fills ``unzipped`` bytes of ``limit``; those of no package among them.

    ``inferred`` says in a sentence what the target was read from, empty where it was named.
    ``held_back`` and ``left_out`` are ``None`` where nobody told: a layer does not hold them.
    ``page`` is the file that was written, if any.
    """

    schema: Literal["manylayers.report/1"]
    layer: str
    target: TargetReport
    inferred: str
    right_for: tuple[str, ...]
    files: int
    unzipped: int
    limit: int
    zip_size: int | None
    kinds: tuple[KindArea, ...]
    packages: tuple[PackageArea, ...]
    findings: tuple[Finding, ...]
    held_back: tuple[HeldBack, ...] | None
    left_out: tuple[LeftOutReport, ...] | None
    page: str | None
