"""Native files of any system, known by their first bytes.

ELF is read as far as a loader does; of Mach-O (``mach-o/loader.h``, ``mach-o/fat.h``) and PE (PE
Format, *COFF File Header*) the processor is enough, since no Lambda function loads them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterable
from typing import Literal

from manylayers.formats.elf import (
    ElfFormatError,
    Identity,
    Image,
    Read,
    interpreter,
    read_identity,
    read_image,
    refuse_segments,
)
from manylayers.formats.elf_dynamic import Dynamic, read_dynamic
from manylayers.formats.native import CUT_SHORT, NativeFacts
from manylayers.formats.native_pieces import NativePieces, numbered, window

ELF = b"\x7fELF"
FAT = (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf")
THIN = {
    b"\xfe\xed\xfa\xce": ">",
    b"\xfe\xed\xfa\xcf": ">",
    b"\xce\xfa\xed\xfe": "<",
    b"\xcf\xfa\xed\xfe": "<",
}
MAGICS = (ELF, b"MZ", *FAT, *THIN)
"""How a file begins that may be native, for ``bytes.startswith``."""

NAMES = (".so", ".pyd")
"""How the name of a file ends that says it is native, whatever it holds."""

MOST_PROCESSORS = 20
"""Java's classes begin like fat Mach-O files, and go on with a version of 45 or more."""
MACH_PROCESSORS = {7: "i386", 12: "arm", 0x01000007: "x86_64", 0x0100000C: "aarch64"}
PE_PROCESSORS = {0x14C: "i386", 0x1C4: "arm", 0x8664: "x86_64", 0xAA64: "aarch64"}


def looks_native(path: str, head: bytes) -> bool:
    """Whether ``read_native`` may have something to say of a file that begins with ``head``."""
    return head.startswith(MAGICS) or path.endswith(NAMES)


def native_content(path: str, content: bytes) -> NativeFacts | None:
    """``read_native`` of a file that is here whole."""
    size = len(content)
    return read_native(path, lambda offset, length: content[offset : offset + length], size)


def read_native(path: str, read: Read, size: int) -> NativeFacts | None:
    """The facts of a native file of ``size`` bytes, ``None`` for a file of another kind.

    A file with the name of one that is none has a ``problem``, and no ``machine``. Never raises for
    what the file holds; what it costs is bounded.
    """
    found = _recognised(read, size)
    if found is None and path.endswith(NAMES):
        problem = _instead(read(0, 64)) if size else "it is empty"
        kind: Literal["elf", "pe"] = "pe" if path.endswith(".pyd") else "elf"
        return NativeFacts(kind=kind, machine="", problem=problem)
    return found


def _instead(head: bytes) -> str:
    """What was saved under the name of a library, as far as its first bytes tell."""
    if head.startswith(b"version https://git-lfs"):
        return "it is a pointer of Git LFS, the file itself was not fetched"
    if head.lstrip()[:9].lower().startswith((b"<!doctype", b"<html")):
        return "it is a web page, as a download that failed leaves it"
    return "it does not begin as a library does"


def read_kept(
    path: str, kept: NativePieces, again: Callable[[], Iterable[bytes]]
) -> NativeFacts | None:
    """``read_native`` of what was kept of a file; ``again`` gives its pieces from the start.

    They are asked for once more where a part is wanted that was not kept.
    """

    def part(offset: int, length: int) -> bytes:
        found = kept.read(offset, length)
        return window(numbered(again()), offset, length) if found is None else found

    return read_native(path, part, kept.size)


def _recognised(read: Read, size: int) -> NativeFacts | None:
    magic = read(0, 8)
    if magic.startswith(ELF):
        return _elf(read, size)
    if magic.startswith(FAT):
        return _fat(read, magic)
    if magic[:4] in THIN:
        return _thin(magic)
    return _pe(read) if magic.startswith(b"MZ") else None


def _elf(read: Read, size: int) -> NativeFacts:
    try:
        identity = read_identity(read)
    except ElfFormatError as problem:
        return NativeFacts(kind="elf", machine="", problem=str(problem))
    image, dynamic = Image(identity, (), read), Dynamic()
    try:
        image = read_image(identity, read)
        refuse_segments(image, size)
        dynamic = read_dynamic(image)
    except ElfFormatError as problem:
        return _facts(identity, image, dynamic, str(problem))
    return _facts(identity, image, dynamic, "")


def _facts(identity: Identity, image: Image, dynamic: Dynamic, problem: str) -> NativeFacts:
    return NativeFacts(
        kind="elf",
        machine=identity.machine,
        bits=identity.bits,
        soname=dynamic.soname,
        needed=dynamic.needed,
        search=dynamic.search,
        inherited=dynamic.inherited,
        versions=dynamic.versions,
        interpreter=interpreter(image),
        module=dynamic.module,
        problem=problem,
    )


def _thin(magic: bytes) -> NativeFacts | None:
    if len(magic) < 8:
        return None
    (processor,) = struct.unpack_from(f"{THIN[magic[:4]]}I", magic, 4)
    wide = magic[0] == 0xCF or magic[3] == 0xCF
    return NativeFacts(kind="mach-o", machine=_mach(processor), bits=64 if wide else 32)


def _fat(read: Read, magic: bytes) -> NativeFacts | None:
    count = int.from_bytes(magic[4:8], "big")
    if not 0 < count < MOST_PROCESSORS:
        return None
    step = 32 if magic[3] == 0xBF else 20
    table = read(8, count * step)
    names = [
        _mach(int.from_bytes(table[at : at + 4], "big")) for at in range(0, len(table) - 3, step)
    ]
    problem = CUT_SHORT if len(table) < count * step else ""
    return NativeFacts(kind="mach-o", machine=",".join(names), problem=problem)


def _mach(processor: int) -> str:
    return MACH_PROCESSORS.get(processor, f"processor {processor}")


def _pe(read: Read) -> NativeFacts | None:
    place = read(0x3C, 4)
    header = read(int.from_bytes(place, "little"), 6) if len(place) == 4 else b""
    if len(header) < 6 or not header.startswith(b"PE\0\0"):
        return None
    (processor,) = struct.unpack_from("<H", header, 4)
    name = PE_PROCESSORS.get(processor, f"processor {processor}")
    return NativeFacts(kind="pe", machine=name, bits=32 if name in ("i386", "arm") else 64)
