"""D601 to D604: what distributions say they need, and who owns which file."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, some
from manylayers.facts.tables import sdk
from manylayers.layer.carried import Carried
from manylayers.layer.choose import python_allowed
from manylayers.layer.merging import Installed, first_of_each, installed
from manylayers.layer.plain_requirements import plainly_met
from manylayers.layer.requirements import Need, needs
from manylayers.layer.searching import roots, top_names
from manylayers.layer.shares import at_the_top
from manylayers.target import Target, all_runtimes, target_of

SETUPTOOLS_UNTIL = (3, 11)
"""Up to this Python the runtime has what ``ensurepip`` installs; pip it has always."""


def unmet(scene: Scene) -> Iterator[Finding]:
    """D601: missing is an error, another version a warning, but of an exact pin an error too."""
    there = first_of_each(installed(scene.target, scene.layers, scene.function))
    versions = {name: found.version for name, found in there.items()}
    for found in there.values():
        if plainly_met(found.distribution.requires, versions, scene.target):
            continue  # as nearly always, and without a parser, which is slow to import
        missing, other = [], []
        for need in needs(found.distribution.requires, scene.target):
            if need.name in there:
                if not need.met_by(there[need.name].version):
                    other.append(need)
            elif not _in_the_runtime(need, scene.target):
                missing.append(need)
        if missing:
            yield _missing(scene, found, missing)
        if other:
            yield _other_version(scene, found, other, there)


def _in_the_runtime(need: Need, target: Target) -> bool:
    if need.name in sdk().packages or need.name == "pip":
        return True
    return need.name == "setuptools" and target.facts.python <= SETUPTOOLS_UNTIL


def _missing(scene: Scene, found: Installed, missing: Sequence[Need]) -> Finding:
    return Finding(
        code="D601",
        severity="error",
        place=place(scene, found.carried, found.distribution.dist_info),
        message=f"{found} needs {some([need.text for need in missing])}, in no layer, "
        "function or runtime",
        remedy="add it" if scene.planned else _way_to_all(scene, found),
    )


def _way_to_all(scene: Scene, found: Installed) -> str:
    """A build of what is there brings what that needs: resolvers leave out nothing."""
    from manylayers.checks.places import FUNCTION, LAYERS  # not for a warm build
    from manylayers.checks.rebuilding import Wrong, rebuilding

    info = f"{found.distribution.dist_info}/"
    path = next((file.path for file in found.carried.files if file.path.startswith(info)), info)
    wrong = Wrong((LAYERS if found.root else FUNCTION) + path, found.name, same_version=True)
    words = "name the layer that has it in this check, or build anew with all it needs"
    return f"{words}: {rebuilding([wrong], scene)}"


def _other_version(
    scene: Scene, found: Installed, other: Sequence[Need], there: Mapping[str, Installed]
) -> Finding:
    told = [f"{need.text} ({there[need.name].version} is found)" for need in other]
    return Finding(
        code="D601",
        severity="error" if any(need.exact for need in other) else "warning",
        place=place(scene, found.carried, found.distribution.dist_info),
        message=f"{found} needs {some(told)}",
        remedy="build all of them together, so that one answer is found for all",
    )


def other_python(scene: Scene) -> Iterator[Finding]:
    """D602: ``Requires-Python`` excludes the runtime.

    Too old a Python lacks what the code uses: an error. An upper bound is a guess made before the
    newer Python was there, and resolvers pass it over: a warning.
    """
    target = scene.target
    for found in installed(target, scene.layers, scene.function):
        wanted = found.distribution.requires_python
        if wanted and not python_allowed(wanted, target.python_full):
            newer = _allows_newer(wanted, target)
            yield Finding(
                code="D602",
                severity="error" if newer else "warning",
                place=place(scene, found.carried, found.distribution.dist_info),
                message=f"{found} requires Python {wanted}, {target.runtime} has {target.python}",
                remedy="take another version of it, or another runtime: manylayers wheels "
                f"{found.name}",
            )


def _allows_newer(wanted: str, target: Target) -> bool:
    return any(
        python_allowed(wanted, target_of(row, target.architecture).python_full)
        for row in all_runtimes()
        if row.python > target.facts.python
    )


def without_metadata(scene: Scene) -> Iterator[Finding]:
    """D603: packages of a layer that no distribution claims; a function's own code is expected."""
    for layer in scene.layers:
        paths = [file.path for file in layer.files]
        claimed = {path for one in layer.distributions for path in one.files or ()}
        bare = {one.name.replace("-", "_") for one in layer.distributions if one.files is None}
        found = {
            name
            for root in roots(scene.target)
            for name, modules in top_names(paths, root).items()
            if name != "lib" and not _is_claimed(modules, claimed) and name.lower() not in bare
        }
        if unclaimed := sorted(found):
            yield Finding(
                code="D603",
                severity="note",
                place=place(scene, layer),
                message=f"{count(len(unclaimed), 'package')} without metadata: {some(unclaimed)}; "
                "versions and dependencies of them can not be checked",
                remedy="install them with pip or manylayers, which keep *.dist-info; "
                "modules of your own need none",
            )


def _is_claimed(modules: Iterable[str], claimed: Collection[str]) -> bool:
    """Bytecode that lies in the place of its source is of whom the source is."""
    return any(path in claimed or path.removesuffix("c") in claimed for path in modules)


def shared_files(scene: Scene) -> Iterator[Finding]:
    """D604: two distributions of one layer say that one file is theirs, each with other bytes."""
    for carried in carriers(scene):
        pairs: dict[tuple[str, str], list[str]] = {}
        for path, (one, other) in _owned_twice(carried).items():
            pairs.setdefault((one, other), []).append(path)
        for (one, other), paths in pairs.items():
            yield Finding(
                code="D604",
                severity="warning",
                place=place(scene, carried, paths[0]),
                message=f"{one} and {other} both bring {some(paths)}, with other content; "
                "one of them is there",
                remedy="install just one of them",
            )


def _owned_twice(carried: Carried) -> dict[str, tuple[str, str]]:
    owners: dict[str, tuple[str, str]] = {}
    twice: dict[str, tuple[str, str]] = {}
    for one in at_the_top(carried.distributions):
        for path, digest in (one.files or {}).items():
            if not digest or ".dist-info/" in path:
                continue
            name, other = owners.setdefault(path, (one.name, digest))
            if name != one.name and other != digest:
                twice[path] = (name, one.name)
    return twice
