"""Whose each file of a layer is: a package's share of it."""

import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from manylayers.formats.pins import normalized
from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile

_USUAL = r"python/lib/python\d+\.\d+/site-packages|python"
_CACHED = re.compile(r"__pycache__/([^/.]+)\.[^/]*\.pyc$")

Top = tuple[str, str]
"""A folder of ``sys.path`` and the first part of a path in it."""


class Share(NamedTuple):
    """A package and its files; or files that are no package's, named by what they lie in.

    ``site`` is the folder of ``sys.path`` that they lie in, empty for the root.
    """

    name: str
    site: str
    files: tuple[CarriedFile, ...]
    distribution: CarriedDistribution | None = None

    @property
    def size(self) -> int:
        """Unzipped bytes."""
        return sum(file.size for file in self.files)

    @property
    def version(self) -> str | None:
        return self.distribution.version if self.distribution else None

    def content(self, name: str) -> bytes:
        """What was kept of ``name`` in the distribution's own folder, or nothing."""
        path = f"{self.distribution.dist_info}/{name}" if self.distribution else ""
        return next((file.content for file in self.files if file.path == path), b"")


def below(path: str, folder: str) -> str:
    """``path`` from ``folder`` on, where it lies there."""
    return path.removeprefix(f"{folder}/") if folder else path


def source_of(path: str) -> str:
    """The path of the source that cached bytecode was made of; ``path`` for anything else."""
    return _CACHED.sub(r"\1.py", path)


def shares(carried: Carried) -> tuple[Share, ...]:
    """All files of ``carried``, each in one share; the largest share first.

    A file is that of the distribution whose RECORD lists it or its source. Where none does, it is
    that of the only one in the same folder at the top, or of the one with that folder's name.
    """
    distributions = tuple(at_the_top(carried.distributions))
    owners = _Owners(distributions)
    owned: dict[str, list[CarriedFile]] = {}
    loose: dict[Top, list[CarriedFile]] = {}
    for file in carried.files:
        owner = owners.of(file.path)
        if owner is None:
            loose.setdefault(owners.top(file.path), []).append(file)
        else:
            owned.setdefault(owner, []).append(file)
    found = [
        Share(one.name, _parent(one.dist_info), tuple(owned.get(one.dist_info, ())), one)
        for one in distributions
    ]
    found += [Share(name, site, tuple(files)) for (site, name), files in loose.items()]
    return tuple(sorted(found, key=lambda share: (-share.size, share.name, share.site)))


def at_the_top(
    distributions: Collection[CarriedDistribution],
) -> Iterator[CarriedDistribution]:
    """Those that no other brings along in a folder of its own, as setuptools does."""
    listed: dict[str, list[CarriedDistribution]] = {}
    for one in distributions:
        for path in filter(_DESCRIBES.search, one.files or ()):
            listed.setdefault(path, []).append(one)
    for one in distributions:
        described = (f"{one.dist_info}/{name}" for name in ("METADATA", "PKG-INFO"))
        if all(other is one for path in described for other in listed.get(path, ())):
            yield one


_DESCRIBES = re.compile(r"-info/(?:METADATA|PKG-INFO)$")


class _Owners:
    """Distributions by what is known to be theirs; each is named by its ``.dist-info`` folder."""

    def __init__(self, distributions: Collection[CarriedDistribution]) -> None:
        self._listed: dict[str, str] = {}
        self._tops: dict[Top, set[str]] = {}
        self._names: dict[Top, str] = {}
        sites = sorted({_parent(one.dist_info) for one in distributions} - {""}, key=len)
        self._site = re.compile(f"(?:{'|'.join([*map(re.escape, reversed(sites)), _USUAL])})(?=/)")
        for one in distributions:
            site = _parent(one.dist_info)
            self._names[site, one.name] = one.dist_info
            self._tops[self.top(one.dist_info)] = {one.dist_info}
            for path in one.files or ():
                self._listed.setdefault(path, one.dist_info)
                self._tops.setdefault(self.top(path), set()).add(one.dist_info)

    def top(self, path: str) -> Top:
        """The folder of ``sys.path`` that ``path`` lies in, and what it begins with there."""
        match = self._site.match(path)
        site = match[0] if match else ""
        return site, below(path, site).partition("/")[0]

    def of(self, path: str) -> str | None:
        """Whose ``path`` is, if anybody's."""
        if known := self._listed.get(path) or self._listed.get(source_of(path)):
            return known
        site, first = self.top(path)
        beside = self._tops.get((site, first), set())
        if len(beside) == 1:
            return next(iter(beside))
        return self._names.get((site, normalized(first.partition(".")[0])))


def _parent(path: str) -> str:
    return path.rpartition("/")[0]
