"""uv itself: where its program is, and its cache pruned by its own means."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from manylayers.errors import ProgramError
from manylayers.hands.process import run

PRUNE_SECONDS = 120.0
"""uv waits for others that use its cache; a prune is not worth a longer wait."""


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


def prune(cache_folder: Path, environment: Mapping[str, str]) -> None:
    """Have uv remove what it needs no more from ``cache_folder``. Raises ProgramError."""
    kept = {key: value for key, value in environment.items() if not key.startswith("UV_")}
    arguments = [uv_program(), "cache", "prune", "--cache-dir", str(cache_folder), "--no-config"]
    done = run(
        [*arguments, "--color", "never"],
        stdin=None,
        environment=kept,
        folder=None,
        timeout=PRUNE_SECONDS,
    )
    if done.status:
        lines = done.stderr.decode("utf-8", "replace").split("\n")
        raise ProgramError(f"uv could not prune its cache: {' '.join(lines).strip()}")
