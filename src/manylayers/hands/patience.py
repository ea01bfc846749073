"""How often and how long a fault is waited out before it is told."""

from __future__ import annotations

import random
import time
from collections.abc import Callable

ATTEMPTS = 5
"""uv makes four and pip six; with the pauses below a fault of some ten seconds is survived."""
FIRST_PAUSE = 0.5
LONGEST = 25.0
"""Seconds for all attempts without success: who waits for a build wants to know within half a
minute. No attempt begins that would end later, were it as long as the one before."""


class Patience:
    """What is left of it for one thing that is asked for. Not for several threads."""

    def __init__(
        self,
        *,
        attempts: int = ATTEMPTS,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._attempts, self._sleep, self._clock = attempts, sleep, clock
        self.renew()

    def renew(self) -> None:
        """As at the beginning: something was achieved."""
        self.failed = 0
        self._began = self._attempted = self._clock()

    def again(self, asked: str | None = None) -> bool:
        """Wait, as long as ``Retry-After`` asked if it did; False, at once, for no more attempts.

        The pauses grow and are never equal, so that many clients do not come back together.
        """
        now = self._clock()
        took = now - self._attempted
        pause = FIRST_PAUSE * 2**self.failed * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        pause = max(pause, seconds(asked))
        self.failed += 1
        if self.failed >= self._attempts or now - self._began + pause + took > LONGEST:
            return False
        self._sleep(pause)
        self._attempted = self._clock()
        return True


def seconds(asked: str | None) -> float:
    """``Retry-After`` in seconds from now: a number or an HTTP date; 0 where it is neither."""
    if asked is None:
        return 0.0
    if asked.strip().isdecimal():
        return float(asked)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except (ValueError, OverflowError):
        return 0.0
