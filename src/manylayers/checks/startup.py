"""L110 to L112: what runs before the function does, and what takes a standard module's place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from manylayers.checks.finding import Finding, Severity
from manylayers.checks.owners import Owners
from manylayers.checks.places import Placed, roots, top_names
from manylayers.checks.scene import Scene
from manylayers.facts.libraries import backports, standard_library

HARMLESS = {
    "distutils-precedence.pth": "setuptools' own, it does nothing until distutils is imported",
}
"""Files that run code whose effect is known to be none."""

NAMESPACE = "-nspkg.pth"
"""What old setuptools wrote for namespace packages: they are found without it by now."""

RUNTIME_MODULES = ("awslambdaric", "bootstrap", "lambda_runtime_client", "runtime_client")
"""The runtime's own, which it imports by these names."""


class _Found(NamedTuple):
    """A name right in a folder of ``sys.path``; ``module`` is it without its suffix."""

    name: str
    module: str
    placed: Placed


def path_files(scene: Scene) -> Iterator[Finding]:
    """L110: ``.pth`` files, each line of which the runtime runs or takes for a folder."""
    owners = Owners(scene)
    for found in _tops(scene):
        if found.name.endswith(".pth") and found.placed.path.endswith(f"/{found.name}"):
            yield from _path_file(found, owners)


def _path_file(found: _Found, owners: Owners) -> Iterator[Finding]:
    lines = found.placed.file.content.decode("utf-8", "replace").splitlines()
    code = any(line.startswith(("import ", "import\t")) for line in lines)
    folders = [
        line.strip()
        for line in lines
        if line.strip() and not line.startswith(("#", "import ", "import\t"))
    ]
    owner = owners.of(found.placed.path)
    if code:
        yield _running(found, owner)
    elif folders:
        yield Finding(
            code="L110",
            severity="warning",
            message=f"{owner}: {found.name} adds {folders[0]} to the folders that Python searches",
            place=found.placed.file.path,
            remedy="a folder of the machine it was made on is not there on Lambda: install the "
            "package itself, not an editable one",
        )


def _running(found: _Found, owner: str) -> Finding:
    severity: Severity = "warning"
    why = "Lambda runs it in every function with this layer"
    if found.name.endswith(NAMESPACE):
        severity, why = "note", "it makes a namespace package, which needs it no more"
    if found.name in HARMLESS:
        severity, why = "note", HARMLESS[found.name]
    return Finding(
        code="L110",
        severity=severity,
        message=f"{owner}: {found.name} runs code when Python starts; {why}",
        place=found.placed.file.path,
        remedy="" if severity == "note" else "leave the package out where it is not needed",
    )


def customizing(scene: Scene) -> Iterator[Finding]:
    """L111: modules that Python imports by itself when it starts."""
    for found in _tops(scene):
        if found.module in ("sitecustomize", "usercustomize"):
            when = (
                "the wrapper's PYTHONPATH makes it run when Python starts"
                if scene.wrapper
                else "it runs only where PYTHONPATH names its folder"
            )
            yield Finding(
                code="L111",
                severity="warning",
                message=f"{found.placed.file.path} is for Python's own start; {when}",
                place=found.placed.file.path,
                remedy="import what it does from the function, or leave it out",
            )


def hiding(scene: Scene) -> Iterator[Finding]:
    """L112: modules that are found before those of the standard library or the runtime."""
    standard = standard_library(scene.target.facts.python)
    hidden = standard.modules - standard.fixed
    owners: Owners | None = None
    for found in _tops(scene):
        if found.module in hidden or found.module in RUNTIME_MODULES:
            owners = owners or Owners(scene)
            owner = owners.of(found.placed.path)
            if found.module in hidden:
                yield _hiding_standard(found, owner, scene)
            elif not found.placed.path.startswith("/var/task/"):
                yield _hiding_runtime(found, owner)


def _hiding_standard(found: _Found, owner: str, scene: Scene) -> Finding:
    python = scene.target.python
    known = backports(scene.target.facts.python).get(found.module)
    asking = _asking(owner, scene)
    severity: Severity = "warning"
    effect = "code that imports it gets another module than it was written for"
    if known:
        severity = "error" if known.breaks else "note"
        effect = f"imports then fail: {known.breaks}" if known.breaks else "it is known to work"
    shown = found.name + ("" if found.name.endswith(".py") else "/")
    return Finding(
        code="L112",
        severity=severity,
        message=f"{owner}'s {shown} hides the {found.module} of the standard library of Python "
        f"{python}: {effect}{asking}",
        place=found.placed.file.path,
        remedy=f"leave {owner} out: Python {python} has it built in",
    )


def _asking(owner: str, scene: Scene) -> str:
    """Who requires ``owner``, as the end of a sentence; nobody, where it was asked for itself."""
    carried = [*scene.layers, *([scene.function] if scene.function else [])]
    names = {
        one.name
        for layer in carried
        for one in layer.distributions
        for line in one.requires
        if _name_of(line) == owner
    }
    return f"; asked for by {', '.join(sorted(names))}" if names else ""


def _name_of(requirement: str) -> str:
    for place, letter in enumerate(requirement):
        if not (letter.isalnum() or letter in "-_."):
            return _plain(requirement[:place])
    return _plain(requirement)


def _plain(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")


def _hiding_runtime(found: _Found, owner: str) -> Finding:
    return Finding(
        code="L112",
        severity="error",
        message=f"{owner}'s {found.name} hides the {found.module} of Lambda's own runtime",
        place=found.placed.file.path,
        remedy=f"leave {owner} out: the runtime brings its own",
    )


def _tops(scene: Scene) -> Iterator[_Found]:
    """Modules, packages and other files right in the folders of ``sys.path``."""
    for root, folder, carried in roots(scene):
        for name, file in top_names(carried.files, folder):
            module = name.removesuffix(".py")
            yield _Found(name, module, Placed(root + file.path[len(folder) :], file))
