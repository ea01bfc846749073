"""Shared libraries, as far as is known: which system has them, who opens or brings them."""

from functools import cache
from typing import Literal, NamedTuple, cast

from manylayers.facts.systems import system_libraries
from manylayers.facts.tables import read_table

Presence = Literal["present", "absent", "unknown"]
Confidence = Literal["documented", "observed", "inferred"]


class Library(NamedTuple):
    """A library on a system. ``package`` is Amazon Linux's, empty where none is known."""

    presence: Presence
    confidence: Confidence
    package: str = ""


class Opened(NamedTuple):
    """What a package opens at run time, who else brings it, and what does without.

    ``own`` is how names of its own libraries begin that some of its wheels have, empty for none.
    """

    libraries: tuple[str, ...]
    brought_by: tuple[str, ...]
    instead: str
    own: str


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
            own=row.get("own", ""),
        )
        for name, row in read_table("native_packages.toml")["opened"].items()
    }


def instead_of(name: str) -> str:
    """The package that does the same as ``name`` (normalized) and needs less, or empty."""
    return str(read_table("native_packages.toml")["instead"].get(name, ""))


def tried_modules(name: str) -> tuple[str, ...]:
    """Modules that the package ``name`` (normalized) does without where they can't be imported."""
    return tuple(read_table("native_packages.toml")["tried"].get(name, ()))


@cache
def loaded_libraries() -> frozenset[str]:
    """File names of libraries that packages open when they are imported, as modules are."""
    return frozenset(read_table("native_packages.toml")["loaded"].values())
