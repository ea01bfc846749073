"""What the runtimes have of shared libraries and symbol versions, and what Python has built in.

The libraries that nearly everything needs stand with the runtimes, so that a warm build, which
reads that table anyway, reads no other.
"""

from functools import cache
from typing import Literal, NamedTuple, cast

from manylayers.facts.tables import read_table

Presence = Literal["present", "absent", "unknown"]
Confidence = Literal["documented", "observed", "inferred"]
Number = tuple[int, ...]


class SystemLibraries(NamedTuple):
    """What a system surely has. ``versions`` maps families, ``GLIBCXX``, to their newest number.

    ``perhaps`` are the newest numbers that an image of the system has.
    """

    key: str
    libraries: frozenset[str]
    versions: dict[str, Number]
    perhaps: dict[str, Number]


class Library(NamedTuple):
    """A library on a system. ``package`` is Amazon Linux's, empty where none is known."""

    presence: Presence
    confidence: Confidence
    package: str = ""


class Opened(NamedTuple):
    """What a package opens at run time, who else brings it, and what does without."""

    libraries: tuple[str, ...]
    brought_by: tuple[str, ...]
    instead: str


class StandardLibrary(NamedTuple):
    """The top-level modules of a Python; ``fixed`` are those that nothing can hide."""

    modules: frozenset[str]
    fixed: frozenset[str]


@cache
def system_libraries(name: str) -> SystemLibraries:
    """Of the system with this name, ``Amazon Linux 2023``."""
    systems = read_table("runtimes.toml")["systems"]
    key, row = next((key, row) for key, row in systems.items() if row["name"] == name)
    versions = _numbers(row.get("versions", {})) | {"GLIBC": _number(row["glibc"])}
    return SystemLibraries(
        key=key,
        libraries=frozenset(row.get("libraries", ())),
        versions=versions,
        perhaps=versions | _numbers(row.get("perhaps", {})),
    )


def library(soname: str, system: str, architecture: str) -> Library:
    """Whether the system with this name has ``soname``, as far as is known."""
    known = system_libraries(system)
    if soname in known.libraries:
        return Library("present", "observed")
    table = read_table("sonames.toml")
    row = table["libraries"].get(soname)
    if row is None:
        return Library("absent" if table["complete"].get(known.key) else "unknown", "inferred")
    presence, confidence = row[known.key].split()
    if row.get("arch", architecture) != architecture:
        presence = "absent"
    return Library(
        cast("Presence", presence), cast("Confidence", confidence), row.get("package", "")
    )


@cache
def opened() -> dict[str, Opened]:
    """Packages, by their normalized names, that open libraries at run time."""
    return {
        name: Opened(
            libraries=tuple(row["libraries"]),
            brought_by=tuple(row.get("brought_by", ())),
            instead=row.get("instead", ""),
        )
        for name, row in read_table("native_packages.toml")["opened"].items()
    }


def instead_of(name: str) -> str:
    """The package that does the same as ``name`` (normalized) and needs less, or empty."""
    return str(read_table("native_packages.toml")["instead"].get(name, ""))


@cache
def loaded_libraries() -> frozenset[str]:
    """File names of libraries that packages open when they are imported, as modules are."""
    return frozenset(read_table("native_packages.toml")["loaded"].values())


@cache
def standard_library(python: tuple[int, int]) -> StandardLibrary:
    """Of the Python with this version, by its minor number."""
    table = read_table("stdlib.toml")
    minor = python[1]
    changing = table["since"].keys() | table["until"].keys()
    there = {
        name
        for name in changing
        if table["since"].get(name, 0) <= minor <= table["until"].get(name, minor)
    }
    fixed = table["built_in"] + (table["frozen"] if minor >= FROZEN_SINCE else "")
    modules = there.union(table["always"].split())
    return StandardLibrary(modules=frozenset(modules), fixed=frozenset(fixed.split()))


FROZEN_SINCE = 11


class Backport(NamedTuple):
    """A module that packages bring too; ``breaks`` says what then happens, if anything."""

    breaks: str


@cache
def backports(python: tuple[int, int]) -> dict[str, Backport]:
    """Modules of the standard library that packages bring too, and what then happens."""
    table = read_table("backports.toml")["modules"]
    return {
        name: Backport(breaks=row.get("breaks", "") if row.get("since", 0) <= python[1] else "")
        for name, row in table.items()
    }


def _numbers(row: dict[str, str]) -> dict[str, Number]:
    return {family: _number(text) for family, text in row.items()}


def _number(text: str) -> Number:
    return tuple(map(int, text.split(".")))
