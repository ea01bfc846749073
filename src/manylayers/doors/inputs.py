"""Input files read from disk: requirements, projects and locks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from manylayers.errors import UsageError
from manylayers.formats.pins import Root
from manylayers.formats.pylock import Lock, read_pylock


class Gathered(NamedTuple):
    """What requirement strings and files say together, index options included."""

    roots: tuple[Root, ...]
    constraints: tuple[Root, ...]
    index_url: str | None
    extra_index_urls: tuple[str, ...]
    find_links: tuple[str, ...]
    no_index: bool
    pre: bool


def gather(
    requirements: Sequence[str],
    files: Sequence[str],
    constraints: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
) -> Gathered:
    """All of it, in the order given; relative names start at ``folder``.

    Raises BadRequirementsError, NeedsArchiveError, UsageError for a file that is not there.
    """
    from manylayers.formats.requirements import read_argument, read_requirements

    def load(path: str) -> bytes:
        return (folder / path).read_bytes()

    named = [read_argument(text, folder=folder) for text in requirements]
    read = [read_requirements(file, load, environment) for file in files]
    held = [read_requirements(file, load, environment, constraints=True) for file in constraints]
    every = [*read, *held]
    return Gathered(
        roots=(*named, *(root for one in read for root in one.roots)),
        constraints=tuple(root for one in every for root in one.constraints),
        index_url=next((one.index_url for one in every if one.index_url), None),
        extra_index_urls=tuple(url for one in every for url in one.extra_index_urls),
        find_links=tuple(place for one in every for place in one.find_links),
        no_index=any(one.no_index for one in every),
        pre=any(one.pre for one in every),
    )


def read_lock_file(path: Path) -> Lock:
    """The PEP 751 lock at ``path``. Raises LockError, UsageError when it is not there."""
    return read_pylock(read_file(path), str(path), path.absolute().parent)


def read_file(path: Path) -> bytes:
    """The bytes of an input file. Raises UsageError naming it."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise UsageError(
            f"{path} can not be read: {(error.strerror or str(error)).lower()}",
            hint="check the path",
        ) from error


def nearest_pyproject(folder: Path) -> Path | None:
    """The ``pyproject.toml`` in ``folder`` or the closest folder above it."""
    for place in (folder, *folder.parents):
        if (place / "pyproject.toml").is_file():
            return place / "pyproject.toml"
    return None
