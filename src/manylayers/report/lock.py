"""What a lock has to say."""

from typing import Literal, NamedTuple

from manylayers.report.build import HeldBack, PackageReport, TargetReport


class LockReport(NamedTuple):
    """What a lock holds. ``changed`` tells whether the file differed from what was there;
    ``differences`` are lines like ``numpy 2.2.5 -> 2.2.6``."""

    schema: Literal["manylayers.lock/1"]
    name: str
    target: TargetReport
    format: str
    path: str
    checked: bool
    changed: bool
    differences: tuple[str, ...]
    packages: tuple[PackageReport, ...]
    held_back: tuple[HeldBack, ...]
    warnings: tuple[str, ...]
