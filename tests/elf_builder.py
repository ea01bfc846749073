"""A small builder of ELF files: a header, two segments, and a dynamic segment as wanted."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence

X86_64, AARCH64, I386, S390X = 62, 183, 3, 22
NEEDED, STRINGS, STRINGS_SIZE, SONAME, RPATH, RUNPATH, RELATIVE = 1, 5, 10, 14, 15, 29, 36
VERSIONS, VERSIONS_COUNT = 0x6FFFFFFE, 0x6FFFFFFF
LOAD, DYNAMIC, INTERPRETER = 1, 2, 3


class Strings:
    """A table of names; what is put in gives its place."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0")

    def put(self, text: str) -> int:
        place = len(self.data)
        self.data += text.encode() + b"\0"
        return place


def build_elf(
    *,
    machine: int = X86_64,
    needed: Sequence[str] = ("libc.so.6",),
    versions: Mapping[str, Sequence[str]] | None = None,
    weak: Sequence[str] = (),
    soname: str = "",
    rpath: str = "",
    runpath: str = "",
    exports: Sequence[str] = (),
    interpreter: str = "",
    kind: int = 3,
    system: int = 0,
    order: str = "<",
    alignment: int = 0x1000,
    shift: int = 0,
    tags: Sequence[tuple[int, int]] = (),
    padding: int = 0,
) -> bytes:
    """A 64-bit file. ``shift`` moves the address of its one loaded segment, ``padding`` lies
    between what is mapped first and the dynamic segment."""
    strings = Strings()
    pairs = [(NEEDED, strings.put(name)) for name in needed]
    for tag, text in ((SONAME, soname), (RPATH, rpath), (RUNPATH, runpath)):
        pairs += [(tag, strings.put(text))] if text else []
    for name in exports:
        strings.put(name)
    table = _versions(versions or {}, weak, strings, order)
    loader = interpreter.encode() + b"\0" if interpreter else b""
    count = 3 if interpreter else 2
    at_loader = 64 + 56 * count
    at_strings = at_loader + len(loader)
    at_versions = at_strings + len(strings.data)
    at_dynamic = (at_versions + len(table) + padding + 7) & ~7
    pairs += [(STRINGS, at_strings + shift), (STRINGS_SIZE, len(strings.data))]
    pairs += [(VERSIONS, at_versions + shift)] if table else []
    pairs += [*tags, (0, 0)]
    dynamic = b"".join(struct.pack(f"{order}qQ", *pair) for pair in pairs)
    end = at_dynamic + len(dynamic)
    rows = [(LOAD, 0, end, alignment), (DYNAMIC, at_dynamic, len(dynamic), 8)]
    rows += [(INTERPRETER, at_loader, len(loader), 1)] if interpreter else []
    ident = b"\x7fELF" + bytes([2, 1 if order == "<" else 2, 1, system]) + bytes(8)
    numbers = (kind, machine, 1, 0, 64, 0, 0, 64, 56, count, 64, 0, 0)
    head = ident + struct.pack(f"{order}HHIQQQIHHHHHH", *numbers)
    for what, offset, size, align in rows:
        place = offset + shift
        head += struct.pack(f"{order}IIQQQQQQ", what, 5, offset, place, place, size, size, align)
    mapped = head + loader + bytes(strings.data) + table
    return mapped.ljust(at_dynamic, b"\0") + dynamic


def _versions(
    versions: Mapping[str, Sequence[str]], weak: Sequence[str], strings: Strings, order: str
) -> bytes:
    table = b""
    for place, (library, names) in enumerate(versions.items()):
        size = 16 + 16 * len(names)
        more = size if place < len(versions) - 1 else 0
        head = (1, len(names), strings.put(library), 16, more)
        table += struct.pack(f"{order}HHIII", *head)
        for number, name in enumerate(names):
            last = number == len(names) - 1
            row = (0, 2 if name in weak else 0, number + 2, strings.put(name), 0 if last else 16)
            table += struct.pack(f"{order}IHHII", *row)
    return table


def mach_o(processor: int = 0x0100000C) -> bytes:
    """The header of a thin Mach-O file."""
    return struct.pack("<8I", 0xFEEDFACF, processor, 3, 6, 0, 0, 0, 0) + bytes(64)


def fat_mach_o(*processors: int) -> bytes:
    """The header of a Mach-O file for several processors."""
    rows = [struct.pack(">5I", processor, 3, 4096, 100, 12) for processor in processors]
    return struct.pack(">2I", 0xCAFEBABE, len(rows)) + b"".join(rows)


def portable_executable(processor: int = 0x8664) -> bytes:
    """The header of a program for Windows."""
    place = b"MZ" + bytes(58) + struct.pack("<I", 64)
    return place + b"PE\0\0" + struct.pack("<HHIIIHH", processor, 1, 0, 0, 0, 240, 0x2022)
