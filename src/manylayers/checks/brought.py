"""The checks of what packages bring along, which a plan has to pass before it is written.

Apart from the other checks, since a warm build comes by here: what these need is imported where
something was found.
"""

from collections.abc import Iterator

from manylayers.checks import startup
from manylayers.checks.choosing import Check
from manylayers.checks.finding import Finding
from manylayers.checks.places import absolute
from manylayers.checks.plain import unusual
from manylayers.checks.scene import Scene
from manylayers.facts.systems import openers


def native_files(scene: Scene) -> Iterator[Finding]:
    """B201 to B208, of the files that need more than every runtime has."""
    if unusual(dict(absolute(scene)), scene.target):
        from manylayers.checks.binaries import binaries

        yield from binaries(scene)


def opened_libraries(scene: Scene) -> Iterator[Finding]:
    """B209, of the packages that are known for it."""
    carried = (*scene.layers, *((scene.function,) if scene.function else ()))
    if any(one.name in openers() for layer in carried for one in layer.distributions):
        from manylayers.checks.missing import opened_libraries as find

        yield from find(scene)


BROUGHT = (
    Check(("L110", "L111", "L112"), startup.at_the_start),
    Check(("B201", "B202", "B203", "B204", "B205", "B206", "B207", "B208"), native_files),
    Check(("B209",), opened_libraries),
)
