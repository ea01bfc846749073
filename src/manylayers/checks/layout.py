"""L101 to L104, L113: whether Python finds anything where the files lie."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from posixpath import dirname

from manylayers.checks.finding import Finding, Severity
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, repair, some
from manylayers.layer.carried import Carried
from manylayers.layer.junk import is_junk
from manylayers.layer.searching import SITE, is_importable, is_module, root_of, roots
from manylayers.layer.wrong_roots import (
    EXTENSIONS,
    HANDLERS,
    SHARED_ROOT,
    WrongRoot,
    is_nested,
    packages_around,
    python_modules,
    wrong_root,
)
from manylayers.target import Target

_PACKED = re.compile(r"(python/)?[^/]+\.(zip|whl|egg)", re.IGNORECASE)


def nothing_importable(scene: Scene) -> Iterator[Finding]:
    """L101 where Python finds nothing, L102 and L103 where it is seen why."""
    for layer in scene.layers:
        yield from _layer_roots(scene, layer)
    if scene.function:
        yield from _function_root(scene, scene.function)


def _layer_roots(scene: Scene, layer: Carried) -> Iterator[Finding]:
    modules = python_modules(file.path for file in layer.files if not is_junk(file.path))
    if not layer.files:
        words = f"{layer.label} holds no file"
        yield _unfound(scene, layer, words, "put packages into python/")
    elif not modules:
        yield from _without_modules(scene, layer)
    elif not any("\\" in path for path in modules):  # else L107 is about them
        yield from _where_modules_lie(scene, layer, modules)


def _unfound(scene: Scene, layer: Carried, message: str, remedy: str) -> Finding:
    """L101."""
    return Finding(
        code="L101", severity="error", message=message, place=place(scene, layer), remedy=remedy
    )


def _where_modules_lie(scene: Scene, layer: Carried, modules: Sequence[str]) -> Iterator[Finding]:
    target, wrong = scene.target, wrong_root(modules, layer.distributions)
    usable = any(is_importable(path, target) for path in modules if not is_nested(path, wrong))
    others = _other_versions(modules, target)
    if others and not any(path.startswith(roots(target)[0]) for path in modules):
        yield _other_version(scene, layer, others, usable=usable)
    if usable:
        yield from _beside(scene, layer, modules, wrong)
        yield from _apart(scene, layer, roots(target))
        yield from _at_the_root(scene, layer, modules)
    elif wrong:
        yield _in_wrong_root(scene, layer, wrong)
    elif not others:
        words = f"nothing in it can be imported: {_why_nothing(modules, target)}"
        yield _unfound(scene, layer, words, "put packages into python/, as installers do")


def _in_wrong_root(scene: Scene, layer: Carried, wrong: WrongRoot) -> Finding:
    what = f"packages lie in {wrong.found or 'the root'}, {wrong.why}"
    where = place(scene, layer, wrong.found)
    return _misplaced("error", where, what, scene.target, _way_to_python(scene, layer))


def _misplaced(severity: Severity, where: str, what: str, target: Target, remedy: str) -> Finding:
    """L102: ``what`` lies ``where`` Python does not look, and where it does."""
    searched = f"{target.runtime} searches {roots(target)[0]} and python/"
    return Finding("L102", severity, f"{what}; {searched}", where, remedy)


def _why_nothing(modules: Sequence[str], target: Target) -> str:
    """Sources that were only unpacked have a folder with the version around them."""
    for path in modules:
        if root := root_of(path, target):
            folder = path.removeprefix(root).partition("/")[0]
            return f"{root}{folder} has a name that no import can have, {path} lies in it"
    none = f"none of its {count(len(modules), 'module')} lies"
    return f"{none} in {roots(target)[0]} or python/, for example {modules[0]}"


def _beside(
    scene: Scene, layer: Carried, modules: Sequence[str], wrong: WrongRoot | None
) -> Iterator[Finding]:
    """L102 for packages that lie wrong in a layer where others lie right."""
    lost = [path for path in modules if is_nested(path, wrong)]
    if wrong and lost and f"/{wrong.found}".lower().endswith(("-packages/", f"/{SHARED_ROOT}")):
        what = f"{count(len(lost), 'module')} in {wrong.found}, {wrong.why}"
        where = place(scene, layer, wrong.found)
        yield _misplaced("warning", where, what, scene.target, THITHER)


THITHER = "move them to where the others lie, or leave them out"


def _at_the_root(scene: Scene, layer: Carried, modules: Sequence[str]) -> Iterator[Finding]:
    """L102 for what was installed beside ``python/``; an extension has its own packages there."""
    lost = [one for one in layer.distributions if "/" not in one.dist_info]
    if lost and not any(file.path.startswith(EXTENSIONS) for file in layer.files):
        names = some([f"{one.name} {one.version}" for one in lost])
        what = f"{names} in the root, beside {SHARED_ROOT} with the others"
        where = place(scene, layer, f"{lost[0].dist_info}/")
        yield _misplaced("warning", where, what, scene.target, THITHER)
    elif loose := sorted({path.partition("/")[0] for path in modules if _is_at_the_root(path)}):
        what = f"{some(loose)} in the root, beside {SHARED_ROOT}, where no import finds it"
        where = place(scene, layer, loose[0])
        remedy = "move into python/ what is to be imported"
        yield _misplaced("note", where, what, scene.target, remedy)


def _is_at_the_root(path: str) -> bool:
    """Whether it would be a module of the root, if that were searched."""
    top, _, rest = path.partition("/")
    if rest:
        return rest == "__init__.py" and top.isidentifier()
    return top.removesuffix(".py").isidentifier() and top != "setup.py"


def _apart(scene: Scene, carried: Carried, searched: Sequence[str]) -> Iterator[Finding]:
    """L102 where all that was installed lies in one folder, which is no package either."""
    folders = {f"{dirname(one.dist_info)}/".lstrip("/") for one in carried.distributions}
    folder = min(folders, default="")
    inits = {file.path for file in carried.files if file.path.endswith("/__init__.py")}
    if len(folders) != 1 or folder in ("", *searched) or SITE.match(folder):
        return
    told = carried is not scene.function and wrong_root([f"{folder}a/b.py"])
    if told or not inits.isdisjoint(packages_around(folder)):
        return
    yield Finding(
        code="L102",
        severity="warning",
        place=place(scene, carried, folder),
        message=f"all packages are installed in {folder}, where nothing is found unless code adds "
        f"it to sys.path; {scene.target.runtime} searches {' and '.join(searched)}",
        remedy=f"install them into {searched[-1]}",
    )


def _way_to_python(scene: Scene, layer: Carried) -> str:
    if layer.label.endswith(".whl"):
        from shlex import quote

        return f"a wheel is no layer yet: {_build_command(scene.target, quote(layer.label))}"
    words = "move them to python/"
    if any(file.path in HANDLERS for file in layer.files):
        words += ", or name it with --function if it is a function's zip"
    return repair(scene, layer, words, _unimportable)


def _unimportable(scene: Scene) -> Iterator[Finding]:
    return (one for one in nothing_importable(scene) if one.severity == "error")


def _build_command(target: Target, wheel: str) -> str:
    where = wheel if "/" in wheel else f"./{wheel}"
    return f"manylayers build {where} --python {target.python} --arch {target.architecture}"


def _without_modules(scene: Scene, layer: Carried) -> Iterator[Finding]:
    """Libraries, programs, stubs and data need none; packages packed, or only named, do."""
    paths = [file.path for file in layer.files if not is_junk(file.path)]
    untold = [path for path in paths if not _TOLD.fullmatch(path)]
    packed = [path for path in untold if _PACKED.fullmatch(path)]
    languages = {path.partition("/")[0] for path in untold}
    linked = [path for path in paths if _LINKING.fullmatch(path)]
    named = [path for path in paths if _NAMING.fullmatch(path)]
    why, remedy = "", ""
    if packed and packed == untold:
        verb = "is" if len(packed) == 1 else "are"
        why = f"{some(packed)} {verb} packed within it, and Lambda unpacks only the layer itself"
        remedy = "make the inner zip the layer, or unpack the wheels into python/"
    elif languages and languages <= OTHER_LANGUAGES.keys():
        told = " and ".join(OTHER_LANGUAGES[one] for one in sorted(languages))
        why = f"all of it lies in {'/, '.join(sorted(languages))}/, for functions in {told}"
        remedy = "give it to those; what Python should find belongs into python/"
    elif linked or all(_NAMING.fullmatch(path) or _DESCRIBING.fullmatch(path) for path in paths):
        only = f"what names packages: {some(named)}" if named else some(paths) or "junk"
        why = f"there is no module in it, only {only}"
        remedy = _install(named)
    if why:
        yield _unfound(scene, layer, f"nothing can be imported: {why}", remedy)


def _install(named: Sequence[str]) -> str:
    """A package of programs alone (``py-spy``) leaves but its metadata where they are left out."""
    told = "install the packages themselves, for example with manylayers build"
    alone = bool(named) and all(path.endswith(".dist-info/METADATA") for path in named)
    return f"{told} --scripts, if it is a package of programs" if alone else told


OTHER_LANGUAGES = {"nodejs": "JavaScript", "java": "Java", "ruby": "Ruby"}
"""Folders of a layer that only functions in another language look into."""
_TOLD = re.compile(r".*\.(?:md|rst|txt)|(?:.*/)?LICENSE[^/]*", re.IGNORECASE)
_LINKING = re.compile(r"python/(?:.*/)?[^/]+\.(?:pth|egg-link)")
"""What leads to where packages lie on the machine of somebody."""
_NAMING = re.compile(
    rf"{_LINKING.pattern}|(?:python/(?:.*/)?)?(?:requirements[^/]*\.txt|pyproject\.toml)"
    r"|(?:.*/)?[^/]+\.dist-info/METADATA"
)
"""What lists packages or leads to them; other libraries and programs may lie beside lists."""
_DESCRIBING = re.compile(
    r"(?:.*/)?[^/]+\.(?:dist|egg)-info/.*"
    r"|(?:python/)?(?:README|LICEN[CS]E|NOTICE|COPYING|CHANGELOG)[^/]*",
    re.IGNORECASE,
)
"""What nobody makes a layer for."""


def _other_versions(modules: Sequence[str], target: Target) -> Counter[str]:
    """Modules of folders of other Python versions, counted by version."""
    found = Counter(match[1] for path in modules if (match := SITE.match(path)))
    del found[target.python]
    return found


def _other_version(scene: Scene, layer: Carried, others: Counter[str], *, usable: bool) -> Finding:
    python, files = others.most_common(1)[0]
    return Finding(
        code="L103",
        severity="warning" if usable else "error",
        place=place(scene, layer, f"python/lib/python{python}/site-packages"),
        message=f"{count(files, 'module')} in the folder of python{python}, which "
        f"{scene.target.runtime} does not search",
        remedy=repair(
            scene,
            layer,
            f"build it for {scene.target.python}, or where no module is compiled for others "
            "move it to python/",
            nothing_importable,
        ),
    )


def _function_root(scene: Scene, function: Carried) -> Iterator[Finding]:
    """A function's modules are searched from its root alone."""
    modules = [file.path for file in function.files if is_module(file.path)]
    if modules and all(path.startswith("python/") for path in modules):
        yield Finding(
            code="L102",
            severity="error",
            place=place(scene, function, "python/"),
            message="all modules of the function lie in python/, as in a layer: "
            f"{some(modules)}; a function is searched from the root of its zip",
            remedy="name it as a layer, or zip the content of python/",
        )
    else:
        yield from _apart(scene, function, ("the root of the zip",))


def hidden_by_wrapper(scene: Scene) -> Iterator[Finding]:
    """L104: a script that starts the function sets ``PYTHONPATH``, and leaves out a folder."""
    site = roots(scene.target)[0]
    hidden = [layer for layer in scene.layers if any(f.path.startswith(site) for f in layer.files)]
    wrapper = _wrapper(scene)
    if not hidden or wrapper is None:
        return
    for layer in hidden:
        yield Finding(
            code="L104",
            severity="warning",
            place=place(scene, layer, site.rstrip("/")),
            message=f"{wrapper} sets PYTHONPATH without {site.rstrip('/')}: where it starts the "
            "function, nothing in that folder is found",
            remedy="build with --layout flat, which puts packages into python/",
        )


_SETS_PATH = re.compile(rb"^[^#\n]*\bPYTHONPATH=(.*)$", re.MULTILINE)


def _wrapper(scene: Scene) -> str | None:
    """The script in a layer that leaves the folder out, or the one that the user speaks of."""
    for carried in scene.layers:
        for file in carried.files:
            if "/" not in file.path and file.content.startswith(b"#!"):
                told = _SETS_PATH.findall(file.content)
                if told and not any(b"site-packages" in value for value in told):
                    return file.path
    return "the wrapper" if scene.wrapper else None


def junk(scene: Scene) -> Iterator[Finding]:
    """L113: what macOS and Windows left in it."""
    for carried in carriers(scene):
        found = [file for file in carried.files if is_junk(file.path)]
        if found:
            yield Finding(
                code="L113",
                severity="note",
                place=place(scene, carried, found[0].path),
                message=f"{count(len(found), 'file')} of macOS or Windows, "
                f"{sum(file.size for file in found):,} bytes: "
                f"{some([file.path for file in found])}",
                remedy=repair(scene, carried, "leave them out", junk),
            )
