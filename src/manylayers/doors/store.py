"""The store: wheels that were verified whole, by their content, and caches beside them.

```
CACHEDIR.TAG            backup programs pass it over
wheels-v1/ab/abcd….whl  a wheel under its SHA-256
wheels-v1/ab/abcd….6.facts  what was learnt of it, sealed; an entry counts only with both
index-v2/               index pages with their validators, sealed
uv-v1/                  the resolver's own cache
layers-v1/ab/abcd…      what was read of the layer with this SHA-256, sealed
uv-v1.notes             what its files were when it was last used
tmp/                    downloads under way, and locks of who brings in what
```

The name of a bucket and of facts carries the version of their format; another version is another
name, so that old and new releases share one store. A change of the facts' file is
the wheel's last use, by the day. What stands in the way of an entry or a bucket, a folder for a
file or the reverse, is removed.
"""

import contextlib
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple

from manylayers.errors import reason_of
from manylayers.errors.places import StoreError, cache_error
from manylayers.formats.sealed import sealed, unsealed
from manylayers.formats.wheel import WheelFacts
from manylayers.formats.wheel_facts import FACTS_VERSION, facts_from_bytes, facts_to_bytes
from manylayers.hands.disk import clear, under_way
from manylayers.hands.leftovers import random_name, remove
from manylayers.hands.lock import held
from manylayers.hands.reading import content

WHEELS, INDEX, UV, LAYERS, UNDER_WAY = "wheels-v1", "index-v2", "uv-v1", "layers-v1", "tmp"
LOCK_SECONDS = 600.0
"""The longest another process may hold an entry: a large wheel over a slow line."""
ABANDONED_SECONDS = 3600.0
"""A download that has not written for so long is nobody's any more."""
USE_SECONDS = 86_400.0
"""How exactly the last use of a wheel is known: to note each would write to the disk each time."""

TAG = b"Signature: 8a477f597d28d172789f06886806bc55\n# the cache of manylayers; may be deleted\n"


def default_cache_folder(environment: Mapping[str, str]) -> Path:
    """``MANYLAYERS_CACHE_DIR``, else the platform's folder for caches. Or StoreError."""
    if named := environment.get("MANYLAYERS_CACHE_DIR"):
        return Path(named)
    from platformdirs import user_cache_path

    try:
        return user_cache_path("manylayers", appauthor=False)
    except RuntimeError as error:  # a user whom the system has no home for
        raise cache_error("in the home folder", "there is no home folder") from error


class StoredWheel(NamedTuple):
    """A wheel in the store and what is known of it."""

    path: Path
    facts: WheelFacts


class Store:
    """A store in ``folder``, which is made when something is first put in."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept = False

    @property
    def uv_cache(self) -> Path:
        return self._folder.absolute() / UV

    @property
    def index_cache(self) -> Path:
        return self._folder / INDEX

    def find(self, sha256: str) -> StoredWheel | None:
        """The wheel with this hash (hex); ``None`` when it is not here whole and readable.

        Content is not hashed again: an entry was verified on its way in. Its size and the time of
        its last change are held against what they were then, and the facts against their seal.
        """
        path = self._wheel(sha256)
        facts = sound_facts(path)
        if facts is None or facts.sha256 != sha256 or not os.access(path, os.R_OK):
            return None
        _note_use(facts_place(path))
        return StoredWheel(path=path, facts=facts)

    def unsure(self, sha256: str) -> Path | None:
        """The file that should be the wheel with this hash, for who wants to read it anew."""
        path = self._wheel(sha256)
        return path if os.path.isfile(path) else None  # no error where it may not be looked at

    def learn(self, facts: WheelFacts) -> StoredWheel:
        """Keep ``facts`` beside the wheel they were read of; where that can't be, only for now."""
        path = self._wheel(facts.sha256)
        with contextlib.suppress(OSError):
            self._make(self._folder / UNDER_WAY)
            self._write_facts(path, facts)
        return StoredWheel(path=path, facts=facts)

    @contextlib.contextmanager
    def partial(self) -> Iterator[Path]:
        """A path for a file under way, on the store's file system; gone after the block."""
        with self._refusals():
            self._make(self._folder / UNDER_WAY)
        self._sweep()
        with under_way(self._temporary()) as path:
            yield path

    def adopt(self, partial: Path, facts: WheelFacts) -> StoredWheel:
        """Take the verified file at ``partial`` in. Raises StoreError when the disk refuses.

        The wheel is synced and renamed before its facts are, and only both together count: a
        crash in between leaves something that `find` does not see.
        """
        path = self._wheel(facts.sha256)
        with self._refusals():
            self._make(path.parent)
            _sync(partial)
            os.replace(partial, clear(path))
            self._write_facts(path, facts)
        return StoredWheel(path=path, facts=facts)

    def recall(self, sha256: str) -> bytes | None:
        """What was kept of the layer with this hash (hex); ``None`` without it, or damaged."""
        path = self._layer(sha256)
        try:
            told = unsealed(content(path))
        except (OSError, ValueError):
            return None
        _note_use(path)
        return told

    def keep(self, sha256: str, reading: bytes) -> None:
        """Keep what was read of a layer; where that can't be, it will be read again."""
        path = self._layer(sha256)
        with contextlib.suppress(OSError):
            self._make(self._folder / UNDER_WAY)
            self._make(path.parent)
            with under_way(self._temporary()) as beside:
                beside.write_bytes(sealed(reading))
                os.replace(beside, clear(path))

    def _layer(self, sha256: str) -> Path:
        return self._folder / LAYERS / sha256[:2] / sha256

    def _write_facts(self, path: Path, facts: WheelFacts) -> None:
        with under_way(self._temporary()) as beside:
            changed = path.stat().st_mtime_ns
            beside.write_bytes(sealed(b"%d\n%s" % (changed, facts_to_bytes(facts))))
            os.replace(beside, clear(facts_place(path)))

    def _temporary(self) -> Path:
        return self._folder / UNDER_WAY / f"{random_name()}.part"

    def _sweep(self) -> None:
        """Once, remove what processes that were killed have left."""
        if not self._swept:
            self._swept = True
            sweep(self._folder / UNDER_WAY)

    @contextlib.contextmanager
    def lock(self, key: str) -> Iterator[None]:
        """Held while one process brings in what ``key`` names; others wait, then look again.

        Raises StoreError when they would wait too long.
        """
        with self._refusals():
            self._make(self._folder / UNDER_WAY)
        with held(self._folder / UNDER_WAY / f"{key}.lock", LOCK_SECONDS) as got:
            if not got:
                raise StoreError(
                    f"another process has been fetching {key} into {self._folder} "
                    f"for {LOCK_SECONDS / 60:.0f} minutes",
                    hint="end it if it hangs, and run this again",
                )
            yield

    def _wheel(self, sha256: str) -> Path:
        return self._folder / WHEELS / sha256[:2] / f"{sha256}.whl"

    def _make(self, folder: Path) -> None:
        """Make ``folder``, one of the store's, and the store itself where there is none yet."""
        place = self._folder
        place.mkdir(parents=True, exist_ok=True)
        for name in folder.relative_to(place).parts:
            place /= name
            _make_one(place)
        with contextlib.suppress(OSError):  # a store without a tag does as well
            mark(self._folder)

    def _refusals(self) -> AbstractContextManager[None]:
        return refusals(self._folder)


@contextlib.contextmanager
def refusals(folder: Path) -> Iterator[None]:
    """Turns the disk's refusals to write inside the block into a StoreError about ``folder``."""
    try:
        yield
    except OSError as error:
        raise cache_error(str(folder), reason_of(error)) from error


def sweep(folder: Path) -> None:
    """Remove from ``folder`` what processes that were killed have left: downloads and locks."""
    before = time.time() - ABANDONED_SECONDS
    with contextlib.suppress(OSError):
        for path in folder.iterdir():
            with contextlib.suppress(OSError):
                if path.lstat().st_mtime < before:
                    discard(path)


def discard(path: Path) -> None:
    """Remove a download, or a lock that nobody holds."""
    if path.suffix == ".part":
        remove(path)
    elif path.suffix == ".lock":
        with held(path, 0) as got:
            if got:
                remove(path)  # no lock where it is no file


def facts_place(wheel: Path) -> Path:
    """Where the facts of the ``wheel`` are, as this release writes them."""
    return wheel.with_suffix(f".{FACTS_VERSION}.facts")


def sound_facts(wheel: Path) -> WheelFacts | None:
    """What is known of the file at ``wheel``; ``None`` when either was written to since."""
    try:
        facts, changed = _read(unsealed(content(facts_place(wheel))))
        status = wheel.stat()
    except (OSError, ValueError):
        return None
    return facts if (status.st_size, status.st_mtime_ns) == (facts.size, changed) else None


def kept_facts(wheel: Path) -> WheelFacts | None:
    """The facts beside ``wheel``, of whatever time; ``None`` without any.

    ValueError when they are damaged; those of another version of manylayers count as none.
    """
    try:
        told = unsealed(content(facts_place(wheel)))
    except OSError:
        return None
    try:
        return _read(told)[0]
    except ValueError:
        return None


def mark(folder: Path) -> None:
    """Make the tag in ``folder`` that says what it is; one that somebody else made is left."""
    tag = folder / "CACHEDIR.TAG"
    if not tag.exists() or (len(there := content(tag)) < len(TAG) and TAG.startswith(there)):
        tag.write_bytes(TAG)


def _note_use(facts: Path) -> None:
    now = time.time()
    with contextlib.suppress(OSError):  # a store may be read-only
        if now - os.stat(facts).st_mtime > USE_SECONDS:
            os.utime(facts, (now, now))


def _make_one(folder: Path) -> None:
    try:
        folder.mkdir(exist_ok=True)
    except FileExistsError:
        remove(folder)
        folder.mkdir(exist_ok=True)


def _read(told: bytes) -> tuple[WheelFacts, int]:
    """The facts, and the time (ns) of the wheel's last change when they were learnt."""
    changed, _, facts = told.partition(b"\n")
    return facts_from_bytes(facts), int(changed)


def _sync(path: Path) -> None:
    """Data before name: without it a power cut could leave a whole name with half its bytes."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
