"""What every build asks of systems and libraries; what few ask is in `libraries`.

The libraries that nearly everything needs stand with the runtimes, in a table that is read anyway.
"""

from functools import cache
from typing import NamedTuple

from manylayers.facts.tables import read_table

Number = tuple[int, ...]


class SystemLibraries(NamedTuple):
    """What a system surely has. ``versions`` maps families, ``GLIBCXX``, to their newest number.

    ``perhaps`` are the newest numbers that an image of the system has.
    """

    key: str
    libraries: frozenset[str]
    versions: dict[str, Number]
    perhaps: dict[str, Number]


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


@cache
def openers() -> frozenset[str]:
    """The packages, by their normalized names, that open libraries at run time."""
    return frozenset(read_table("openers.toml")["packages"].split())


def _numbers(row: dict[str, str]) -> dict[str, Number]:
    return {family: _number(text) for family, text in row.items()}


def _number(text: str) -> Number:
    return tuple(map(int, text.split(".")))
