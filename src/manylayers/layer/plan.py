"""Which wheel goes to which folder, and whose file wins where two have one path."""

from collections.abc import Iterable, Mapping, Sequence
from operator import itemgetter
from typing import NamedTuple

from manylayers.errors import UsageError
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.errors.layers import OverlapError
from manylayers.formats.wheel import WheelFacts
from manylayers.layer.contents import Copied, Entry, Layer, LeftOut, unzipped_size
from manylayers.layer.spread import Placement, ReadMember, digest, spread
from manylayers.options import Layout
from manylayers.target import Target

SHARED_FOLDER = "python"
"""On ``sys.path`` of every runtime, after the folder of the runtime's own version."""


class PlannedPackage(NamedTuple):
    """One wheel's part in the layer. ``unzipped`` is in bytes, all copies counted."""

    facts: WheelFacts
    targets: tuple[Target, ...]
    unzipped: int


class Plan(NamedTuple):
    """The layer to be written, whose files are in it, and what was left out."""

    layer: Layer
    packages: tuple[PlannedPackage, ...]
    left_out: tuple[LeftOut, ...]


def place_wheels(
    wheels: Mapping[Target, Sequence[WheelFacts]], layout: Layout
) -> tuple[Placement, ...]:
    """Which wheel goes to which folder.

    With one target all go to its folder. With several, a wheel that all of them chose lies once
    under ``python/``, the others under the folders of their versions. UsageError when ``layout``
    has one folder only and the targets chose different wheels.
    """
    targets = tuple(wheels)
    users: dict[str, list[Target]] = {}
    facts: dict[str, WheelFacts] = {}
    for target, chosen in wheels.items():
        for wheel in chosen:
            users.setdefault(wheel.sha256, []).append(target)
            facts[wheel.sha256] = wheel
    placements = []
    for sha256, using in users.items():
        for site, whose in _sites(tuple(using), targets, layout, facts[sha256]):
            placements.append(Placement(facts[sha256], site, whose, interpreter_of(targets)))
    return tuple(placements)


def interpreter_of(targets: Sequence[Target]) -> str:
    """The Python on Lambda that runs the programs of a layer: for several, whichever is there."""
    name = targets[0].runtime if len(targets) == 1 else "python3"
    return f"/var/lang/bin/{name}"


def _sites(
    using: tuple[Target, ...], targets: tuple[Target, ...], layout: Layout, facts: WheelFacts
) -> list[tuple[str, tuple[Target, ...]]]:
    shared = using == targets
    if layout is Layout.FUNCTION and shared:
        return [("", using)]
    if (layout is Layout.FLAT and shared) or (layout is Layout.LIB and shared and len(targets) > 1):
        return [(SHARED_FOLDER, using)]
    if layout is Layout.LIB:
        return [(target.site_packages, (target,)) for target in using]
    raise UsageError(
        f"{facts.filename} is for {', '.join(target.python for target in using)} alone, "
        f"and --layout {layout} has one folder for all Pythons",
        hint="use --layout lib, or build each --python on its own",
    )


def plan_layer(
    placements: Iterable[Placement],
    *,
    scripts: bool,
    left_out: tuple[LeftOut, ...],
    read: ReadMember,
) -> Plan:
    """The plan for ``placements``.

    ``read`` is called only where a file's bytes must change, or two packages bring one path with
    different bytes. The first stays where both are the same program; else OverlapError is raised,
    and UnsafeWheelError when one wheel brings two files to one path.
    """
    files: dict[str, Entry] = {}
    packages: dict[str, PlannedPackage] = {}
    out = list(left_out)
    clashes: list[tuple[Entry, Entry]] = []
    for placement in placements:
        entries, skipped = spread(placement, scripts=scripts, read=read)
        clashing = _put(files, entries)
        if clashing and (instead := _instead(entries, clashing, read)):
            entries, skipped = spread(placement, scripts=scripts, read=read, instead=instead)
            clashing = _put(files, entries)
        out += skipped
        clashes += clashing
        if clashing:  # with later packages its other files may clash too, which is told as well
            files |= {entry.path: entry for entry in reversed(entries)} | files
        _count(packages, placement, unzipped_size(entries))
    clashes += _files_that_are_folders(files)
    if clashes:
        raise _at_odds(clashes, packages) or overlap(clashes)
    layer = Layer(entries=tuple(map(files.__getitem__, sorted(files))))
    return Plan(layer=layer, packages=tuple(packages.values()), left_out=tuple(out))


def _put(files: dict[str, Entry], entries: Sequence[Entry]) -> list[tuple[Entry, Entry]]:
    """Add ``entries`` to ``files`` unless some clash: those are given back, with what is there."""
    brought = dict(zip(map(itemgetter(0), entries), entries, strict=True))
    if len(brought) == len(entries) and files.keys().isdisjoint(brought):  # as nearly always
        files.update(brought)
        return []
    there: dict[str, Entry] = {}
    for entry in entries:  # the first of a path stays
        there.setdefault(entry.path, files.get(entry.path, entry))
    pairs = [(there[entry.path], entry) for entry in entries]
    clashing = [
        (one, other) for one, other in pairs if one is not other and not _same_bytes(one, other)
    ]
    if not clashing:
        files.update(there)
    return clashing


def _instead(
    entries: Sequence[Entry], clashing: Sequence[tuple[Entry, Entry]], read: ReadMember
) -> Mapping[str, Entry]:
    """What may stand for the files of a wheel that clash, if it has no path twice itself."""
    from manylayers.layer.same_program import same_programs  # in most layers nothing clashes

    own = {entry.path for entry in entries}
    return same_programs(clashing, read) if len(own) == len(entries) else {}


def _count(packages: dict[str, PlannedPackage], placement: Placement, size: int) -> None:
    before = packages.get(placement.facts.sha256)
    packages[placement.facts.sha256] = PlannedPackage(
        facts=placement.facts,
        targets=(before.targets if before else ()) + placement.targets,
        unzipped=(before.unzipped if before else 0) + size,
    )


def _same_bytes(one: Entry, other: Entry) -> bool:
    return one.size == other.size and digest(one) == digest(other)


def _files_that_are_folders(files: Mapping[str, Entry]) -> list[tuple[Entry, Entry]]:
    """Pairs where one package's file has the path of another's folder."""
    found = files.keys() & _folders(files)
    return [
        (files[folder], next(files[path] for path in files if path.startswith(f"{folder}/")))
        for folder in sorted(found)
    ]


def _folders(paths: Iterable[str]) -> set[str]:
    """Every folder on the way to one of ``paths``."""
    folders: set[str] = set()
    above = {path.rpartition("/")[0] for path in paths} - {""}
    while above:
        folders |= above
        above = {folder.rpartition("/")[0] for folder in above} - folders - {""}
    return folders


def _at_odds(
    clashes: Iterable[tuple[Entry, Entry]], packages: Mapping[str, PlannedPackage]
) -> UnsafeWheelError | None:
    """The error for a wheel that clashes with itself, as by its ``.data``; no choice would help."""
    for one, other in clashes:
        wheels = _wheels_of(one, packages) | _wheels_of(other, packages)
        if len(wheels) == 1:
            return UnsafeWheelError(
                packages[wheels.pop()].facts.filename,
                f"it brings two files to {one.path}, or one that is a folder too",
            )
    return None


def _wheels_of(entry: Entry, packages: Mapping[str, PlannedPackage]) -> set[str]:
    """The wheels that ``entry`` may come from, of which a package may have one for each Python."""
    if isinstance(entry, Copied):
        return {entry.wheel}
    return {sha for sha, each in packages.items() if each.facts.name == entry.distribution}


def overlap(clashes: Sequence[tuple[Entry, Entry]]) -> OverlapError:
    """The error that names every pair of packages, with up to three paths a pair."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for one, other in clashes:
        pairs.setdefault((one.distribution, other.distribution), []).append(one.path)
    return OverlapError(pairs={pair: tuple(paths) for pair, paths in pairs.items()})
