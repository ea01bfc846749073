"""The store: wheels that were verified whole, by their content, and caches beside them.

```
CACHEDIR.TAG            backup programs pass it over
wheels-v1/ab/abcd….whl  a wheel under its SHA-256
wheels-v1/ab/abcd….facts  what was learnt of it; an entry counts only with both
index-v1/               index pages with their validators
uv-v1/                  the resolver's own cache
tmp/                    downloads under way
```

A bucket's name carries the version of its format; another version is another bucket, so that old
and new releases share one store.
"""

import contextlib
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from manylayers.errors import StoreError
from manylayers.formats.wheel import WheelFacts
from manylayers.formats.wheel_facts import facts_from_bytes, facts_to_bytes
from manylayers.hands.disk import random_name

WHEELS, INDEX, UV = "wheels-v1", "index-v1", "uv-v1"
LOCK_SECONDS = 600.0
"""The longest another process may hold an entry: a large wheel over a slow line."""

TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# the cache of manylayers; may be deleted\n"


def default_cache_folder(environment: Mapping[str, str]) -> Path:
    """``MANYLAYERS_CACHE_DIR``, else the platform's folder for caches."""
    if named := environment.get("MANYLAYERS_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    return user_cache_path("manylayers", appauthor=False)


class StoredWheel(NamedTuple):
    """A wheel in the store and what is known of it."""

    path: Path
    facts: WheelFacts


class Store:
    """A store in ``folder``, which is made when something is first put in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def uv_cache(self) -> Path:
        return self._folder.absolute() / UV

    @property
    def index_cache(self) -> Path:
        return self._folder / INDEX

    def find(self, sha256: str) -> StoredWheel | None:
        """The wheel with this hash (hex); ``None`` when it is not here whole and readable.

        Content is not hashed again: an entry was verified on its way in, and its size is held
        against what was learnt then.
        """
        path = self._wheel(sha256)
        try:
            facts = facts_from_bytes(path.with_suffix(".facts").read_bytes())
            if path.stat().st_size != facts.size or facts.sha256 != sha256:
                return None
        except (OSError, ValueError):
            return None
        return StoredWheel(path=path, facts=facts)

    @contextlib.contextmanager
    def partial(self) -> Iterator[Path]:
        """A path for a file under way, on the store's file system; gone after the block."""
        with self._refusals():
            self._make(self._folder / "tmp")
        path = self._folder / "tmp" / f"{random_name()}.part"
        try:
            yield path
        finally:
            with contextlib.suppress(OSError):
                path.unlink()

    def adopt(self, partial: Path, facts: WheelFacts) -> StoredWheel:
        """Take the verified file at ``partial`` in. Raises StoreError when the disk refuses.

        The wheel is synced and renamed before its facts are, and only both together count: a
        crash in between leaves something that `find` does not see.
        """
        path = self._wheel(facts.sha256)
        with self._refusals():
            self._make(path.parent)
            _sync(partial)
            os.replace(partial, path)
            beside = path.with_suffix(f".{random_name()}.part")
            beside.write_bytes(facts_to_bytes(facts))
            os.replace(beside, path.with_suffix(".facts"))
        return StoredWheel(path=path, facts=facts)

    def lock(self, key: str) -> AbstractContextManager[object]:
        """Held while one process brings in what ``key`` names; others wait, then look again."""
        from filelock import FileLock

        with self._refusals():
            self._make(self._folder / "tmp")
        return FileLock(self._folder / "tmp" / f"{key}.lock", timeout=LOCK_SECONDS)

    def _wheel(self, sha256: str) -> Path:
        return self._folder / WHEELS / sha256[:2] / f"{sha256}.whl"

    def _make(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        tag = self._folder / "CACHEDIR.TAG"
        if not tag.exists():
            tag.write_bytes(TAG)

    @contextlib.contextmanager
    def _refusals(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            raise StoreError(
                f"the cache folder {self._folder} can not be written: {reason}",
                hint="name another with --cache-dir or MANYLAYERS_CACHE_DIR",
            ) from error


def _sync(path: Path) -> None:
    """Data before name: without it a power cut could leave a whole name with half its bytes."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
