"""The real doors for a workplace, each opened when a story first goes through it."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.api.words import cache_folder_of
from manylayers.doors import files, output
from manylayers.doors.store import Store
from manylayers.options import IndexSettings, Workplace
from manylayers.stories.doors import Doors

if TYPE_CHECKING:
    from manylayers.doors.fetch import Fetcher
    from manylayers.doors.index import Index, ProjectListing
    from manylayers.doors.question import Question
    from manylayers.doors.resolve import Answer, Resolver
    from manylayers.formats.pins import DistributionFile
    from manylayers.formats.wheel import WheelFacts, WheelMember
    from manylayers.hands.web import WebSession


def open_doors(place: Workplace) -> Doors:
    """Real doors for ``place``. Nothing is read, written, asked or even imported yet."""
    store = Store(place.cache_folder)
    later = _Later(place, store)
    return Doors(
        resolver=later,
        index=later,
        fetcher=later,
        store=store,
        archive=later,
        output=output,
        files=files,
        offline=place.settings.offline,
    )


class _Later:
    """The doors a warm build goes through rarely or never, each opened when it first is.

    What they import would take longer than the build itself.
    """

    def __init__(self, place: Workplace, store: Store) -> None:
        self._place = place
        self._store = store

    @cached_property
    def _session(self) -> WebSession:
        from manylayers.hands.web import WebSession

        settings = self._place.settings
        session = WebSession(self._place.environment, offline=settings.offline)
        for place in (settings.default_url or "", *settings.extra_urls, *settings.find_links):
            session.remember(place)
        return session

    @cached_property
    def _resolver(self) -> Resolver:
        from manylayers.doors.resolve import Resolver

        place, cache = self._place, self._store.uv_cache
        return Resolver(place.settings, cache, place.environment, self._session, self._look_into)

    def _look_into(self, urls: Sequence[str]) -> list[int]:
        from manylayers.stories.unseen import look_into

        return look_into(urls, store=self._store, fetcher=self, archive=self)

    @cached_property
    def _index(self) -> Index:
        from manylayers.doors.index import Index

        return Index(self._place.settings, self._session, self._store.index_cache)

    @cached_property
    def _fetcher(self) -> Fetcher:
        from manylayers.doors.fetch import Fetcher

        return Fetcher(self._session)

    def resolve(self, question: Question) -> Answer:
        return self._resolver.resolve(question)

    def listing(self, name: str) -> ProjectListing:
        return self._index.listing(name)

    def local(self, name: str) -> tuple[DistributionFile, ...]:
        return self._index.local(name)

    def fetch(
        self,
        file: DistributionFile,
        destination: Path,
        *,
        on_bytes: Callable[[int], None] = lambda _: None,
    ) -> str:
        return self._fetcher.fetch(file, destination, on_bytes=on_bytes)

    def verify_wheel(self, path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
        from manylayers.doors.archive import verify_wheel

        return verify_wheel(path, filename=filename, sha256=sha256)

    def refuse_bomb(self, path: Path, *, filename: str) -> tuple[str, ...]:
        from manylayers.doors.archive import refuse_bomb

        return refuse_bomb(path, filename=filename)

    def read_member(self, path: Path, member: WheelMember) -> bytes:
        from manylayers.doors.archive import read_member

        return read_member(path, member)


def workplace(index: IndexSettings | None, cache_folder: Path | None) -> Workplace:
    """This process's environment with what was named of the rest. Raises UsageError, StoreError."""
    folder = cache_folder_of(cache_folder)
    settings = index or IndexSettings()
    return Workplace(cache_folder=folder, settings=settings, environment=dict(os.environ))
