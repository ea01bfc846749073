"""A lock written by hand, for tests that need one and no resolver."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path


def write_lock(folder: Path, wheels: Iterable[Path], *, root: str = "") -> Path:
    """``pylock.toml`` in ``folder`` for ``wheels``, by their paths or below the URL ``root``."""
    lines = ['lock-version = "1.0"', 'created-by = "tests"']
    for wheel in sorted(wheels):
        name, version, *_ = wheel.name.split("-")
        place = (
            f'url = "{root}/{wheel.name}"' if root else f'path = "{wheel.relative_to(folder)}"'
        ).replace("\\", "/")
        digest = sha256(wheel.read_bytes()).hexdigest()
        lines += [
            "[[packages]]",
            f'name = "{name.replace("_", "-")}"',
            f'version = "{version}"',
            f'wheels = [{{ name = "{wheel.name}", {place}, hashes = {{ sha256 = "{digest}" }} }}]',
        ]
    lock = folder / "pylock.toml"
    lock.write_text("\n".join([*lines, ""]), encoding="utf-8")
    return lock
