"""Where uv's program is, and what to do where it does not work."""

from __future__ import annotations

from manylayers.errors.places import ProgramError
from manylayers.hands.process import WaysOut

UV_WAYS_OUT = WaysOut(
    absent="reinstall manylayers with what it needs",
    endless="run it again; if it repeats, pin the packages that have many versions",
)


def uv_program() -> str:
    """The path of the program that uv's package brought."""
    from uv import find_uv_bin

    try:
        return str(find_uv_bin())
    except FileNotFoundError as error:
        raise ProgramError(
            "the resolver uv is not where its package should have put it",
            hint="reinstall manylayers, or run `python -m pip install --force-reinstall uv`",
        ) from error
