"""What a layer holds of the things that an error text names: a module, a file, a library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from manylayers.checks.clues import Clues, package_of_path, shortened
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, place, some
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.searching import root_of
from manylayers.target import Target

_TAG = re.compile(r"\.cpython-3(\d{1,2})[dtm]?-")
_NATIVE = re.compile(r"(?:\.[\w-]{1,80})?\.(?:so|pyd|dylib)(?:\.[\d.]{1,20})?")
SYSTEMS = {"mach-o": "macOS", "pe": "Windows"}


class Held(NamedTuple):
    """One file, and the layer or function that holds it."""

    carried: Carried
    file: CarriedFile


def looked_up(clues: Clues, scene: Scene, *, sure: bool) -> Iterator[str]:
    """Sentences about the layers of ``scene``; ``sure`` when the function's Python was told."""
    if clues.path:
        yield from _file(shortened(clues.path), scene, sure=sure)
    elif clues.module:
        yield from _module(clues.module, scene, sure=sure)
    elif clues.package and not clues.library:
        yield from _package(clues.package, scene, sure=sure)
    if clues.library:
        yield from _library(clues.library, scene)


def about(clues: Clues, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those of the findings that speak of what the text names; all of them where none does."""
    every = tuple(found)
    names = [name for name in (clues.package, clues.library) if name]
    names += [clues.module.partition(".")[0]] if clues.module else []
    names += [shortened(clues.path)] if clues.path else []
    told = tuple(
        one for one in every if any(name in f"{one.place} {one.message}" for name in names)
    )
    return told or every


def _file(inner: str, scene: Scene, *, sure: bool) -> Iterator[str]:
    """The file itself, else what else it may be: a whole package, or another build of the file."""
    found = [held for held in _held(scene) if _is_file(held.file.path, inner)]
    found = found or list(_other_builds(inner, scene))
    for held in found:
        yield from _judged(held, scene, sure=sure)
    if any(shortened(held.file.path).startswith(f"{inner}/") for held in _held(scene)):
        yield from _package(package_of_path(f"{inner}/") or inner, scene, sure=sure)
    elif not found:
        yield f"no layer here has {inner}: the text is about another one, or about the function"


def _is_file(path: str, inner: str) -> bool:
    """A name without a folder, as loaders tell it of libraries, may lie in any."""
    return shortened(path) == inner or ("." in inner and path.rpartition("/")[2] == inner)


def _other_builds(inner: str, scene: Scene) -> Iterator[Held]:
    """The module of the same name for another Python, system or processor."""
    folder, _, name = inner.rpartition("/")
    wanted = f"{folder}/{name.partition('.')[0]}"
    for held in _held(scene):
        path = shortened(held.file.path)
        if folder and path.startswith(wanted) and _NATIVE.fullmatch(path[len(wanted) :]):
            yield held


def _module(module: str, scene: Scene, *, sure: bool) -> Iterator[str]:
    """Every file that could be the module; the compiled ones are what such errors are about."""
    wanted = module.replace(".", "/")
    files = [held for held in _held(scene) if _is_module(shortened(held.file.path), wanted)]
    native = [held for held in files if _NATIVE.search(held.file.path)]
    if not files:
        yield f"no layer here has a file for {module}"
    for held in native or files[:1]:
        yield from _judged(held, scene, sure=sure)


def _package(package: str, scene: Scene, *, sure: bool) -> Iterator[str]:
    """The first compiled file of a package that does not fit, with how many are like it."""
    native = [
        held
        for held in _held(scene)
        if _NATIVE.search(held.file.path) and package_of_path(held.file.path) == package
    ]
    wrong = [held for held in native if _misfit(held.file, scene.target, sure=sure)]
    more = f"; so are {len(wrong) - 1} more of {package}" if len(wrong) > 1 else ""
    for held in wrong[:1]:
        yield f"{shortened(held.file.path)} is {_misfit(held.file, scene.target, sure=sure)}{more}"


def _is_module(path: str, wanted: str) -> bool:
    if not path.startswith(wanted):
        return False
    rest = path[len(wanted) :]
    return rest in (".py", "/__init__.py") or bool(_NATIVE.fullmatch(rest))


def _judged(held: Held, scene: Scene, *, sure: bool) -> Iterator[str]:
    """Why this file can not be imported by the function, or that it can."""
    path, target = shortened(held.file.path), scene.target
    if misfit := _misfit(held.file, target, sure=sure):
        yield f"{path} is {misfit}"
    elif held.carried is scene.function or root_of(held.file.path, target):
        yield f"{place(scene, held.carried, held.file.path)} is there, where {target} finds it"
    else:
        yield f"{place(scene, held.carried, held.file.path)} is there, where {target} does not look"


def _misfit(file: CarriedFile, target: Target, *, sure: bool) -> str:
    """What is wrong with a native file for the target, empty when nothing is seen."""
    native = file.native
    if native and native.kind in SYSTEMS:
        return f"for {SYSTEMS[native.kind]}, and Lambda runs Linux"
    if tag := _TAG.search(file.path):
        made = f"3.{tag[1]}"
        if made != target.python:
            return f"for Python {made}; your function runs {target.python}"
        if not sure:
            return f"for Python {made} alone: does your function run python{made}?"
    if native and native.problem:
        return f"damaged: {native.problem}"
    if native and native.machine and native.machine != target.architecture.machine:
        return f"for {native.machine}; your function runs on {target.architecture}"
    return _newer_glibc(file, target)


def _newer_glibc(file: CarriedFile, target: Target) -> str:
    for needed in file.native.versions if file.native else ():
        family, _, version = needed.version.partition("_")
        if family == "GLIBC" and _numbers(version) > target.system.glibc:
            return f"for glibc {version} or newer; {target.runtime} has {target.glibc}"
    return ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split(".") if part.isdigit())


def _library(library: str, scene: Scene) -> Iterator[str]:
    """Who needs the library, and whether it lies where the loader looks."""
    there = [held for held in _held(scene) if held.file.path.rpartition("/")[2] == library]
    needing = [
        shortened(held.file.path)
        for held in _held(scene)
        if held.file.native and library in held.file.native.needed
    ]
    if needing:
        yield f"{library} is needed by {some(needing)}"
    for held in there:
        found = held.file.path.startswith("lib/") and held.carried is not scene.function
        verb = "is found there" if found else "is not looked for there, but in lib/ of a layer"
        yield f"{place(scene, held.carried, held.file.path)} {verb}"
    if not there:
        yield f"no layer here has {library}"


def _held(scene: Scene) -> Iterator[Held]:
    for carried in carriers(scene):
        for file in carried.files:
            yield Held(carried, file)
