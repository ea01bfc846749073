"""Whether a function can tell the difference, and why."""

from collections import Counter
from collections.abc import Container
from typing import Literal, NamedTuple

from manylayers.layer.difference import Difference, PackageDifference

Verdict = Literal["same", "unnoticeable", "noticeable", "unknown"]

_PACKAGES = {
    "added": "added",
    "removed": "removed",
    "updated": "in another version",
    "rebuilt": "from another wheel",
    "moved": "in another folder",
    "touched": "with other files",
}
_UNDESCRIBED = {"added": "with metadata that it had not", "removed": "without its metadata"}
_UNNOTICED = {
    "metadata": "what installers note",
    "bytecode": "bytecode beside its source",
}


class Judgement(NamedTuple):
    """``because`` are clauses, the weightiest first."""

    verdict: Verdict
    because: tuple[str, ...]


def judge(difference: Difference, *, files_known: bool) -> Judgement:
    """What ``difference`` means to a function; without files only packages can be told apart."""
    noticed = [one for one in difference.packages if one.noticeable]
    loose = [one for one in difference.files if one.noticeable and not one.package]
    if noticed or loose:
        fates = Counter(map(_words, noticed))
        because = [f"{_counted(fates[words], 'package')} {words}" for words in _ordered(fates)]
        because += [f"{_counted(len(loose), 'file')} of no package"] if loose else []
        return Judgement("noticeable", tuple(because))
    if not files_known:
        return Judgement("unknown", ("a lock names packages and not their files",))
    if difference.files:
        return Judgement("unnoticeable", tuple(_unnoticed(difference)))
    return Judgement("same", ())


def _words(one: PackageDifference) -> str:
    return (_UNDESCRIBED if one.undescribed else _PACKAGES)[one.fate]


def _ordered(words: Container[str]) -> list[str]:
    return [one for one in (*_PACKAGES.values(), *_UNDESCRIBED.values()) if one in words]


def _unnoticed(difference: Difference) -> list[str]:
    kinds = Counter(_UNNOTICED.get(file.kind, file.kind) for file in difference.files)
    return [f"{words} ({_counted(count, 'file')})" for words, count in kinds.most_common()]


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
