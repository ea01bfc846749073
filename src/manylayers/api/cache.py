"""The library's calls about the cache folder: those of ``manylayers cache``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.api.words import cache_folder_of
from manylayers.doors.store_care import StoreCare
from manylayers.stories import cache as stories

if TYPE_CHECKING:
    from manylayers.report.cache import (
        CacheCleanReport,
        CacheFolderReport,
        CachePruneReport,
        CacheSizeReport,
        CacheVerifyReport,
    )
    from manylayers.stories.progress import Progress


def cache_dir(cache_folder: Path | None = None) -> CacheFolderReport:
    """Where wheels and index pages are kept; nothing is made."""
    return stories.where(_store(cache_folder))


def cache_size(cache_folder: Path | None = None) -> CacheSizeReport:
    """How large the cache and its parts are, in bytes."""
    return stories.size(_readable_store(cache_folder))


def cache_prune(
    cache_folder: Path | None = None, *, older_than: float | None = None, dry_run: bool = False
) -> CachePruneReport:
    """Remove what is of no use any more, and wheels not used for ``older_than`` seconds."""

    def resolver(folder: Path) -> None:
        from manylayers.doors.uv_cache import prune

        prune(folder, os.environ)

    care = _readable_store(cache_folder)
    return stories.prune(care, resolver, older_than=older_than, dry_run=dry_run)


def cache_clean(cache_folder: Path | None = None, *, dry_run: bool = False) -> CacheCleanReport:
    """Remove the whole cache. Raises UsageError for a folder that is none, StoreError in use."""
    return stories.clean(_readable_store(cache_folder), dry_run=dry_run)


def cache_verify(
    cache_folder: Path | None = None, *, progress: Progress | None = None
) -> CacheVerifyReport:
    """Read everything again; what is damaged is removed and named in ``damaged``."""
    from manylayers.doors import archive
    from manylayers.doors.store import Store
    from manylayers.stories.cache_verify import verify
    from manylayers.stories.progress import Silence

    care = _readable_store(cache_folder)
    return verify(care, Store(care.folder), archive, progress or Silence())


def _readable_store(folder: Path | None) -> StoreCare:
    """Raises StoreError for a folder that is there and may not be looked into."""
    care = _store(folder)
    care.refuse_closed()
    return care


def _store(folder: Path | None) -> StoreCare:
    return StoreCare(cache_folder_of(folder))
