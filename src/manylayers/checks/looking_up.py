"""What a layer holds of the things that an error text names: a module, a file, a library."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from manylayers.checks.bearing import inner
from manylayers.checks.clues import Clues, package_of_module, package_of_path, shortened
from manylayers.checks.misfits import misfit, only_fit
from manylayers.checks.scene import Scene
from manylayers.checks.seen import Seen, Verdict
from manylayers.checks.wording import carriers, count, place, some
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.searching import root_of

_NATIVE = re.compile(r"(?:\.[\w-]{1,80})?\.(?:so|pyd|dylib)(?:\.[\d.]{1,20})?")
MODULE = (".py", "/__init__.py")
"""What follows a module's name in the path of its file."""
MOST = 3
"""Files of one name that are judged one by one."""


class Held(NamedTuple):
    """One file, and the layer or function that holds it."""

    carried: Carried
    file: CarriedFile


def looked_up(clues: Clues, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    """What is seen in ``scene``; ``sure`` when the function's Python was told."""
    if clues.path:
        yield from _file(inner(clues.path), scene, sure=sure)
    elif clues.module:
        yield from _module(clues.module, scene, sure=sure)
    elif clues.package and not clues.library:
        yield from _package(clues.package, scene, sure=sure)
    if clues.library:
        yield from _library(clues.library, scene)


def versions_of(names: Iterable[str], scene: Scene, *, lacking: bool) -> Iterator[Seen]:
    """Which of the distributions lie where; ``lacking`` says that the text is of one's absence."""
    wanted = tuple(dict.fromkeys(names))
    held = False
    for carried in carriers(scene):
        there = [f"{one.name} {one.version}" for one in carried.distributions if one.name in wanted]
        if there:
            held = True
            yield Seen(f"{carried.label} has {', '.join(sorted(there))}")
    if wanted and not held:
        verdict: Verdict = "wrong" if lacking else "aside"
        yield Seen(f"none of {', '.join(wanted)} is here with its metadata", verdict)


def _file(inner: str, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    """The file itself, else what else it may be: a whole package, or another build of the file."""
    found = [held for held in _held(scene) if _is_file(held.file.path, inner)]
    found = found or list(_other_builds(inner, scene))
    judged = [_judged(held, scene, searched=_is_searched(held, scene), sure=sure) for held in found]
    yield from _those_that_count(judged)
    if any(shortened(held.file.path).startswith(f"{inner}/") for held in _held(scene)):
        yield from _package(package_of_path(f"{inner}/") or inner, scene, sure=sure)
    elif not found:
        yield Seen(f"{_nobody(scene)} has {inner}", "absent")


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


def _module(module: str, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    """Every file that could be the module; the compiled ones are what such errors are about."""
    wanted = module.replace(".", "/")
    files = [held for held in _held(scene) if _is_module(held, wanted, scene)]
    native = [held for held in files if _NATIVE.search(held.file.path)]
    if not files:
        yield from _without_module(module, scene, sure=sure)
    judged = []
    for held in native or files[:1]:
        at_root = wanted.startswith("_") or shortened(held.file.path).startswith(wanted)
        found = at_root and _is_searched(held, scene)
        judged.append(_judged(held, scene, searched=found, sure=sure))
    yield from _those_that_count(judged)
    if files and not native and (package := package_of_module(module)):
        for one in islice(_misfits(_compiled(package, scene), package, scene), 1):
            yield one._replace(verdict="asks")  # it would not be called missing


def _those_that_count(judged: Iterable[Seen]) -> Iterator[Seen]:
    """Of several builds of one module the one that Python takes; where it takes none, all."""
    every = tuple(judged)
    taken = tuple(one for one in every if one.verdict != "wrong")
    yield from islice(taken or every, MOST)


def _without_module(module: str, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    """Nothing has the module: its package may be there, without it or wrong as a whole."""
    top = module.partition(".")[0]
    there = top != module and any(_is_module(held, top, scene) for held in _held(scene))
    yield Seen(f"{_nobody(scene)} has a file for {module}", "wrong" if there else "absent")
    if there:
        yield Seen(f"{top} itself is there")
        yield from _package(package_of_module(module) or top, scene, sure=sure)


def _is_module(held: Held, wanted: str, scene: Scene) -> bool:
    """A module at a root, or in any folder that is no package: there it lies by mistake.

    A compiled part whose name alone is told may lie in any package; so may the function's own.
    """
    path = shortened(held.file.path)
    at = 0 if path.startswith(wanted) else path.find(f"/{wanted}") + 1
    rest = path[at + len(wanted) :]
    if not path.startswith(wanted, at) or not (rest in MODULE or _NATIVE.fullmatch(rest)):
        return False
    if not at or wanted.startswith("_") or held.carried is scene.function:
        return True
    folder = held.file.path[: len(held.file.path) - len(path) + at]
    return not any(one.path == f"{folder}__init__.py" for one in held.carried.files)


def _package(package: str, scene: Scene, *, sure: bool) -> Iterator[Seen]:
    """The first compiled file of a package that does not fit, with how many are like it."""
    native = list(_compiled(package, scene))
    wrong = tuple(_misfits(native, package, scene))
    yield from wrong[:1]
    question = next(filter(None, (only_fit(held.file, scene.target) for held in native)), "")
    files = f"{count(len(native), 'compiled file')} of {package} here, made for {scene.target}"
    if native and not wrong and question and not sure:
        yield Seen(f"{files}: does your function run that?", "asks")
    elif native and not wrong:
        yield Seen(files, "right")


def _compiled(package: str, scene: Scene) -> Iterator[Held]:
    """Those that the function finds, or all, where it finds none."""
    every = [
        held
        for held in _held(scene)
        if _NATIVE.search(held.file.path) and package_of_path(held.file.path) == package
    ]
    yield from [held for held in every if _is_searched(held, scene)] or every


def _misfits(native: Iterable[Held], package: str, scene: Scene) -> Iterator[Seen]:
    """One for each kind of fault among the compiled files of a package."""
    clauses: dict[str, list[Held]] = {}
    for held in native:
        if clause := misfit(held.file, scene.target):
            clauses.setdefault(clause, []).append(held)
    for clause, those in clauses.items():
        more = f"; so are {len(those) - 1} more of {package}" if len(those) > 1 else ""
        yield Seen(f"{shortened(those[0].file.path)} is {clause}{more}", "wrong")


def _judged(held: Held, scene: Scene, *, searched: bool, sure: bool) -> Seen:
    """Why this file can not be imported by the function, or that it can."""
    where = place(scene, held.carried, held.file.path)
    if clause := misfit(held.file, scene.target):
        return Seen(f"{shortened(held.file.path)} is {clause}", "wrong")
    if not searched:
        return Seen(f"{where} is there, where {scene.target} does not look", "wrong")
    if not sure and (question := only_fit(held.file, scene.target)):
        return Seen(f"{shortened(held.file.path)} is {question}", "asks")
    return Seen(f"{where} is there, where {scene.target} finds it", "right")


def _is_searched(held: Held, scene: Scene) -> bool:
    return held.carried is scene.function or root_of(held.file.path, scene.target) is not None


def handler_file(module: str, scene: Scene) -> Iterator[Seen]:
    """Where the function's own file lies in its zip, which has to be the root."""
    if scene.function is None:
        yield Seen("the function's own file is looked for in its zip: name that with --function")
        return
    names = (f"{module}.py", f"{module}/__init__.py")
    paths = [one.path for one in scene.function.files]
    found = [path for path in paths if path.endswith(names) and _ends_whole(path, names)]
    label = scene.function.label
    if any(path in names for path in found):
        yield Seen(f"{label} has it at its root: see that Handler begins with {module}.")
    elif found:
        yield Seen(f"{label} has it as {found[0]}, not at its root", "wrong")
    else:
        there = [path for path in paths if "/" not in path and path.endswith(".py")]
        told = f"; at its root are {some(there)}" if there else ""
        yield Seen(f"{label} has no {module}.py{told}", "wrong")


def _ends_whole(path: str, names: Iterable[str]) -> bool:
    return any(f"/{path}".endswith(f"/{name}") for name in names)


def _library(library: str, scene: Scene) -> Iterator[Seen]:
    """Who needs the library, and whether it lies where the loader looks."""
    there = [held for held in _held(scene) if held.file.path.rpartition("/")[2] == library]
    needing = [
        shortened(held.file.path)
        for held in _held(scene)
        if held.file.native and library in held.file.native.needed
    ]
    if needing:
        yield Seen(f"{library} is needed by {some(needing)}", "aside" if there else "wrong")
    for held in islice(there, MOST):
        found = held.file.path.startswith("lib/") and held.carried is not scene.function
        verb = "is found there" if found else "is not looked for there, but in lib/ of a layer"
        verdict: Verdict = "right" if found else "wrong"
        yield Seen(f"{place(scene, held.carried, held.file.path)} {verb}", verdict)
    if not there:
        verb = "has" if needing else "has or needs"
        yield Seen(f"{_nobody(scene)} {verb} {library}", "wrong" if needing else "absent")


def _nobody(scene: Scene) -> str:
    return "nothing here" if scene.function else "no layer here"


def _held(scene: Scene) -> Iterator[Held]:
    for carried in carriers(scene):
        for file in carried.files:
            yield Held(carried, file)
