"""What the commands about the cache folder have to say. Sizes are bytes, paths are the disk's."""

from typing import Literal, NamedTuple


class CacheFolderReport(NamedTuple):
    """Where the cache is, or will be."""

    schema: Literal["manylayers.cache-dir/1"]
    folder: str
    exists: bool


class CachePartReport(NamedTuple):
    """One part of the cache: ``wheels``, ``index``, ``resolver``, ``under-way``, ``other-formats``
    or ``other``. ``entries`` are wheels or pages, else files."""

    part: str
    entries: int
    size: int


class CacheSizeReport(NamedTuple):
    """How large the cache is, part by part."""

    schema: Literal["manylayers.cache-size/1"]
    folder: str
    size: int
    parts: tuple[CachePartReport, ...]


class RemovedReport(NamedTuple):
    """Files of one kind that were removed, or with ``--dry-run`` would be."""

    what: str
    entries: int
    size: int


class CachePruneReport(NamedTuple):
    """What was of no use any more."""

    schema: Literal["manylayers.cache-prune/1"]
    folder: str
    dry_run: bool
    freed: int
    removed: tuple[RemovedReport, ...]
    warnings: tuple[str, ...]


class CacheCleanReport(NamedTuple):
    """What was removed of a whole cache; ``left`` names what is not manylayers' own."""

    schema: Literal["manylayers.cache-clean/1"]
    folder: str
    dry_run: bool
    freed: int
    removed: tuple[RemovedReport, ...]
    left: tuple[str, ...]
    warnings: tuple[str, ...]


class DamagedReport(NamedTuple):
    """A file that is not what it was. ``name`` is the wheel's or what it is; ``path`` the place."""

    name: str
    path: str
    reason: str
    removed: bool


class CacheVerifyReport(NamedTuple):
    """What reading everything again has shown; ``learnt`` wheels had their facts renewed.

    ``readings`` are what was read of layers.
    """

    schema: Literal["manylayers.cache-verify/1"]
    folder: str
    wheels: int
    pages: int
    readings: int
    size: int
    learnt: int
    damaged: tuple[DamagedReport, ...]
    warnings: tuple[str, ...]
