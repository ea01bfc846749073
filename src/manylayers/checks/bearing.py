"""Which findings bear on an error text, those that end in it first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from manylayers.checks.choosing import RANKS
from manylayers.checks.clues import Clues, shortened
from manylayers.checks.finding import Finding


def about(clues: Clues, found: Iterable[Finding], codes: Sequence[str] = ()) -> tuple[Finding, ...]:
    """Those of the findings that speak of what the text names; all of them where none does.

    First those that name the very file, then errors, then as ``codes`` have them: the likeliest
    first.
    """
    every = tuple(found)
    files = _files(clues)
    told = [one for one in every if bears_on(clues, one)] or every

    def rank(one: Finding) -> tuple[bool, int, int]:
        likely = codes.index(one.code) if one.code in codes else 0
        return not _speaks_of(one, files), RANKS[one.severity], likely

    return tuple(sorted(told, key=rank))


def bears_on(clues: Clues, finding: Finding) -> bool:
    """Whether the finding may be why the text came: folders and modes are all packages' matter."""
    named = _names(clues) or _files(clues)
    return not named or finding.code.startswith("L") or names(finding, clues)


def names(finding: Finding, clues: Clues) -> bool:
    """Whether the finding says the name of something that the text names."""
    return _speaks_of(finding, [*_names(clues), *_files(clues)])


def _names(clues: Clues) -> list[str]:
    names = [name for name in (clues.package, clues.library) if name]
    return [*names, *([clues.module.partition(".")[0]] if clues.module else [])]


def _files(clues: Clues) -> list[str]:
    files = [inner(clues.path)] if clues.path else []
    module = clues.module if clues.module and "." in clues.module else ""
    return [*files, *([module.replace(".", "/")] if module else [])]


def inner(path: str) -> str:
    """``path`` as a layer has it, without the folder of packages."""
    return shortened(path).removeprefix("/opt/")


def _speaks_of(finding: Finding, names: Iterable[str]) -> bool:
    """Whether one of ``names`` stands there as a word, and not as a part of another name."""
    told = f"{finding.place} {finding.message}"
    return any(re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", told) for name in names)
