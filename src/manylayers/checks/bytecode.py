"""L108 and L109: bytecode that Python passes over, and bytecode that it stumbles over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, repair, some
from manylayers.formats.bytecode import CPYTHON, bytecode_python, cached_name, source_size
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.junk import JUNK


def useless(scene: Scene) -> Iterator[Finding]:
    """L108: files of ``__pycache__`` for another Python, of other source, or without any."""
    python = scene.target.facts.python
    for carried in carriers(scene):
        sources = source_sizes(carried)
        found = [file for file in carried.files if is_useless(file, sources, python)]
        if found:
            yield Finding(
                code="L108",
                severity="note",
                place=place(scene, carried, found[0].path),
                message=f"{count(len(found), 'bytecode file')} that {scene.target.runtime} does "
                f"not use, {sum(file.size for file in found):,} bytes: "
                f"{some([file.path for file in found])}",
                remedy=repair(carried, "leave them out"),
            )


def source_sizes(carried: Carried) -> dict[str, int]:
    """The bytes of each source, by its path."""
    return {str(file.path): file.size for file in carried.files if file.path.endswith(".py")}


def is_useless(
    file: CarriedFile, sources: Mapping[str, int], python: tuple[int, int] | None
) -> bool:
    """Whether Python passes the file over. ``python`` of ``None`` means any version may use it."""
    cached = cached_name(file.path)
    if cached is None or JUNK.search(file.path):
        return False
    if cached.implementation != CPYTHON or (python and cached.python != python):
        return True
    if cached.source not in sources:
        return True  # bytecode without source counts beside the source's place only
    size = source_size(file.content)
    return size is not None and size != sources[cached.source] & 0xFFFFFFFF


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
            and not JUNK.search(file.path)
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
