"""The part of an explanation that looks into layers: what they have to do with the text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from manylayers.checks.aiming import WayOut
from manylayers.checks.amounts import amounts
from manylayers.checks.bearing import about, bears_on, names
from manylayers.checks.catalogue import findings
from manylayers.checks.choosing import Codes
from manylayers.checks.clues import Clues
from manylayers.checks.explaining import Looked
from manylayers.checks.finding import Finding
from manylayers.checks.looking_up import handler_file, looked_up, versions_of
from manylayers.checks.scene import Scene
from manylayers.checks.seen import Seen, Verdict, weightiest
from manylayers.checks.wording import carriers, some
from manylayers.facts.explanations import KnownError
from manylayers.layer.carried import Carried
from manylayers.layer.inference import Evidence, evidence
from manylayers.options import ExplainOptions
from manylayers.stories.needs import Layers
from manylayers.target import find_target

HANDLER = "handler-not-found"
HIDDEN = "L104"
PLACES = frozenset({"L101", "L102", "L103"})
"""Findings of packages in wrong folders."""
UNREADABLE = "L105"
ENDING = "C404"
"""Findings of what ends the search for a package before all of it was found."""
LACKING = frozenset({"metadata-missing", "tzdata-missing"})
"""Errors that are explained by a distribution that is not there."""


class Named(NamedTuple):
    """The layers and the function that were named, and for which target they were made."""

    layers: tuple[Carried, ...]
    function: Carried | None
    signs: Evidence


def read(options: ExplainOptions, layers: Layers) -> Named:
    """What ``options`` names. Raises UsageError and UnsafeLayerError."""
    read = tuple(layers.read_layer(path) for path in options.layers)
    function = layers.read_layer(options.function) if options.function else None
    return Named(read, function, evidence((*read, *((function,) if function else ()))))


def look(named: Named, way: WayOut, clues: Clues, error: KnownError | None) -> Looked:
    """Look for what the text names, and run the checks that find ``error``: ``None`` means all.

    Of all checks only errors are told.
    """
    target = find_target(way.python, way.architecture or "x86_64")
    hidden = error is not None and HIDDEN in error.codes
    scene = Scene(target, named.layers, named.function, wrapper=hidden)
    seen = list(_seen(clues, error, scene, sure=not way.assumed))
    found = about(clues, _found(error, scene), error.looked_for if error else ())
    verdict = weightiest(seen)
    if error is not None:
        found = tuple(one for one in found if _spoils(one, verdict, clues, error))
    telling = [one for one in found if bears_on(clues, one)]
    if any(one.severity != "note" for one in telling):
        verdict = "wrong"
    elif verdict in {"right", "absent"}:
        found = ()
    if not telling and _looks_elsewhere(verdict, clues, error):
        seen.append(_elsewhere(error, scene))
    return Looked(tuple(seen), found, verdict)


def _seen(clues: Clues, error: KnownError | None, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    codes = error.codes if error else ()
    if error and error.id == HANDLER and clues.module:
        yield from handler_file(clues.module, scene)
    elif "S301" not in codes or clues.library:
        yield from looked_up(clues, scene, sure=sure)
    if error and error.beside:
        beside = filter(None, (*error.beside, clues.package))
        yield from versions_of(beside, scene, lacking=error.id in LACKING)
    yield from amounts(codes, clues.version, scene)


def _found(error: KnownError | None, scene: Scene) -> tuple[Finding, ...]:
    if error is None:
        every = findings(scene, Codes())
        return tuple(one for one in every if one.severity == "error")
    return findings(scene, Codes(select=error.looked_for)) if error.looked_for else ()


def _spoils(finding: Finding, verdict: Verdict, clues: Clues, error: KnownError) -> bool:
    """Whether it may be the cause beside what was seen of the thing that the text names."""
    if verdict in {"wrong", "absent"}:  # what is not found has not come to be read
        return finding.code != UNREADABLE or UNREADABLE in error.codes
    if verdict != "right":
        return True
    if "right" in error.because:  # a module that is called missing, and is there
        inside = "." in (clues.module or "")  # what hides its parts is imported itself
        spoils = finding.code == UNREADABLE or (inside and finding.code == ENDING)
        return spoils and names(finding, clues)
    return finding.code not in PLACES


def _looks_elsewhere(verdict: Verdict, clues: Clues, error: KnownError | None) -> bool:
    """Whether to say so, unless what is absent is a part of Python itself."""
    if error is None or verdict == "aside":
        return error is None or bool(error.codes)
    named = clues.package or clues.path or clues.library
    return verdict == "absent" and verdict not in error.because and named is not None


def _elsewhere(error: KnownError | None, scene: Scene) -> Seen:
    """Nothing is wrong here: where it is then, unless the text is not known to be of a layer."""
    what = "no such fault" if error else "no error"
    labels = some([one.label for one in carriers(scene)])
    told = f"check finds {what} in {labels} for {scene.target}"
    if error is None:
        return Seen(told)
    others = "" if scene.function else "the function's own zip (--function), "
    return Seen(f"{told}: look at {others}other layers, and whether this very version is attached")
