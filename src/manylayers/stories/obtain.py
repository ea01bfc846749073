"""From chosen files to verified wheels in the store: what is there is taken, the rest fetched."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from manylayers.doors.store import StoredWheel
from manylayers.errors.inputs import DamagedWheelError, UnsafeWheelError
from manylayers.errors.places import OfflineError
from manylayers.formats.pins import DistributionFile, normalized
from manylayers.layer.releases import Chosen
from manylayers.stories.doors import Doors
from manylayers.stories.progress import Progress

PARALLEL_FETCHES = 8
"""Enough to fill a line with small wheels; an index sees no more than from a browser."""


Brought = TypeVar("Brought")


class _StoppedError(Exception):
    """Ends the other fetches once one failed or somebody pressed Ctrl-C."""


class Meter:
    """Passes bytes on to the progress, and stops the thread that counts them when told to."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self.stopped = False

    def __call__(self, amount: int) -> None:
        if self.stopped:
            raise _StoppedError
        self._progress.advance(amount)


def stored(chosen: Sequence[Chosen], doors: Doors) -> dict[str, StoredWheel]:
    """Those of ``chosen`` that the store already has, by file name; nothing is fetched."""
    hashes = ((one, one.file.sha256) for one in chosen)
    found = {one.file.filename: doors.store.find(sha256) for one, sha256 in hashes if sha256}
    return {filename: wheel for filename, wheel in found.items() if wheel}


def obtain(chosen: Sequence[Chosen], doors: Doors, progress: Progress) -> dict[str, StoredWheel]:
    """A verified wheel for each of ``chosen``, by file name.

    Raises NetworkError, OfflineError, or an InputError for a file that is not what it should be;
    then no other download goes on.
    """
    wheels = stored(chosen, doors)
    missing = [one.file for one in chosen if one.file.filename not in wheels]
    if missing:
        wheels |= _read_again(missing, doors, progress)
        missing = [file for file in missing if file.filename not in wheels]
    if missing:
        _refuse_offline(missing, doors)
        fetched = in_parallel(missing, lambda file, meter: _fetch(file, doors, meter), progress)
        wheels |= {file.filename: fetched[file.url] for file in missing}
    for one in chosen:
        _same_package(one, wheels[one.file.filename])
    return wheels


def _read_again(
    files: Sequence[DistributionFile], doors: Doors, progress: Progress
) -> dict[str, StoredWheel]:
    """Wheels whose facts are gone, old or of another time, while their content is what it was."""
    found = {}
    for file in files:
        path = doors.store.unsure(file.sha256) if file.sha256 else None
        if path is None:
            continue
        progress.say(f"reading {file.filename} in the store again")
        try:
            facts = doors.archive.verify_wheel(path, filename=file.filename)
        except (UnsafeWheelError, OSError):
            continue
        if facts.sha256 == file.sha256:
            found[file.filename] = doors.store.learn(facts)
    return found


def _refuse_offline(missing: Sequence[DistributionFile], doors: Doors) -> None:
    remote = [file for file in missing if not file.url.startswith("file:")]
    if doors.offline and remote:
        first = remote[0]
        more = f" (and {len(remote) - 1} more)" if len(remote) > 1 else ""
        damaged = first.sha256 and doors.store.unsure(first.sha256)
        what = "is damaged in the store" if damaged else "is not in the store"
        raise OfflineError(f"{first.filename}{more} {what}", "fetching it")


def in_parallel(
    files: Sequence[DistributionFile],
    bring: Callable[[DistributionFile, Meter], Brought],
    progress: Progress,
) -> dict[str, Brought]:
    """What ``bring`` gives for each file, by its URL; one failure ends them all."""
    from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait

    sizes = [file.size for file in files]
    progress.begin(None if None in sizes else sum(size or 0 for size in sizes))
    meter = Meter(progress)
    largest_first = sorted(files, key=lambda file: -(file.size or 0))
    with ThreadPoolExecutor(max_workers=PARALLEL_FETCHES) as pool:
        try:
            futures = {pool.submit(bring, file, meter): file for file in largest_first}
            finished, _ = wait(futures, return_when=FIRST_EXCEPTION)
            return {futures[future].url: future.result() for future in finished}
        finally:
            meter.stopped = True
            pool.shutdown(wait=True, cancel_futures=True)
            progress.finish()


def _fetch(file: DistributionFile, doors: Doors, meter: Meter) -> StoredWheel:
    with doors.store.lock(file.sha256 or file.filename):
        if file.sha256 and (wheel := doors.store.find(file.sha256)):
            return wheel
        with doors.store.partial() as partial:
            sha256 = doors.fetcher.fetch(file, partial, on_bytes=meter)
            if wheel := doors.store.find(sha256):
                return wheel
            facts = doors.archive.verify_wheel(partial, filename=file.filename, sha256=sha256)
            return doors.store.adopt(partial, facts)


def _same_package(chosen: Chosen, wheel: StoredWheel) -> None:
    if normalized(wheel.facts.name) != chosen.name:
        raise DamagedWheelError(
            f"{chosen.file.filename} should be {chosen.name}, and holds {wheel.facts.name}",
            hint="the index or lock that names this file is wrong; ask its owner",
        )
