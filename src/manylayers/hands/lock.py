"""A lock that processes share by a path; the file is only there while somebody holds it."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


@contextlib.contextmanager
def held(path: Path, seconds: float, *, keep: bool = False) -> Iterator[bool]:
    """Whether the lock at ``path`` was got within ``seconds``; its file is gone afterwards.

    With ``keep`` the file may stay: for a look at somebody else's lock.

    Only who holds a lock removes its file, and who gets one whose file is gone meanwhile begins
    anew: `filelock` sees to that. Where the disk has no locks it counts as got, so that what it
    guards must be right without it too: it may spare work, never keep order.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(path, timeout=seconds)
    try:
        lock.acquire()
    except Timeout:
        yield False
        return
    except (OSError, NotImplementedError):
        yield True
        return
    try:
        yield True
    finally:
        if not keep:
            with contextlib.suppress(OSError):  # Windows removes it when it is let go
                path.unlink()
        lock.release()
