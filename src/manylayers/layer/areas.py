"""What fills a layer: by package, then folder, then kind of file."""

from collections.abc import Callable, Iterable
from typing import NamedTuple, TypeVar

from manylayers.formats.licence import licence_of
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.kinds import Kind, kind_of
from manylayers.layer.shares import Share, below, shares

Key = TypeVar("Key", bound=str)

DEPTH = 2
"""Folders told apart below a folder of ``sys.path``: ``numpy/linalg``, and no deeper."""


class KindArea(NamedTuple):
    """Files of one kind. Sizes are unzipped bytes, here and below."""

    kind: Kind
    size: int
    files: int


class FolderArea(NamedTuple):
    """A folder with all below it; ``path`` is from the folder of ``sys.path`` on."""

    path: str
    size: int
    files: int
    kinds: tuple[KindArea, ...]


class PackageArea(NamedTuple):
    """A package; or files that are none's, which have no ``version``.

    ``folder`` is that of ``sys.path``, empty for the root. ``licence`` is empty where none is told.
    """

    name: str
    version: str | None
    licence: str
    folder: str
    size: int
    files: int
    folders: tuple[FolderArea, ...]


def areas(carried: Carried) -> tuple[PackageArea, ...]:
    """Everything in the layer, the largest first on every level."""
    return tuple(_package(share) for share in shares(carried))


def kind_areas(files: Iterable[CarriedFile]) -> tuple[KindArea, ...]:
    """``files`` by kind."""
    return tuple(
        KindArea(kind, _size(those), len(those)) for kind, those in _by(kind_of, files).items()
    )


def _package(share: Share) -> PackageArea:
    metadata = share.content("METADATA") or share.content("PKG-INFO")
    folders = _by(lambda file: _folder(below(file.path, share.site)), share.files)
    return PackageArea(
        name=share.name,
        version=share.version,
        licence=licence_of(metadata),
        folder=share.site,
        size=share.size,
        files=len(share.files),
        folders=tuple(
            FolderArea(path, _size(those), len(those), kind_areas(those))
            for path, those in folders.items()
        ),
    )


def _folder(path: str) -> str:
    """``numpy/linalg`` for all below it; a file that lies in no folder has its own name."""
    parts = path.split("/")
    if parts[0].endswith(("-info", ".libs")) or len(parts) == 1:
        return parts[0]
    return "/".join(parts[:-1][:DEPTH])


def _by(
    key: Callable[[CarriedFile], Key], files: Iterable[CarriedFile]
) -> dict[Key, list[CarriedFile]]:
    """``files`` by what ``key`` says of each, the most bytes first."""
    grouped: dict[Key, list[CarriedFile]] = {}
    for file in files:
        grouped.setdefault(key(file), []).append(file)
    return dict(sorted(grouped.items(), key=lambda row: (-_size(row[1]), row[0])))


def _size(files: Iterable[CarriedFile]) -> int:
    return sum(file.size for file in files)
