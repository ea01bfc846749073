"""The whole cache read again: does every file still hold what it held when it was put there?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from manylayers.doors.store import facts_place
from manylayers.doors.store_parts import status
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts
from manylayers.report.cache import CacheVerifyReport, DamagedReport
from manylayers.stories.needs import Archives, Cares, Stores
from manylayers.stories.progress import Progress

PARALLEL = 4
"""Reading, hashing and inflating run without the interpreter; more would only fight for a disk."""


class Outcome(NamedTuple):
    """What reading one wheel has shown: damage of it or of its facts, or facts to be renewed."""

    damage: DamagedReport | None = None
    facts: WheelFacts | None = None


def verify(care: Cares, store: Stores, archive: Archives, progress: Progress) -> CacheVerifyReport:
    """Read every wheel, index page and reading of a layer again.

    What is damaged is removed and named, as far as it can be.

    Facts of another time, of a store that was copied, are renewed.
    """
    wheels, pages, readings = care.wheels(), care.pages(), care.readings()
    progress.say(f"reading {len(wheels)} wheels and {len(pages)} index pages")
    sizes = [care.measure(path) for path in (*wheels, *pages, *readings)]
    with ThreadPoolExecutor(min(PARALLEL, os.cpu_count() or 1)) as pool:
        outcomes = list(pool.map(lambda wheel: _look(wheel, care, archive), wheels))
    renewed = [one.facts for one in outcomes if one.facts]
    for facts in renewed:
        store.learn(facts)
    damaged = [one.damage for one in outcomes if one.damage]
    damaged += [_damage(page, "an index page", care) for page in pages if not care.is_whole(page)]
    damaged += [
        _damage(reading, "what was read of a layer", care)
        for reading in readings
        if not care.is_sealed(reading)
    ]
    return CacheVerifyReport(
        schema="manylayers.cache-verify/1",
        folder=str(care.folder),
        wheels=len(wheels),
        pages=len(pages),
        readings=len(readings),
        size=sum(sizes),
        learnt=len(renewed),
        damaged=tuple(damaged),
        warnings=tuple(_kept(damaged)),
    )


def _look(wheel: Path, care: Cares, archive: Archives) -> Outcome:
    before = status(wheel)
    digest = care.digest(wheel)
    try:
        facts = care.facts(wheel)
    except ValueError:
        if digest == wheel.stem:
            told = "what was learnt of a wheel", str(facts_place(wheel))
            return Outcome(DamagedReport(*told, "its checksum is wrong", care.drop_facts(wheel)))
        facts = None
    if digest != wheel.stem:
        reason = "its content is not what its hash says" if digest else "it can not be read"
        return _wrong(wheel, facts, reason, removed=care.drop_seen(wheel, before))
    if facts is None:
        return Outcome()  # the build that needs it next learns them: it knows the wheel's name
    return _compare(wheel, facts, care, archive)


def _compare(wheel: Path, facts: WheelFacts, care: Cares, archive: Archives) -> Outcome:
    before = status(wheel)
    try:
        again = archive.verify_wheel(wheel, filename=facts.filename, sha256=wheel.stem)
    except UnsafeWheelError as error:
        return _wrong(wheel, facts, error.reason, removed=care.drop_seen(wheel, before))
    except OSError:
        return _wrong(wheel, facts, "it can not be read", removed=care.drop_seen(wheel, before))
    return Outcome() if again == facts and care.is_known(wheel) else Outcome(facts=again)


def _wrong(wheel: Path, facts: WheelFacts | None, reason: str, *, removed: bool) -> Outcome:
    name = facts.filename if facts else "a wheel"
    return Outcome(DamagedReport(name, str(wheel), reason, removed))


def _damage(page: Path, name: str, care: Cares) -> DamagedReport:
    return DamagedReport(name, str(page), "its checksum is wrong", care.drop(page))


def _kept(damaged: Iterable[DamagedReport]) -> Iterable[str]:
    kept = sum(not one.removed for one in damaged)
    if kept:
        yield f"{kept} of them could not be removed: the folder is read-only or in use"
