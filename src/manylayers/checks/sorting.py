"""Looking into files that are sorted by path without going through all of them."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

File = TypeVar("File", bound=tuple[Any, ...])
"""A named tuple whose first field is the path."""


def below(files: Sequence[File], folder: str) -> Sequence[File]:
    """Those in ``folder`` (with a slash at its end) and the folders in it."""
    if not folder:
        return files
    start = bisect_left(files, (folder,))
    return files[start : bisect_left(files, (f"{folder[:-1]}0",), start)]


def top_names(files: Sequence[File], folder: str) -> Iterator[tuple[str, File]]:
    """The names of files and folders right in ``folder``, each with its first file.

    As the paths are sorted, all files of a name are passed over in one step.
    """
    place, end = bisect_left(files, (folder,)), len(files)
    if folder:
        end = bisect_left(files, (f"{folder[:-1]}0",), place)
    while place < end:
        file = files[place]
        name, slash, _ = file[0][len(folder) :].partition("/")
        yield name, file
        place = bisect_left(files, (f"{folder}{name}0",), place) if slash else place + 1
