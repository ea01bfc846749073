"""A finding: what a check says of a layer, with a code, a place and a way out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "note"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """``code`` never changes its meaning. ``place`` is a path, package or runtime, or empty."""

    code: str
    severity: Severity
    message: str
    place: str = ""
    remedy: str = ""
