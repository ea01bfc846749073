"""The user's small files: a lock that is there, and its successor."""

from __future__ import annotations

from pathlib import Path

from manylayers.errors import UsageError, reason_of
from manylayers.hands.disk import write_file
from manylayers.hands.reading import read_whole


def read(path: Path) -> bytes | None:
    """The bytes at ``path``; ``None`` when nothing is there. UsageError when it can't be read."""
    try:
        return read_whole(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(
            f"{path} can not be read: {reason_of(error)}",
            hint="name another file",
        ) from error


def write(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``, whole or not at all. Raises OutputError."""
    write_file(path, content)


def same(one: Path, other: Path) -> bool:
    """Whether both files have the same bytes. UsageError when one can't be read."""
    from filecmp import cmp

    try:
        return cmp(one, other, shallow=False)
    except OSError as error:
        raise UsageError(
            f"{error.filename or one} can not be read: {reason_of(error)}",
            hint="check the path",
        ) from error


def sha256(path: Path) -> str | None:
    """The SHA-256 (hex) of the file at ``path``; ``None`` where there is none to read."""
    from hashlib import file_digest

    try:
        with path.open("rb") as file:
            return file_digest(file, "sha256").hexdigest()
    except OSError:
        return None
