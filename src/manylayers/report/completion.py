"""The script that lets a shell complete the command line."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CompletionReport:
    """``script`` is what ``shell`` has to read."""

    schema: str = "manylayers.completion/1"
    shell: str
    script: str
