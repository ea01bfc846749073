"""The cache looked after: how large it is, what can go, whether it is what it was."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from manylayers.doors.store_useless import Useless
from manylayers.errors import ManylayersError, UsageError
from manylayers.errors.places import StoreError
from manylayers.report.cache import (
    CacheCleanReport,
    CacheFolderReport,
    CachePartReport,
    CachePruneReport,
    CacheSizeReport,
    RemovedReport,
)
from manylayers.stories.needs import Cares

RESOLVER = "what the resolver needs no more"


def where(care: Cares) -> CacheFolderReport:
    """The folder, there or not."""
    return CacheFolderReport(
        schema="manylayers.cache-dir/1", folder=str(care.folder), exists=care.exists()
    )


def size(care: Cares) -> CacheSizeReport:
    """Its parts and their sizes."""
    parts = tuple(CachePartReport(*part) for part in care.parts())
    return CacheSizeReport(
        schema="manylayers.cache-size/1",
        folder=str(care.folder),
        size=sum(part.size for part in parts),
        parts=parts,
    )


def prune(
    care: Cares, resolver: Callable[[Path], None], *, older_than: float | None, dry_run: bool
) -> CachePruneReport:
    """Remove what no build will miss, or with ``older_than`` seconds what none has used since.

    ``resolver`` prunes the resolver's cache by its own means; where it can't, that is a warning.
    """
    found = list(care.useless(older_than))
    gone, stayed = _remove(found, care.drop, dry_run=dry_run)
    warnings = tuple(_stayed(stayed))
    if care.resolver_cache.is_dir() and not dry_run:
        before = care.measure(care.resolver_cache)
        try:
            resolver(care.resolver_cache)
        except ManylayersError as error:
            warnings += (error.message,)
        freed = before - care.measure(care.resolver_cache)
        gone += [Useless(RESOLVER, care.resolver_cache, freed)] if freed > 0 else []
    return CachePruneReport(
        schema="manylayers.cache-prune/1",
        folder=str(care.folder),
        dry_run=dry_run,
        freed=sum(one.size for one in gone),
        removed=_by_kind(gone),
        warnings=warnings,
    )


def clean(care: Cares, *, dry_run: bool) -> CacheCleanReport:
    """Remove all that is manylayers' own. Other files in the folder stay, and the folder with them.

    Raises UsageError for a folder without our tag, StoreError while a build uses it.
    """
    if any(care.everything()) and not care.is_ours():
        raise UsageError(
            f"{care.folder} is not known to be a cache of manylayers: "
            "its CACHEDIR.TAG is not the one that it would have",
            hint="name the right folder with --cache-dir, or remove this one yourself",
        )
    if care.in_use():
        raise StoreError(
            f"a build fetches into the cache folder {care.folder} at this moment",
            hint="wait until it has ended, then run this again",
        )
    parts, left = care.parts(), care.strangers()
    gone, stayed = _remove(list(care.everything()), care.take_away, dry_run=dry_run)
    kinds = {one.what for one in gone}
    if not dry_run and care.is_ours():
        care.close()
    return CacheCleanReport(
        schema="manylayers.cache-clean/1",
        folder=str(care.folder),
        dry_run=dry_run,
        freed=sum(one.size for one in gone),
        removed=tuple(RemovedReport(*part) for part in parts if part.part in kinds),
        left=left,
        warnings=tuple(_stayed(stayed)),
    )


def _remove(
    found: Iterable[Useless], remove: Callable[[Path], bool], *, dry_run: bool
) -> tuple[list[Useless], list[Useless]]:
    """What is gone, or would be, and what the disk kept."""
    gone: list[Useless] = []
    stayed: list[Useless] = []
    for one in found:
        (gone if dry_run or remove(one.path) else stayed).append(one)
    return gone, stayed


def _by_kind(gone: Iterable[Useless]) -> tuple[RemovedReport, ...]:
    kinds: dict[str, RemovedReport] = {}
    for one in gone:
        told = kinds.get(one.what, RemovedReport(one.what, 0, 0))
        kinds[one.what] = RemovedReport(one.what, told.entries + 1, told.size + one.size)
    return tuple(kinds.values())


def _stayed(stayed: Iterable[Useless]) -> Iterator[str]:
    for one in stayed:
        yield f"{one.path} could not be removed, it is in use or the disk is read-only"
