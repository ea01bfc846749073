"""A finding: what a check says of a layer, with a code, a place and a way out."""

from typing import Literal, NamedTuple

Severity = Literal["error", "warning", "note"]


class Finding(NamedTuple):
    """``code`` never changes its meaning. ``place`` is a path, package or runtime, or empty."""

    code: str
    severity: Severity
    message: str
    place: str = ""
    remedy: str = ""
