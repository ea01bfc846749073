"""Whose a file is: the distribution that lists it, else the package it lies in."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property

from manylayers.checks.places import FUNCTION, LAYERS
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, some
from manylayers.formats.pins import normalized
from manylayers.layer.carried import Carried, CarriedDistribution


class Owners:
    """Answers for one scene. Nothing is done before something was found, and it is first asked."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    @cached_property
    def _listed(self) -> dict[str, str]:
        scene = self._scene
        listed: dict[str, str] = {}
        parts = [(LAYERS, layer) for layer in scene.layers]
        parts += [(FUNCTION, scene.function)] if scene.function else []
        for root, carried in parts:
            for one in carried.distributions:
                listed |= dict.fromkeys((root + path for path in one.files or ()), one.name)
        return listed

    @cached_property
    def _beside(self) -> dict[str, str]:
        """Distributions by what their modules are called, and by folders that are theirs alone."""
        beside: dict[str, str] = {}
        for path, name in self._listed.items():
            folder, _, file = path.rpartition("/")
            for key in (f"{folder}/{file.partition('.')[0]}", f"{folder}/"):
                beside[key] = name if beside.get(key, name) == name else ""
        return beside

    def of(self, path: str) -> str:
        """A normalized name, or that of the folder or module on ``sys.path``.

        A file that nobody lists is of those who list the same module, for another system say.
        """
        if listed := self._listed.get(path):
            return listed
        folder, _, file = path.rpartition("/")
        module, own = f"{folder}/{file.partition('.')[0]}", f"{folder}/"
        near = self._beside.get(module) or self._beside.get(own)
        return near or self._without_list(package_of(path))

    def _without_list(self, package: str) -> str:
        """The distribution that lists nothing and has the package's name, else that name."""
        name = normalized(package)
        scene = self._scene
        every = (one for carried in carriers(scene) for one in carried.distributions)
        return name if any(one.name == name and one.files is None for one in every) else package

    @cached_property
    def _for_any(self) -> set[str]:
        return {
            one.name
            for carried in carriers(self._scene)
            for one in carried.distributions
            if _says_any(one, carried)
        }

    def is_for_any(self, name: str) -> bool:
        """Whether the wheel of the distribution said that it is for any system and Python."""
        return name in self._for_any

    def listed(self, path: str) -> bool:
        """Whether some distribution lists the file."""
        return path in self._listed


def _says_any(one: CarriedDistribution, carried: Carried) -> bool:
    path = f"{one.dist_info}/WHEEL"
    told = [file.content for file in carried.files if file.path == path]
    tags = re.findall(rb"(?m)^Tag: *(\S+)", told[0]) if told else []
    return bool(tags) and all(tag.endswith(b"-none-any") for tag in tags)


def package_of(path: str) -> str:
    """The first part of a path below the folders of ``sys.path``, without what follows a dot."""
    rest = path.removeprefix(FUNCTION).removeprefix(f"{LAYERS}python/").removeprefix(LAYERS)
    if rest.startswith("lib/python3."):
        rest = rest.split("/", 3)[-1]
    return rest.partition("/")[0].partition(".")[0]


def told_paths(paths: Iterable[str]) -> str:
    """Up to three paths, from the root of the layer or function, and how many more there are."""
    return some([path.removeprefix(LAYERS).removeprefix(FUNCTION) for path in sorted(set(paths))])
