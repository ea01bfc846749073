"""The standard library's modules, and those of packages that take their names."""

from functools import cache
from typing import Any

from manylayers.facts.tables import read_table

FROZEN_SINCE = 11
"""The minor version since which some modules of the library are found before ``sys.path``."""


@cache
def standard_modules(python: tuple[int, int]) -> frozenset[str]:
    """The top-level modules of the Python with this version, by its minor number."""
    table, minor = read_table("stdlib.toml"), python[1]
    there = [table["always"]]
    there += [names for since, names in table["since"].items() if int(since) <= minor]
    there += [names for until, names in table["until"].items() if int(until) >= minor]
    return frozenset(" ".join(there).split())


@cache
def hideable_modules(python: tuple[int, int]) -> frozenset[str]:
    """Those that a file in a layer would hide: not what is built in."""
    table = read_table("stdlib.toml")
    fixed = table["built_in"] + (table["frozen"] if python[1] >= FROZEN_SINCE else "")
    return standard_modules(python).difference(fixed.split())


def backport(module: str, python: tuple[int, int]) -> str | None:
    """What a known back-port of the module breaks, empty for nothing; ``None`` if not known."""
    row: dict[str, Any] | None = read_table("backports.toml")["modules"].get(module)
    if row is None:
        return None
    return str(row.get("breaks", "")) if row.get("since", 0) <= python[1] else ""
