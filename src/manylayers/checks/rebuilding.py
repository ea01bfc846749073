"""The build that gives back a whole layer, with what was wrong in it made right."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from shlex import quote
from typing import NamedTuple

from manylayers.checks.owners import package_of
from manylayers.checks.places import FUNCTION, LAYERS
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, some
from manylayers.facts.tables import siblings
from manylayers.layer.carried import Carried, CarriedDistribution
from manylayers.layer.choose import python_allowed
from manylayers.layer.requirements import needs
from manylayers.layer.shares import at_the_top
from manylayers.layer.wrong_roots import python_modules
from manylayers.target import Target


class Wrong(NamedTuple):
    """A file that has to be another one, and whose it is.

    ``same_version`` says that its own release surely had one for Lambda, as a rule.
    """

    path: str
    owner: str
    same_version: bool


def rebuilding(wrong: Collection[Wrong], scene: Scene) -> str:
    """A command for all of the layers that ``wrong`` lies in, after what it would not bring.

    One for each package would give a layer without the others. Versions are kept; but those that
    have to change are left to the resolver, with those that ask for exactly them.
    """
    if scene.planned:
        return f"take another build of it: manylayers wheels {min(wrong).owner}"
    paths = {one.path for one in wrong}
    parts = [one for one in carriers(scene) if not paths.isdisjoint(_places(one, scene))]
    packages = [one for part in parts for one in at_the_top(part.distributions)]
    named = {one.name for one in packages}
    free = _free(packages, {one.owner for one in wrong if not one.same_version}, scene.target)
    pins = {one.name: "" if one.name in free else _pin(one) for one in packages}
    pins |= {_asked_as(one.owner): "" for one in wrong if one.owner not in named}
    command = _command(pins, scene, function=parts == [scene.function])
    lost = sorted(_unknown(parts, scene) - {one.owner for one in wrong})
    return f"it brings no {some(lost)}, which no metadata names: {command}" if lost else command


def _places(part: Carried, scene: Scene) -> set[str]:
    return {_root(part, scene) + file.path for file in part.files}


def _root(part: Carried, scene: Scene) -> str:
    return FUNCTION if part is scene.function else LAYERS


def _free(packages: Iterable[CarriedDistribution], names: set[str], target: Target) -> set[str]:
    """Those whose version may change: ``names``, what no such Python allows, who pins such."""
    packages = tuple(packages)
    free = names | {one.name for one in packages if not _allows(one, target)}
    more = free
    while more:
        more = {
            one.name
            for one in packages
            for need in needs(one.requires, target)
            if need.exact and need.name in free
        } - free
        free |= more
    return free


def _allows(one: CarriedDistribution, target: Target) -> bool:
    return not one.requires_python or python_allowed(one.requires_python, target.python_full)


def _pin(one: CarriedDistribution) -> str:
    """Its version, where that is one: what old tools wrote can't be asked for."""
    from packaging.version import Version

    public = one.version.partition("+")[0]
    try:
        Version(public)
    except ValueError:  # InvalidVersion, or a number too long for Python to read
        return ""
    return f"=={public}"


def _asked_as(owner: str) -> str:
    """How the index calls what is imported as ``owner``, where that is known."""
    return siblings().get(owner.lower(), owner)


def _command(pins: dict[str, str], scene: Scene, *, function: bool) -> str:
    target = scene.target
    words = ["manylayers build", *(quote(name + pins[name]) for name in sorted(pins))]
    words.append(f"--python {target.python}")
    words += [f"--arch {target.architecture}"] if str(target.architecture) != "x86_64" else []
    words += ["--layout function"] if function else []
    return " ".join([*words, "-o NEW.zip"])


def _unknown(parts: Iterable[Carried], scene: Scene) -> set[str]:
    """Packages and modules that no metadata is about, the user's own as a rule."""
    return {name for part in parts for name in _unlisted(part, _root(part, scene))}


def _unlisted(part: Carried, root: str) -> Iterator[str]:
    listed = {package_of(root + path) for one in part.distributions for path in one.files or ()}
    bare = {one.name.replace("-", "_") for one in part.distributions if one.files is None}
    for path in python_modules(file.path for file in part.files):
        if (name := package_of(root + path)) not in listed and name not in bare:
            yield name
