"""What is on its way to its name, told from what killed processes have left there.

It lies beside its destination as ``.NAME.RANDOM.part`` and is locked by the process that fills it.
The system takes the lock back when that process ends, however it ends: what nobody holds is
nobody's, and the next one who writes to the destination removes it.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

ABANDONED_SECONDS = 3600.0
"""Where nothing can be locked, what has not changed for so long is nobody's any more."""
HEX_DIGITS = "0123456789abcdef"
LONGEST_STEM = 40
"""Characters of the destination's name: with the rest it stays under every file system's 255."""


def random_name() -> str:
    """Sixteen hex digits that no other process will use."""
    return os.urandom(8).hex()


def beside(destination: Path) -> Path:
    """A name in the same folder, so that a rename stays on one file system."""
    return destination.with_name(f"{_stem(destination)}{random_name()}.part")


def _stem(destination: Path) -> str:
    return f".{destination.name[:LONGEST_STEM]}."


def remove(path: Path) -> None:
    """Remove the file, link or folder at ``path``; what the disk keeps is left."""
    try:
        path.unlink(missing_ok=True)
    except OSError:  # a folder, or one that the disk keeps
        from shutil import rmtree  # with its archive formats, more than a zip needs

        rmtree(path, ignore_errors=True)


@contextlib.contextmanager
def claimed(path: Path) -> Iterator[bool]:
    """``path`` locked for the block; False when a sweep took it before that could be."""
    try:
        handle = _lock(path)
    except (BlockingIOError, FileNotFoundError):
        yield False
        return
    try:
        yield True
    finally:
        if handle is not None:
            os.close(handle)


def sweep(destination: Path) -> None:
    """Remove what killed processes have left beside ``destination``, and nothing that lives."""
    stem = _stem(destination)
    with contextlib.suppress(OSError), os.scandir(destination.parent) as entries:
        for path in [Path(entry) for entry in entries if _is_ours(entry.name, stem)]:
            with contextlib.suppress(OSError):
                _remove_abandoned(path)


def _is_ours(name: str, stem: str) -> bool:
    random = name.removeprefix(stem).removesuffix(".part")
    return name == f"{stem}{random}.part" and len(random) == 16 and not random.strip(HEX_DIGITS)


def _remove_abandoned(path: Path) -> None:
    """Raises OSError where it is claimed, or gone meanwhile."""
    handle = _lock(path)
    try:
        if handle is not None or path.stat().st_mtime < time.time() - ABANDONED_SECONDS:
            remove(path)
    finally:
        if handle is not None:
            os.close(handle)


def _lock(path: Path) -> int | None:
    """A handle that locks ``path`` until it is closed; None where nothing can be locked.

    Raises BlockingIOError while another has it, FileNotFoundError when it is gone.
    """
    try:
        from fcntl import LOCK_EX, LOCK_NB, flock
    except ImportError:  # Windows, which removes no open file
        return None
    handle = None
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        flock(handle, LOCK_EX | LOCK_NB)
        path.stat()  # gone where a sweep was between opening and locking
    except (BlockingIOError, FileNotFoundError):
        _close(handle)
        raise
    except OSError:  # a network's file system may have no locks
        _close(handle)
        return None
    return handle


def _close(handle: int | None) -> None:
    if handle is not None:
        os.close(handle)
