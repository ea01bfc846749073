"""What was read of a layer as bytes, kept so that the same zip needs no second reading.

A line of JSON, then columns: sizes, modes and lengths of what is kept, little-endian; paths, hashes
and links in UTF-8, each with a NUL after it; then what is kept of the files. Distributions are in
the JSON: to read each RECORD again would take as long as all the rest.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from manylayers.formats.wheel_facts import FACTS_VERSION, read_natives, shared_natives
from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile, CarriedFolder
from manylayers.layer.contents import LayerPath

READING_VERSION = 2
"""Rises with every change to what is read; others are read anew. So does what natives tell."""
_OTHER_SHAPES = (LookupError, TypeError, AttributeError, struct.error, OverflowError)


def reading_to_bytes(carried: Carried) -> bytes:
    """``carried`` without its label, which is not the zip's own."""
    files = carried.files
    kinds, pairs = shared_natives([file.native for file in files])
    document = {
        "reading": [READING_VERSION, FACTS_VERSION],
        "files": len(files),
        "packed": carried.packed,
        "oddities": carried.oddities,
        "distributions": _distributions_as_json(carried),
        "folders": carried.folders,
        "natives": kinds,
        "native": pairs,
    }
    columns = (
        [file.size for file in files],
        [file.mode for file in files],
        [len(file.content) for file in files],
    )
    texts = [text for file in files for text in (file.path, file.sha256, file.link)]
    head = json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode(*_AS_TEXT)
    numbers = _layout(len(files)).pack(*(number for column in columns for number in column))
    told = "".join(f"{text}\0" for text in texts).encode(*_AS_TEXT)
    kept = b"".join(file.content for file in files)
    return b"%s\n%s%d\n%s%s" % (head, numbers, len(told), told, kept)


_AS_TEXT = ("utf-8", "surrogateescape")
"""A link may lead to what is no UTF-8."""


def reading_from_bytes(data: bytes, label: str) -> Carried:
    """What ``reading_to_bytes`` wrote. Raises ValueError for anything else."""
    try:
        return _reading(data, label)
    except _OTHER_SHAPES as error:
        raise ValueError("this is not what was read of a layer") from error


def _reading(data: bytes, label: str) -> Carried:
    head, _, columns = data.partition(b"\n")
    document = json.loads(head)
    if document["reading"] != [READING_VERSION, FACTS_VERSION]:
        raise ValueError("a reading of another version")
    files = _files(columns, document)
    return Carried(
        label=label,
        files=files,
        distributions=tuple(_distribution(row, files) for row in document["distributions"]),
        packed=document["packed"],
        oddities=tuple(document["oddities"]),
        folders=tuple(CarriedFolder(LayerPath(path), mode) for path, mode in document["folders"]),
    )


Row = int | tuple[str, str]
"""A line of RECORD: the number of the file that it tells of rightly, else its path and hash."""


def _distributions_as_json(carried: Carried) -> list[list[Any]]:
    numbers = {(file.path, file.sha256): number for number, file in enumerate(carried.files)}

    def rows(files: dict[LayerPath, str]) -> list[Row]:
        return [numbers.get(line, line) for line in files.items()]

    return [
        [*one[:-1], None if one.files is None else rows(one.files)] for one in carried.distributions
    ]


def _distribution(row: list[Any], files: Sequence[CarriedFile]) -> CarriedDistribution:
    name, version, dist_info, requires, requires_python, rows = row
    listed = None if rows is None else dict(_line(line, files) for line in rows)
    return CarriedDistribution(
        name, version, LayerPath(dist_info), tuple(requires), requires_python, listed
    )


def _line(row: Row, files: Sequence[CarriedFile]) -> tuple[LayerPath, str]:
    if isinstance(row, int):
        file = files[row]
        return file.path, file.sha256
    path, sha256 = row
    return LayerPath(path), sha256


def _files(columns: bytes, document: dict[str, Any]) -> tuple[CarriedFile, ...]:
    count = document["files"]
    layout = _layout(count)
    numbers = layout.unpack_from(columns)
    sizes, modes, lengths = (numbers[count * place : count * (place + 1)] for place in range(3))
    length, _, rest = columns[layout.size :].partition(b"\n")
    *texts, end = rest[: int(length)].decode(*_AS_TEXT).split("\0")
    kept = rest[int(length) :]
    ends = [0, *accumulate(lengths)]
    if end or len(texts) != 3 * count or len(kept) != ends[-1]:
        raise ValueError("columns of different lengths")
    natives = read_natives(document["natives"], document["native"])
    contents = [kept[start:stop] for start, stop in pairwise(ends)]
    rows = zip(
        *(texts[::3], sizes, texts[1::3], modes, texts[2::3]),
        *(map(natives.get, range(count)), contents),
        strict=True,
    )
    return tuple(map(_new_file, rows))


_new_file: Any = partial(tuple.__new__, CarriedFile)
"""Column by column, without a call of Python's own for each file."""


def _layout(count: int) -> struct.Struct:
    return struct.Struct(f"<{count}Q{count}L{count}L")
