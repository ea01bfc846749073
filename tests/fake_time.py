"""A clock that only sleeping moves, so that patience is tested in no time."""

from __future__ import annotations


class FakeTime:
    """``waited`` are the pauses in seconds."""

    def __init__(self) -> None:
        self.now = 0.0
        self.waited: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds

    def clock(self) -> float:
        return self.now
