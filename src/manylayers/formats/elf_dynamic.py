"""The dynamic segment of an ELF file: which libraries it needs, where from, of which version.

Follows the System V gABI, chapter 5, and the Linux Standard Base, chapter 10.7 (symbol versions).
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from manylayers.formats.elf import DYNAMIC, ElfFormatError, Image
from manylayers.formats.native import NeededVersion

END, NEEDED, STRINGS, STRINGS_SIZE, SONAME, RPATH, RUNPATH = 0, 1, 5, 10, 14, 15, 29
RELATIVE = 36
VERSIONS = 0x6FFFFFFE
WEAK = 2
"""The flag of a version that may be absent."""

LARGEST_TABLE = 1 << 16
"""Bytes. Dynamic segments and tables of versions of real files have a few thousand."""
LARGEST_STRINGS = 1 << 26
"""Bytes. The names of the largest library of the index, tensorflow's, have some 20 MB."""
LONGEST_NAME = 1024
MOST_NEEDED = 512
MOST_VERSIONS = 4096
"""Records that may point to one another as they like; real files have a few dozen."""

RELATIVE_VERSION = NeededVersion("libc.so.6", "GLIBC_ABI_DT_RELR")
"""What compact relocations ask of the loader, though not every linker says it: glibc 2.36."""
MODULE_ENTRIES = (b"PyInit_", b"PyInitU_", b"PyModExport_")


class Dynamic(NamedTuple):
    """As in ``NativeFacts``."""

    soname: str = ""
    needed: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    inherited: bool = False
    versions: tuple[NeededVersion, ...] = ()
    module: bool = False


def read_dynamic(image: Image) -> Dynamic:
    """What the dynamic segment says, nothing where there is none. Raises ElfFormatError."""
    pairs = list(_pairs(image))
    if not pairs:
        return Dynamic()
    table = dict(pairs)  # of a tag that stands twice the last counts
    if _has_endless_names(image, table):
        return Dynamic()  # nothing is known, which is no fault of the file
    strings = _strings(image, table)
    wanted = [value for tag, value in pairs if tag == NEEDED]
    if len(wanted) > MOST_NEEDED:
        raise ElfFormatError(f"it needs {len(wanted)} libraries")
    needed = (_name(strings, place) for place in wanted)
    paths = table.get(RUNPATH, table.get(RPATH))
    search = _name(strings, paths).split(":") if paths is not None else []
    return Dynamic(
        soname=_name(strings, table[SONAME]) if SONAME in table else "",
        needed=tuple(name for name in needed if name),  # none is the name of the program itself
        search=tuple(folder for folder in search if folder),
        inherited=RPATH in table and RUNPATH not in table,
        versions=tuple(_newest(_versions(image, table, strings))),
        module=any(entry in strings for entry in MODULE_ENTRIES),
    )


def _pairs(image: Image) -> Iterator[tuple[int, int]]:
    segment = next((one for one in image.segments if one.kind == DYNAMIC), None)
    if segment is None or not segment.file_size:
        return
    size = 16 if image.identity.bits == 64 else 8
    length = min(segment.file_size, LARGEST_TABLE) // size * size
    data = image.read(segment.address, length)
    form = struct.Struct(image.identity.order + ("qQ" if size == 16 else "iI"))
    for tag, value in form.iter_unpack(data[: len(data) // size * size]):
        if tag == END:
            return
        yield tag, value
    if segment.file_size > LARGEST_TABLE:
        raise ElfFormatError("its dynamic segment has no end")


def _has_endless_names(image: Image, table: dict[int, int]) -> bool:
    """Whether there are more names than are held in memory, not only declared to be."""
    if table.get(STRINGS_SIZE, 0) <= LARGEST_STRINGS:
        return False
    try:
        return bool(image.read(table.get(STRINGS, 0) + LARGEST_STRINGS, 1))
    except ElfFormatError:
        return False


def _strings(image: Image, table: dict[int, int]) -> bytes:
    size = min(table.get(STRINGS_SIZE, 0), LARGEST_STRINGS)
    if STRINGS not in table or not size:
        raise ElfFormatError("its dynamic segment has no names")
    return image.read(table[STRINGS], size)


def _name(strings: bytes, place: int) -> str:
    end = strings.find(b"\0", place, place + LONGEST_NAME)
    if end < 0:
        raise ElfFormatError("a name in its dynamic segment has no end")
    return strings[place:end].decode("utf-8", "replace")


def _versions(image: Image, table: dict[int, int], strings: bytes) -> Iterator[NeededVersion]:
    """Every version that must be there; the loader follows these links too, one after another."""
    if RELATIVE in table:
        yield RELATIVE_VERSION
    if VERSIONS not in table:
        return
    data = image.read(table[VERSIONS], LARGEST_TABLE)
    file_form = struct.Struct(image.identity.order + "HHIII")
    name_form = struct.Struct(image.identity.order + "IHHII")
    left = iter(range(MOST_VERSIONS))
    for _, _, library, first, _, place in _linked(data, file_form, 0, left):
        for _, flags, _, name, _, _ in _linked(data, name_form, place + first, left):
            if not flags & WEAK:
                yield NeededVersion(_name(strings, library), _name(strings, name))


def _linked(
    data: bytes, form: struct.Struct, place: int, left: Iterator[int]
) -> Iterator[tuple[int, ...]]:
    """Records whose last number is the way to the next; each is given with its own place.

    ``left`` has an item for each that may still come.
    """
    while True:
        if place + form.size > len(data) or next(left, None) is None:
            raise ElfFormatError("its table of versions has no end")
        row = form.unpack_from(data, place)
        yield *row, place
        if not row[-1]:
            return
        place += row[-1]


def _newest(versions: Iterable[NeededVersion]) -> Iterator[NeededVersion]:
    """The newest of each library's families, and names that are no numbers as they are."""
    best: dict[tuple[str, str], tuple[tuple[int, ...], NeededVersion]] = {}
    for one in versions:
        family, number = version_parts(one.version)
        known = best.get((one.library, family))
        if known is None or known[0] < number:
            best[one.library, family] = number, one
    return (one for _, one in best.values())


def version_parts(version: str) -> tuple[str, tuple[int, ...]]:
    """``GLIBC_2.17`` as ``GLIBC`` and (2, 17); a name without a number is a family of its own."""
    match = _VERSION.fullmatch(version)
    if match is None:
        return version, ()
    return match[1], tuple(map(int, match[2].split(".")))


_VERSION = re.compile(r"(.+?)_(\d{1,9}(?:\.\d{1,9})*)", re.ASCII)
