"""Input files read from disk: requirements, projects and locks."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from manylayers.errors import UsageError, reason_of
from manylayers.errors.inputs import LockError
from manylayers.formats.pins import Root
from manylayers.formats.pylock import Lock, read_pylock
from manylayers.hands.reading import read_rest, read_whole

if TYPE_CHECKING:
    from manylayers.formats.other_files import OtherFile
    from manylayers.formats.requirements import RequirementsFile


class Gathered(NamedTuple):
    """What requirement strings and files say together, index options included.

    ``inputs`` are the files that were read, those that others name too.
    """

    roots: tuple[Root, ...]
    constraints: tuple[Root, ...]
    index_url: str | None
    extra_index_urls: tuple[str, ...]
    find_links: tuple[str, ...]
    no_index: bool
    pre: bool
    require_hashes: bool = False
    inputs: tuple[Path, ...] = ()


def gather(
    requirements: Sequence[str],
    files: Sequence[str],
    constraints: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    source: str = "command line",
) -> Gathered:
    """All of it, in the order given; relative names start at ``folder``.

    ``source`` is where ``requirements`` stand. The file ``-`` is standard input.

    Raises BadRequirementsError, NeedsArchiveError, UsageError for a file that is not there.
    """
    from manylayers.formats.requirements import read_argument, read_requirements

    inputs: list[Path] = []

    def load(path: str) -> bytes:
        if path == "-":
            return read_rest(sys.stdin.buffer)
        inputs.append(folder / path)
        return read_whole(folder / path)

    for file in (*files, *constraints):
        refuse_no_path(file)
    named = [read_argument(text, folder=folder, source=source) for text in requirements]
    read = [read_requirements(file, load, environment) for file in files]
    read += [read_requirements(file, load, environment, constraints=True) for file in constraints]
    return _joined(named, read, inputs)


def _joined(
    named: Iterable[Root], read: Sequence[RequirementsFile], inputs: Iterable[Path]
) -> Gathered:
    """``named``, then what the files say; of an index for all the first that one of them has."""
    return Gathered(
        roots=(*named, *(root for file in read for root in file.roots)),
        constraints=tuple(root for file in read for root in file.constraints),
        index_url=next((file.index_url for file in read if file.index_url), None),
        extra_index_urls=tuple(url for file in read for url in file.extra_index_urls),
        find_links=tuple(place for file in read for place in file.find_links),
        no_index=any(file.no_index for file in read),
        pre=any(file.pre for file in read),
        require_hashes=any(file.require_hashes for file in read),
        inputs=tuple(inputs),
    )


def read_lock_file(path: str | Path) -> Lock:
    """The PEP 751 lock at ``path``. Raises LockError, UsageError when there is none."""
    data, place = read_file(path), Path(path)
    try:
        return read_pylock(data, str(place), place.absolute().parent)
    except LockError as error:
        if other := _instead_of_a_lock(str(place), data):
            raise UsageError(
                f"{place} is {other.what}, not a PEP 751 lock", hint=other.way_out
            ) from error
        raise


def _instead_of_a_lock(source: str, data: bytes) -> OtherFile | None:
    from manylayers.formats.other_files import PYLOCK, REQUIREMENTS, other_file

    other = other_file(source, data)
    if other is None and source.endswith((".txt", ".in")) and data.strip():
        return REQUIREMENTS
    return None if other is PYLOCK else other


def read_file(path: str | Path) -> bytes:
    """The bytes of an input file. Raises UsageError naming it."""
    refuse_no_path(str(path))
    try:
        return read_whole(Path(path))
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{path} can not be read: {reason_of(error)}", hint="check the path"
        ) from error


def refuse_no_path(path: str) -> None:
    """Raise UsageError where the name of an input is empty or a URL."""
    if not path.strip():
        raise UsageError("an input file is named by nothing", hint="write its path")
    if "://" in path and re.match(r"[A-Za-z][A-Za-z0-9+.-]*://", path):
        raise UsageError(f"{path} is a URL, which is not read", hint="download it first")


def nearest_pyproject(folder: Path) -> Path | None:
    """The ``pyproject.toml`` in ``folder`` or the closest folder above it."""
    for place in (folder, *folder.parents):
        if (place / "pyproject.toml").is_file():
            return place / "pyproject.toml"
    return None
