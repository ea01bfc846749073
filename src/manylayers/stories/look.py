"""The part of an explanation that looks into layers: what they have to do with the text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from manylayers.checks.amounts import amounts
from manylayers.checks.catalogue import findings
from manylayers.checks.choosing import Choice
from manylayers.checks.clues import Clues
from manylayers.checks.explaining import Looked
from manylayers.checks.finding import Finding
from manylayers.checks.looking_up import about, handler_file, looked_up, versions_of
from manylayers.checks.scene import Scene
from manylayers.checks.seen import Seen
from manylayers.checks.wording import carriers, some
from manylayers.facts.explanations import KnownError
from manylayers.layer.inference import evidence
from manylayers.options import ExplainOptions
from manylayers.stories.needs import Layers
from manylayers.target import Target, all_runtimes, find_target, runtime_name

HANDLER = "handler-not-found"
HIDDEN = "L104"
LACKING = frozenset({"metadata-missing", "tzdata-missing"})
"""Errors that are explained by a distribution that is not there."""


def look(options: ExplainOptions, clues: Clues, error: KnownError | None, layers: Layers) -> Looked:
    """Look for what the text names, and run the checks that find ``error``: ``None`` means all.

    Of all checks only errors are told. Raises UsageError and UnsafeLayerError.
    """
    scene = _scene(options, clues, error, layers)
    sure = (options.python or clues.python) is not None
    seen = list(_seen(clues, error, scene, sure=sure))
    found = _found(error, scene)
    wrong = any(one.wrong for one in seen) or any(one.severity != "note" for one in found)
    if not wrong and (error is None or error.codes):
        seen.append(_elsewhere(error, scene))
    return Looked(
        seen=tuple(one.sentence for one in seen),
        findings=about(clues, found),
    )


def _scene(
    options: ExplainOptions, clues: Clues, error: KnownError | None, layers: Layers
) -> Scene:
    read = tuple(layers.read_layer(path) for path in options.layers)
    function = layers.read_layer(options.function) if options.function else None
    signs = evidence((*read, *((function,) if function else ())))
    target = _target(
        (options.python, clues.python, *signs.pythons),
        (options.architecture, clues.architecture, *signs.architectures),
    )
    return Scene(target, read, function, wrapper=error is not None and HIDDEN in error.codes)


def _seen(clues: Clues, error: KnownError | None, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    codes = error.codes if error else ()
    if error and error.id == HANDLER and clues.module:
        yield from handler_file(clues.module, scene)
    elif "S301" not in codes or clues.library:
        yield from looked_up(clues, scene, sure=sure)
    if error and error.beside:
        names = filter(None, (*error.beside, clues.package))
        yield from versions_of(names, scene, lacking=error.id in LACKING)
    yield from amounts(codes, clues.version, scene)


def _found(error: KnownError | None, scene: Scene) -> tuple[Finding, ...]:
    if error is None:
        every = findings(scene, Choice())
        return tuple(one for one in every if one.severity == "error")
    return findings(scene, Choice(select=error.codes)) if error.codes else ()


def _elsewhere(error: KnownError | None, scene: Scene) -> Seen:
    """Nothing is wrong here: where it is then, unless the text is not known to be of a layer."""
    what = f"nothing of {', '.join(error.codes)}" if error else "no error"
    labels = some([one.label for one in carriers(scene)])
    told = f"check finds {what} in {labels} for {scene.target}"
    if error is None:
        return Seen(told)
    others = "" if scene.function else "the function's own zip (--function), "
    return Seen(f"{told}: look at {others}other layers, and whether this very version is attached")


def _target(pythons: Sequence[str | None], architectures: Sequence[str | None]) -> Target:
    """The first runtime and architecture that are known and still there."""
    there = [runtime_name(row).removeprefix("python") for row in all_runtimes()]
    python = next((one for one in pythons if one in there), there[-1])
    return find_target(python or there[-1], next(filter(None, architectures), None) or "x86_64")
