"""How findings name files: a few of them, the rest counted, and of which layer they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a warm build words findings, and sets no scene
    from manylayers.checks.scene import Scene
    from manylayers.layer.carried import Carried

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


def repair(carried: Carried, words: str) -> str:
    """A remedy in ``words``, with the command that does it to a zip."""
    if carried.packed is None:
        return words
    from shlex import quote  # not for a warm build

    return f"{words}: manylayers fix {quote(carried.label)} -o NEW.zip"
