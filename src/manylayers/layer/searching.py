"""What Python finds where: the roots of ``sys.path`` in a layer, and names that can be imported.

On every runtime ``/var/task`` comes first, then the layers' ``python/lib/pythonX.Y/site-packages``,
then their ``python``, then what the runtime has (the runtime's own bootstrap; ``sys_path`` of the
facts).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from manylayers.target import Target

SHARED = "python"
SITE = re.compile(r"python/lib/python(\d+\.\d+)/site-packages/")
"""The folder of one Python version, with that version."""
MODULES = (".py", ".so", ".pyc")
"""How the names of modules end."""


def roots(target: Target) -> tuple[str, str]:
    """The folders of a layer that are searched, in their order, each with a slash at its end."""
    return f"{target.site_packages}/", f"{SHARED}/"


def root_of(path: str, target: Target) -> str | None:
    """The root below which ``path`` can be imported; ``None`` for a file of no root.

    What lies in the folder of another Python version is below ``python/``, and yet not found.
    """
    root = root_of_any(path)
    return root if root in roots(target) else None


def root_of_any(path: str) -> str | None:
    """The root below which some Python version can import ``path``."""
    if match := SITE.match(path):
        return match[0]
    shared = f"{SHARED}/"
    return shared if path.startswith(shared) and not path.startswith(f"{shared}lib/") else None


def is_importable(path: str, target: Target) -> bool:
    """Whether an import of ``target`` can name the module at ``path``."""
    root = root_of(path, target)
    if root is None:
        return False
    *folders, name = path[len(root) :].split("/")
    return all(map(str.isidentifier, (*folders, name.partition(".")[0])))


def is_module(path: str) -> bool:
    """Whether ``path`` may be a module of Python's, by its name: source, bytecode or native."""
    return path.endswith(MODULES) and "__pycache__/" not in path


def top_names(paths: Iterable[str], root: str) -> dict[str, list[str]]:
    """The names that can be imported from ``root``, each with the module files below it."""
    found: dict[str, list[str]] = {}
    for path in paths:
        if path.startswith(root) and is_module(path):
            found.setdefault(_top(path[len(root) :]), []).append(path)
    return {name: modules for name, modules in found.items() if name.isidentifier()}


def _top(path: str) -> str:
    first, _, rest = path.partition("/")
    return first if rest else first.partition(".")[0]
