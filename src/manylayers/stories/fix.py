"""The story of a repair: read, make right what can be, write, look at the result."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from manylayers.doors.output import WrittenArchive
from manylayers.errors.layers import UnrepairableError
from manylayers.hands.places import refuse_inputs
from manylayers.layer.repair import Repair, Repaired, Unrepairable, repaired
from manylayers.options import CheckOptions, Destination, FixOptions
from manylayers.report.fix import FixReport, RepairReport
from manylayers.stories.check import check
from manylayers.stories.needs import Layers, Outputs, Packs
from manylayers.stories.progress import Progress
from manylayers.stories.telling import output_report
from manylayers.target import find_architecture, find_runtime

EXAMPLES = 3
"""Files named for each rule."""


class FixDoors(NamedTuple):
    """What a repair goes through."""

    layers: Layers
    packs: Packs
    output: Outputs


def fix(options: FixOptions, doors: FixDoors, progress: Progress) -> FixReport:
    """A new layer from ``options.layer``, which stays as it is.

    Raises UsageError for an output that is the input or lies in it, UnsafeLayerError,
    UnrepairableError when there is more than one way to make it right, OutputError.
    """
    source, destination = options.layer, options.destination
    refuse_inputs(destination.path, [source])
    progress.say(f"reading {source}")
    carried = doors.layers.read_layer(source)
    python = target_python(options.python)
    if options.arch:
        find_architecture(options.arch)  # refused before anything is written
    with doors.packs.packed(source, carried) as zipped:
        result = repaired(carried, zipped.members, python)
        if isinstance(result, Unrepairable):
            raise UnrepairableError(str(source), result.reason)
        progress.say(f"writing {destination.path}")
        written = _write(destination, zipped.path, result, doors.output)
    pythons = (options.python,) if options.python else ()
    looked = check(
        CheckOptions(layers=(destination.path,), pythons=pythons, arch=options.arch),
        doors.layers,
        progress,
    )
    return FixReport(
        schema="manylayers.fix/1",
        path=str(source),
        output=output_report(destination, written),
        target=looked.target,
        inferred=looked.inferred,
        repairs=tuple(map(_repair, result.repairs)),
        findings=looked.findings,
        unzipped=result.layer.size,
    )


def target_python(python: str) -> str:
    """``3.12`` for whatever names it; empty where nothing does. Raises UsageError."""
    return find_runtime(python).version if python else ""


def _write(
    destination: Destination, source: Path, result: Repaired, output: Outputs
) -> WrittenArchive | None:
    if destination.folder:
        output.write_folder(destination.path, result.layer, lambda _: source)
        return None
    return output.write_zip(destination.path, result.layer, lambda _: source)


def _repair(repair: Repair) -> RepairReport:
    return RepairReport(
        rule=repair.rule,
        what=repair.what,
        files=len(repair.paths),
        examples=repair.paths[:EXAMPLES],
    )
