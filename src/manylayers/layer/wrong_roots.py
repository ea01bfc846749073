"""Folders that packages were put into by mistake, instead of ``python/`` at the root."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from manylayers.layer.searching import SITE

SHARED_ROOT = "python/"
_SITE_PARTS = r"(?:[Ll]ib(?:64)?/)?(?:python\d\.\d+/)?(?:site|dist)-packages/"
_WRONG = tuple(
    (re.compile(pattern), why)
    for pattern, why in (
        (r"((?!python/)[Pp][Yy][Tt][Hh][Oo][Nn]/)(?:.*)", "with a capital letter"),
        (r"(python/python/)", "one folder too deep"),
        (rf"([^/]+/python/)(?!{_SITE_PARTS})", "one folder too deep"),
        (rf"([^/]+/python/{_SITE_PARTS})", "one folder too deep"),
        (rf"((?:[^/]+/)?(?:python/)?{_SITE_PARTS})", "which is no folder of Lambda's"),
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
        around = re.match(r"[^/]+/(?=python/)", self.found)
        if around:  # what lies beside python/ in the folder around it belongs to the root too
            return path.removeprefix(around[0])
        if path.startswith(self.found):
            return f"{SHARED_ROOT}{path.removeprefix(self.found)}"
        return path


def wrong_root(modules: Sequence[str]) -> WrongRoot | None:
    """Where packages lie instead of below ``python/``, judged by the paths of all modules."""
    others = [path for path in modules if not SITE.match(path)]
    for pattern, why in _WRONG:
        found = Counter(match[1] for path in others if (match := pattern.match(path)))
        if found and "python/python/__init__.py" not in others:
            return WrongRoot(found.most_common(1)[0][0], why)
    if any(path.count("/") <= 1 for path in others if not path.startswith(SHARED_ROOT)):
        return WrongRoot("", "not below python/")
    return None


def is_nested(path: str, wrong: WrongRoot | None) -> bool:
    """Whether ``path`` lies in a wrong root below the right one: it is no package of that name."""
    return wrong is not None and bool(wrong.found) and path.startswith(wrong.found)
