"""Places that no output may take: inputs, what a link leads to, folders, pipes and devices."""

import os
from collections.abc import Iterable
from pathlib import Path

from manylayers.errors.places import (
    device_error,
    folder_error,
    link_error,
    nested_input_error,
    overwritten_input_error,
)


def refuse_inputs(output: Path, inputs: Iterable[Path]) -> None:
    """Raise UsageError where ``output`` would overwrite what it is made from, by any name.

    Also where one lies within the other: a folder is replaced whole.
    """
    new = Path(os.path.realpath(output))
    for path in inputs:
        old = Path(os.path.realpath(path))
        if new == old:
            raise overwritten_input_error(str(output))
        if new in old.parents or old in new.parents:
            raise nested_input_error(str(output), str(path))


def refuse_link_to_other(output: Path) -> None:
    """Raise UsageError for a link to a file of another kind: it is followed, to whatever it is."""
    real = Path(os.path.realpath(output))
    if output.is_symlink() and real.is_file() and real.suffix != output.suffix:
        raise link_error(str(output), real.name)


def refuse_other_kinds(output: Path) -> None:
    """Raise OutputError for what no file could take the place of: a folder, a pipe, a device."""
    if output.is_dir():
        raise folder_error(str(output))
    if output.exists() and not output.is_file():
        raise device_error(str(output))
