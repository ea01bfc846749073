"""What uv unpacks while it resolves: wheels of which it has to make the hash itself.

They were looked into before. But a server may give uv another file than us, so it is measured.

Each goes into a folder of its own in uv's cache. The system tells which are open, so that those of
another uv over the same cache are not taken for ours. Where it does not (in ``/proc``), nothing is
known, and nothing held.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.pins import filename_of
from manylayers.formats.zip_records import MOST_BYTES, MOST_RATIO, UNSUSPICIOUS


class Unpacked(NamedTuple):
    """A folder that a wheel is unpacked in, and the bytes in it so far."""

    folder: Path
    size: int


def written(pid: int) -> int:
    """Bytes that the process has written, to whatever; 0 where the system does not tell."""
    try:
        told = Path(f"/proc/{pid}/io").read_text(encoding="ascii")
        return int(told.partition("wchar: ")[2].split()[0])
    except (OSError, LookupError, ValueError):
        return 0


def unpacking(pid: int, cache: Path) -> set[Path]:
    """The folders in ``cache`` in which the process has a file open right now."""
    start = f"{os.path.realpath(cache)}{os.sep}"
    names = set()
    with suppress(OSError):
        for entry in os.scandir(f"/proc/{pid}/fd"):
            with suppress(OSError):
                names.add(str(Path(entry.path).readlink()).removeprefix(start).partition(os.sep)[0])
    return {Path(start, name) for name in names if name.startswith(".tmp")}


def largest(folders: set[Path]) -> Unpacked | None:
    """The one with most bytes in it, where that is no longer unsuspicious."""
    sizes = [Unpacked(folder, _size(folder)) for folder in folders]
    most = max(sizes, key=lambda one: one.size, default=None)
    return most if most and most.size > UNSUSPICIOUS else None


def refuse_bomb(unpacked: Unpacked, weights: Mapping[str, int | None]) -> None:
    """UnsafeWheelError where no wheel of ``weights``, bytes by URL, may unzip to so much.

    One whose weight nobody knows may come to what the largest may.
    """
    allowed = (MOST_BYTES if weight is None else MOST_RATIO * weight for weight in weights.values())
    if not weights or unpacked.size <= min(MOST_BYTES, max(allowed)):
        return
    raise UnsafeWheelError(
        _named(unpacked.folder, list(weights)),
        f"the resolver got another file than we did, which unzips to {unpacked.size:,} bytes and "
        "more: a zip bomb",
    )


def _named(folder: Path, urls: Sequence[str]) -> str:
    """The file name of the wheel in ``folder``: one of its name, else the one asked for last."""
    names = [filename_of(url) for url in urls]
    with suppress(OSError):
        inside = {path.name.partition("-")[0].lower() for path in folder.iterdir()}
        names = [name for name in names if name.partition("-")[0].lower() in inside] or names
    return names[-1]


def _size(folder: Path) -> int:
    total = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):
                total += Path(place, name).lstat().st_size
    return total
