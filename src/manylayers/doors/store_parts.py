"""What lies in a store's folder, by its name: current buckets, those of others, strangers."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import NamedTuple

from manylayers.doors.store import INDEX, LAYERS, UNDER_WAY, UV, WHEELS

TAG_NAME = "CACHEDIR.TAG"
_BUCKET = re.compile(r"(wheels|index|uv|layers)-v(\d+)(?:\.notes)?")
_UNDER_WAY = re.compile(r".*\.lock|[0-9a-f]{16}\.part")
_PAGE = re.compile(r"[0-9a-f]{64}")
_WHEEL = re.compile(r"[0-9a-f]{64}\.whl")
CURRENT = {
    WHEELS: "wheels",
    INDEX: "index",
    UV: "resolver",
    LAYERS: "layers",
    UNDER_WAY: "under-way",
}
_FACTS = re.compile(r"([0-9a-f]{64})(?:\.(\d{1,9}))?\.facts")
OTHER_FORMATS, OTHER = "other-formats", "other"
PARTS = (*CURRENT.values(), OTHER_FORMATS, OTHER)


class Part(NamedTuple):
    """A part of the store; ``size`` in bytes."""

    part: str
    entries: int
    size: int


def parts(folder: Path) -> tuple[Part, ...]:
    """What there is in ``folder``, by its part, without the tag and parts that hold nothing."""
    found: dict[str, Part] = {}
    for path in (one for one in listed(folder) if one.name != TAG_NAME):
        name = part_of(path)
        _, entries, size = found.get(name, Part(name, 0, 0))
        counted = sum(name != "wheels" or file.suffix == ".whl" for file in files(path))
        found[name] = Part(name, entries + counted, size + measure(path))
    return tuple(found[name] for name in PARTS if name in found and any(found[name][1:]))


def part_of(path: Path) -> str:
    """The part that a file or folder right below the store's belongs to."""
    return CURRENT.get(path.name.removesuffix(".notes")) or (
        OTHER_FORMATS if kind_of(path) else OTHER
    )


def kind_of(path: Path) -> tuple[str, int] | None:
    """Kind and version of a bucket, of whatever release; ``None`` for anything else."""
    match = _BUCKET.fullmatch(path.name)
    return (match[1], int(match[2])) if match else None


def buckets(folder: Path) -> list[Path]:
    """The buckets in ``folder``, those of other releases too."""
    return [path for path in listed(folder) if kind_of(path)]


def wheels(folder: Path) -> list[Path]:
    """Everything in the place of a wheel."""
    return [path for path in entries(folder) if _WHEEL.fullmatch(path.name)]


def all_facts(folder: Path) -> list[Path]:
    """What releases of whatever version have learnt of wheels."""
    return [path for path in entries(folder) if _FACTS.fullmatch(path.name)]


def facts_of(wheel: Path) -> list[Path]:
    """What releases of whatever version have learnt of ``wheel``."""
    return [path for path in listed(wheel.parent) if wheel_of(path) == wheel]


def wheel_of(facts: Path) -> Path | None:
    """The wheel that ``facts`` are about; ``None`` where they are no facts."""
    match = _FACTS.fullmatch(facts.name)
    return facts.with_name(f"{match[1]}.whl") if match else None


def version_of(facts: Path) -> int:
    """The version of their format; 0 where none is told."""
    match = _FACTS.fullmatch(facts.name)
    return int(match[2] or 0) if match else 0


def entries(folder: Path) -> Iterator[Path]:
    """Everything in the current bucket of wheels."""
    return chain.from_iterable(map(listed, listed(folder / WHEELS)))


def pages(folder: Path) -> list[Path]:
    """The kept index pages."""
    return [path for path in listed(folder / INDEX) if _PAGE.fullmatch(path.name)]


def readings(folder: Path) -> Iterator[Path]:
    """What is kept of layers that were read."""
    return chain.from_iterable(map(listed, listed(folder / LAYERS)))


def passing(folder: Path) -> list[Path]:
    """Downloads under way and locks."""
    return [path for path in listed(folder / UNDER_WAY) if _UNDER_WAY.fullmatch(path.name)]


def partial(folder: Path) -> list[Path]:
    """Downloads and index pages under way, or left half written."""
    half = [path for path in listed(folder / INDEX) if not _PAGE.fullmatch(path.name)]
    return [path for path in (*passing(folder), *half) if path.suffix == ".part"]


def strangers(folder: Path) -> tuple[str, ...]:
    """What is in ``folder`` and none of the store's, as POSIX paths from it."""
    own = {UNDER_WAY, TAG_NAME, *(path.name for path in buckets(folder))}
    outside = [path for path in listed(folder) if path.name not in own]
    inside = set(listed(folder / UNDER_WAY)) - set(passing(folder))
    return tuple(path.relative_to(folder).as_posix() for path in (*outside, *sorted(inside)))


def measure(path: Path) -> int:
    """The bytes of all files below ``path``, links as such; with those of a wheel, its facts'."""
    also = facts_of(path) if path.suffix == ".whl" else ()
    return sum(told.st_size for told in map(status, chain(files(path), also)) if told)


def status(path: Path) -> os.stat_result | None:
    """What the disk tells of ``path`` itself; ``None`` when it is not there."""
    try:
        return path.lstat()
    except OSError:
        return None


def listed(folder: Path) -> list[Path]:
    """What is in ``folder``, by name; nothing where it is none or may not be looked into."""
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def files(path: Path) -> Iterator[Path]:
    """``path``, or all files and links below it where it is a folder."""
    if path.is_symlink() or not path.is_dir():
        yield path
        return
    for folder, below, names in os.walk(path):
        yield from (Path(folder, name) for name in names)
        yield from (one for name in below if (one := Path(folder, name)).is_symlink())
