"""Bytecode of ``__pycache__`` that Python passes over, by its name, source and first bytes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from manylayers.formats.bytecode import CPYTHON, cached_name, source_size
from manylayers.layer.carried import CarriedFile
from manylayers.layer.junk import is_junk


def source_sizes(files: Iterable[tuple[str, CarriedFile]]) -> dict[str, int]:
    """The bytes of each source, by its path."""
    return {path: file.size for path, file in files if path.endswith(".py")}


def is_useless(
    path: str, head: bytes, sources: Mapping[str, int], python: tuple[int, int] | None
) -> bool:
    """Whether Python passes the file over. ``python`` of ``None`` means any version may use it."""
    cached = cached_name(path)
    if cached is None or is_junk(path):
        return False
    if cached.implementation != CPYTHON or (python and cached.python != python):
        return True
    if cached.source not in sources:
        return True  # bytecode without source counts beside the source's place only
    size = source_size(head)
    return size is not None and size != sources[cached.source] & 0xFFFFFFFF
