"""Work begun ahead gives what it gives, once."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from manylayers.hands.ahead import begun

LAYER, OTHER = Path("layer.zip"), Path("other.zip")


class Counting:
    """Tells how often it was asked for a path; fails for what is called ``broken``."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []

    def __call__(self, path: Path) -> int:
        self.asked.append((path.name, threading.current_thread() is threading.main_thread()))
        if path.name == "broken":
            raise OSError("it can't be read")
        return len(self.asked)


def test_what_was_begun_is_given_once_and_then_worked_anew() -> None:
    work = Counting()
    ask = begun(work, [LAYER])

    assert [ask(LAYER), ask(LAYER), ask(OTHER)] == [1, 2, 3]
    assert work.asked == [("layer.zip", False), ("layer.zip", True), ("other.zip", True)]


def test_an_error_is_raised_where_it_is_asked_for() -> None:
    ask = begun(Counting(), [Path("broken"), LAYER])

    with pytest.raises(OSError, match="can't be read"):
        ask(Path("broken"))
    assert ask(LAYER)
