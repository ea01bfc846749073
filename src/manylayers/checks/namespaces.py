"""Packages that lie in several folders by their own wish, told by their ``__init__.py``."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import cache
from hashlib import sha256
from itertools import product

from manylayers.layer.carried import Carried


def extends(path: str, carried: Carried) -> bool:
    """Whether the ``__init__.py`` at ``path`` of ``carried`` lets the search go on.

    Its bytes are not kept, but their hash is; those of pkgutil are written by hand, always alike.
    """
    return any(file.path == path and file.sha256 in _extending() for file in carried.files)


@cache
def _extending() -> frozenset[str]:
    lines = (
        f"__path__ = __import__({quote}pkgutil{quote}).extend_path(__path__, __name__)"
        for quote in "'\""
    )
    imported = (
        f"from pkgutil import extend_path\n{gap}__path__ = extend_path(__path__, __name__)"
        for gap in ("", "\n")
    )
    ends = ("", "  # type: ignore", "  # noqa")
    return frozenset(
        _digest(f"{text}{comment}{newline}")
        for text, comment, newline in product((*lines, *imported), ends, ("", "\n", "\r\n"))
    )


def _digest(text: str) -> str:
    """As RECORD writes it."""
    return urlsafe_b64encode(sha256(text.encode()).digest()).rstrip(b"=").decode()
