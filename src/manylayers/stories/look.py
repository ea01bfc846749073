"""The part of an explanation that looks into layers: what they have to do with the text."""

from __future__ import annotations

from manylayers.checks.catalogue import findings
from manylayers.checks.choosing import Choice
from manylayers.checks.clues import Clues
from manylayers.checks.explaining import Looked
from manylayers.checks.looking_up import about, looked_up
from manylayers.checks.scene import Scene
from manylayers.layer.inference import evidence
from manylayers.options import ExplainOptions
from manylayers.stories.needs import Layers
from manylayers.target import Target, all_runtimes, find_target, runtime_name


def look(
    options: ExplainOptions, clues: Clues, codes: tuple[str, ...] | None, layers: Layers
) -> Looked:
    """Look for what the text names, and run the checks with ``codes``: ``None`` means all.

    Of all checks only errors are told. Raises UsageError and UnsafeLayerError.
    """
    read = tuple(layers.read_layer(path) for path in options.layers)
    python = options.python or clues.python
    seen = evidence(read)
    scene = Scene(
        _target(
            (python, *seen.pythons),
            (options.architecture, clues.architecture, *seen.architectures),
        ),
        read,
    )
    found = findings(scene, Choice(select=codes or ())) if codes != () else ()
    if codes is None:
        found = tuple(one for one in found if one.severity == "error")
    return Looked(
        seen=tuple(looked_up(clues, scene, sure=python is not None)),
        findings=about(clues, found),
    )


def _target(pythons: tuple[str | None, ...], architectures: tuple[str | None, ...]) -> Target:
    """The first runtime and architecture that are known and still there."""
    there = [runtime_name(row).removeprefix("python") for row in all_runtimes()]
    python = next((one for one in pythons if one in there), there[-1])
    return find_target(python or there[-1], next(filter(None, architectures), None) or "x86_64")
