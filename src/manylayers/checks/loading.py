"""What the loader finds when Python imports a module: the libraries it needs, from where.

Follows ld.so(8) and glibc's ``_dl_map_object``: a name with a slash is a path; for others folders
of RPATH, also those of who asked, unless RUNPATH is there; then ``LD_LIBRARY_PATH`` as Lambda sets
it, where the system's own folders come first; then RUNPATH. What was loaded on the way already is
not looked for again.
"""

from collections.abc import Callable, Mapping
from posixpath import normpath
from typing import NamedTuple

from manylayers.checks.places import Placed
from manylayers.facts.libraries import Library
from manylayers.formats.native import NativeFacts

LIBRARY_PATH = ("/var/task", "/var/task/lib", "/opt/lib")
"""What follows the system's own folders in ``LD_LIBRARY_PATH`` of every Python runtime."""

SYSTEM_FOLDERS = ("/lib64", "/usr/lib64", "/lib", "/usr/lib")
"""Where both Amazon Linuxes have their libraries; ``/lib`` and ``/usr/lib`` have few of them."""
WORKING_FOLDER = "/var/task"
"""Where Lambda starts a function, and relative paths begin."""

MOST_LIBRARIES = 2000
"""That one module loads; torch and tensorflow load some dozens."""


class Missing(NamedTuple):
    """A library that was not found, what is known of it, and the file that needs it."""

    soname: str
    library: Library
    by: Placed


class Loaded(NamedTuple):
    """All that comes with one module: the module and the layer's libraries, and what lacks.

    ``bundled`` are names of libraries that come from the layer.
    """

    files: tuple[Placed, ...]
    bundled: frozenset[str]
    missing: tuple[Missing, ...]


class Libraries(NamedTuple):
    """Where libraries may be found: ``files`` by absolute path, and what the system has."""

    files: Mapping[str, Placed]
    system: Callable[[str], Library]


def load(module: Placed, libraries: Libraries) -> Loaded:
    """Everything that the loader brings in for ``module``, breadth first as it does."""
    queue: list[tuple[Placed, tuple[str, ...]]] = [(module, ())]
    seen: set[str] = set()
    bundled: set[str] = set()
    missing = []
    for file, above in queue:
        native = file.file.native
        if native is None or len(queue) > MOST_LIBRARIES:
            continue
        search = _expanded(native, file.path)
        runpath = bool(search) and not native.inherited
        inherited = above if runpath else search + above
        for soname in native.needed:
            if soname in seen:
                continue
            seen.add(soname)
            found = _find(soname, libraries, () if runpath else inherited, search)
            if isinstance(found, Placed):
                bundled.add(soname)
                seen.add(found.file.native.soname if found.file.native else soname)
                queue.append((found, inherited))
            elif found.presence != "present":
                missing.append(Missing(soname, found, file))
    return Loaded(tuple(file for file, _ in queue), frozenset(bundled), tuple(missing))


def _find(
    soname: str, libraries: Libraries, before: tuple[str, ...], after: tuple[str, ...]
) -> Placed | Library:
    if "/" in soname:
        return _at(soname, libraries)
    for folder in before:
        if found := libraries.files.get(f"{folder}/{soname}"):
            return found
    known = libraries.system(soname)
    if known.presence == "present":
        return known
    for folder in (*LIBRARY_PATH, *after):
        if found := libraries.files.get(f"{folder}/{soname}"):
            return found
    return known


def _at(path: str, libraries: Libraries) -> Placed | Library:
    """What lies at a path, as some builds have it instead of a name."""
    place = normpath(f"{WORKING_FOLDER}/{path}" if not path.startswith("/") else path)
    folder, _, name = place.rpartition("/")
    known = libraries.system(name if folder in SYSTEM_FOLDERS else place)
    return libraries.files.get(place, known)


def _expanded(native: NativeFacts, path: str) -> tuple[str, ...]:
    """The folders to search, ``$ORIGIN`` and its like replaced."""
    if not native.search:
        return ()
    origin = path.rpartition("/")[0]
    words = {"ORIGIN": origin, "LIB": "lib64", "PLATFORM": native.machine}
    folders = []
    for folder in native.search:
        text = folder
        for name, value in words.items():
            text = text.replace(f"${{{name}}}", value).replace(f"${name}", value)
        folders.append(normpath(text))
    return tuple(folders)
