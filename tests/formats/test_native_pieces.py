"""Of a large native file the parts are kept that are read again."""

from __future__ import annotations

import pytest

from elf_builder import build_elf
from manylayers.formats.native_pieces import HEAD, NativePieces

PIECE = 1 << 20


def kept(content: bytes) -> NativePieces:
    pieces = NativePieces(content[:PIECE])
    for start in range(PIECE, len(content), PIECE):
        pieces.add(content[start : start + PIECE])
    return pieces


LARGE = build_elf(padding=20 << 20)


@pytest.mark.parametrize(
    ("offset", "length"),
    [(0, 64), (PIECE - 3, 9), (HEAD - 9, 9), (len(LARGE) - 90, 80), (len(LARGE) - 4, 999)],
)
def test_the_beginning_and_the_dynamic_segment_are_kept(offset: int, length: int) -> None:
    assert kept(LARGE).read(offset, length) == LARGE[offset : offset + length]


def test_other_parts_are_not_kept() -> None:
    assert kept(LARGE).read(12 << 20, 4) is None
    assert kept(LARGE).read(HEAD - 2, 4) is None


@pytest.mark.parametrize("offset", [len(LARGE), 1 << 63])
def test_behind_the_end_there_is_nothing(offset: int) -> None:
    assert kept(LARGE).read(offset, 10) == b""


def test_a_file_that_is_no_elf_keeps_its_beginning() -> None:
    content = bytes(range(256)) * (10 << 12)
    assert kept(content).read(5, 3) == content[5:8]
    assert kept(content).read(9 << 20, 3) is None
