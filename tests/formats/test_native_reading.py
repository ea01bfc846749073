"""What a loader reads of native files: the same as pyelftools, and never an exception."""

from __future__ import annotations

import struct
import sysconfig
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from elftools.elf.dynamic import DynamicSegment
from elftools.elf.elffile import ELFFile
from hypothesis import given
from hypothesis import strategies as st

import elf_builder as elf
from elf_builder import build_elf, fat_mach_o, mach_o, portable_executable
from manylayers.formats.elf_dynamic import version_parts
from manylayers.formats.native import NativeFacts, NeededVersion
from manylayers.formats.native_reading import native_content

SITE = Path(sysconfig.get_path("platlib"))


def facts(content: bytes) -> NativeFacts:
    found = native_content("demo", content)
    assert found is not None
    return found


def test_a_library_is_read_as_the_loader_reads_it() -> None:
    content = build_elf(
        needed=["libfoo.so.1", "libc.so.6"],
        soname="libdemo.so.2",
        runpath="$ORIGIN/../demo.libs:/opt/lib",
        versions={"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.17", "GLIBC_2.4"], "libfoo.so.1": ["FOO"]},
    )
    assert facts(content) == NativeFacts(
        kind="elf",
        machine="x86_64",
        soname="libdemo.so.2",
        needed=("libfoo.so.1", "libc.so.6"),
        search=("$ORIGIN/../demo.libs", "/opt/lib"),
        versions=(NeededVersion("libc.so.6", "GLIBC_2.17"), NeededVersion("libfoo.so.1", "FOO")),
    )


def test_rpath_counts_only_without_runpath() -> None:
    old = facts(build_elf(rpath="$ORIGIN"))
    assert (old.search, old.inherited) == (("$ORIGIN",), True)
    both = facts(build_elf(rpath="/old", runpath="/new"))
    assert (both.search, both.inherited) == (("/new",), False)


def test_a_version_that_may_be_absent_is_not_needed() -> None:
    asked = {"libc.so.6": ["GLIBC_2.17", "GLIBC_2.38"]}
    content = build_elf(versions=asked, weak=["GLIBC_2.38"])
    assert facts(content).versions == (NeededVersion("libc.so.6", "GLIBC_2.17"),)


def test_compact_relocations_need_a_loader_that_knows_them() -> None:
    content = build_elf(tags=[(elf.RELATIVE, 0x1000)])
    assert facts(content).versions == (NeededVersion("libc.so.6", "GLIBC_ABI_DT_RELR"),)


@pytest.mark.parametrize("entry", ["PyInit_demo", "PyInitU_demo", "PyModExport_demo"])
def test_a_module_is_known_by_its_entry(entry: str) -> None:
    assert facts(build_elf(exports=[entry])).module
    assert not facts(build_elf(exports=["PyInitialize"])).module


def test_a_program_names_its_loader() -> None:
    assert facts(build_elf(interpreter="/lib/ld-musl-x86_64.so.1")).interpreter == (
        "/lib/ld-musl-x86_64.so.1"
    )


@pytest.mark.parametrize(
    ("number", "name"), [(elf.AARCH64, "aarch64"), (elf.I386, "i386"), (9999, "machine 9999")]
)
def test_processors_have_the_names_of_uname(number: int, name: str) -> None:
    assert facts(build_elf(machine=number)).machine == name


def test_the_other_byte_order_is_read_too() -> None:
    content = build_elf(machine=elf.S390X, order=">", versions={"libc.so.6": ["GLIBC_2.17"]})
    assert facts(content).versions == (NeededVersion("libc.so.6", "GLIBC_2.17"),)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (build_elf()[:3] + b"F", "it is cut short"),
        (build_elf()[:40], "it is cut short, after 40 bytes of its ELF header"),
        (build_elf()[:100], "it is cut short, before its table of segments"),
        (build_elf()[:-1], "it is cut short: 256 bytes are to be loaded, 255 there"),
        (b"\x7fELF" + bytes(60), "its ELF header is none"),
        (build_elf(kind=1), "it is an object file that was never linked"),
        (build_elf(kind=4), "it is neither a library nor a program"),
        (build_elf(system=9), "it is for another system than Linux"),
        (build_elf(alignment=8), "a segment is not aligned to pages"),
        (build_elf(alignment=0), "a segment is not aligned to pages"),
        (
            build_elf(shift=0x10),
            "a segment's place in the file and its address disagree (load command not aligned)",
        ),
        (
            build_elf(tags=[(elf.NEEDED, 1 << 40)]),
            "a name in its dynamic segment has no end",
        ),
        (build_elf(tags=[(elf.NEEDED, 1)] * 600), "it needs 601 libraries"),
        (
            build_elf(tags=[(elf.VERSIONS, 1 << 60)]),
            "its dynamic segment points to where nothing is loaded",
        ),
        (build_elf(tags=[(77, 1)] * 4097), "its dynamic segment has no end"),
        (fat_mach_o(7, 7)[:40], "it is cut short"),
        (fat_mach_o(7, 7)[:8], "it is cut short"),
    ],
)
def test_what_no_loader_takes_is_told_in_a_clause(content: bytes, problem: str) -> None:
    assert facts(content).problem == problem


def test_versions_that_point_to_one_another_come_to_an_end() -> None:
    endless = struct.pack("<L", 4) * 16384  # each record's next is four bytes on: 134 million steps
    content = build_elf(tags=[(elf.VERSIONS, 192)], padding=len(endless))
    start = len(content) - 16 * 5 - len(endless)
    found = facts(content[:start] + endless + content[start + len(endless) :])
    assert found.problem == "its table of versions has no end"


@pytest.mark.parametrize("size", [1 << 27, 1 << 62])
def test_names_are_read_as_far_as_they_are_there(size: int) -> None:
    content = build_elf(needed=["libfoo.so.1"], tags=[(elf.STRINGS_SIZE, size)])
    assert facts(content).needed == ("libfoo.so.1",)


def test_of_two_places_of_names_the_loader_takes_the_last() -> None:
    content = build_elf(needed=["libfoo.so.1"], tags=[(elf.STRINGS, 1)])
    assert facts(content).needed == ("LF\x02\x01\x01",)


def test_a_library_without_a_name_is_the_program_that_is_there_already() -> None:
    assert facts(build_elf(needed=["", "libfoo.so.1"])).needed == ("libfoo.so.1",)


def test_other_systems_are_known_by_their_magic() -> None:
    assert facts(mach_o()) == NativeFacts(kind="mach-o", machine="aarch64")
    assert facts(fat_mach_o(0x01000007, 0x0100000C)).machine == "x86_64,aarch64"
    assert facts(portable_executable()) == NativeFacts(kind="pe", machine="x86_64")
    assert facts(portable_executable(0x14C)).bits == 32


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#!/bin/sh\n",
        b"MZ but a text",
        b"\xca\xfe\xba\xbe\0\0\0\x34" + bytes(40),  # a class of Java 8
        b"\xcf\xfa\xed",
    ],
)
def test_other_files_are_no_native_ones(content: bytes) -> None:
    assert native_content("demo.py", content) is None


def test_a_file_with_the_name_of_a_library_should_be_one() -> None:
    empty, text = native_content("a.so", b""), native_content("a.pyd", b"text")
    assert empty == NativeFacts(kind="elf", machine="", problem="it is empty")
    assert text is not None
    assert text.problem == "it does not begin as a library does"


@given(
    st.lists(st.tuples(st.integers(0, 400), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 400),
)
def test_whatever_a_file_holds_facts_come_back(changes: list[tuple[int, int]], cut: int) -> None:
    content = bytearray(
        build_elf(soname="a", rpath="$ORIGIN", versions={"libc.so.6": ["GLIBC_2.17", "GLIBC_2.4"]})
    )
    for place, value in changes:
        content[min(place, len(content) - 1)] = value
    native_content("demo", bytes(content))
    found = native_content("demo", bytes(content[: len(content) - cut]))
    assert found is None or isinstance(found, NativeFacts)


def real_files() -> list[Path]:
    """Native files of the environment that the tests run in."""
    return sorted(path for path in SITE.rglob("*.so*") if path.is_file())[:150]


@pytest.mark.skipif(not real_files(), reason="this environment has no native files for Linux")
def test_real_files_are_read_as_pyelftools_reads_them() -> None:
    for path in real_files():
        content = path.read_bytes()
        if content.startswith(b"\x7fELF"):
            found = facts(content)
            assert found.problem == "", path
            assert told(found) == oracle(content), path


def told(found: NativeFacts) -> tuple[object, ...]:
    return found.soname, found.needed, found.search, set(found.versions), found.machine


def oracle(content: bytes) -> tuple[object, ...]:
    """The same by pyelftools."""
    file = ELFFile(BytesIO(content))
    dynamic = next(one for one in file.iter_segments() if isinstance(one, DynamicSegment))
    tags: dict[str, list[str]] = {}
    for tag in dynamic.iter_tags():
        for field in ("needed", "soname", "rpath", "runpath"):
            if hasattr(tag, field):
                tags.setdefault(field, []).append(getattr(tag, field))
    search = tags.get("runpath") or tags.get("rpath") or [""]
    machine = {"EM_X86_64": "x86_64", "EM_AARCH64": "aarch64"}[file["e_machine"]]
    return (
        tags.get("soname", [""])[0],
        tuple(tags.get("needed", [])),
        tuple(folder for folder in search[0].split(":") if folder),
        newest(file),
        machine,
    )


def newest(file: ELFFile) -> set[NeededVersion]:
    section: Any = file.get_section_by_name(".gnu.version_r")
    best: dict[tuple[str, str], NeededVersion] = {}
    for library, names in section.iter_versions() if section else ():
        for name in names:
            one = NeededVersion(library.name, name.name)
            family, number = version_parts(one.version)
            known = best.get((one.library, family))
            if known is None or version_parts(known.version)[1] < number:
                best[one.library, family] = one
    return set(best.values())
