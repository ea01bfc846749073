"""What a target gets, whether a resolver or a lock said so."""

from typing import NamedTuple

from manylayers.layer.releases import Chosen
from manylayers.report.build import HeldBack
from manylayers.target import Target


class Settled(NamedTuple):
    """One wheel a package, what glibc kept from the target, and what is to be warned of.

    ``requested`` are the normalized names that somebody asked for; empty where a lock does not
    tell.
    """

    target: Target
    chosen: tuple[Chosen, ...]
    held_back: tuple[HeldBack, ...] = ()
    warnings: tuple[str, ...] = ()
    requested: frozenset[str] = frozenset()
