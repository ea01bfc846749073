"""Readers that are not ours, kept from warning our user of what others wrote."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from warnings import catch_warnings, simplefilter

_ONE_AT_A_TIME = Lock()
"""What warns is one list for all threads: two that change it at once leave it changed for good."""


@contextmanager
def unwarned(*categories: type[Warning]) -> Iterator[None]:
    """For the block no warnings of ``categories``; all are as they were after it."""
    with _ONE_AT_A_TIME, catch_warnings():
        for category in categories:
            simplefilter("ignore", category)
        yield
