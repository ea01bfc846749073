"""How long a fault is waited out: growing pauses, or what the server asks for, but not long."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fake_time import FakeTime
from manylayers.hands.patience import ATTEMPTS, LONGEST, Patience, seconds


def patience(time: FakeTime) -> Patience:
    return Patience(sleep=time.sleep, clock=time.clock)


def test_pauses_grow_until_the_attempts_are_used_up() -> None:
    time = FakeTime()
    left = patience(time)
    assert [left.again() for _ in range(ATTEMPTS)] == [True] * (ATTEMPTS - 1) + [False]
    assert len(time.waited) == ATTEMPTS - 1
    assert all(0.25 * 2**at <= pause <= 0.5 * 2**at for at, pause in enumerate(time.waited))


def test_pauses_of_several_clients_differ() -> None:
    times = [FakeTime() for _ in range(20)]
    assert all(patience(time).again() for time in times)
    assert len({tuple(time.waited) for time in times}) > 1


def test_attempts_of_five_seconds_are_made_four_times() -> None:
    time = FakeTime()
    left = patience(time)
    for goes_on in (True, True, True, False):
        time.now += 5
        assert left.again() == goes_on


def test_an_attempt_that_took_long_is_made_twice_at_most() -> None:
    time = FakeTime()
    left = patience(time)
    time.now = 12
    assert left.again()
    time.now += 12
    assert not left.again()


def test_one_that_took_more_than_half_of_the_time_is_made_once() -> None:
    time = FakeTime()
    left = patience(time)
    time.now = 20
    assert not left.again()
    assert time.waited == []


def test_after_success_it_is_as_long_as_at_first() -> None:
    time = FakeTime()
    left = patience(time)
    for _ in range(20):
        time.now += 10
        assert left.again()
        left.renew()


@given(st.lists(st.tuples(st.floats(0, 100), st.sampled_from(["3", "9", "24", "99", "x"]))))
def test_however_long_attempts_take_none_begins_too_late(turns: list[tuple[float, str]]) -> None:
    time = FakeTime()
    left = patience(time)
    for took, asked in turns:
        time.now += took
        if not left.again(asked):
            break
        assert time.now <= LONGEST
    assert sum(time.waited) <= LONGEST


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        (None, 0),
        ("7", 7),
        (" 7 ", 7),
        ("0", 0),
        ("-7", 0),
        ("1.5", 0),
        ("", 0),
        ("soon", 0),
        ("\u00b2", 0),
        ("1e9", 0),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 99 Oct 9999999999 07:28:00 GMT", 0),
    ],
)
def test_retry_after_is_a_number_or_a_date_to_come_or_nothing(
    asked: str | None, meant: float
) -> None:
    assert seconds(asked) == meant


def test_a_date_to_come_is_as_many_seconds_away() -> None:
    assert seconds("Fri, 31 Dec 2100 23:59:59 GMT") > 10**9
