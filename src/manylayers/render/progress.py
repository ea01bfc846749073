"""Progress for people: a bar on a terminal while wheels come in, and the steps with -v."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

from manylayers.render.style import plain_text
from manylayers.stories.progress import Silence

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID


class Steps(Silence):
    """Writes each step to standard error."""

    def say(self, text: str) -> None:
        sys.stderr.write(f"{plain_text(text)}\n")


class Bar(Silence):
    """A bar on standard error, which must be a terminal; `rich` is imported when one is needed."""

    def __init__(self) -> None:
        self._bars: Bars | None = None
        self._task: TaskID | None = None
        self._lock = threading.Lock()

    def begin(self, total: int | None) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, DownloadColumn, Progress, TransferSpeedColumn

        columns = ("fetching", BarColumn(), DownloadColumn(), TransferSpeedColumn())
        with self._lock:
            if self._bars is None:
                self._bars = Progress(*columns, console=Console(stderr=True), transient=True)
                self._bars.start()
            self._task = self._bars.add_task("fetching", total=total)

    def advance(self, amount: int) -> None:
        if self._bars is not None and self._task is not None:
            self._bars.advance(self._task, amount)

    def finish(self) -> None:
        with self._lock:
            if self._bars is not None:
                self._bars.stop()
                self._bars = None
