"""S: what the layer weighs against Lambda's limits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from manylayers.checks.finding import Finding
from manylayers.checks.wording import carriers, place
from manylayers.facts.tables import limits

if TYPE_CHECKING:  # a warm build sets no scene
    from manylayers.checks.scene import Scene
    from manylayers.layer.carried import Carried

LARGEST = 3
"""Packages that a finding names; with three one sees where the weight is."""


def too_large(total: int, packages: Iterable[tuple[str, int]]) -> Iterator[Finding]:
    """S301: ``total`` unzipped bytes over the limit. ``packages`` are names with their bytes."""
    limit = limits().unzipped_total
    if total <= limit:
        return
    known = list(packages)
    yield Finding(
        code="S301",
        severity="error",
        message=f"{total:,} bytes unzipped, {total - limit:,} over Lambda's {limit:,}; "
        f"largest: {_largest(known)}{_told_gpus(known)}",
        remedy=_remedy(known),
    )


def _files(every: Iterable[Carried]) -> list[tuple[str, int]]:
    """Each file with its bytes: what there is to tell of layers without any metadata."""
    return [(file.path, file.size) for carried in every for file in carried.files]


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
    yield Finding(
        code="S301",
        severity="error",
        message=f"{total:,} bytes even before unzipping, Lambda allows {limit:,} unzipped; "
        f"largest: {_largest(known)}{_told_gpus(known)}",
        remedy=_remedy(known),
    )


def _largest(packages: Iterable[tuple[str, int]]) -> str:
    largest = sorted(packages, key=lambda package: (-package[1], package[0]))[:LARGEST]
    return ", ".join(f"{name} {size:,}" for name, size in largest)


def _told_gpus(packages: Collection[tuple[str, int]]) -> str:
    count = _gpus(packages)
    if not count:
        return ""
    verb = "is" if count == 1 else "are"
    return f"; {count} of the {len(packages)} packages {verb} for GPUs, which Lambda lacks"


def _gpus(packages: Iterable[tuple[str, int]]) -> int:
    return sum(name.startswith(("nvidia-", "cuda-")) or name == "triton" for name, _ in packages)


def _remedy(packages: Iterable[tuple[str, int]]) -> str:
    if _gpus(packages):
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


def over_the_limit(scene: Scene) -> Iterator[Finding]:
    """S301: all layers and the function together, as Lambda counts them."""
    from manylayers.layer.weighing import package_sizes

    every = carriers(scene)
    yield from too_large(sum(one.size for one in every), package_sizes(every) or _files(every))


def uploads(scene: Scene) -> Iterator[Finding]:
    """S302, a zip at a time."""
    for carried in carriers(scene):
        for finding in through_s3(carried.packed or 0):
            yield finding._replace(place=place(scene, carried))


def too_many_layers(scene: Scene) -> Iterator[Finding]:
    """S303: a function takes five layers."""
    most = limits().layers
    if len(scene.layers) > most:
        yield Finding(
            code="S303",
            severity="error",
            message=f"{len(scene.layers)} layers, and a function takes {most}",
            remedy="build one layer of what belongs together",
        )
