"""Whose files lie in a folder: those an installer put there may be replaced, others never.

An installer lists what it wrote in ``*.dist-info/RECORD`` (Recording installed projects); so a
folder made by us, by pip or by uv is known again, and a file of the user's own stands out.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from posixpath import normpath

from manylayers.errors.places import ForeignFilesError
from manylayers.formats.record import read_record

INSTALLER_FILES = (
    "INSTALLER",
    "REQUESTED",
    "RECORD",
    "direct_url.json",
    "uv_cache.json",
    "uv_build.json",
)
SHOWN = 3


def refuse_foreign(folder: Path, existing: Iterable[str], read: Callable[[Path], bytes]) -> None:
    """Raise ForeignFilesError unless all of ``existing`` (POSIX, from ``folder``) are claimed."""
    paths = list(existing)
    claimed = claimed_paths(paths, lambda path: read(folder / path))
    foreign = sorted(path for path in paths if path not in claimed)
    if foreign:
        named = ", ".join(path or str(folder) for path in foreign[:SHOWN])
        more = f" and {len(foreign) - SHOWN} more" if len(foreign) > SHOWN else ""
        raise ForeignFilesError(
            f"{folder} holds files that no installer put there: {named}{more}",
            hint="name another folder with -o, or move them away; nothing was touched",
        )


def claimed_paths(paths: Iterable[str], read: Callable[[str], bytes]) -> set[str]:
    """Those of ``paths`` that some RECORD among them lists, or that only an installer writes."""
    listed = list(paths)
    claimed: set[str] = set()
    for path in listed:
        folder, _, name = path.rpartition("/")
        if folder.endswith(".dist-info") and name in INSTALLER_FILES:
            claimed.add(path)
        if folder.endswith(".dist-info") and name == "RECORD":
            claimed |= _listed(folder, read(path))
    return claimed | {path for path in listed if _bytecode_of(path) in claimed}


def _listed(dist_info: str, record: bytes) -> set[str]:
    """What the RECORD in ``dist_info`` lists, from the folder.

    After ``pip install --target`` programs and data lie in the site directory, while RECORD has
    them where they were first, above it: ``../../bin/demo``. Both places count.
    """
    site = dist_info.rpartition("/")[0]
    try:
        rows = read_record(record.decode("utf-8", "replace"))
    except ValueError:
        return set()
    written = [row.path for row in rows]
    moved = [re.sub(r"^(\.\./)+", "", path) for path in written]
    return {normpath(f"{site}/{path}" if site else path) for path in (*written, *moved)}


def _bytecode_of(path: str) -> str:
    """The source that a ``__pycache__`` file was compiled from, or the path itself."""
    folder, _, name = path.rpartition("/")
    above, _, last = folder.rpartition("/")
    if last != "__pycache__":
        return path
    source = f"{name.partition('.')[0]}.py"
    return f"{above}/{source}" if above else source
