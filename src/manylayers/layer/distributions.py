"""Installed distributions, found by the metadata among a layer's files.

Follows "Recording installed projects"; an ``.egg-info`` of older installers counts too, without
its own list of files.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from posixpath import normpath

from manylayers.formats.pins import normalized
from manylayers.formats.record import ReadRow, read_record
from manylayers.formats.wheel_reading import LARGEST_HEADERS, first, headers
from manylayers.layer.carried import CarriedDistribution, CarriedFile
from manylayers.layer.contents import LayerPath

ENDINGS = {".dist-info": "METADATA", ".egg-info": "PKG-INFO"}
"""Folders of metadata, and the file in each that names the distribution."""


MOST_LINES = 8
"""RECORD's lines for each file of the layer; parted layers have fewer files, an attack far more."""
MOST_REQUIREMENTS = 20_000
"""Requires-Dist lines of one layer that are read; the largest have some thousand."""


def find_distributions(files: Collection[CarriedFile]) -> tuple[CarriedDistribution, ...]:
    """All that have a name and a version, by the path of their metadata."""
    paths = {file.path: file for file in files}
    return tuple(_distributions(files, paths))


def _distributions(
    files: Iterable[CarriedFile], paths: dict[LayerPath, CarriedFile]
) -> Iterator[CarriedDistribution]:
    lines = MOST_REQUIREMENTS
    for file in files:
        folder, _, name = file.path.rpartition("/")
        if ENDINGS.get(folder[folder.rfind(".") :]) != name or not file.content:
            continue
        fields = headers(file.content[:LARGEST_HEADERS].decode("utf-8-sig", "replace"))
        stem = folder.rpartition("/")[2].rpartition(".")[0]
        requires = tuple(fields.get("requires-dist", ())[:lines])
        lines -= len(requires)
        record = paths.get(LayerPath(f"{folder}/RECORD"))
        yield CarriedDistribution(
            name=normalized(first(fields, "name") or stem.partition("-")[0]),
            version=first(fields, "version") or stem.partition("-")[2],
            dist_info=LayerPath(folder),
            requires=requires,
            requires_python=first(fields, "requires-python"),
            files=_listed(record.content, folder, paths) if record else None,
        )


def _listed(
    record: bytes, dist_info: str, paths: Collection[LayerPath]
) -> dict[LayerPath, str] | None:
    """The files of a RECORD by their place in the layer; ``None`` when it can't be read."""
    site = dist_info.rpartition("/")[0]
    if record.count(b"\n") + record.count(b"\r") > MOST_LINES * (len(paths) + 1):
        return None
    try:
        rows = read_record(record.decode("utf-8", "replace"))
    except ValueError:
        return None
    return {_place(row.path, site, paths): _hash(row) for row in rows if row.path}


def _place(path: str, site: str, paths: Collection[LayerPath]) -> LayerPath:
    """Where a file of RECORD lies.

    After ``pip install --target`` programs and data lie in the site directory, while RECORD has
    them where they were first, above it: ``../../bin/demo``.
    """
    if _is_plain(path):  # as nearly all are; thousands in a layer
        return LayerPath(f"{site}/{path}" if site else path)
    plain = path.replace("\\", "/")
    place = LayerPath(normpath(f"{site}/{plain}" if site else plain))
    if plain.startswith("../") and place not in paths:
        moved = re.sub(r"^(\.\./)+", "", plain)
        return LayerPath(normpath(f"{site}/{moved}" if site else moved))
    return place


def _is_plain(path: str) -> bool:
    """Whether there surely is nothing in it that `normpath` would change, and no backslash."""
    odd = path.startswith((".", "/")) or path.endswith("/")
    return not odd and "/." not in path and "//" not in path and "\\" not in path


def _hash(row: ReadRow) -> str:
    return row.hash[1] if row.hash and row.hash[0] == "sha256" else ""
