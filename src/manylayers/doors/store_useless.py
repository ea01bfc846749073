"""What a store can do without: no build misses it, or only one that needs what was long unused."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Iterator
from hashlib import file_digest
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
from manylayers.hands.lock import held
from manylayers.hands.reading import regular

ZIP_END = b"PK\x05\x06"
ZIP_END_WITHIN = 22 + 65_535
"""Bytes of an end record with the longest comment: APPNOTE 4.3.16."""


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


def digest(path: Path) -> str | None:
    """The SHA-256 (hex) of the file at ``path``; ``None`` when it can't be read."""
    try:
        with regular(path) as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None


def zip_digest(path: Path) -> str | None:
    """The SHA-256 (hex) of the zip at ``path``; ``None`` for what is none, or no file.

    A pipe would be waited for, a device has no end, and a large file without a zip's end is
    hashed for as long as it is.
    """
    try:
        with regular(path) as file:
            file.seek(-min(path.stat().st_size, ZIP_END_WITHIN), os.SEEK_END)
            if ZIP_END not in file.read(ZIP_END_WITHIN):
                return None
        return digest(path)
    except OSError:
        return None


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
