"""The doors that a story goes through; `api` hands in the real ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # Protocols have nothing to do at run time
    from manylayers.stories.needs import (
        Archives,
        Fetches,
        Files,
        Lists,
        Outputs,
        Resolves,
        Stores,
    )


class Doors:
    """One of each. A plain class: to make a dataclass of it would take longer than a door opens."""

    def __init__(
        self,
        *,
        resolver: Resolves,
        index: Lists,
        fetcher: Fetches,
        store: Stores,
        archive: Archives,
        output: Outputs,
        files: Files,
        offline: bool,
    ) -> None:
        self.resolver = resolver
        self.index = index
        self.fetcher = fetcher
        self.store = store
        self.archive = archive
        self.output = output
        self.files = files
        self.offline = offline
