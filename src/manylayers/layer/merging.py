"""Layers merged into ``/opt`` as Lambda does it, and who is found first on ``sys.path``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile
from manylayers.layer.contents import LayerPath
from manylayers.layer.searching import roots
from manylayers.target import Target


class Found(NamedTuple):
    """A file and whose it is."""

    file: CarriedFile
    carried: Carried


class Installed(NamedTuple):
    """A distribution, whose it is, and the root it can be imported from, ``""`` for a function."""

    distribution: CarriedDistribution
    carried: Carried
    root: str

    @property
    def name(self) -> str:
        """Normalized."""
        return self.distribution.name

    @property
    def version(self) -> str:
        return self.distribution.version

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


def merged(layers: Iterable[Carried]) -> dict[LayerPath, Found]:
    """What lies under ``/opt``: of one path the last layer's file."""
    return {file.path: Found(file, layer) for layer in layers for file in layer.files}


def installed(
    target: Target, layers: Iterable[Carried], function: Carried | None
) -> tuple[Installed, ...]:
    """All that has metadata where Python looks for it, in the order of ``sys.path``.

    In one folder the last layer comes first: its files are those that stayed.
    """
    return tuple(_installed(target, tuple(layers), function))


def _installed(
    target: Target, layers: tuple[Carried, ...], function: Carried | None
) -> Iterator[Installed]:
    if function:
        yield from (
            Installed(distribution, function, "")
            for distribution in function.distributions
            if "/" not in distribution.dist_info
        )
    for root in roots(target):
        for layer in reversed(layers):
            for distribution in layer.distributions:
                if f"{distribution.dist_info.rpartition('/')[0]}/" == root:
                    yield Installed(distribution, layer, root)


def first_of_each(found: Iterable[Installed]) -> dict[str, Installed]:
    """The one of each name that an import finds."""
    first: dict[str, Installed] = {}
    for distribution in found:
        first.setdefault(distribution.name, distribution)
    return first
