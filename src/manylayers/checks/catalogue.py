"""All checks over a scene, each with the codes it may give."""

from collections.abc import Iterable

from manylayers.checks import (
    conflicts,
    dependencies,
    layout,
    modes,
    provenance,
    runtimes,
    size,
    weight,
)
from manylayers.checks.brought import BROUGHT
from manylayers.checks.choosing import Check, Codes, found_by
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.errors import UsageError

CHECKS = (
    Check(("L101", "L102", "L103"), layout.nothing_importable),
    Check(("L104",), layout.hidden_by_wrapper),
    Check(("L105",), modes.unreadable),
    Check(("L106",), modes.links),
    Check(("L107",), modes.backslashes),
    Check(("L113",), layout.junk),
    *BROUGHT,
    Check(("S301",), size.over_the_limit),
    Check(("S302",), size.uploads),
    Check(("S303",), size.too_many_layers),
    Check(("S304",), weight.slimming),
    Check(("C401",), runtimes.carried_sdk),
    Check(("C402",), conflicts.overwritten),
    Check(("C403",), conflicts.two_versions),
    Check(("C404",), conflicts.spoilt),
    Check(("D603",), dependencies.without_metadata),
    Check(("D604",), dependencies.shared_files),
    Check(("P701",), provenance.changed),
    Check(("P702",), provenance.unlisted),
    Check(("P703",), provenance.missing),
    Check(("R501", "R502"), runtimes.deprecated_or_preview),
)


def findings(scene: Scene, codes: Codes) -> tuple[Finding, ...]:
    """What all checks say, errors first, then by code and place."""
    return found_by(CHECKS, scene, codes)


def known_codes() -> tuple[str, ...]:
    """Every code there is, sorted."""
    return tuple(sorted({code for check in CHECKS for code in check.codes}))


def refuse_unknown(beginnings: Iterable[str]) -> None:
    """Raise UsageError for the first of ``beginnings`` with which no code begins."""
    if wrong := unknown(beginnings):
        raise UsageError(
            f"no check has a code that begins with {wrong[0]!r}",
            hint=f"codes are {', '.join(known_codes())}",
        )


def unknown(beginnings: Iterable[str]) -> tuple[str, ...]:
    """Those of ``beginnings`` with which no code begins."""
    codes = known_codes()
    return tuple(one for one in beginnings if not any(code.startswith(one) for code in codes))
