"""One side of a diff, read: a zip, a folder or a lock."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Literal, NamedTuple

from manylayers.errors import UsageError
from manylayers.formats.pins import normalized
from manylayers.formats.wheel_build import build_of_filename
from manylayers.layer.difference import Package, packages_in
from manylayers.options import Locked
from manylayers.stories.locked import unlock
from manylayers.target import find_target

if TYPE_CHECKING:
    from manylayers.formats.pylock import Lock, LockedPackage
    from manylayers.layer.carried import Carried
    from manylayers.stories.needs import Alike, Layers, Locks
    from manylayers.target import Target


class Side(NamedTuple):
    """One of the two, read. ``carried`` is ``None`` for a lock."""

    path: Path
    kind: Literal["zip", "folder", "lock"]
    packages: tuple[Package, ...]
    carried: Carried | None = None


class Readers(NamedTuple):
    """The doors of a diff."""

    layers: Layers
    locks: Locks
    files: Alike


def read_side(path: Path, target: Target | None, doors: Readers) -> Side:
    """What lies at ``path``, a lock by its suffix ``.toml``. Raises as the doors do."""
    if path.suffix == ".toml":
        return Side(path, "lock", _locked(doors.locks.read_lock_file(path), target))
    if path.suffix == ".lock":
        raise UsageError(
            f"{path} is no PEP 751 lock, and no layer",
            hint="export it as a lock, for example: uv export --format pylock.toml -o pylock.toml",
        )
    carried = doors.layers.read_layer(path)
    kind: Literal["zip", "folder"] = "folder" if carried.packed is None else "zip"
    return Side(path, kind, packages_in(carried), carried)


def _locked(lock: Lock, target: Target | None) -> tuple[Package, ...]:
    """The wheels that ``target`` gets; without one all that the lock has for anybody."""
    if target is None and lock.target:
        target = find_target(*lock.target)
    if target is None:
        return tuple(map(_of_all, lock.packages))
    return tuple(
        Package(
            name=one.name,
            version=one.version,
            wheel=build_of_filename(one.file.filename),
            size=one.file.size,
            hashes=frozenset(map(":".join, one.file.hashes.items())),
        )
        for one in unlock(Locked(lock), target).chosen
    )


def _of_all(package: LockedPackage) -> Package:
    files = package.files
    return Package(
        name=normalized(package.name),
        version=package.version or package.where,
        wheel=build_of_filename(files[0].filename) if len(files) == 1 else "",
        size=files[0].size if len(files) == 1 else None,
        hashes=frozenset(":".join(row) for file in files for row in file.hashes.items()),
    )


def comparable(old: Side, new: Side) -> Iterator[tuple[Package, ...]]:
    """The packages of both; without sizes where one side has those of wheels."""
    for side in (old, new):
        mixed = old.kind != new.kind
        yield tuple(one._replace(size=None) if mixed else one for one in side.packages)
