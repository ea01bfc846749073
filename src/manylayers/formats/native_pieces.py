"""A large native file that comes by in pieces: those parts kept that its facts are read of.

Linkers put names and versions at the beginning and the dynamic segment into the last quarter, and
``patchelf`` moves what grew into a small segment of its own at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from manylayers.formats.elf import (
    DYNAMIC,
    LOAD,
    ElfFormatError,
    read_identity,
    read_image,
)

HEAD = 6 << 20
"""Bytes that are always kept: in torch's library, the largest known, versions end at 5 MiB."""
LARGEST_LAST = 4 << 20
"""Bytes of a last segment that is kept whole; in torch's library it has 3.6 MB of names."""


class NativePieces:
    """The pieces of one file in their order, those kept that are likely to be read again."""

    def __init__(self, first: bytes) -> None:
        self.size = len(first)
        self._kept = [(0, first)]
        self._wanted = _wanted(first)

    def add(self, piece: bytes) -> None:
        """The next piece."""
        start, end = self.size, self.size + len(piece)
        if start < HEAD or any(begin < end and start < last for begin, last in self._wanted):
            self._kept.append((start, piece))
        self.size = end

    def read(self, offset: int, length: int) -> bytes | None:
        """``length`` bytes from ``offset``, fewer at the end of the file; ``None`` if not kept."""
        length = max(0, min(length, self.size - offset))
        found = window(self._kept, offset, length)
        return found if len(found) == length else None


def numbered(pieces: Iterable[bytes]) -> Iterator[tuple[int, bytes]]:
    """Each piece with its offset in the file."""
    offset = 0
    for piece in pieces:
        yield offset, piece
        offset += len(piece)


def window(pieces: Iterable[tuple[int, bytes]], offset: int, length: int) -> bytes:
    """The bytes from ``offset`` as far as ``pieces`` have them without a gap."""
    parts: list[bytes] = []
    position, end = offset, offset + length
    for start, piece in pieces:
        if position >= end or start > position:
            break
        if position < start + len(piece):
            parts.append(piece[position - start : end - start])
            position = start + len(piece)
    return b"".join(parts)


def _wanted(first: bytes) -> tuple[tuple[int, int], ...]:
    """Where in the file the dynamic segment lies, and the last segment if it is small."""

    def read(offset: int, length: int) -> bytes:
        return first[offset : offset + length]

    try:
        segments = read_image(read_identity(read), read).segments
    except ElfFormatError:
        return ()
    ranges = [one for one in segments if one.kind == DYNAMIC and one.file_size < LARGEST_LAST]
    loaded = [one for one in segments if one.kind == LOAD]
    ranges += [one for one in loaded[-1:] if one.file_size <= LARGEST_LAST]
    return tuple((one.offset, one.offset + one.file_size) for one in ranges)
