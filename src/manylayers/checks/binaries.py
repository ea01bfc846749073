"""B201 to B208: what a loader would refuse of the layer's extension modules, and with them.

Errors are only what an import would meet: in a module that Python finds, and in the libraries that
come with it. What lies beside, plugins and programs, is warned of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import partial
from operator import itemgetter
from posixpath import normpath
from typing import NamedTuple

from manylayers.checks.extensions import Extension, built_for, extension, platform
from manylayers.checks.finding import Finding, Severity
from manylayers.checks.loading import Libraries, Loaded, load
from manylayers.checks.missing import is_tried, missing_libraries
from manylayers.checks.owners import Owners, told_paths
from manylayers.checks.places import Placed, everything, import_folders, links, natives, sys_path
from manylayers.checks.plain import for_lambda, suffixes
from manylayers.checks.rebuilding import Wrong, rebuilding
from manylayers.checks.scene import Scene
from manylayers.checks.versions import first_runtime, newer_versions, version_number
from manylayers.facts.libraries import Library, library, loaded_libraries
from manylayers.formats.native import CUT_SHORT, NativeFacts
from manylayers.layer.inference import MACHINES
from manylayers.target import Target

SYSTEMS = {"mach-o": "macOS", "pe": "Windows", "elf": "Linux"}
STARTED = "/opt/extensions/"
"""Lambda starts each file there, and no function where one can't be started."""
FOR_EVERYBODY = ("/opt/bin/", "/opt/lib/", STARTED)
"""Folders of ``PATH`` and ``LD_LIBRARY_PATH`` too: what lies there was meant to be found."""


REBUILD = "{rebuild}"
"""In the place of a command: that all has to be built anew."""
SAME_VERSION = ("B201", "B206", "B207", "B208")
"""Faults of files that a release nearly always has for Lambda too."""


class Fault(NamedTuple):
    """Something wrong with one file; those of one owner with one ``cause`` become a finding.

    ``version`` is what the file needs, and the runtime lacks; of several the newest is told.
    """

    code: str
    severity: Severity
    cause: str
    file: Placed
    remedy: str = ""
    version: str = ""


def binaries(scene: Scene) -> Iterator[Finding]:
    """All findings over native files."""
    files = natives(scene)
    owners, target = Owners(scene), scene.target
    modules, others = _sorted_out(files, scene)
    libraries = _libraries(files, scene)
    faults: list[Fault] = []
    loads: list[Loaded] = []
    for file, module in modules:
        fault = _own_fault(file, module, target)
        if fault is None:
            loads.append(load(file, libraries))
        elif module is None or module.suffix in suffixes(target):
            faults.append(fault)
        else:
            faults += _beside_others(_without_twin(fault, module, scene), owners)
    for loaded in loads:
        found = tuple(_faults_with(loaded, target))
        if found and is_tried(loaded.files[0].path, owners):
            found = tuple(one._replace(severity="warning") for one in found)
        faults += found
    reached = {file.path for loaded in loads for file in loaded.files}
    for file in others:
        faults += _beside(file, target) if file.path not in reached else ()
    yield from _findings(faults, owners, scene)
    yield from missing_libraries(scene, loads, owners)


def _sorted_out(
    files: Iterable[Placed], scene: Scene
) -> tuple[list[tuple[Placed, Extension | None]], list[Placed]]:
    """Modules, with them libraries that are opened at import, and the other files."""
    modules: list[tuple[Placed, Extension | None]] = []
    others = []
    folders, searched, there = import_folders(scene), sys_path(scene), everything(scene)
    for file in files:
        module = extension(file, folders)
        if module and _is_hidden(module, searched, there):
            others.append(file)
        elif module or file.path.rpartition("/")[2] in loaded_libraries():
            modules.append((file, module))
        else:
            others.append(file)
    return modules, others


def _is_hidden(module: Extension, searched: Iterable[str], there: Collection[str]) -> bool:
    """Whether Python finds its top-level package in a folder of ``searched`` that comes before."""
    for folder in searched:
        if module.placed.path.startswith(folder):
            break
        if f"{folder}{module.package}/__init__.py" in there:
            return True
    return False


def _libraries(files: Iterable[Placed], scene: Scene) -> Libraries:
    """Where the loader finds what, by links too; it passes over files for other processors."""
    target = scene.target
    wanted = ("elf", target.architecture.machine)
    found = {
        file.path: file
        for file in files
        if (native := file.file.native) and (native.kind, native.machine) == wanted
    }
    for path, link in sorted(links(scene).items(), reverse=True):
        pointed = normpath(f"{path.rpartition('/')[0]}/{link}")
        if pointed in found:
            found[path] = found[pointed]
    return Libraries(files=found, system=partial(_known, target=target))


def _known(soname: str, target: Target) -> Library:
    """What is known of a library; Python's own lies in a folder that is searched before all."""
    if match := re.fullmatch(r"libpython(3\.\d+)\.so\.1\.0", soname):
        return Library("present" if match[1] == target.python else "absent", "inferred")
    return library(soname, target.system.name, str(target.architecture))


def _own_fault(file: Placed, module: Extension | None, target: Target) -> Fault | None:
    """What keeps the file itself from being loaded, whatever it needs."""
    native = file.file.native
    if native is None:
        return None
    fault = _for_other_system(file, native, target) or _broken(file, native)
    if fault or module is None or module.suffix in suffixes(target):
        return fault
    return _named_for_others(file, module, target)


def _named_for_others(file: Placed, module: Extension, target: Target) -> Fault:
    """Python looks at names alone; those of one version still differ by system and processor."""
    made_for, system = built_for(module.suffix), platform(module.suffix)
    if made_for != f"Python {target.python}" or not system:
        code, cause = "B202", f"for {made_for}, the runtime has {target.python}"
    else:
        where = f"Lambda runs Linux on {target.architecture}"
        code, cause = "B201", f"for {system} by its name, {where}"
    return Fault(code, "error", cause, file, REBUILD)


def _for_other_system(file: Placed, native: NativeFacts, target: Target) -> Fault | None:
    names = ", ".join(MACHINES.get(one, one) for one in native.machine.split(","))
    bits = ", 32 bits" if native.bits == 32 else ""
    if native.kind == "elf" and _is_for_musl(file.path, native):
        code, cause = "B206", f"musl (Alpine Linux), {target.system.name} has glibc"
    elif native.machine and not for_lambda(native, target):
        where = f"Lambda runs Linux on {target.architecture}"
        code, cause = "B201", f"{SYSTEMS[native.kind]} on {names}{bits}, {where}"
    else:
        return None
    return Fault(code, "error", f"for {cause}", file, REBUILD)


def _is_for_musl(path: str, native: NativeFacts) -> bool:
    """Rust's modules may need no C library by name, while Python's names tell the system."""
    return path.endswith("-linux-musl.so") or any(
        name.startswith("libc.musl-") for name in native.needed
    )


def _broken(file: Placed, native: NativeFacts) -> Fault | None:
    if not native.problem:
        return None
    unreadable = not native.machine or native.problem.startswith(CUT_SHORT)
    return Fault(
        code="B208" if unreadable else "B207",
        severity="error",
        cause=f"that no loader takes, since {native.problem}",
        file=file,
        remedy=f"take files as the wheels have them, without strip or other changes: {REBUILD}",
    )


def _without_twin(fault: Fault, module: Extension, scene: Scene) -> Iterator[Fault]:
    """The fault of a file that this Python never looks at, unless it finds another instead."""
    there = everything(scene)
    if any(f"{module.key}.{suffix}" in there for suffix in suffixes(scene.target)):
        return
    if f"{module.key}.py" in there or f"{module.key}/__init__.py" in there:
        yield fault._replace(severity="warning", cause=f"{fault.cause}, so the slow ones in Python")
    else:
        yield fault


def _beside_others(faults: Iterable[Fault], owners: Owners) -> Iterator[Fault]:
    """What lies in a wheel for any system is no part that the package can't do without."""
    for fault in faults:
        if owners.is_for_any(owners.of(fault.file.path)):
            cause = f"{fault.cause}, while its wheel is for any system"
            remedy = "see whether what you use of it needs that"
            yield fault._replace(severity="warning", cause=cause, remedy=remedy)
        else:
            yield fault


def _faults_with(loaded: Loaded, target: Target) -> Iterator[Fault]:
    """What is wrong with the libraries that come with a module, and their symbol versions."""
    for place, file in enumerate(loaded.files):
        native = file.file.native
        if native is None:
            continue
        broken = _broken(file, native) if place else None
        if broken:
            yield broken
        yield from _newer(file, native, target, loaded.bundled)


def _newer(
    file: Placed, native: NativeFacts, target: Target, bundled: Collection[str]
) -> Iterator[Fault]:
    for one in newer_versions(native, target, bundled):
        yield Fault(one.code, one.severity, one.reason, file, version=one.version)


def _beside(file: Placed, target: Target) -> Iterator[Fault]:
    """What is to be said of a plugin or program, which may never be loaded."""
    severity: Severity = "error" if file.path.startswith(STARTED) else "warning"
    for fault in _faults_beside(file, target):
        remedy = fault.remedy and "take the one for Lambda's system and processor"
        yield fault._replace(severity=severity, remedy=remedy)


def _faults_beside(file: Placed, target: Target) -> Iterator[Fault]:
    native = file.file.native
    if native and for_lambda(native, target) and not _is_for_musl(file.path, native):
        yield from _newer(file, native, target, ())
    elif native and file.path.startswith(FOR_EVERYBODY):
        yield from filter(None, [_for_other_system(file, native, target)])


def _findings(faults: Iterable[Fault], owners: Owners, scene: Scene) -> Iterator[Finding]:
    """One finding for all files of an owner that have the same fault."""
    faults = tuple(faults)
    rebuild = _rebuild(faults, owners, scene)
    grouped: dict[tuple[str, str, str, str], list[Fault]] = {}
    for fault in faults:
        owner = owners.of(fault.file.path)
        grouped.setdefault((owner, fault.code, fault.severity, fault.cause), []).append(fault)
    for (owner, _, _, cause), those in sorted(grouped.items(), key=itemgetter(0)):
        newest = max(those, key=lambda fault: version_number(fault.version))
        paths = {fault.file.path for fault in those}
        files = f"{len(paths)} files" if len(paths) > 1 else "a file"
        what = f"needs {newest.version}, {cause}" if newest.version else f"has {files} {cause}"
        remedy = _older(newest.version, scene.target) if newest.version else newest.remedy
        yield Finding(
            code=newest.code,
            severity=newest.severity,
            message=f"{owner} {what}: {told_paths(paths)}",
            place=owner,
            remedy=remedy.format(owner=owner, rebuild=rebuild),
        )


def _rebuild(faults: Iterable[Fault], owners: Owners, scene: Scene) -> str:
    """One build for all that is wrong: a command for each would undo the one before."""
    wrong = {
        Wrong(one.file.path, owners.of(one.file.path), one.code in SAME_VERSION)
        for one in faults
        if REBUILD in one.remedy or one.version
    }
    return rebuilding(wrong, scene) if any(REBUILD in one.remedy for one in faults) else ""


def _older(version: str, target: Target) -> str:
    runtime = first_runtime(version, target)
    if runtime:
        return f"it loads on {runtime}; for {target.runtime}: manylayers wheels {{owner}}"
    return "take an older version: manylayers wheels {owner}"
