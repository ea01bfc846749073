"""L110 to L112: what runs before the function does, and what takes a standard module's place."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import NamedTuple

from manylayers.checks.finding import Finding, Severity
from manylayers.checks.glance import CUSTOMIZING, RUNTIME_MODULES
from manylayers.checks.owners import Owners
from manylayers.checks.places import FUNCTION, LAYERS, roots
from manylayers.checks.scene import Scene
from manylayers.checks.sorting import below, top_names
from manylayers.checks.wording import carriers
from manylayers.facts.stdlib import backport, hideable_modules
from manylayers.formats.pins import required_name
from manylayers.layer.carried import Carried, CarriedFile

HARMLESS = {
    "distutils-precedence.pth": "setuptools' own, it does nothing until distutils is imported",
}
"""Files that run code whose effect is known to be none."""
GATED = {
    "coloredlogs.pth": "COLOREDLOGS_AUTO_INSTALL",
    "a1_coverage.pth": "COVERAGE_PROCESS_START",
    "modin-autoimport-pandas.pth": "__MODIN_AUTOIMPORT_PANDAS__",
}
"""Files whose code does nothing unless the function has that variable."""
EDITABLE = "__editable__"
"""How installers of today call what they write for a package that stays where it is."""
LAMBDA_FOLDERS = ("/opt/", "/var/", "/usr/", "/tmp/")  # noqa: S108
"""Where a folder may well be on Lambda."""

NAMESPACE = "-nspkg.pth"
"""What old setuptools wrote for namespace packages: they are found without it by now."""


class Top(NamedTuple):
    """A name right in a folder of ``sys.path``, ``root``, and the file that it is run from."""

    name: str
    root: str
    file: CarriedFile

    @property
    def module(self) -> str:
        return self.name.removesuffix(".py")


def at_the_start(scene: Scene) -> Iterator[Finding]:
    """L110 to L112, in one pass over the names right in the folders of ``sys.path``."""
    hidden = hideable_modules(scene.target.facts.python)
    owners = Owners(scene)
    for root, folder, carried in roots(scene):
        for name, first in top_names(carried.files, folder):
            module = name.removesuffix(".py")
            file = first if first.path == folder + name else _opened(folder + name, carried)
            if file is None:
                continue  # a folder alone hides nothing
            if module in hidden:
                yield _hiding_standard(Top(name, root, file), owners, scene)
            elif name.endswith(".pth") and file.path == folder + name:
                yield from _path_file(Top(name, root, file), owners, carried)
            elif module in CUSTOMIZING:
                yield _customizing(Top(name, root, file), scene)
            elif module in RUNTIME_MODULES and root != FUNCTION:
                yield _hiding_runtime(Top(name, root, file), owners)


def _opened(path: str, carried: Carried) -> CarriedFile | None:
    """The file that makes the folder ``path`` a package, and that its import runs first."""
    inits = (f"{path}/__init__.py", f"{path}/__init__.pyc")
    return next((file for file in below(carried.files, f"{path}/") if file.path in inits), None)


def _path_file(found: Top, owners: Owners, carried: Carried) -> Iterator[Finding]:
    lines = found.file.content.decode("utf-8", "replace").splitlines()
    code = any(line.startswith(("import ", "import\t")) for line in lines)
    folders = [
        line.strip()
        for line in lines
        if line.strip() and not line.startswith(("#", "import ", "import\t"))
    ]
    path = _absolute(found)
    shown = f"{owners.of(path)}: {found.name}" if owners.listed(path) else found.name
    if code:
        yield _running(found, shown)
    elif folders:
        yield _searching(found, shown, folders[0], carried)


def _searching(found: Top, shown: str, folder: str, carried: Carried) -> Finding:
    there = _is_there(folder, posixpath.dirname(found.file.path), carried)
    return Finding(
        code="L110",
        severity="note" if there else "warning",
        message=f"{shown} adds {folder} to the folders that Python searches",
        place=found.file.path,
        remedy="" if there else f"it is not there on Lambda: {INSTALL_ITSELF}",
    )


INSTALL_ITSELF = "install the package itself, not an editable one (without -e)"


def _is_there(folder: str, base: str, carried: Carried) -> bool:
    if posixpath.isabs(folder):
        return folder.startswith(LAMBDA_FOLDERS)
    place = posixpath.normpath(f"{base}/{folder}")
    return any(file.path == place or file.path.startswith(f"{place}/") for file in carried.files)


def _running(found: Top, shown: str) -> Finding:
    severity: Severity = "warning"
    why = "Lambda runs it in every function with this layer"
    remedy = "leave the package out where it is not needed"
    if found.name.startswith(EDITABLE):
        why, remedy = "the code of the package lies elsewhere, not in the layer", INSTALL_ITSELF
    variable = GATED.get(found.name, "")
    if variable and variable.encode() in found.file.content:
        severity, why = "note", f"it does nothing unless {variable} is set"
    if found.name.endswith(NAMESPACE):
        severity, why = "note", "it makes a namespace package, which needs it no more"
    if found.name in HARMLESS:
        severity, why = "note", HARMLESS[found.name]
    return Finding(
        code="L110",
        severity=severity,
        message=f"{shown} runs code when Python starts; {why}",
        place=found.file.path,
        remedy="" if severity == "note" else remedy,
    )


def _customizing(found: Top, scene: Scene) -> Finding:
    alone = "it runs only where PYTHONPATH names its folder"
    when = "the wrapper's PYTHONPATH makes it run when Python starts" if scene.wrapper else alone
    return Finding(
        code="L111",
        severity="warning",
        message=f"{found.file.path} is for Python's own start; {when}",
        place=found.file.path,
        remedy="import what it does from the function, or leave it out",
    )


def _hiding_standard(found: Top, owners: Owners, scene: Scene) -> Finding:
    owner = owners.of(_absolute(found))
    python = scene.target.python
    breaks = backport(found.module, scene.target.facts.python)
    asking = _asking(owner, scene)
    severity: Severity = "warning"
    effect = "code that imports it gets another module than it was written for"
    if breaks is not None:
        severity = "error" if breaks else "note"
        effect = f"imports then fail: {breaks}" if breaks else "it is known to work"
    shown = found.name + ("" if found.name.endswith(".py") else "/")
    whose = f"{owner}'s " if owners.listed(_absolute(found)) else ""
    return Finding(
        code="L112",
        severity=severity,
        message=f"{whose}{shown} hides the {found.module} of the standard library of Python "
        f"{python}: {effect}{asking}",
        place=found.file.path,
        remedy=f"leave {owner} out: Python {python} has it built in"
        if breaks is not None or owners.listed(_absolute(found))
        else f"rename {shown} where it is your own, else leave it out",
    )


def _absolute(found: Top) -> str:
    base = FUNCTION if found.root == FUNCTION else LAYERS
    return base + found.file.path


def _asking(owner: str, scene: Scene) -> str:
    """Who asks for ``owner``, as the end of a sentence; empty where that is not known."""
    names = {
        one.name
        for carried in carriers(scene)
        for one in carried.distributions
        for line in one.requires
        if required_name(line) == owner
    }
    told = sorted(names) + ([scene.asked[owner]] if owner in scene.asked else [])
    return f"; asked for by {', '.join(told)}" if told else ""


def _hiding_runtime(found: Top, owners: Owners) -> Finding:
    owner = owners.of(_absolute(found))
    return Finding(
        code="L112",
        severity="error",
        message=f"{owner}'s {found.name} hides the {found.module} of Lambda's own runtime",
        place=found.file.path,
        remedy=f"leave {owner} out: the runtime brings its own"
        if owners.listed(_absolute(found))
        else f"rename {found.name} where it is your own, else leave it out: the runtime brings one",
    )
