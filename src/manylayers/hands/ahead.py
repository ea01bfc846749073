"""Work that is begun before somebody asks for what comes of it."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")


def begun(work: Callable[[Path], T], paths: Iterable[Path]) -> Callable[[Path], T]:
    """``work``, begun for ``paths`` in a thread of its own, which the process's end won't wait for.

    The first call for each of them gives what came of that; every other call works anew, and so
    does one for a path where the thread failed, so that the error is raised where it matters.
    """
    done: dict[Path, T] = {}

    def begin() -> None:
        with contextlib.suppress(Exception):
            for path in paths:
                done[path] = work(path)

    def ask(path: Path) -> T:
        thread.join()
        return done.pop(path) if path in done else work(path)

    thread = threading.Thread(target=begin, daemon=True)
    thread.start()
    return ask
