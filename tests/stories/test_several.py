"""Several at once: each on its own, in order, and a bug or Ctrl-C ends them all."""

from __future__ import annotations

import threading

import pytest

from manylayers.checks.finding import Finding
from manylayers.errors import ManylayersError, NetworkError
from manylayers.errors.layers import LayerTooLargeError
from manylayers.report.several import ErrorReport
from manylayers.stories.several import PARALLEL_BUILDS, each, error_report

DEAD = NetworkError("the line is dead", hint="wait", details=("a", "b"))


def test_what_comes_out_stands_in_the_order_it_was_asked_for() -> None:
    last_first = threading.Event()

    def tell(number: int) -> int:
        if number == 3:
            last_first.set()
        assert last_first.wait(20)
        return number * 10

    assert each([1, 2, 3], tell, str) == ((10, 20, 30), ())


def test_a_failure_stops_no_other_and_is_told_with_its_subject() -> None:
    def tell(name: str) -> str:
        if name == "bad":
            raise DEAD
        return name.upper()

    told, failed = each(["a", "bad", "c"], tell, lambda name: f"dist/{name}.zip")
    assert told == ("A", "C")
    assert failed == (
        ErrorReport(
            schema="manylayers.error/1",
            code="network",
            message="the line is dead",
            hint="wait",
            details=("a", "b"),
            exit_status=4,
            subject="dist/bad.zip",
        ),
    )


def test_nothing_asked_is_nothing_told() -> None:
    assert each([], str, str) == ((), ())


@pytest.mark.parametrize("end", [ValueError("a bug"), KeyboardInterrupt()])
def test_a_bug_or_an_interrupt_lets_no_further_one_begin(end: BaseException) -> None:
    begun: list[int] = []
    ended = threading.Event()

    def tell(number: int) -> int:
        begun.append(number)
        if number == 0:
            ended.set()
            raise end
        assert ended.wait(20)
        return number

    with pytest.raises(type(end)):
        each(range(1000), tell, str)
    assert len(begun) < 1000


def test_only_a_few_run_at_a_time() -> None:
    running, most = 0, 0
    counting = threading.Lock()
    full = threading.Barrier(PARALLEL_BUILDS)

    def tell(number: int) -> int:
        nonlocal running, most
        with counting:
            running += 1
            most = max(most, running)
        full.wait(20)
        with counting:
            running -= 1
        return number

    each(range(2 * PARALLEL_BUILDS), tell, str)
    assert most == PARALLEL_BUILDS


def test_the_findings_behind_an_error_are_in_its_report() -> None:
    finding = Finding("S301", "error", "too large")
    error = LayerTooLargeError("too large", hint="less", findings=(finding, "no finding"))
    assert error_report(error).findings == (finding,)
    assert error_report(ManylayersError("plain")).findings == ()
