"""What a store can do without: no build misses it, or only one that needs what was long unused."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from manylayers.doors.store import (
    ABANDONED_SECONDS,
    INDEX,
    LAYERS,
    UV,
    WHEELS,
    sound_facts,
)
from manylayers.doors.store_parts import (
    all_facts,
    buckets,
    facts_of,
    kind_of,
    measure,
    pages,
    partial,
    passing,
    readings,
    status,
    version_of,
    wheel_of,
    wheels,
)
from manylayers.formats.wheel_facts import FACTS_VERSION
from manylayers.hands.digest import digest
from manylayers.hands.lock import held


class Useless(NamedTuple):
    """A file or folder that is of no use; ``what`` names its kind in the plural, ``size`` bytes."""

    what: str
    path: Path
    size: int


def useless(folder: Path, older_than: float | None) -> Iterator[Useless]:
    """All of it in the store in ``folder``; ``older_than`` seconds make a wheel long unused."""
    by_kind: list[tuple[str, Iterable[Path]]] = [
        ("abandoned downloads", _abandoned(folder)),
        ("locks that nobody holds", free_locks(folder)),
        ("caches of older releases", _of_older_releases(folder)),
        ("damaged wheels", _hopeless(folder)),
        ("facts without a wheel", _orphans(folder)),
    ]
    if older_than is not None:
        before = time.time() - older_than
        by_kind += [
            ("wheels not used for so long", _unused(folder, before)),
            ("readings of layers not used for so long", _older(readings(folder), before)),
            ("index pages not changed for so long", _older(pages(folder), before)),
        ]
    seen: set[Path] = set()
    for what, paths in by_kind:
        for path in paths:
            if path not in seen:
                seen.add(path)
                yield Useless(what, path, measure(path))


def free_locks(folder: Path) -> Iterator[Path]:
    """The lock files of the store that nobody holds."""
    for path in passing(folder):
        if path.suffix == ".lock" and _is_free(path):
            yield path


def _is_free(lock: Path) -> bool:
    with held(lock, 0, keep=True) as got:
        return got


def _abandoned(folder: Path) -> Iterator[Path]:
    return _older(partial(folder), time.time() - ABANDONED_SECONDS)


def _of_older_releases(folder: Path) -> Iterator[Path]:
    ours = dict(kind for name in (WHEELS, INDEX, UV, LAYERS) if (kind := kind_of(Path(name))))
    for path in buckets(folder):
        if (kind := kind_of(path)) and kind[1] < ours[kind[0]]:
            yield path
    for path in all_facts(folder):
        if version_of(path) < FACTS_VERSION:
            yield path


def _hopeless(folder: Path) -> Iterator[Path]:
    """Wheels that a build would have to read again, in vain."""
    for path in wheels(folder):
        if sound_facts(path) is None and digest(path) != path.stem:
            yield path


def _orphans(folder: Path) -> Iterator[Path]:
    for path in all_facts(folder):
        if (wheel := wheel_of(path)) and not os.path.lexists(wheel):
            yield path


def _unused(folder: Path, before: float) -> Iterator[Path]:
    for path in wheels(folder):
        used = [told.st_mtime for told in map(status, facts_of(path) or [path]) if told]
        if used and max(used) < before:
            yield path


def _older(paths: Iterable[Path], before: float) -> Iterator[Path]:
    return (path for path in paths if (told := status(path)) and told.st_mtime < before)
