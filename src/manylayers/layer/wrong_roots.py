"""Folders that packages were put into by mistake, instead of ``python/`` at the root."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Sequence
from posixpath import dirname
from typing import NamedTuple

from manylayers.layer.carried import CarriedDistribution
from manylayers.layer.searching import SITE, is_module
from manylayers.layer.shares import at_the_top

SHARED_ROOT = "python/"
_SITE_PARTS = r"(?:[Ll]ib(?:64)?/)?(?:python\d(?:\.\d+)?/)?(?:site|dist)-packages/"
_AROUND = r"(?:(?!python/)[^/]+/)+"
"""Folders around one that is called as the right one is."""
_DEPTH = "one folder too deep"
_NONE = "which is no folder of Lambda's"
_WRONG = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"((?!python/)[Pp][Yy][Tt][Hh][Oo][Nn]/)(?:.*)", "with a capital letter"),
        (r"(python/python/)", _DEPTH),
        (rf"({_AROUND}python/)(?!{_SITE_PARTS})", _DEPTH),
        (rf"({_AROUND}python/{_SITE_PARTS})", _DEPTH),
        (rf"((?:[^/]+/)*?{_SITE_PARTS})", _NONE),
        (r"(python/lib/(?:python\d\.\d+/)?)", _NONE),
        (r"(python\d[\d.]*/)", _NONE),
    )
)


class WrongRoot(NamedTuple):
    """A folder where packages were found, and why it is none that Lambda searches."""

    found: str
    why: str

    def right(self, path: str) -> str:
        """Where a file of ``path`` belongs, if it lies in this root."""
        if not self.found:
            return f"{SHARED_ROOT}{path}"
        around = re.match(rf"{_AROUND}(?=python/)", self.found)
        if around:  # what lies beside python/ in the folder around it belongs to the root too
            return path.removeprefix(around[0])
        if path.startswith(self.found):
            return f"{SHARED_ROOT}{path.removeprefix(self.found)}"
        return path


def wrong_root(
    modules: Sequence[str], installed: Iterable[CarriedDistribution] = ()
) -> WrongRoot | None:
    """Where packages lie instead of below ``python/``.

    Judged by the paths of all modules, and by where metadata lies: ``package/`` is a folder around
    all that was installed into it, and no package.
    """
    others = [path for path in modules if not SITE.match(path)]
    there = frozenset(others)
    for pattern, why in _WRONG:
        found = Counter(match[1] for path in others if (match := pattern.match(path)))
        for folder, _ in found.most_common():
            if there.isdisjoint(packages_around(folder)):
                return WrongRoot(folder, _how_deep(folder) if why == _DEPTH else why)
    if folder := _installed_into(modules, installed):
        return WrongRoot(folder, "which is no folder of Lambda's")
    rooted = any("/" not in one.dist_info for one in installed)  # google/cloud/… lies deep
    outside = (path for path in others if not path.startswith(SHARED_ROOT))
    if any(rooted or path.count("/") <= 1 for path in outside):
        return WrongRoot("", "not below python/")
    return None


def _installed_into(modules: Sequence[str], installed: Iterable[CarriedDistribution]) -> str:
    """The one folder, none of a searched one, that has all metadata and all modules."""
    folders = {dirname(one.dist_info) for one in at_the_top(tuple(installed))}
    folder = f"{min(folders, default='')}/"
    if len(folders) != 1 or folder == "/" or folder.startswith(SHARED_ROOT):
        return ""
    whole = all(path.startswith(folder) for path in modules)
    return folder if whole and frozenset(modules).isdisjoint(packages_around(folder)) else ""


def packages_around(folder: str) -> Iterator[str]:
    """What would make ``folder``, or one around it, a package: then it is one called so."""
    parts = folder.rstrip("/").split("/")
    return ("/".join((*parts[: end + 1], "__init__.py")) for end in range(len(parts)))


def _how_deep(folder: str) -> str:
    depth = folder.partition("python/")[0].count("/") or 1
    return _DEPTH if depth == 1 else f"{depth} folders too deep"


def python_modules(paths: Iterable[str]) -> list[str]:
    """The modules among ``paths`` that are there for functions to import.

    Libraries in ``lib/`` and programs in ``bin/`` are at home there. A layer with an extension has
    the program of that too, in a folder of its own.
    """
    every = list(paths)
    own = any(path.startswith(EXTENSIONS) for path in every)
    packages = {path for path in _HOME_PACKAGES if path in every}
    return [
        path
        for path in every
        if is_module(path) and not (own and _is_apart(path)) and not _is_at_home(path, packages)
    ]


EXTENSIONS = "extensions/"
HANDLERS = {f"{name}.py" for name in ("lambda_function", "app", "handler", "index", "main")}
"""How guides name the module of a function."""
_HOME_PACKAGES = ("bin/__init__.py", "lib/__init__.py")
_AT_HOME = re.compile(rf"(bin)/[^/]+|(lib)/(?!(?:.*/)?{_SITE_PARTS}).*\.so")
_HOMES = frozenset({"bin", "etc", "extensions", "include", "lib", "lib64", "share"})
"""Folders at the root that are none of a package's, even where its RECORD lists files of them."""


def _is_apart(path: str) -> bool:
    return not path.startswith(SHARED_ROOT)


def _is_at_home(path: str, packages: Container[str]) -> bool:
    if not path.startswith(("bin/", "lib/")) or f"{path[:4]}__init__.py" in packages:
        return False
    return _AT_HOME.fullmatch(path) is not None


def tops_beside(distributions: Iterable[CarriedDistribution]) -> frozenset[str]:
    """What the distributions at the root list beside their metadata, by its first folder."""
    listed = (path for one in distributions if "/" not in one.dist_info for path in one.files or ())
    return frozenset(path.partition("/")[0] for path in listed) - _HOMES


def is_nested(path: str, wrong: WrongRoot | None) -> bool:
    """Whether ``path`` lies in a wrong root below the right one: it is no package of that name."""
    if wrong is None or not wrong.found or SITE.match(path):
        return False
    return path.startswith(wrong.found)
