"""L108 and L109: bytecode that Python passes over, and bytecode that it stumbles over."""

from __future__ import annotations

from collections.abc import Iterator

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, repair, some
from manylayers.formats.bytecode import bytecode_python
from manylayers.layer.junk import is_junk
from manylayers.layer.stale import is_useless, source_sizes


def useless(scene: Scene) -> Iterator[Finding]:
    """L108: files of ``__pycache__`` for another Python, of other source, or without any."""
    python = scene.target.facts.python
    for carried in carriers(scene):
        sources = source_sizes((file.path, file) for file in carried.files)
        found = [
            file for file in carried.files if is_useless(file.path, file.content, sources, python)
        ]
        if found:
            yield Finding(
                code="L108",
                severity="note",
                place=place(scene, carried, found[0].path),
                message=f"{count(len(found), 'bytecode file')} that {scene.target.runtime} does "
                f"not use, {sum(file.size for file in found):,} bytes: "
                f"{some([file.path for file in found])}",
                remedy=repair(scene, carried, "leave them out", useless),
            )


def fatal(scene: Scene) -> Iterator[Finding]:
    """L109: bytecode in the place of its source that another Python wrote."""
    target = scene.target
    for carried in carriers(scene):
        names = {file.path for file in carried.files}
        found = [
            file.path
            for file in carried.files
            if file.path.endswith(".pyc")
            and "__pycache__/" not in file.path.replace("\\", "/")
            and not is_junk(file.path)
            and file.path.removesuffix("c") not in names
            and bytecode_python(file.content) != target.facts.python
        ]
        if found:
            yield Finding(
                code="L109",
                severity="error",
                place=place(scene, carried, found[0]),
                message=f"{count(len(found), 'bytecode file')} without source that "
                f"{target.runtime} can not read (bad magic number): {some(found)}",
                remedy="bring the source along",
            )
