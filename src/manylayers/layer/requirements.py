"""What a distribution requires on a target, read once a line (dependency specifiers)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from manylayers.formats.pins import normalized
from manylayers.target import Target


class Need(NamedTuple):
    """A requirement that counts: normalized name, its specifier, and as a person reads it."""

    name: str
    specifier: str
    text: str

    def met_by(self, version: str) -> bool:
        """Whether ``version`` will do; one that nobody can read will."""
        return _met(self.specifier, version)

    @property
    def exact(self) -> bool:
        """Whether just one version will do, as with two halves of one program."""
        return "==" in self.specifier and "*" not in self.specifier


def needs(lines: Iterable[str], target: Target) -> Iterator[Need]:
    """Those of ``Requires-Dist`` that count on ``target`` where no extra is asked for."""
    for line in lines:
        if _of_an_extra(line):
            continue
        need = _need(line, target)
        if need:
            yield need


def _of_an_extra(line: str) -> bool:
    """Whether an extra alone decides: most lines of large packages, over without being parsed."""
    _, _, marker = line.partition(";")
    return " or " not in marker and re.search(r"\bextra\s*==\s*['\"]\w", marker) is not None


@lru_cache(maxsize=1 << 14)
def _need(line: str, target: Target) -> Need | None:
    from packaging.requirements import Requirement

    environment = {**target.marker_environment, "extra": ""}
    try:
        requirement = Requirement(line)
        if requirement.marker and not requirement.marker.evaluate(environment):
            return None
    except (ValueError, RecursionError):  # no requirement, or a number or nesting without end
        return None
    specifier = str(requirement.specifier)
    return Need(normalized(requirement.name), specifier, f"{requirement.name}{specifier}")


@lru_cache(maxsize=1 << 14)
def _met(specifier: str, version: str) -> bool:
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(specifier).contains(version, prereleases=True)
    except ValueError:
        return True
