"""The doors that a story goes through; `api` hands in the real ones."""

from __future__ import annotations

from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Doors:
    """One of each."""

    resolver: Resolves
    index: Lists
    fetcher: Fetches
    store: Stores
    archive: Archives
    output: Outputs
    files: Files
    offline: bool
