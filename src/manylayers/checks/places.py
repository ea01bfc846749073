"""Where the files of a scene lie on Lambda, and which of them Python looks at."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from manylayers.checks.scene import Scene
from manylayers.checks.sorting import below
from manylayers.formats.native import NativeFacts
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.searching import root_of
from manylayers.layer.wrong_roots import python_modules, wrong_root

LAYERS, FUNCTION = "/opt/", "/var/task/"


class Placed(NamedTuple):
    """A file at its absolute path on Lambda."""

    path: str
    file: CarriedFile


def everything(scene: Scene) -> dict[str, CarriedFile]:
    """All files and links by their absolute paths; of layers the last one counts, as on Lambda."""
    found = {LAYERS + file.path: file for layer in scene.layers for file in layer.files}
    if scene.function:
        found |= {FUNCTION + file.path: file for file in scene.function.files}
    return found


def natives(scene: Scene) -> list[Placed]:
    """Libraries and programs."""
    return [Placed(path, file) for path, file in everything(scene).items() if file.native]


def native_facts(scene: Scene) -> dict[str, NativeFacts]:
    """What a loader reads of each of these, by its absolute path."""
    return {path: file.native for path, file in everything(scene).items() if file.native}


def links(scene: Scene) -> dict[str, str]:
    """Symbolic links by their absolute paths, with what they point to."""
    return {path: file.link for path, file in everything(scene).items() if file.link}


def roots(scene: Scene) -> tuple[tuple[str, str, Carried], ...]:
    """Every folder of ``sys.path`` that somebody's files may lie in, in its order.

    Where it is on Lambda, how it is called in the layer (with a slash, empty for the root), and
    the layer.
    """
    own = f"{scene.target.site_packages}/"
    found = [(FUNCTION, "", scene.function)] if scene.function else []
    found += [(LAYERS + own, own, layer) for layer in reversed(scene.layers)]
    found += [(f"{LAYERS}python/", "python/", layer) for layer in reversed(scene.layers)]
    return tuple(found)


def sys_path(scene: Scene) -> tuple[str, ...]:
    """The folders of functions and layers, absolute, in the order in which Python searches them."""
    return (FUNCTION, f"{LAYERS}{scene.target.site_packages}/", f"{LAYERS}python/")


def import_folders(scene: Scene) -> tuple[str, ...]:
    """The folders of ``sys.path``, absolute, and where packages lie instead.

    Those are the folders of other Pythons, where there is no own, and wrong roots. What lies
    there is not found; it is judged for the time when it is moved.
    """
    own = f"{scene.target.site_packages}/"
    others: dict[str, None] = {}
    if not any(below(layer.files, own) for layer in scene.layers):
        for layer in scene.layers:
            for file in below(layer.files, "python/lib/"):
                if match := re.match(OTHER_SITE, file.path):
                    others[LAYERS + match[0]] = None
    wrong = dict.fromkeys(LAYERS + found for found in _misplaced(scene))
    return (LAYERS + own, *others, f"{LAYERS}python/", *wrong, FUNCTION)


def _misplaced(scene: Scene) -> Iterator[str]:
    """The folders of packages in layers where nothing lies right."""
    for layer in scene.layers:
        if not any(root_of(file.path, scene.target) for file in layer.files):
            modules = python_modules(file.path for file in layer.files)
            wrong = wrong_root(modules, layer.distributions)
            if wrong:
                yield wrong.found


OTHER_SITE = r"python/lib/python3\.\d+/site-packages/"
