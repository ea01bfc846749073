"""ELF as a loader sees it: the header, and the segments that it would map.

Follows the System V gABI, chapters 4 and 5, and the conditions of glibc's loader
(``_dl_map_object_from_fd``). Sections are never looked at: stripped files have none, and others may
lie. Every count and offset is a limit to be checked.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from manylayers.formats.native import CUT_SHORT

Read = Callable[[int, int], bytes]
"""Gives ``length`` bytes from ``offset``, fewer at the end of the file."""

MACHINES = {
    3: "i386",
    8: "mips",
    20: "ppc",
    21: "ppc64",
    22: "s390x",
    40: "armv7l",
    62: "x86_64",
    183: "aarch64",
    243: "riscv64",
    258: "loongarch64",
}
"""``e_machine`` to the name that ``uname -m`` gives."""

SYSTEMS = (0, 3)
"""``EI_OSABI`` of System V and GNU, which the loader takes."""
RELOCATABLE, EXECUTABLE, SHARED = 1, 2, 3
LOAD, DYNAMIC, INTERPRETER = 1, 2, 3
MOST_SEGMENTS = 256
"""Linkers make a dozen."""
PAGE = 4096
"""Bytes of a page on Lambda, on both architectures."""
HEADER = 64
LONGEST_PATH = 4096


class ElfFormatError(ValueError):
    """A clause that says why no loader could take the file."""


class Segment(NamedTuple):
    """A program header. Offsets and sizes are bytes in the file, addresses those in memory."""

    kind: int
    offset: int
    address: int
    file_size: int
    memory_size: int
    alignment: int


class Identity(NamedTuple):
    """The header of the file. ``order`` is the byte order as `struct` writes it."""

    system: int
    bits: int
    order: str
    kind: int
    machine: str
    table: int
    entry_size: int
    entries: int


class Image(NamedTuple):
    """A file whose segments are known; ``read`` takes addresses in memory."""

    identity: Identity
    segments: tuple[Segment, ...]
    from_file: Read

    def read(self, address: int, length: int) -> bytes:
        """Up to ``length`` bytes from ``address``, as far as their segment is in the file."""
        for one in self.segments:
            inside = address - one.address
            if one.kind == LOAD and 0 <= inside < one.file_size:
                return self.from_file(one.offset + inside, min(length, one.file_size - inside))
        raise ElfFormatError("its dynamic segment points to where nothing is loaded")


def read_identity(read: Read) -> Identity:
    """The header. Raises ElfFormatError where it is not one."""
    header = read(0, HEADER)
    bits = {1: 32, 2: 64}.get(header[4] if len(header) > 5 else 0)
    order = {1: "<", 2: ">"}.get(header[5] if bits else 0)
    if bits is None or order is None:
        raise ElfFormatError(CUT_SHORT if len(header) < HEADER else "its ELF header is none")
    form = struct.Struct(order + ("HHIQQQIHHHHHH" if bits == 64 else "HHIIIIIHHHHHH"))
    if len(header) < 16 + form.size:
        raise ElfFormatError(f"{CUT_SHORT}, after {len(header)} bytes of its ELF header")
    kind, machine, _, _, table, _, _, _, entry_size, entries, *_ = form.unpack_from(header, 16)
    name = MACHINES.get(machine, f"machine {machine}")
    return Identity(header[7], bits, order, kind, name, table, entry_size, entries)


def read_image(identity: Identity, read: Read) -> Image:
    """The segments. Raises ElfFormatError where they can't be read."""
    form = struct.Struct(identity.order + ("IIQQQQQQ" if identity.bits == 64 else "8I"))
    if not identity.entries:
        return Image(identity, (), read)
    if identity.entry_size != form.size or identity.entries > MOST_SEGMENTS:
        raise ElfFormatError("its table of segments has another form than a loader takes")
    table = read(identity.table, form.size * identity.entries)
    if len(table) < form.size * identity.entries:
        raise ElfFormatError(f"{CUT_SHORT}, before its table of segments")
    rows = form.iter_unpack(table)
    segments = map(_wide if identity.bits == 64 else _narrow, rows)
    return Image(identity, tuple(segments), read)


def _wide(row: tuple[int, ...]) -> Segment:
    kind, _, offset, address, _, file_size, memory_size, alignment = row
    return Segment(kind, offset, address, file_size, memory_size, alignment)


def _narrow(row: tuple[int, ...]) -> Segment:
    kind, offset, address, _, file_size, memory_size, _, alignment = row
    return Segment(kind, offset, address, file_size, memory_size, alignment)


def refuse_segments(image: Image, size: int) -> None:
    """Raise ElfFormatError where the loader would refuse to map a file of ``size`` bytes."""
    loaded = [one for one in image.segments if one.kind == LOAD]
    if image.identity.kind == RELOCATABLE:
        raise ElfFormatError("it is an object file that was never linked")
    if image.identity.kind not in (EXECUTABLE, SHARED):
        raise ElfFormatError("it is neither a library nor a program")
    if image.identity.system not in SYSTEMS:
        raise ElfFormatError("it is for another system than Linux")
    if not loaded:
        raise ElfFormatError("it has no segment to load")
    for one in loaded:
        if one.file_size and one.offset + one.file_size > size:
            wanted = one.offset + one.file_size
            raise ElfFormatError(f"{CUT_SHORT}: {wanted:,} bytes are to be loaded, {size:,} there")
        _refuse_alignment(one)


def _refuse_alignment(one: Segment) -> None:
    """The two conditions that a careless ``strip`` breaks, and one that only a forger does."""
    if one.alignment % PAGE or not one.alignment:
        raise ElfFormatError("a segment is not aligned to pages")
    if (one.address - one.offset) & (one.alignment - 1):
        raise ElfFormatError(
            "a segment's place in the file and its address disagree (load command not aligned)"
        )
    if one.file_size > one.memory_size:
        raise ElfFormatError("a segment is larger in the file than in memory")


def interpreter(image: Image) -> str:
    """The loader that a program asks for, empty for a library."""
    for one in image.segments:
        if one.kind == INTERPRETER:
            text = image.from_file(one.offset, min(one.file_size, LONGEST_PATH))
            return text.partition(b"\0")[0].decode("utf-8", "replace")
    return ""
