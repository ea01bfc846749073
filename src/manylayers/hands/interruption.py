"""An interrupt, as all of the process must hear it: whoever has something to end says so before."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterator

_endings: list[Callable[[], None]] = []
_heard = threading.Event()
_here = threading.local()


def when_interrupted(end: Callable[[], None]) -> Callable[[], None]:
    """Have ``end`` called when the process is interrupted; it may be called twice."""
    _endings.append(end)
    return end


def interrupt() -> None:
    """End now what the threads have begun and the system would not end with us."""
    _heard.set()
    for end in _endings:
        end()


def disturb() -> None:
    """Raise KeyboardInterrupt in this thread, unless it will be at the end of `undisturbed`."""
    if not getattr(_here, "undisturbed", False):
        raise KeyboardInterrupt


def heed_interrupt() -> None:
    """Raise KeyboardInterrupt in a thread that is about to begin something."""
    if _heard.is_set():
        raise KeyboardInterrupt


@contextlib.contextmanager
def undisturbed() -> Iterator[None]:
    """For what must not be begun by half: an interrupt is raised at the end of the block."""
    _here.undisturbed = True
    try:
        yield
    finally:
        _here.undisturbed = False
    heed_interrupt()
