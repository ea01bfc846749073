"""A wheel's RECORD held against its members: what it must say right, and what it may leave out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from manylayers.formats.record import ReadRow, read_record
from manylayers.formats.wheel import SIGNATURES, WheelMember
from manylayers.formats.zip_names import shown

NAMED = 3
"""Files that a warning names before it only counts the rest."""
MOST_LINES = 4
"""RECORD's lines for each member: old tools listed some files twice; more is an attack."""


LONGEST_LINE = 2200
"""Bytes: a name in quotes, each of them doubled, a hash and a size."""


class WheelFormatError(ValueError):
    """Why a wheel is refused: a clause, with the member's name in it where one is to blame."""


class Held(NamedTuple):
    """``complete``: each member is listed once and with its hash. ``warnings``: what is not."""

    complete: bool
    warnings: tuple[str, ...]


def check_record(
    text: str,
    members: Sequence[WheelMember],
    dist_info: str,
    read: Callable[[WheelMember], bytes],
) -> Held:
    """Hold every line of RECORD (``text``) against the members.

    Raises WheelFormatError for a file that is listed and absent, or has another hash or size.
    ``read`` gives a member's bytes again, for the rare line with another hash than SHA-256.
    """
    rows = _rows(text, len(members))
    by_path = {member.path: member for member in members}
    exempt = {f"{dist_info}/{name}" for name in ("RECORD", *SIGNATURES)}
    listed, unhashed = set(), []
    for row in rows:
        member = _member(row, by_path)
        if member is None:
            continue
        listed.add(member.path)
        if member.path in exempt:
            continue
        _check_row(row, member, read)
        if not row.hash and not row.path.endswith(".pyc"):
            unhashed.append(member.path)
    unlisted = [path for path in by_path if path not in listed and path not in exempt]
    return Held(
        complete=not unhashed
        and len(rows) == len(by_path)
        and {row.path for row in rows} == by_path.keys(),
        warnings=(
            *_told("RECORD does not list", unlisted),
            *_told("RECORD gives no hash of", unhashed),
        ),
    )


def _told(words: str, paths: Sequence[str]) -> tuple[str, ...]:
    if not paths:
        return ()
    more = f" and {len(paths) - NAMED} more" if len(paths) > NAMED else ""
    return (f"{words} {', '.join(paths[:NAMED])}{more}",)


def refuse_endless_record(path: str, size: int, members: int) -> None:
    """Refuse a RECORD that is too large for its wheel, whatever is in it."""
    if size > LONGEST_LINE * MOST_LINES * (members + 1):
        raise WheelFormatError(f"{path} has {size:,} bytes, for {members} files")


def _rows(text: str, members: int) -> list[ReadRow]:
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES * (members + 1):
        raise WheelFormatError(f"RECORD has far more lines than the {members} files in it")
    try:
        return read_record(text)
    except ValueError as error:
        raise WheelFormatError(str(error)) from error


def _member(row: ReadRow, by_path: Mapping[str, WheelMember]) -> WheelMember | None:
    """The member that a line is about; ``None`` for a folder, which old tools listed too."""
    for path in (row.path, row.path.replace("\\", "/").removeprefix("./")):
        if path in by_path:
            return by_path[path]
    if row.path.endswith("/"):
        return None
    raise WheelFormatError(f"RECORD lists {shown(row.path)}, which is not in it")


def _check_row(row: ReadRow, member: WheelMember, read: Callable[[WheelMember], bytes]) -> None:
    if row.hash and _digest(row.hash[0], member, read) != row.hash[1]:
        raise WheelFormatError(f"{member.path} has another {row.hash[0]} than RECORD says")
    if row.size is not None and row.size != member.size:
        raise WheelFormatError(f"{member.path} has {member.size} bytes, RECORD says {row.size}")


def _digest(algorithm: str, member: WheelMember, read: Callable[[WheelMember], bytes]) -> str:
    if algorithm == "sha256":
        return member.sha256
    import hashlib
    from base64 import urlsafe_b64encode

    if algorithm not in ("sha384", "sha512"):
        raise WheelFormatError(
            f"RECORD gives a {shown(algorithm)} for {member.path}; sha256 or better is asked"
        )
    digest = hashlib.new(algorithm, read(member)).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
