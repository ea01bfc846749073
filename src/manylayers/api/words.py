"""What a caller says in words, as the values that options are made of."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from manylayers.errors import UsageError
from manylayers.options import Destination
from manylayers.target import Target, find_target


def destination_of(output: str | Path) -> Destination:
    """A folder where ``output`` ends with a slash, else a file, whatever its name."""
    return Destination(path=Path(output), folder=str(output).endswith(("/", os.sep)))


def targets_of(python: str | Sequence[str], arch: str) -> tuple[Target, ...]:
    """The targets of one Python or several; none where none is named. Raises UsageError."""
    if isinstance(python, float):
        raise UsageError(f"python={python} is a number, and 3.10 would be 3.1", hint="put quotes")
    return tuple(find_target(one, arch) for one in each_word(python))


def no_target() -> NoReturn:
    """Raises UsageError where a runtime has to be named."""
    raise UsageError("which runtime is it for? python names none", hint='for example: "3.12"')


def each_word(words: str | Sequence[str]) -> tuple[str, ...]:
    """One word or many: a word alone must not be taken for its letters."""
    return (words,) if isinstance(words, str) else tuple(words)


def cache_folder_of(named: Path | None) -> Path:
    """The folder named or the default. Raises UsageError where something else is in its place."""
    from manylayers.doors.store import default_cache_folder

    folder = named or default_cache_folder(os.environ)
    if not os.path.isdir(folder) and os.path.lexists(folder):  # noqa: PTH112 - any name will do
        raise UsageError(
            f"the cache folder {folder} is no folder",
            hint="name another with --cache-dir or MANYLAYERS_CACHE_DIR; it is made where need be",
        )
    return folder
