"""What a check is, and which findings are wanted of it."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene


class Check(NamedTuple):
    """A function over a scene and the codes of what it finds."""

    codes: tuple[str, ...]
    find: Callable[[Scene], Iterator[Finding]]


RANKS = {"error": 0, "warning": 1, "note": 2}


class Codes(NamedTuple):
    """Codes, or how they begin. Nothing selected means all; what is ignored is never told."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has(self, code: str) -> bool:
        """Whether findings of ``code`` are wanted."""
        wanted = not self.select or code.startswith(self.select)
        return wanted and not (self.ignore and code.startswith(self.ignore))


def found_by(checks: Iterable[Check], scene: Scene, codes: Codes) -> tuple[Finding, ...]:
    """What ``checks`` say, errors first, then by code and place."""
    found = (
        finding
        for check in checks
        if any(map(codes.has, check.codes))
        for finding in check.find(scene)
        if codes.has(finding.code)
    )
    return sorted_findings(found)


def sorted_findings(found: Iterable[Finding]) -> tuple[Finding, ...]:
    """``found``, errors first, then by code and place."""
    return tuple(sorted(found, key=lambda one: (RANKS[one.severity], one.code, one.place)))
