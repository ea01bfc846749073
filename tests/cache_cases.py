"""What the commands about the cache have to say, made up for the golden files."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from manylayers.render.cache import (
    cache_size_text,
    clean_text,
    folder_text,
    prune_text,
    verify_text,
)
from manylayers.render.style import Style
from manylayers.report.cache import (
    CacheCleanReport,
    CacheFolderReport,
    CachePartReport,
    CachePruneReport,
    CacheSizeReport,
    CacheVerifyReport,
    DamagedReport,
    RemovedReport,
)

DIGEST = "0123456789abcdef" * 4
CACHE = "/home/ann/.cache/manylayers"
CACHE_FOLDER = CacheFolderReport(schema="manylayers.cache-dir/1", folder=CACHE, exists=False)
CACHE_SIZE = CacheSizeReport(
    schema="manylayers.cache-size/1",
    folder=CACHE,
    size=431_000_000,
    parts=(
        CachePartReport("wheels", 214, 412_300_000),
        CachePartReport("index", 61, 17_000_000),
        CachePartReport("resolver", 1_204, 1_690_000),
        CachePartReport("under-way", 1, 10_000),
    ),
)
PRUNED = CachePruneReport(
    schema="manylayers.cache-prune/1",
    folder=CACHE,
    dry_run=False,
    freed=61_010_000,
    removed=(
        RemovedReport("abandoned downloads", 1, 10_000),
        RemovedReport("wheels not used for so long", 12, 61_000_000),
    ),
    warnings=("uv could not prune its cache: it is in use",),
)
CLEANED = CacheCleanReport(
    schema="manylayers.cache-clean/1",
    folder=CACHE,
    dry_run=True,
    freed=431_000_000,
    removed=(RemovedReport("wheels", 214, 412_300_000), RemovedReport("index", 61, 18_700_000)),
    left=("a.txt", "b.txt", "c.txt", "d.txt"),
    warnings=(),
)
VERIFIED = CacheVerifyReport(
    schema="manylayers.cache-verify/1",
    folder=CACHE,
    wheels=214,
    pages=61,
    readings=4,
    size=429_300_000,
    learnt=3,
    damaged=(
        DamagedReport(
            "numpy-2.2.6-cp312-cp312-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
            f"{CACHE}/wheels-v1/01/{DIGEST}.whl",
            "its content is not what its hash says",
            removed=True,
        ),
        DamagedReport(
            "an index page",
            f"{CACHE}/index-v2/{DIGEST}",
            "its checksum is wrong",
            removed=False,
        ),
    ),
    warnings=("1 of them could not be removed: the folder is read-only or in use",),
)

CACHE_CASES: dict[str, tuple[Callable[[Any, Style], str], Any]] = {
    "cache-dir": (folder_text, CACHE_FOLDER),
    "cache-size": (cache_size_text, CACHE_SIZE),
    "cache-prune": (prune_text, PRUNED),
    "cache-prune-nothing": (prune_text, PRUNED._replace(removed=(), freed=0, warnings=())),
    "cache-clean": (clean_text, CLEANED),
    "cache-verify": (verify_text, VERIFIED),
}
