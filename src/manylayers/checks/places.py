"""Where the files of a scene lie on Lambda, and which of them Python looks at."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from manylayers.checks.scene import Scene
from manylayers.layer.carried import Carried, CarriedFile

LAYERS, FUNCTION = "/opt/", "/var/task/"


class Placed(NamedTuple):
    """A file at its absolute path on Lambda."""

    path: str
    file: CarriedFile


def natives(scene: Scene) -> list[Placed]:
    """Libraries and programs; of two layers' files with one path the last one, as on Lambda."""
    merged = {file.path: file for layer in scene.layers for file in layer.files if file.native}
    placed = [Placed(LAYERS + path, file) for path, file in merged.items()]
    own = scene.function.files if scene.function else ()
    return placed + [Placed(FUNCTION + file.path, file) for file in own if file.native]


def everything(scene: Scene) -> dict[str, CarriedFile]:
    """All files and links by their absolute paths."""
    found = {LAYERS + file.path: file for layer in scene.layers for file in layer.files}
    if scene.function:
        found |= {FUNCTION + file.path: file for file in scene.function.files}
    return found


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


def import_folders(scene: Scene) -> tuple[str, ...]:
    """The folders of ``sys.path``, absolute, and those of other Pythons where there is no own.

    What lies in the latter is not found; it is there by mistake, and should be judged all the same.
    """
    own = f"{scene.target.site_packages}/"
    others: dict[str, None] = {}
    if not any(below(layer.files, own) for layer in scene.layers):
        for layer in scene.layers:
            for file in below(layer.files, "python/lib/"):
                if match := _SITE.match(file.path):
                    others[LAYERS + match[0]] = None
    return (LAYERS + own, *others, f"{LAYERS}python/", FUNCTION)


_SITE = re.compile(r"python/lib/python3\.\d+/site-packages/")


def below(files: Sequence[CarriedFile], folder: str) -> Sequence[CarriedFile]:
    """Those in ``folder`` (with a slash at its end) and the folders in it; ``files`` are sorted."""
    if not folder:
        return files
    start = bisect_left(files, (folder,))
    return files[start : bisect_left(files, (f"{folder[:-1]}0",), start)]


def top_names(files: Sequence[CarriedFile], folder: str) -> Iterator[tuple[str, CarriedFile]]:
    """The names of files and folders right in ``folder``, each with its first file.

    As the paths are sorted, all files of a name are passed over in one step.
    """
    place, end = bisect_left(files, (folder,)), len(files)
    if folder:
        end = bisect_left(files, (f"{folder[:-1]}0",), place)
    while place < end:
        file = files[place]
        name, slash, _ = file.path[len(folder) :].partition("/")
        yield name, file
        place = bisect_left(files, (f"{folder}{name}0",), place) if slash else place + 1
