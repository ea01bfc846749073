"""Wheels into the store: what is there is taken, the rest fetched, and one failure ends it all."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from fakes import FakeArchive, World, a_file, world
from manylayers.doors.store import StoredWheel
from manylayers.errors import NetworkError
from manylayers.errors.inputs import DamagedWheelError, HashMismatchError
from manylayers.errors.places import OfflineError
from manylayers.formats.pins import DistributionFile
from manylayers.formats.wheel import WheelFacts
from manylayers.layer.releases import Chosen
from manylayers.stories.doors import Doors
from manylayers.stories.needs import Archives, Fetches
from manylayers.stories.obtain import PARALLEL_FETCHES, obtain, stored
from manylayers.stories.progress import Progress, Silence

MOST = 300.0
"""Seconds after which a test gives up on another thread, on a machine however busy."""


def other_doors(doors: Doors, **others: object) -> Doors:
    """The same doors but for ``others``."""
    return Doors(**(vars(doors) | others))


def chosen(name: str, **more: object) -> Chosen:
    """A wheel whose size, URL or hashes may be told."""
    filename = f"{name}-1.0-py3-none-any.whl"
    file = DistributionFile(**{**a_file(filename)._asdict(), **more})
    return Chosen(name=name, version="1.0", file=file)


def nothing() -> World:
    return world({}, lambda _: {})


@dataclass(kw_only=True)
class Heard:
    """A progress that keeps what it hears."""

    totals: list[int | None] = field(default_factory=list)
    bytes_: list[int] = field(default_factory=list)
    finished: int = 0

    def say(self, text: str) -> None: ...

    def begin(self, total: int | None) -> None:
        self.totals.append(total)

    def advance(self, amount: int) -> None:
        self.bytes_.append(amount)

    def finish(self) -> None:
        self.finished += 1


@dataclass(kw_only=True)
class Line:
    """A fetcher that does with a file what ``acts`` says; others come in until they are stopped."""

    acts: dict[str, Callable[[], None]] = field(default_factory=dict)
    begun: list[str] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    busy: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    ended: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))

    def fetch(
        self, file: DistributionFile, destination: Path, *, on_bytes: Callable[[int], None] = print
    ) -> str:
        name = file.filename.split("-")[0]
        self.begun.append(name)
        if act := self.acts.get(name):
            act()
            return file.sha256 or ""
        self.busy.release()
        try:
            self._trickle(on_bytes)
        except BaseException:
            self.stopped.append(name)
            self.ended.release()
            raise
        raise AssertionError("nobody stopped it")

    def _trickle(self, on_bytes: Callable[[int], None]) -> None:
        until = time.monotonic() + MOST
        while time.monotonic() < until:
            on_bytes(1)
            time.sleep(0.001)


FITS_FETCHES: type[Fetches] = Line
FITS_PROGRESS: type[Progress] = Heard


def test_what_the_store_has_is_not_fetched_and_the_rest_is() -> None:
    there = nothing()
    first, second = chosen("first"), chosen("second")
    obtain([first], there.doors, Silence())
    wheels = obtain([first, second], there.doors, Silence())
    assert there.fetcher.fetched == [first.file.filename, second.file.filename]
    assert {name: wheel.facts.name for name, wheel in wheels.items()} == {
        first.file.filename: "first",
        second.file.filename: "second",
    }
    assert stored([first, chosen("third")], there.doors).keys() == {first.file.filename}


def test_with_everything_there_no_progress_is_begun() -> None:
    there, heard = nothing(), Heard()
    obtain([chosen("first")], there.doors, Silence())
    obtain([chosen("first")], there.doors, heard)
    assert (heard.totals, heard.finished) == ([], 0)


@pytest.mark.parametrize(("sizes", "total"), [((10, 20), 30), ((10, None), None)])
def test_the_total_is_told_where_every_size_is_known(
    sizes: tuple[int | None, ...], total: int | None
) -> None:
    heard = Heard()
    wanted = [chosen(f"demo{at}", size=size) for at, size in enumerate(sizes)]
    obtain(wanted, nothing().doors, heard)
    assert (heard.totals, heard.finished) == ([total], 1)
    assert sum(heard.bytes_) == sum(size or 0 for size in sizes)


def test_a_file_of_unknown_hash_that_turns_out_to_be_there_is_not_verified_again() -> None:
    there = nothing()
    known = chosen("demo")
    obtain([known], there.doors, Silence())
    again = known._replace(file=known.file._replace(hashes={}))

    @dataclass
    class SameBytes:
        def fetch(self, file: DistributionFile, destination: Path, *,
                  on_bytes: Callable[[int], None] = print) -> str:  # fmt: skip
            return known.file.sha256 or ""

    @dataclass
    class Closed(FakeArchive):
        def verify_wheel(
            self, path: Path, *, filename: str, sha256: str | None = None
        ) -> WheelFacts:
            raise AssertionError(f"{filename} is known")

    doors = other_doors(there.doors, fetcher=SameBytes(), archive=Closed())
    assert obtain([again], doors, Silence())[known.file.filename].facts.name == "demo"


@pytest.mark.parametrize(
    "failure",
    [
        NetworkError("the line is dead"),
        HashMismatchError("bad.whl", host="host", expected="a", actual="b"),
        RuntimeError("a bug"),
    ],
)
def test_a_failing_fetch_stops_those_that_run_and_lets_no_other_begin(failure: Exception) -> None:
    line, heard = Line(), Heard()

    def fail() -> None:
        for _ in range(PARALLEL_FETCHES - 1):
            assert line.busy.acquire(timeout=MOST)
        raise failure

    line.acts["bad"] = fail
    others = (chosen(f"demo{at}") for at in range(3 * PARALLEL_FETCHES))
    wanted = [chosen("bad", size=10**6), *others]
    with pytest.raises(type(failure)) as caught:
        obtain(wanted, other_doors(nothing().doors, fetcher=line), heard)
    assert caught.value is failure
    assert sorted(line.stopped) == sorted(set(line.begun) - {"bad"})
    assert len(line.begun) <= PARALLEL_FETCHES + 1
    assert heard.finished == 1


def test_what_was_whole_before_a_failure_stays_in_the_store() -> None:
    there = nothing()
    came = threading.Event()

    def fail() -> None:
        assert came.wait(MOST)
        raise NetworkError("the line is dead")

    class Store:
        """The same store, which says when something came in."""

        find, partial, lock = there.store.find, there.store.partial, there.store.lock
        unsure, learn = there.store.unsure, there.store.learn

        def adopt(self, partial: Path, facts: WheelFacts) -> StoredWheel:
            wheel = there.store.adopt(partial, facts)
            came.set()
            return wheel

    line = Line(acts={"bad": fail, "good": lambda: None})
    doors = other_doors(there.doors, fetcher=line, store=Store())
    with pytest.raises(NetworkError):
        obtain([chosen("bad"), chosen("good")], doors, Silence())
    assert stored([chosen("good"), chosen("bad")], there.doors).keys() == {
        "good-1.0-py3-none-any.whl"
    }


@pytest.mark.skipif(os.name != "posix", reason="signals to a thread are POSIX")
def test_ctrl_c_stops_every_fetch_and_is_passed_on() -> None:
    line, heard = Line(), threading.Event()

    def hear(*_: object) -> None:
        if not heard.is_set():
            heard.set()
            raise KeyboardInterrupt

    def press() -> None:
        for _ in range(3):
            assert line.busy.acquire(timeout=MOST)
        while not heard.wait(0.05):  # one just before the main thread waits would not wake it
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)

    line.acts["press"] = press
    wanted = [chosen("press", size=10**6), *(chosen(f"demo{at}") for at in range(3))]
    before = signal.signal(signal.SIGINT, hear)
    try:
        with pytest.raises(KeyboardInterrupt):
            obtain(wanted, other_doors(nothing().doors, fetcher=line), Silence())
    finally:
        signal.signal(signal.SIGINT, before)
    assert all(line.ended.acquire(timeout=MOST) for _ in range(3))


def test_a_wheel_that_is_damaged_is_not_adopted() -> None:
    @dataclass
    class Distrusting(FakeArchive):
        def verify_wheel(
            self, path: Path, *, filename: str, sha256: str | None = None
        ) -> WheelFacts:
            raise DamagedWheelError(f"{filename} is damaged")

    there = nothing()
    damaged: Archives = Distrusting()
    with pytest.raises(DamagedWheelError):
        obtain([chosen("demo")], other_doors(there.doors, archive=damaged), Silence())
    assert there.store.wheels == {}


def test_a_file_that_holds_another_package_is_refused_each_time() -> None:
    there = nothing()
    wrong = chosen("demo")._replace(name="other")
    for _ in range(2):
        with pytest.raises(DamagedWheelError, match="should be other, and holds demo"):
            obtain([wrong], there.doors, Silence())


@pytest.mark.parametrize(
    ("urls", "words"),
    [
        (["https://host/a"], r"a-1\.0-py3-none-any\.whl is not in the store"),
        (["https://host/a", "https://host/b"], r"a-1\.0-py3-none-any\.whl \(and 1 more\) is"),
        (["file:///a", "https://host/b"], r"^b-1\.0-py3-none-any\.whl is not in the store"),
    ],
)
def test_offline_the_missing_files_are_named_before_anything_is_fetched(
    urls: list[str], words: str
) -> None:
    there = replace(nothing(), offline=True)
    wanted = [chosen(name, url=url) for name, url in zip("ab", urls, strict=False)]
    with pytest.raises(OfflineError, match=words):
        obtain(wanted, there.doors, Silence())
    assert there.fetcher.fetched == []


def test_offline_local_files_are_taken() -> None:
    there = replace(nothing(), offline=True)
    (wheel,) = obtain([chosen("a", url="file:///a")], there.doors, Silence()).values()
    assert wheel.facts.name == "a"
