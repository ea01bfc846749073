"""RECORD: the list of a distribution's files with their hashes and sizes.

Follows "Recording installed projects": CSV as Python's `csv` writes it by default, hashes as
``sha256=`` and URL-safe base64 without padding.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class RecordRow(NamedTuple):
    """One line to write. ``sha256`` is URL-safe base64 without padding; ``None`` for RECORD."""

    path: str
    sha256: str | None
    size: int | None


class ReadRow(NamedTuple):
    """One line as read: path, and hash as ``(algorithm, digest)`` and size where given."""

    path: str
    hash: tuple[str, str] | None
    size: int | None


def read_record(text: str) -> list[ReadRow]:
    """All lines. Raises ValueError with the number of the first that can't be read."""
    rows = []
    for number, fields in enumerate(_lines(text), start=1):
        if not fields or fields == [""]:
            continue
        if len(fields) != 3:
            raise ValueError(f"line {number} of RECORD has {len(fields)} fields, not 3")
        rows.append(_row(fields, number))
    return rows


def _lines(text: str) -> Iterator[list[str]]:
    try:
        yield from csv.reader(io.StringIO(text, newline=""))
    except csv.Error as error:
        raise ValueError(f"RECORD can't be read: {error}") from error


def _row(fields: list[str], number: int) -> ReadRow:
    path, digest, size = fields
    algorithm, equals, value = digest.partition("=")
    if (digest and not equals) or (size and not _SIZE.fullmatch(size)):
        raise ValueError(f"line {number} of RECORD is malformed")
    return ReadRow(
        path=path,
        hash=(algorithm.lower(), value.rstrip("=")) if digest else None,
        size=int(size) if size else None,
    )


_SIZE = re.compile(r"[0-9]{1,20}")


def write_record(rows: Iterable[RecordRow]) -> bytes:
    """RECORD with ``rows`` in their order, lines ended by a line feed."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    for row in rows:
        digest = f"sha256={row.sha256}" if row.sha256 else ""
        writer.writerow((row.path, digest, "" if row.size is None else row.size))
    return out.getvalue().encode("utf-8")
