"""Two names swapped in one step, so that at no moment either of them is missing."""

from __future__ import annotations

import os
from pathlib import Path

AT_FDCWD, RENAME_EXCHANGE = -100, 2
"""As ``renameat2(2)`` of Linux has them."""


def exchange(one: Path, other: Path) -> bool:
    """Swap what ``one`` and ``other`` name. False where the system or the file system can't."""
    import ctypes

    try:
        rename = ctypes.CDLL(None).renameat2
    except (AttributeError, OSError, TypeError):  # an older library, macOS, Windows
        return False
    names = os.fsencode(one), os.fsencode(other)
    return bool(rename(AT_FDCWD, names[0], AT_FDCWD, names[1], RENAME_EXCHANGE) == 0)
