"""How two layers, or two locks, differ, package by package.

Dates and order are no part of what a layer carries, so zips of the same files do not differ here.
"""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple

from manylayers.formats.wheel_build import build_of_wheel_file
from manylayers.layer.carried import Carried, CarriedDistribution
from manylayers.layer.file_difference import FileDifference, Files, compare_file
from manylayers.layer.shares import Share, below, shares

PackageFate = Literal["added", "removed", "updated", "rebuilt", "moved", "touched"]


class Package(NamedTuple):
    """A package on one side. ``wheel`` are build number and tags of its wheel, where known.

    ``size`` is in bytes: unzipped in a layer, of the wheel in a lock. ``site`` is its folder of
    ``sys.path`` in a layer. ``hashes`` are those of the files that a lock allows.
    """

    name: str
    version: str
    wheel: str
    size: int | None
    site: str = ""
    paths: frozenset[str] | None = None
    hashes: frozenset[str] = frozenset()
    distribution: CarriedDistribution | None = None


class PackageDifference(NamedTuple):
    """One package that is not as it was. ``files`` counts those that are not, if they are known.

    ``updated`` is another version, ``rebuilt`` another wheel of the same, ``moved`` another
    folder of ``sys.path``, ``touched`` the same wheel with some files not as they were. Of one
    added or removed, ``loose`` are its bytes on the other side, where no metadata describes it;
    ``undescribed`` says that its metadata is all that differs.
    """

    name: str
    fate: PackageFate
    old: Package | None
    new: Package | None
    files: int | None
    noticeable: bool
    loose: int = 0
    undescribed: bool = False


class Difference(NamedTuple):
    """Everything that is not as it was, by name and by path."""

    packages: tuple[PackageDifference, ...]
    files: tuple[FileDifference, ...]


class Pair(NamedTuple):
    """The same package on both sides, or on one."""

    name: str
    old: Package | None
    new: Package | None

    def now(self, path: str) -> str:
        """Where a ``path`` of the old side would be now.

        Packages move from folder to folder, and their ``.dist-info`` has the version in its name.
        """
        for before, after in self._moves():
            if before != after and (not before or path.startswith(f"{before}/")):
                return f"{after}/{below(path, before)}".lstrip("/")
        return path

    def _moves(self) -> Iterator[tuple[str, str]]:
        if self.old and self.new:
            old, new = self.old.distribution, self.new.distribution
            if old and new:
                yield old.dist_info, new.dist_info
            yield self.old.site, self.new.site


def packages_in(carried: Carried) -> tuple[Package, ...]:
    """The distributions of a layer."""
    return tuple(_package(share) for share in shares(carried) if share.distribution)


def _package(share: Share) -> Package:
    return Package(
        name=share.name,
        version=share.version or "",
        wheel=build_of_wheel_file(share.content("WHEEL")),
        size=share.size,
        site=share.site,
        paths=frozenset(file.path for file in share.files),
        distribution=share.distribution,
    )


def compare_layers(old: Carried, new: Carried) -> Difference:
    """Two layers, by their files. A package that moved is compared with itself where it was."""
    pairs = tuple(_pairs(packages_in(old), packages_in(new)))
    moved = _moved(pairs, {file.path for file in old.files}, {file.path for file in new.files})
    owners, contested = _owners(pairs, moved)
    before: Files = {moved.get(file.path, file.path): file for file in old.files}
    after: Files = {file.path: file for file in new.files}
    described = {path for pair in pairs for path in _described_alike(pair)}
    files: list[FileDifference] = []
    by_pair: list[list[FileDifference]] = [[] for _ in pairs]
    for path in sorted(before.keys() | after.keys()):
        owner = owners.get(path)
        name = "" if owner is None else pairs[owner].name
        if changed := compare_file(path, before, after, package=name, described=described):
            files.append(changed)
            if owner is not None:
                by_pair[owner].append(changed)
    packages = [_difference(*row) for row in zip(pairs, by_pair, strict=True)]
    told = (
        one if number in contested else _with_loose(one, by_pair[number])
        for number, one in enumerate(packages)
        if one
    )
    return Difference(tuple(told), tuple(files))


def _owners(
    pairs: Iterable[Pair], moved: Mapping[str, str]
) -> tuple[dict[str, int], frozenset[int]]:
    """Whose each path is, by the number of the pair, and the pairs that have one in common."""
    owners: dict[str, int] = {}
    contested: set[int] = set()
    for number, pair in enumerate(pairs):
        for path in _paths(pair, moved):
            if (other := owners.setdefault(path, number)) != number:
                contested |= {other, number}
                owners[path] = number
    return owners, frozenset(contested)


def _with_loose(one: PackageDifference, files: Sequence[FileDifference]) -> PackageDifference:
    """``one`` with what lies of it on the side where nothing names it."""
    there = one.old or one.new
    if one.fate not in ("added", "removed") or there is None:
        return one
    grown = sum((file.new or 0) - (file.old or 0) for file in files)
    loose = (there.size or 0) + (grown if one.old else -grown)
    undescribed = bool(loose) and all(file.kind == "metadata" for file in files)
    return one._replace(loose=loose, undescribed=undescribed)


def compare_packages(old: Sequence[Package], new: Sequence[Package]) -> Difference:
    """Two sides of which one at least is a lock, by what they name."""
    packages = [_difference(pair, None) for pair in _pairs(old, new)]
    return Difference(tuple(one for one in packages if one), ())


def _pairs(old: Iterable[Package], new: Iterable[Package]) -> Iterator[Pair]:
    """Packages by name; by folder too where a side has one more than once."""
    before, after = _by_name(old), _by_name(new)
    for name in sorted(before.keys() | after.keys()):
        olds, news = before.get(name, []), after.get(name, [])
        if len(olds) == len(news) == 1:
            yield Pair(name, olds[0], news[0])
            continue
        old_places, new_places = _by_place(olds), _by_place(news)
        for place in sorted(old_places.keys() | new_places.keys()):
            yield Pair(name, old_places.get(place), new_places.get(place))


def _by_name(packages: Iterable[Package]) -> dict[str, list[Package]]:
    named: dict[str, list[Package]] = {}
    for package in packages:
        named.setdefault(package.name, []).append(package)
    return named


def _by_place(packages: Iterable[Package]) -> dict[tuple[str, int], Package]:
    """By folder, and numbered there: a layer may carry two versions side by side."""
    placed: dict[tuple[str, int], Package] = {}
    for package in packages:
        number = sum(site == package.site for site, _ in placed)
        placed[package.site, number] = package
    return placed


def _moved(pairs: Iterable[Pair], taken: set[str], staying: Container[str]) -> dict[str, str]:
    """Old paths by where their packages are now.

    But for those where another file was there before, or still is where they were, and where
    what is there now is no file of their package.
    """
    moved: dict[str, str] = {}
    for pair in pairs:
        own = (pair.new.paths if pair.new else None) or frozenset()
        for path in sorted(pair.old.paths or ()) if pair.old else ():
            now = pair.now(path)
            strange = now in staying and now not in own
            if now not in taken and path not in staying and not strange:
                taken.add(now)
                moved[path] = now
    return moved


def _paths(pair: Pair, moved: Mapping[str, str]) -> Iterator[str]:
    """The paths of both sides, as they are compared."""
    if pair.old:
        yield from (moved.get(path, path) for path in pair.old.paths or ())
    if pair.new:
        yield from pair.new.paths or ()


def _described_alike(pair: Pair) -> Iterator[str]:
    """The METADATA files of a package that answers `importlib.metadata` as it did."""
    old, new = (one.distribution if one else None for one in (pair.old, pair.new))
    if old and new and _answers(old) == _answers(new):
        yield f"{new.dist_info}/METADATA"


def _answers(one: CarriedDistribution) -> tuple[object, ...]:
    return one.name, one.version, sorted(one.requires), one.requires_python


def _difference(pair: Pair, files: Sequence[FileDifference] | None) -> PackageDifference | None:
    """``files`` are those of the package that differ, ``None`` where files are not known."""
    fate = _fate(pair, touched=bool(files))
    if fate is None:
        return None
    certain = files is None or fate not in ("rebuilt", "touched") or _elsewhere(pair)
    noticeable = certain or any(file.noticeable for file in files or ())
    count = None if files is None else len(files)
    return PackageDifference(pair.name, fate, pair.old, pair.new, count, noticeable=noticeable)


def _fate(pair: Pair, *, touched: bool) -> PackageFate | None:
    old, new = pair.old, pair.new
    if old is None or new is None:
        return "added" if old is None else "removed"
    if old.version != new.version:
        return "updated"
    if _other_wheel(old, new):
        return "rebuilt"
    if _elsewhere(pair):
        return "moved"
    return "touched" if touched else None


def _elsewhere(pair: Pair) -> bool:
    """Whether it lies in another folder of ``sys.path`` than it did, where folders are known."""
    return len({one.site for one in (pair.old, pair.new) if one and one.paths is not None}) > 1


def _other_wheel(old: Package, new: Package) -> bool:
    if old.hashes and new.hashes:
        return not old.hashes & new.hashes
    return bool(old.wheel and new.wheel) and old.wheel != new.wheel
