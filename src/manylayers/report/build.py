"""What a build has to say, as values; their field names are the JSON documents' keys.

A document carries ``schema``, ``manylayers.<command>/<version>``; the version rises when a key
changes its meaning or goes. Sizes are bytes, hashes lower-case hex, paths as the user named them.
"""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding


class TargetReport(NamedTuple):
    """A target in words: ``python3.12``, ``x86_64``, ``3.12``, ``Amazon Linux 2023``, ``2.34``."""

    runtime: str
    architecture: str
    python: str
    system: str
    glibc: str
    status: str
    deprecated: str | None


class PackageReport(NamedTuple):
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


class HeldBack(NamedTuple):
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


class LeftOutReport(NamedTuple):
    """What a rule kept out: files of one distribution by one rule, taken together."""

    distribution: str
    rule: str
    reason: str
    files: int
    size: int
    examples: tuple[str, ...]


class OutputReport(NamedTuple):
    """The written file or folder. ``size`` and hashes are of the zip; ``None`` for a folder.

    ``code_sha256`` is the same SHA-256 in base64: Lambda's ``CodeSha256``, and what Terraform
    takes as ``source_code_hash``.
    """

    path: str
    kind: str
    size: int | None
    sha256: str | None
    code_sha256: str | None


class BuildReport(NamedTuple):
    """What one build did, or, with ``dry_run``, would do.

    ``unzipped`` is ``None`` only in a dry run whose wheels are not in the store yet.
    ``next_command`` is the command one would want next, or empty.
    """

    schema: Literal["manylayers.build/1"]
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
