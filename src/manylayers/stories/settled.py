"""What a target gets, whether a resolver or a lock said so."""

from __future__ import annotations

from dataclasses import dataclass

from manylayers.layer.releases import Chosen
from manylayers.report.build import HeldBack
from manylayers.target import Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Settled:
    """One wheel a package, what glibc kept from the target, and what is to be warned of.

    ``requested`` are the normalized names that somebody asked for; empty where a lock does not
    tell.
    """

    target: Target
    chosen: tuple[Chosen, ...]
    held_back: tuple[HeldBack, ...] = ()
    warnings: tuple[str, ...] = ()
    requested: frozenset[str] = frozenset()
