"""What each story has to say, as values; their field names are the JSON documents' keys.

A document carries ``schema``, ``manylayers.<command>/<version>``; the version rises when a key
changes its meaning or goes. Sizes are bytes, hashes lower-case hex, paths as the user named them.
"""

from __future__ import annotations

from dataclasses import dataclass

from manylayers.checks.finding import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class TargetReport:
    """A target in words: ``python3.12``, ``x86_64``, ``3.12``, ``Amazon Linux 2023``, ``2.34``."""

    runtime: str
    architecture: str
    python: str
    system: str
    glibc: str
    status: str
    deprecated: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageReport:
    """One package of a result. ``unzipped`` is ``None`` where nothing was opened (a dry run).

    ``runtimes`` names the targets that use this very wheel.
    """

    name: str
    version: str
    wheel: str
    sha256: str | None
    size: int | None
    unzipped: int | None
    requested: bool
    runtimes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldBack:
    """A newer version that would have been taken on a newer system.

    ``needs`` is the glibc its wheel asks for, ``None`` when it only goes with another package
    that is held back. ``first_runtime`` is the first that could have it, if any.
    """

    name: str
    version: str
    newest: str
    runtime: str
    needs: str | None
    first_runtime: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutReport:
    """What a rule kept out: files of one distribution by one rule, taken together."""

    distribution: str
    rule: str
    reason: str
    files: int
    size: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputReport:
    """The written file or folder. ``size`` and ``sha256`` are of the zip; ``None`` for a folder."""

    path: str
    kind: str
    size: int | None
    sha256: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildReport:
    """What one build did, or, with ``dry_run``, would do.

    ``unzipped`` is ``None`` only in a dry run whose wheels are not in the store yet.
    ``next_command`` is the command one would want next, or empty.
    """

    schema: str = "manylayers.build/1"
    name: str
    targets: tuple[TargetReport, ...]
    layout: str
    dry_run: bool
    packages: tuple[PackageReport, ...]
    held_back: tuple[HeldBack, ...]
    left_out: tuple[LeftOutReport, ...]
    findings: tuple[Finding, ...]
    download: int | None
    unzipped: int | None
    limit: int
    output: OutputReport | None
    warnings: tuple[str, ...]
    next_command: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """A failure. ``code`` and ``exit_status`` are stable, words are not. ``subject`` is the layer
    and target it befell when several were built."""

    schema: str = "manylayers.error/1"
    code: str
    message: str
    hint: str
    details: tuple[str, ...]
    exit_status: int
    subject: str = ""
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildsReport:
    """The layers of a ``pyproject.toml``: what was built, and what could not be."""

    schema: str = "manylayers.builds/1"
    built: tuple[BuildReport, ...]
    failed: tuple[ErrorReport, ...]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class LocksReport:
    """Several locks, one a target, and what could not be locked."""

    schema: str = "manylayers.locks/1"
    locked: tuple[LockReport, ...]
    failed: tuple[ErrorReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFit:
    """One target's word on one file: ``fits``, and if not the obstacle and its reason."""

    runtime: str
    architecture: str
    fits: bool
    obstacle: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FileReport:
    """One file of a release. ``best_for`` names the targets that would choose it."""

    filename: str
    url: str
    sha256: str | None
    size: int | None
    requires_python: str | None
    yanked: str | None
    fits: tuple[FileFit, ...]
    best_for: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelsReport:
    """The files of one release, and which other versions have a wheel for the targets asked.

    ``nearest`` maps nothing: it is sentences, one a target that has no fitting file here.
    """

    schema: str = "manylayers.wheels/1"
    name: str
    version: str
    newest: str
    targets: tuple[TargetReport, ...]
    files: tuple[FileReport, ...]
    nearest: tuple[str, ...]
    link: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimesReport:
    """The runtimes that a layer can be built for."""

    schema: str = "manylayers.runtimes/1"
    as_of: str
    runtimes: tuple[RuntimeReport, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimeReport:
    """One line of ``manylayers runtimes``."""

    runtime: str
    python: str
    system: str
    glibc: str
    architectures: tuple[str, ...]
    status: str
    deprecated: str | None
