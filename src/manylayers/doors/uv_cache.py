"""uv's cache as a guest of the store: pruned by uv itself, and held against what uv left in it.

uv keeps index pages and metadata without a checksum: a bit that turned in one of them is another
version, hash or address, and so another answer. After each run sizes, times and checksums of these
files are noted beside the cache; before the next, a file that is not what was noted is removed, and
uv asks for it again. What uv has written since is not known yet and trusted.
"""

from __future__ import annotations

import json
import os
import re
import stat
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import NamedTuple
from zlib import crc32

from manylayers.doors.uv import UV_WAYS_OUT, uv_program
from manylayers.errors.places import OutputError, ProgramError
from manylayers.formats.sealed import sealed, unsealed
from manylayers.hands.credentials import holds_secret
from manylayers.hands.disk import clear, write_file
from manylayers.hands.leftovers import remove
from manylayers.hands.lock import held
from manylayers.hands.process import run
from manylayers.hands.reading import content

PRUNE_SECONDS = 120.0
"""uv waits for others that use its cache; a prune is not worth a longer wait."""
NOTED = (".rkyv", ".msgpack", ".http")
"""What index pages, metadata and pointers to what was fetched end with. The rest is unpacked files,
or of no weight."""
NO_TROUBLE = ("28", "30", "112", "122")
"""The system's numbers for full and read-only disks, which are no fault of the cache."""


NOTES_VERSION = 2
"""Rises with what is held to be a secret: what another release has noted is read for it anew."""


class Note(NamedTuple):
    """What a file was: bytes, time of the last change (ns), CRC-32."""

    size: int
    changed: int
    crc: int


def prune(cache_folder: Path, environment: Mapping[str, str]) -> None:
    """Have uv remove what it needs no more from ``cache_folder``. Raises ProgramError."""
    kept = {key: value for key, value in environment.items() if not key.startswith("UV_")}
    arguments = [uv_program(), "cache", "prune", "--cache-dir", str(cache_folder), "--no-config"]
    done = run(
        [*arguments, "--color", "never"],
        environment=kept,
        folder=None,
        timeout=PRUNE_SECONDS,
        ways_out=UV_WAYS_OUT,
    )
    if done.status:
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        raise ProgramError(f"uv could not prune its cache: {' '.join(lines).strip()}")


def trouble(said: str, cache_folder: Path) -> str | None:
    """Why uv, by what it ``said``, could not use something in its ``cache_folder``.

    ``None`` where a new cache would not help: then the cause lies elsewhere, with the disk, or with
    the wheel that it unpacks into a ``.tmp`` folder there.
    """
    named = re.compile(
        re.escape(str(cache_folder)) + r"(?!/\.tmp).*?: ([^:\n]+) \(os error (\d+)\)"
    )
    match = named.search(" ".join(said.split()))
    return match[1].lower() if match and match[2] not in NO_TROUBLE else None


def note(cache_folder: Path) -> None:
    """Note what the files are now; where the disk refuses, nothing is known the next time.

    Those with links that are signed, or that hold a password, are removed.
    """
    known = _notes(cache_folder)
    now = {name: _noted(path, known.get(name)) for name, path in list(_files(cache_folder))}
    found = {name: one for name, one in now.items() if one}
    if found != known:
        told = json.dumps({"version": NOTES_VERSION, "files": found}).encode()
        with suppress(OutputError):
            write_file(clear(notes_place(cache_folder)), sealed(told))


def mend(cache_folder: Path, *, read: bool) -> int:
    """Remove the files that are not what was noted, and count them.

    Sizes and times are compared; contents only with ``read``, for a reason to doubt them. Pipes and
    devices in the place of uv's own small files go too: it would wait for them.
    """
    damaged = {
        cache_folder / name
        for name, noted in _notes(cache_folder).items()
        if not _holds(cache_folder / name, noted, read=read)
    }
    damaged |= {*_waited_for(cache_folder)}
    for path in damaged:
        remove(path)
    return len(damaged)


def sweep(cache_folder: Path) -> None:
    """Remove what a uv that was killed was unpacking, unless another uses the cache right now.

    Each uv that runs holds the lock in its cache, together with others. Of two threads the last one
    to end its uv finds it free, if the other does not hold it to sweep.
    """
    with _SWEEPING:
        if any(cache_folder.glob(".tmp*")):
            with held(cache_folder / ".lock", 0, keep=True) as got:
                for path in cache_folder.glob(".tmp*") if got else ():
                    remove(path)


_SWEEPING = Lock()


def _waited_for(cache_folder: Path) -> Iterator[Path]:
    """Pipes and devices right in the cache and its buckets, where uv has small files of its own."""
    for folder, below, names in os.walk(cache_folder):
        if Path(folder) != cache_folder:
            below.clear()
        for path in (Path(folder, name) for name in names):
            if not os.path.isfile(path):  # noqa: PTH113 - no error where it may not look
                yield path


def notes_place(cache_folder: Path) -> Path:
    """Where the notes are: beside the cache, where uv does not prune them."""
    return cache_folder.with_name(f"{cache_folder.name}.notes")


def _notes(cache_folder: Path) -> dict[str, Note]:
    try:
        told = json.loads(unsealed(content(notes_place(cache_folder))))
        if told["version"] != NOTES_VERSION:
            return {}
        return {name: Note(*noted) for name, noted in told["files"].items()}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _files(cache_folder: Path) -> Iterator[tuple[str, Path]]:
    for folder, _, names in os.walk(cache_folder):
        for path in (Path(folder, name) for name in names if name.endswith(NOTED)):
            yield path.relative_to(cache_folder).as_posix(), path


def _noted(path: Path, known: Note | None) -> Note | None:
    """The file's note, the known one where nothing was written since; ``None`` for none to keep."""
    try:
        told = path.lstat()
        if known and (told.st_size, told.st_mtime_ns) == known[:2]:
            return known
        data = content(path)
    except OSError:
        return None
    if holds_secret(data):
        remove(path)
        return None
    return Note(told.st_size, told.st_mtime_ns, crc32(data))


def _holds(path: Path, noted: Note, *, read: bool) -> bool:
    """Whether the file is as it was, or gone, which uv notices by itself."""
    try:
        told = path.lstat()
        if not stat.S_ISREG(told.st_mode) or (told.st_size, told.st_mtime_ns) != noted[:2]:
            return False
        return not read or crc32(content(path)) == noted.crc
    except FileNotFoundError:
        return True
    except OSError:
        return False
