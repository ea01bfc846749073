"""What other systems leave in folders and zips, known by its name."""

from __future__ import annotations

_FILES = (".DS_Store", "Thumbs.db", "desktop.ini")


def is_junk(path: str) -> bool:
    """Whether it is of macOS or Windows, whose names may still have backslashes."""
    path = path.replace("\\", "/")
    name = path.rpartition("/")[2]
    return name in _FILES or name.startswith("._") or "/__MACOSX/" in f"/{path}"
