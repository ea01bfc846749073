"""S: what the layer weighs against Lambda's limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manylayers.checks.finding import Finding
from manylayers.facts.tables import limits

LARGEST = 3
"""Packages that a finding names; with three one sees where the weight is."""


def too_large(total: int, packages: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """S301: ``total`` unzipped bytes over the limit. ``packages`` are names with their bytes."""
    limit = limits().unzipped_total
    if total <= limit:
        return
    largest = sorted(packages, key=lambda package: (-package[1], package[0]))[:LARGEST]
    names = ", ".join(f"{name} {size:,}" for name, size in largest)
    yield Finding(
        code="S301",
        severity="error",
        message=f"{total:,} bytes unzipped, {total - limit:,} over Lambda's {limit:,}; "
        f"largest: {names}",
        remedy="leave a package out, or split the requirements into two functions",
    )


def certainly_too_large(files: Iterable[tuple[str, int | None]]) -> Iterator[Finding]:
    """S301 before any download: packed, the wheels alone are over the limit.

    ``files`` are package names with the bytes of their wheels. Deflate never makes a member more
    than a thousandth larger than it is, and headers are small; so packed bytes over the limit,
    with a margin for both, mean unzipped bytes over it.
    """
    known = [(name, size) for name, size in files if size is not None]
    limit = limits().unzipped_total
    total = sum(size for _, size in known)
    if total * 20 <= limit * 21:
        return
    largest = sorted(known, key=lambda package: (-package[1], package[0]))[:LARGEST]
    names = ", ".join(f"{name} {size:,}" for name, size in largest)
    gpu = sum(name.startswith("nvidia-") for name, _ in known)
    yield Finding(
        code="S301",
        severity="error",
        message=f"{total:,} bytes even before unzipping, Lambda allows {limit:,} unzipped; "
        f"largest: {names}"
        + (f"; {gpu} of the packages are for GPUs, which Lambda lacks" if gpu else ""),
        remedy=_remedy(gpu),
    )


def _remedy(gpu: int) -> str:
    if gpu:
        return "take the CPU build from its own index with --extra-index-url, or onnxruntime"
    return "leave a package out, or split the requirements into two functions"


def through_s3(zip_size: int) -> Iterator[Finding]:
    """S302: a zip of ``zip_size`` bytes that can't be sent in the request itself."""
    limit = limits().direct_upload
    if zip_size > limit:
        yield Finding(
            code="S302",
            severity="note",
            message=f"the zip is {zip_size:,} bytes; over {limit:,} it has to go through S3",
            remedy="upload it to a bucket in the function's region and publish from there",
        )
