"""Where the symbolic links of a layer lead, as Lambda would follow them below ``/opt``."""

from __future__ import annotations

from collections.abc import Mapping
from posixpath import dirname, normpath
from typing import NamedTuple

from manylayers.layer.carried import CarriedFile

MOST_LINKS = 40
"""Links that a system follows one after the other before it gives up."""


class End(NamedTuple):
    """The file that a link leads to in the end, if any, and how the last link names it."""

    file: CarriedFile | None
    named: str


def end_of(path: str, by_path: Mapping[str, CarriedFile]) -> End:
    """Where ``path`` leads, link after link."""
    named = path
    for _ in range(MOST_LINKS):
        file = by_path.get(path)
        if file is None or not file.link:
            return End(file, named)
        named = file.link
        path = _place(path, named)
    return End(None, named)


def _place(path: str, link: str) -> str:
    inside = link.removeprefix("/opt/")
    return inside if inside != link else normpath(f"{dirname(path) or '.'}/{link}")
