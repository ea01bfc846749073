"""Where uv's program is."""

from __future__ import annotations

from manylayers.errors.places import ProgramError


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
