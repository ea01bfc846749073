"""What a lock has to say."""

from __future__ import annotations

from dataclasses import dataclass

from manylayers.report.build import HeldBack, PackageReport, TargetReport


@dataclass(frozen=True, slots=True, kw_only=True)
class LockReport:
    """What a lock holds. ``changed`` tells whether the file differed from what was there;
    ``differences`` are lines like ``numpy 2.2.5 -> 2.2.6``."""

    schema: str = "manylayers.lock/1"
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
