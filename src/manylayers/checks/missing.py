"""B205 and B209: libraries that a module needs, and that neither layers nor runtime have."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from manylayers.checks.extensions import extension
from manylayers.checks.finding import Finding, Severity
from manylayers.checks.loading import Loaded, Missing
from manylayers.checks.owners import Owners, told_paths
from manylayers.checks.places import FUNCTION, LAYERS, Placed, import_folders, natives
from manylayers.checks.plain import suffixes
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers
from manylayers.facts.libraries import instead_of, library, opened, tried_modules

NAMED = 6
"""Libraries that one finding names."""


class _Lack(NamedTuple):
    """What modules of one owner lack: the libraries, and the modules' own paths.

    ``in_vain`` says where such libraries lie all the same, by their names.
    """

    missing: list[Missing]
    modules: list[str]
    in_vain: dict[str, str]


def missing_libraries(scene: Scene, loads: Iterable[Loaded], owners: Owners) -> Iterator[Finding]:
    """B205, one finding an owner and severity."""
    lacks: dict[str, _Lack] = {}
    elsewhere = _by_name(scene)
    for loaded in loads:
        found = [one for one in loaded.missing if not _brought_in(one, elsewhere, owners)]
        module = loaded.files[0].path
        if found and not is_tried(module, owners):
            lack = lacks.setdefault(owners.of(module), _Lack([], [], {}))
            lack.missing.extend(found)
            lack.modules.append(module)
            names = {one.soname for one in found} & elsewhere.keys()
            lack.in_vain.update({name: elsewhere[name].path for name in names})
    if lacks:
        counts = _module_counts(scene, owners)
        for owner, lack in sorted(lacks.items()):
            most = 2 * len(lack.modules) >= counts.get(owner, 0)
            yield _finding(owner, lack, scene, most=most)


def is_tried(module: str, owners: Owners) -> bool:
    """Whether its package is known to do without it."""
    name = module.rpartition("/")[2].partition(".")[0]
    return name in tried_modules(owners.of(module))


def _by_name(scene: Scene) -> dict[str, Placed]:
    """Every library by its file's name and by its own."""
    found = {}
    for file in natives(scene):
        found[file.path.rpartition("/")[2]] = file
        if file.file.native and file.file.native.soname:
            found.setdefault(file.file.native.soname, file)
    return found


def _brought_in(one: Missing, elsewhere: dict[str, Placed], owners: Owners) -> bool:
    """Whether a package has the library where no loader looks, to open it itself beforehand.

    One that lies loosely in a folder of ``sys.path``, or beside ``lib/``, was put there in vain.
    """
    file = elsewhere.get(one.soname)
    if file is None or not file.path.startswith((f"{LAYERS}python/", FUNCTION)):
        return False
    return owners.listed(file.path) or not re.fullmatch(LOOSE, file.path)


LOOSE = r"/opt/python/((lib/python[\d.]+/site-packages|lib|lib64)/)?[^/]+|/var/task/[^/]+"


def _module_counts(scene: Scene, owners: Owners) -> dict[str, int]:
    folders, good = import_folders(scene), suffixes(scene.target)
    counts: dict[str, int] = {}
    for file in natives(scene):
        module = extension(file, folders)
        if module and module.suffix in good:
            owner = owners.of(file.path)
            counts[owner] = counts.get(owner, 0) + 1
    return counts


def _finding(owner: str, lack: _Lack, scene: Scene, *, most: bool) -> Finding:
    """``most`` says that it keeps at least half of the owner's modules from being imported."""
    libraries = {one.soname: one for one in lack.missing}
    names = sorted(libraries)
    instead = instead_of(owner)
    severity = _severity(libraries.values(), scene, replaced=bool(instead)) if most else "warning"
    vain = lack.in_vain if lack.in_vain.keys() == libraries.keys() else {}
    sure = any(
        one.library.presence == "absent" or re.search(BUNDLED, one.soname)
        for one in libraries.values()
    )
    doubt = "" if sure else ", as far as is known"
    where = f"neither layer nor runtime ({scene.target.system.name}) has{doubt}"
    remedy = f"take {instead} instead" if instead else _remedy(names, scene)
    if vain:  # who put it there knew that the runtime has none
        severity = "error"
        where = f"no loader finds in {told_paths(vain.values())}"
        remedy = "put it where its wheel has it, or into lib/ at the root of the layer"
    return Finding(
        code="B205",
        severity=severity,
        message=f"{owner} needs {_listed(names)}, which {where}: {told_paths(lack.modules)}",
        place=owner,
        remedy=remedy,
    )


def _severity(missing: Iterable[Missing], scene: Scene, *, replaced: bool) -> Severity:
    """An error where nothing else can help, or where all layers are known and none does."""
    lost = any(re.search(BUNDLED, one.soname) for one in missing)
    absent = any(one.library.presence == "absent" for one in missing)
    return "error" if lost or (absent and (replaced or not scene.planned)) else "warning"


BUNDLED = r"-[0-9a-f]{8}(\.|-)"
"""In names that ``auditwheel`` gives to the libraries that it puts into a wheel."""


def _remedy(names: list[str], scene: Scene) -> str:
    target = scene.target
    if any(re.search(BUNDLED, name) for name in names):
        return "it was in the wheel, and is lost: build the layer anew"
    known = (library(name, target.system.name, str(target.architecture)).package for name in names)
    packages = sorted({package for package in known if package})
    source = f" ({', '.join(packages)} of {target.system.name})" if packages else ""
    put = f"put it{source} into lib/ at the root of"
    return f"{put} another layer, and check both together" if scene.planned else f"{put} a layer"


def _listed(names: list[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")


def opened_libraries(scene: Scene) -> Iterator[Finding]:
    """B209: libraries that packages open by name at run time."""
    names = {one.name for carried in carriers(scene) for one in carried.distributions}
    for owner in sorted(names & opened().keys()):
        known = opened()[owner]
        if names.isdisjoint(known.brought_by) and not _has_own(known.own, scene):
            yield from _unopened(owner, known.libraries, scene)


def _has_own(beginning: str, scene: Scene) -> bool:
    names = (file.path.rpartition("/")[2] for file in natives(scene))
    return bool(beginning) and any(name.startswith(beginning) for name in names)


def _unopened(owner: str, libraries: Iterable[str], scene: Scene) -> Iterator[Finding]:
    target, brought = scene.target, {file.path for file in natives(scene)}
    lacking = {
        name: known
        for name in libraries
        if (known := library(name, target.system.name, str(target.architecture))).presence
        != "present"
        and f"{LAYERS}lib/{name}" not in brought
    }
    if not lacking:
        return
    absent = any(known.presence == "absent" for known in lacking.values())
    row = opened()[owner]
    ways = [f"add {' or '.join(row.brought_by)}"] if row.brought_by else []
    ways += [f"take {row.instead} instead"] if row.instead else []
    yield Finding(
        code="B209",
        severity="error" if absent and not scene.planned else "warning",
        message=f"{owner} opens {_listed(sorted(lacking))} when it is imported, which neither "
        f"layer nor runtime ({target.system.name}) has{'' if absent else ', as far as is known'}",
        place=owner,
        remedy=", or ".join([*ways, _remedy(sorted(lacking), scene)]),
    )
