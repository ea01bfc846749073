"""Where the bytes of a layer's files lie, deflated: in its own zip, or in one packed for it."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from manylayers.doors.layers import explained_reading, located, zip_parts
from manylayers.errors import UsageError, reason_of
from manylayers.formats.wheel import WheelMember
from manylayers.hands.disk import ReadAhead
from manylayers.layer.carried import Carried
from manylayers.layer.contents import LayerPath


class Packed(NamedTuple):
    """A zip, and its members by the paths of the layer's files; of links none is told."""

    path: Path
    members: dict[LayerPath, WheelMember]


@contextmanager
def packed(source: Path, carried: Carried) -> Iterator[Packed]:
    """The zip at ``source``; of a folder, which ``carried`` was read from, one that soon goes.

    Raises UsageError and UnsafeLayerError as the reading does.
    """
    if not source.is_dir():
        yield Packed(source, _members(source))
        return
    with TemporaryDirectory(prefix="manylayers-") as folder:
        path = Path(folder) / "layer.zip"
        _pack(source, carried, path)
        members = _members(path)
        yield Packed(
            path,
            {
                file.path: members[LayerPath(str(number))]
                for number, file in enumerate(carried.files)
                if not file.link
            },
        )


def _pack(source: Path, carried: Carried, path: Path) -> None:
    """Members are called by number: any name of a file will do."""
    try:
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, strict_timestamps=False) as archive:
            for number, file in enumerate(carried.files):
                if not file.link:
                    archive.write(source / file.path, str(number))
    except OSError as error:
        raise UsageError(
            f"{source} can not be packed: {reason_of(error)}",
            hint="make room in the folder for temporary files, which TMPDIR names",
        ) from error


def _members(path: Path) -> dict[LayerPath, WheelMember]:
    with explained_reading(path), path.open("rb", buffering=0) as file:
        read = ReadAhead(file)
        parts = zip_parts(read, os.fstat(file.fileno()).st_size)
        return {part.path: located(read, part) for part in parts}
