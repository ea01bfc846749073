"""How findings name files: a few of them, the rest counted, and of which layer they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a warm build words findings, and sets no scene
    from collections.abc import Callable, Iterator

    from manylayers.checks.finding import Finding
    from manylayers.checks.scene import Scene
    from manylayers.layer.carried import Carried

    CheckFunction = Callable[[Scene], Iterator[Finding]]

NAMED = 3
"""Paths that a finding names before it only counts the rest."""


def some(names: Sequence[str]) -> str:
    """``a, b, c and 4 more``."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def count(number: int, noun: str) -> str:
    """``1 file``, ``2 files``."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def place(scene: Scene, carried: Carried, path: str = "") -> str:
    """``path``, after the layer's label where there are several."""
    if len(carriers(scene)) == 1:
        return path or carried.label
    return f"{carried.label}: {path}" if path else carried.label


def carriers(scene: Scene) -> tuple[Carried, ...]:
    """The function first, since it is searched first, then the layers."""
    return (*((scene.function,) if scene.function else ()), *scene.layers)


def repair(scene: Scene, carried: Carried, words: str, check: CheckFunction) -> str:
    """A remedy in ``words``, with the command that does it where a trial shows that it does.

    The trial is a repaired copy that ``check`` finds nothing in. Nothing is offered for a plan,
    and for a function, whose files lie where those of a layer should not.
    """
    if scene.planned or carried is scene.function:
        return words
    from shlex import quote  # not for a warm build

    from manylayers.layer.repair import Unrepairable, after, mended

    for python in ("", scene.target.python):
        result = mended(carried, python)
        if isinstance(result, Unrepairable):
            return words
        trial = scene._replace(layers=(after(carried, result),), function=None, planned=True)
        if not any(check(trial)):
            option = f" --python {python}" if python else ""
            return f"{words}: manylayers fix {quote(carried.label)} -o NEW.zip{option}"
    return words
