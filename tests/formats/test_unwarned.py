"""What is read without its reader's warnings, and all others as before."""

from __future__ import annotations

import warnings
from threading import Event, Thread

import pytest

from manylayers.formats.unwarned import unwarned


def test_only_the_named_warnings_are_kept_back() -> None:
    with unwarned(UserWarning, SyntaxWarning):
        warnings.warn("of a reader", UserWarning, stacklevel=1)
        with pytest.raises(DeprecationWarning, match="for the caller"):
            warnings.warn("for the caller", DeprecationWarning, stacklevel=1)


def test_two_threads_leave_the_warnings_as_they_were() -> None:
    before = list(warnings.filters)
    first_in, second_in, first_out = Event(), Event(), Event()

    def first() -> None:
        with unwarned(UserWarning):
            first_in.set()
            second_in.wait(0.3)  # in vain, where one waits for the other
        first_out.set()

    def second() -> None:
        first_in.wait(20)
        with unwarned(UserWarning):
            second_in.set()
            first_out.wait(20)

    threads = [Thread(target=first), Thread(target=second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert list(warnings.filters) == before
