"""The standard streams as they are found: closed, full, of any encoding, without a reader."""

from __future__ import annotations

import errno
import os
import sys
from contextlib import suppress

import click

from manylayers.errors import reason_of
from manylayers.errors.places import OutputError


def prepare() -> None:
    """Open to nothing what is closed, and have every character shown somehow.

    A closed stream's number would go to the next file that is opened, and what is said into it.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            mode = "w" if number else "r"
            setattr(sys, name, os.fdopen(number, mode, encoding="utf-8", closefd=False))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an escape, not a traceback
            stream.reconfigure(errors="backslashreplace")


REFUSALS = {errno.ENOSPC, errno.EFBIG, errno.EIO, errno.EBADF, getattr(errno, "EDQUOT", 0)}
"""What a write is refused with. Doors explain it of files, so that streams are what is left."""


_lost: list[OSError] = []


def tell(text: str, *, colours: bool | None = None) -> None:
    """The result. A reader who left has what they wanted; OutputError where it can't be written."""
    try:
        click.echo(text, color=colours)
    except BrokenPipeError:
        _close_quietly()
    except OSError as error:
        raise unwritten(error) from error


def told(text: str) -> bool:
    """The same, where there is another way to say it."""
    if _lost:
        return False
    try:
        tell(text)
    except OutputError:
        return False
    return True


def unwritten(error: OSError) -> OutputError:
    """The error for a standard output that takes nothing; nothing is held back for it any more."""
    _close_quietly()
    _lost.append(error)
    return OutputError(
        f"standard output can not be written: {reason_of(error)}",
        hint="only what was to be read there is lost: files named with -o are written",
    )


def complain(text: str, *, colours: bool | None = None) -> None:
    """A warning or an error; where nobody can hear it, the exit status has to do."""
    with suppress(OSError):
        click.echo(text, err=True, color=colours)


def _close_quietly() -> None:
    """Nobody reads on: what Python would still flush must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
