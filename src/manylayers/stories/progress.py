"""What a story tells while it runs, to whoever shows it."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Called from the story's own thread, but ``advance``, which any thread may call."""

    def say(self, text: str) -> None:
        """A step begins: ``resolving for python3.12 x86_64``."""

    def begin(self, total: int | None) -> None:
        """Fetching begins; ``total`` bytes when every size is known."""

    def advance(self, amount: int) -> None:
        """``amount`` more bytes have come in."""

    def finish(self) -> None:
        """Fetching is over, well or not."""


class Silence:
    """The progress of a library call: nobody listens."""

    def say(self, text: str) -> None: ...

    def begin(self, total: int | None) -> None: ...

    def advance(self, amount: int) -> None: ...

    def finish(self) -> None: ...
