"""The checks of what packages bring along, which a plan has to pass before it is written.

Apart from the other checks, since a warm build comes by here: what these need is imported where
something was found.
"""

from collections.abc import Iterator

from manylayers.checks import startup
from manylayers.checks.choosing import Check
from manylayers.checks.finding import Finding
from manylayers.checks.glance import bytecode_among, part_of_sdk
from manylayers.checks.places import native_facts
from manylayers.checks.plain import unusual
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers
from manylayers.facts.systems import openers


def native_files(scene: Scene) -> Iterator[Finding]:
    """B201 to B208, of the files that need more than every runtime has."""
    if unusual(native_facts(scene), scene.target):
        from manylayers.checks.binaries import binaries

        yield from binaries(scene)


def opened_libraries(scene: Scene) -> Iterator[Finding]:
    """B209, of the packages that are known for it."""
    if not openers().isdisjoint(_packages(scene)):
        from manylayers.checks.missing import opened_libraries as find

        yield from find(scene)


def useless_bytecode(scene: Scene) -> Iterator[Finding]:
    """L108, where there is any bytecode."""
    if any(bytecode_among(one.files) for one in carriers(scene)):
        from manylayers.checks.bytecode import useless

        yield from useless(scene)


def fatal_bytecode(scene: Scene) -> Iterator[Finding]:
    """L109, where there is any bytecode."""
    if any(bytecode_among(one.files) for one in carriers(scene)):
        from manylayers.checks.bytecode import fatal

        yield from fatal(scene)


def mixed_sdk(scene: Scene) -> Iterator[Finding]:
    """C405, of layers with a part of the SDK."""
    if part_of_sdk(scene.target, _packages(scene)):
        from manylayers.checks.conflicts import mixed_sdk as find

        yield from find(scene)


def unmet_requirements(scene: Scene) -> Iterator[Finding]:
    """D601."""
    from manylayers.checks.dependencies import unmet

    yield from unmet(scene)


def other_python(scene: Scene) -> Iterator[Finding]:
    """D602."""
    from manylayers.checks.dependencies import other_python as find

    yield from find(scene)


def _packages(scene: Scene) -> set[str]:
    return {one.name for carried in carriers(scene) for one in carried.distributions}


BROUGHT = (
    Check(("L108",), useless_bytecode),
    Check(("L109",), fatal_bytecode),
    Check(("L110", "L111", "L112"), startup.at_the_start),
    Check(("B201", "B202", "B203", "B204", "B205", "B206", "B207", "B208"), native_files),
    Check(("B209",), opened_libraries),
    Check(("C405",), mixed_sdk),
    Check(("D601",), unmet_requirements),
    Check(("D602",), other_python),
)
