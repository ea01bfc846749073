"""Places that no output may take: inputs, what a link leads to, folders, pipes and devices."""

import os
from collections.abc import Iterable
from pathlib import Path

from manylayers.errors import UsageError
from manylayers.errors.places import OutputError


def refuse_inputs(output: Path, inputs: Iterable[Path]) -> None:
    """Raise UsageError where ``output`` would overwrite what it is made from, by any name.

    Also where one lies within the other: a folder is replaced whole.
    """
    new = Path(os.path.realpath(output))
    for path in inputs:
        old = Path(os.path.realpath(path))
        if new == old:
            raise UsageError(
                f"{output} is one of the inputs, and would be overwritten",
                hint="name another place with -o",
            )
        if new in old.parents or old in new.parents:
            raise UsageError(
                f"{output} and {path}, one of the inputs, lie within one another",
                hint="name a place beside it with -o",
            )


def refuse_link_to_other(output: Path) -> None:
    """Raise UsageError for a link to a file of another kind: it is followed, to whatever it is."""
    real = Path(os.path.realpath(output))
    if output.is_symlink() and real.is_file() and real.suffix != output.suffix:
        raise UsageError(
            f"{output} is a link to {real.name}, which would be overwritten",
            hint="remove the link, or name another file with -o",
        )


def refuse_other_kinds(output: Path) -> None:
    """Raise OutputError for what no file could take the place of: a folder, a pipe, a device."""
    if output.is_dir():
        raise OutputError(
            f"{output} is a directory, a file was to be written there",
            hint="end the path with / to write a folder, or name a file",
        )
    if output.exists() and not output.is_file():
        raise OutputError(
            f"{output} is a device or a pipe, and a file that is replaced whole was to be "
            "written there",
            hint="name a file, and read it from there",
        )
