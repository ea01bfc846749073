"""The store looked after: looked through, measured, and what is in it removed.

Only what has a name of the store's own is ever removed, so that a folder of other things, named by
mistake, loses nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from manylayers.doors import store_parts
from manylayers.doors.store import TAG, UNDER_WAY, UV, facts_place, kept_facts, sound_facts
from manylayers.doors.store_parts import TAG_NAME, Part, status
from manylayers.doors.store_useless import Useless, free_locks, useless
from manylayers.errors.places import StoreError
from manylayers.formats.kept_page import page_from_bytes
from manylayers.formats.sealed import unsealed
from manylayers.formats.wheel import WheelFacts
from manylayers.hands.digest import digest
from manylayers.hands.leftovers import random_name, remove
from manylayers.hands.lock import held
from manylayers.hands.reading import content


class StoreCare:
    """The store in ``folder``, which need not be there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    @property
    def resolver_cache(self) -> Path:
        return self.folder.absolute() / UV

    def exists(self) -> bool:
        return os.path.isdir(self.folder)

    def refuse_closed(self) -> None:
        """Raises StoreError where the folder may not be looked into: it would seem empty."""
        if self.exists() and not os.access(self.folder, os.R_OK | os.X_OK):
            raise StoreError(
                f"the cache folder {self.folder} can not be read: permission denied",
                hint="run this as its owner, or name another with --cache-dir",
            )

    def parts(self) -> tuple[Part, ...]:
        return store_parts.parts(self.folder)

    def measure(self, path: Path) -> int:
        return store_parts.measure(path)

    def strangers(self) -> tuple[str, ...]:
        return store_parts.strangers(self.folder)

    def useless(self, older_than: float | None) -> Iterator[Useless]:
        return useless(self.folder, older_than)

    def everything(self) -> Iterator[Useless]:
        """All that is the store's own but its tag, by its part."""
        for path in store_parts.buckets(self.folder):
            yield Useless(store_parts.part_of(path), path, self.measure(path))
        for path in store_parts.passing(self.folder):
            yield Useless("under-way", path, self.measure(path))

    def wheels(self) -> list[Path]:
        return store_parts.wheels(self.folder)

    def pages(self) -> list[Path]:
        return store_parts.pages(self.folder)

    def readings(self) -> list[Path]:
        return list(store_parts.readings(self.folder))

    # -- is it what it was? ------------------------------------------------------------------------

    def digest(self, path: Path) -> str | None:
        """The SHA-256 (hex) of a file; ``None`` when it can't be read."""
        return digest(path)

    def facts(self, wheel: Path) -> WheelFacts | None:
        """What is kept of the ``wheel``, ``None`` for nothing. ValueError when it is damaged."""
        return kept_facts(wheel)

    def is_known(self, wheel: Path) -> bool:
        """Whether a build would take the ``wheel`` without reading it."""
        return sound_facts(wheel) is not None

    def is_whole(self, page: Path) -> bool:
        """Whether a kept index page is as it was kept."""
        try:
            page_from_bytes(content(page))
        except (OSError, ValueError):
            return False
        return True

    def is_sealed(self, reading: Path) -> bool:
        """Whether what was read of a layer is as it was kept."""
        try:
            unsealed(content(reading))
        except (OSError, ValueError):
            return False
        return True

    # -- removing ----------------------------------------------------------------------------------

    def drop(self, path: Path) -> bool:
        """Remove a file or folder of the store, a wheel with its facts; whether it is gone now."""
        if path.suffix == ".whl":
            for facts in store_parts.facts_of(path):
                remove(facts)  # first: without them nobody takes the wheel for whole
        if path.suffix == ".lock":
            with held(path, 0) as got:
                return got
        remove(path)
        return not os.path.lexists(path)

    def drop_seen(self, wheel: Path, seen: os.stat_result | None) -> bool:
        """Remove a damaged wheel, unless another was put there since it was ``seen``."""
        with held(self.folder / UNDER_WAY / f"{wheel.stem}.lock", 0) as got:
            return got and _same(seen, status(wheel)) and self.drop(wheel)

    def drop_facts(self, wheel: Path) -> bool:
        return self.drop(facts_place(wheel))

    def is_ours(self) -> bool:
        """Whether the folder has the tag that manylayers gives its own."""
        try:
            return content(self.folder / TAG_NAME) == TAG
        except OSError:
            return False

    def in_use(self) -> bool:
        """Whether somebody fetches or resolves at this moment."""
        locks = {path for path in store_parts.passing(self.folder) if path.suffix == ".lock"}
        if locks - set(free_locks(self.folder)):
            return True
        lock = self.resolver_cache / ".lock"
        if not os.path.isfile(lock):
            return False
        with held(lock, 0, keep=True) as got:
            return not got

    def take_away(self, path: Path) -> bool:
        """Remove a bucket so that nobody ever sees half of it; whether it is gone."""
        aside = self.folder / UNDER_WAY / f"{random_name()}.part"
        with suppress(OSError):
            aside.parent.mkdir(exist_ok=True)
            path.rename(aside)
            path = aside
        return self.drop(path)

    def close(self) -> None:
        """Remove the folder with its tag where nothing else is left in it."""
        with suppress(OSError):
            (self.folder / UNDER_WAY).rmdir()
        if [path.name for path in store_parts.listed(self.folder)] == [TAG_NAME]:
            with suppress(OSError):
                (self.folder / TAG_NAME).unlink()
                self.folder.rmdir()


def _same(one: os.stat_result | None, other: os.stat_result | None) -> bool:
    return bool(
        one and other and os.path.samestat(one, other) and one.st_mtime_ns == other.st_mtime_ns
    )
