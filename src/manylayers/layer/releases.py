"""A project's files, release by release: which versions there are and which of them fit."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from manylayers.formats.pins import DistributionFile, Pin
from manylayers.layer.choose import choose, fits, wheel_tags
from manylayers.target import Target, all_runtimes, target_of

if TYPE_CHECKING:
    from packaging.version import Version


class Chosen(NamedTuple):
    """A package of an answer and the one file that stands for it."""

    name: str
    version: str
    file: DistributionFile
    index_url: str | None = None


def choose_each(pins: Iterable[Pin], target: Target) -> tuple[tuple[Chosen, ...], tuple[Pin, ...]]:
    """The best file of each of ``pins`` for ``target``, and those of which none fits."""
    chosen, without = [], []
    for pin in pins:
        if best := choose(pin.files, target).chosen:
            chosen.append(Chosen(pin.name, pin.version, best, pin.index_url))
        else:
            without.append(pin)
    return tuple(chosen), tuple(without)


def version_of(filename: str, name: str) -> str:
    """The version in a wheel's or sdist's file name, as written; ``""`` when there is none."""
    if filename.endswith(".whl"):
        return filename.split("-")[1] if wheel_tags(filename) else ""
    stem = re.sub(r"\.(tar\.(gz|bz2|xz)|tgz|zip)$", "", filename)
    project = "[-_.]+".join(map(re.escape, re.split(r"[-_.]+", name)))
    match = re.fullmatch(rf"{project}-(.+)", stem, re.IGNORECASE)
    return match[1] if match else ""


def releases(files: Iterable[DistributionFile], name: str) -> dict[Version, list[DistributionFile]]:
    """``files`` by version, oldest first; files without a readable version are passed over."""
    from packaging.version import Version

    found: dict[Version, list[DistributionFile]] = {}
    for file in files:
        try:
            found.setdefault(Version(version_of(file.filename, name)), []).append(file)
        except ValueError:  # InvalidVersion, or a number too long for Python to read
            continue
    return {version: found[version] for version in sorted(found)}


def files_of(
    files: Iterable[DistributionFile], name: str, version: str
) -> tuple[DistributionFile, ...]:
    """The files of one version, compared as PEP 440 does."""
    from packaging.version import Version

    return tuple(releases(files, name).get(Version(version), ()))


def misfit_versions(files: Iterable[DistributionFile], target: Target) -> set[str]:
    """The versions, as written, that have wheels none of which runs on ``target``."""
    fitting: dict[str, bool] = {}
    for file in files:
        if file.is_wheel and wheel_tags(file.filename):
            version = file.filename.split("-")[1]
            fitting[version] = fitting.get(version, False) or fits(file, target)
    return {version for version, fit in fitting.items() if not fit}


def fitting_versions(
    files: Iterable[DistributionFile], name: str, target: Target, *, pre: bool = False
) -> list[Version]:
    """The versions with a wheel for ``target`` that is not yanked, oldest first."""
    return [
        version
        for version, those in releases(files, name).items()
        if (pre or not version.is_prerelease)
        and any(file.yanked is None and fits(file, target) for file in those)
    ]


def fitting_targets(files: Iterable[DistributionFile], target: Target) -> Iterator[Target]:
    """The other runtimes of the same architecture that some of ``files`` runs on, oldest first."""
    listed = tuple(files)
    for facts in all_runtimes():
        other = target_of(facts, target.architecture)
        if other != target and any(fits(file, other) for file in listed):
            yield other
