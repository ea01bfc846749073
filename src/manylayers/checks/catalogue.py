"""All checks over a scene, each with the codes it may give."""

from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from manylayers.checks import (
    binaries,
    bytecode,
    conflicts,
    dependencies,
    layout,
    missing,
    modes,
    provenance,
    runtimes,
    size,
    startup,
    weight,
)
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene


class Check(NamedTuple):
    """A function over a scene and the codes of what it finds."""

    codes: tuple[str, ...]
    find: Callable[[Scene], Iterator[Finding]]


CHECKS = (
    Check(("L101", "L102", "L103"), layout.nothing_importable),
    Check(("L104",), layout.hidden_by_wrapper),
    Check(("L105",), modes.unreadable),
    Check(("L106",), modes.links),
    Check(("L107",), modes.backslashes),
    Check(("L108",), bytecode.useless),
    Check(("L109",), bytecode.fatal),
    Check(("L110",), startup.path_files),
    Check(("L111",), startup.customizing),
    Check(("L112",), startup.hiding),
    Check(("L113",), layout.junk),
    Check(("B201", "B202", "B203", "B204", "B205", "B206", "B207", "B208"), binaries.binaries),
    Check(("B209",), missing.opened_libraries),
    Check(("S301",), size.over_the_limit),
    Check(("S302",), size.uploads),
    Check(("S303",), size.too_many_layers),
    Check(("S304",), weight.slimming),
    Check(("C401",), runtimes.carried_sdk),
    Check(("C402",), conflicts.overwritten),
    Check(("C403",), conflicts.two_versions),
    Check(("C404",), conflicts.spoilt),
    Check(("C405",), conflicts.mixed_sdk),
    Check(("D601",), dependencies.unmet),
    Check(("D602",), dependencies.other_python),
    Check(("D603",), dependencies.without_metadata),
    Check(("D604",), dependencies.shared_files),
    Check(("P701",), provenance.changed),
    Check(("P702",), provenance.unlisted),
    Check(("P703",), provenance.missing),
    Check(("R501", "R502"), runtimes.deprecated_or_preview),
)

RANKS = {"error": 0, "warning": 1, "note": 2}


class Choice(NamedTuple):
    """Codes, or how they begin. Nothing selected means all; what is ignored is never told."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()

    def has(self, code: str) -> bool:
        """Whether findings of ``code`` are wanted."""
        wanted = not self.select or code.startswith(self.select)
        return wanted and not (self.ignore and code.startswith(self.ignore))


def findings(scene: Scene, choice: Choice) -> tuple[Finding, ...]:
    """What all checks say, errors first, then by code and place."""
    found = (
        finding
        for check in CHECKS
        if any(map(choice.has, check.codes))
        for finding in check.find(scene)
        if choice.has(finding.code)
    )
    return tuple(sorted(found, key=lambda one: (RANKS[one.severity], one.code, one.place)))


def known_codes() -> tuple[str, ...]:
    """Every code there is, sorted."""
    return tuple(sorted({code for check in CHECKS for code in check.codes}))


def unknown(beginnings: Iterable[str]) -> tuple[str, ...]:
    """Those of ``beginnings`` with which no code begins."""
    codes = known_codes()
    return tuple(one for one in beginnings if not any(code.startswith(one) for code in codes))
