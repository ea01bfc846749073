"""Where each file of a layer comes from: whose file goes to which path, and what stays out.

Paths follow the binary distribution format's "Spread" step with the scheme that
``pip install --target`` uses. RECORD is copied where it is already right for the layer, and
written anew (Recording installed projects) where a file moved or stayed out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from manylayers.errors import OverlapError, UsageError
from manylayers.formats.record import RecordRow, write_record
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import Copied, Entry, Layer, LayerPath, LeftOut, Written
from manylayers.layer.scripts import ScriptSource, launchers, moved_script
from manylayers.options import Layout
from manylayers.target import Target

SHARED_FOLDER = "python"
"""On ``sys.path`` of every runtime, after the folder of the runtime's own version."""

SIGNATURES = ("RECORD.jws", "RECORD.p7s")

ReadMember = Callable[[str, WheelMember], bytes]
"""Gives the inflated bytes of a member of the wheel with this SHA-256 (hex)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedPackage:
    """One wheel's part in the layer. ``unzipped`` is in bytes, all copies counted."""

    facts: WheelFacts
    targets: tuple[Target, ...]
    unzipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The layer to be written, whose files are in it, and what was left out."""

    layer: Layer
    packages: tuple[PlannedPackage, ...]
    left_out: tuple[LeftOut, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """One wheel and one folder (relative to ``/opt``, ``""`` for the root) it is unpacked into."""

    facts: WheelFacts
    site: str
    targets: tuple[Target, ...]


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
            placements.append(Placement(facts=facts[sha256], site=site, targets=whose))
    return tuple(placements)


def _sites(
    using: tuple[Target, ...], targets: tuple[Target, ...], layout: Layout, facts: WheelFacts
) -> list[tuple[str, tuple[Target, ...]]]:
    shared = using == targets
    if layout is Layout.FUNCTION and shared:
        return [("", using)]
    if layout is Layout.FLAT and shared or layout is Layout.LIB and shared and len(targets) > 1:
        return [(SHARED_FOLDER, using)]
    if layout is Layout.LIB:
        return [(target.site_packages, (target,)) for target in using]
    raise UsageError(
        f"{facts.filename} is for {', '.join(target.python for target in using)} alone, "
        f"and --layout {layout} has one folder for all Pythons",
        hint="use --layout lib, or build each --python on its own",
    )


def plan_layer(
    placements: Iterable[Placement], *, scripts: bool, left_out: tuple[LeftOut, ...], read: ReadMember
) -> Plan:
    """The plan for ``placements``; ``read`` is called only where a file's bytes must change.

    Raises OverlapError when two packages bring one path with different bytes.
    """
    files: dict[str, Entry] = {}
    packages: dict[str, PlannedPackage] = {}
    out = list(left_out)
    clashes: list[tuple[Entry, Entry]] = []
    for placement in placements:
        entries, skipped = _spread(placement, scripts, read)
        out += skipped
        for entry in entries:
            other = files.setdefault(entry.path, entry)
            if other is not entry and not _same_bytes(other, entry):
                clashes.append((other, entry))
        _count(packages, placement, sum(entry.size for entry in entries))
    clashes += _files_that_are_folders(files)
    if clashes:
        raise overlap(clashes)
    layer = Layer(entries=tuple(files[path] for path in sorted(files)))
    return Plan(layer=layer, packages=tuple(packages.values()), left_out=tuple(out))


def _count(packages: dict[str, PlannedPackage], placement: Placement, size: int) -> None:
    before = packages.get(placement.facts.sha256)
    packages[placement.facts.sha256] = PlannedPackage(
        facts=placement.facts,
        targets=(before.targets if before else ()) + placement.targets,
        unzipped=(before.unzipped if before else 0) + size,
    )


def _spread(
    placement: Placement, scripts: bool, read: ReadMember
) -> tuple[list[Entry], list[LeftOut]]:
    facts = placement.facts
    record = f"{facts.dist_info}/RECORD"
    rewritten = not facts.record_complete or scripts
    signatures = {f"{facts.dist_info}/{name}" for name in SIGNATURES} if rewritten else set()
    entries: list[Entry] = []
    out: list[LeftOut] = []
    for member in facts.members:
        if member.path == record and rewritten:
            continue
        if member.path in signatures:
            out.append(_left_out(facts, member, "signature", "it signs a RECORD that had to change"))
        elif member.path.startswith(f"{facts.data}/"):
            _spread_data(placement, member, scripts, read, entries, out)
        else:
            entries.append(_copied(facts, placement.site, member.path, member))
    if scripts:
        entries += launchers(_script_source(placement), read)
    if rewritten:
        entries.append(_new_record(placement, entries))
    return entries, out


def _spread_data(
    placement: Placement,
    member: WheelMember,
    scripts: bool,
    read: ReadMember,
    entries: list[Entry],
    out: list[LeftOut],
) -> None:
    facts = placement.facts
    scheme, _, rest = member.path.removeprefix(f"{facts.data}/").partition("/")
    match scheme:
        case "purelib" | "platlib" | "data":
            entries.append(_copied(facts, placement.site, rest, member))
        case "headers":
            entries.append(_copied(facts, placement.site, f"include/{facts.name}/{rest}", member))
        case _ if scripts:
            entries.append(moved_script(_script_source(placement), rest, member, read))
        case _:
            reason = "a layer's bin/ is for programs; --scripts takes them along"
            out.append(_left_out(facts, member, "scripts", reason))


def _script_source(placement: Placement) -> ScriptSource:
    return ScriptSource(
        facts=placement.facts,
        folder="bin",
        interpreter=f"/var/lang/bin/{placement.targets[0].runtime}",
    )


def _copied(facts: WheelFacts, site: str, path: str, member: WheelMember) -> Copied:
    place = LayerPath(f"{site}/{path}" if site else path)
    return Copied(path=place, wheel=facts.sha256, distribution=facts.name, member=member)


def _left_out(facts: WheelFacts, member: WheelMember, rule: str, reason: str) -> LeftOut:
    return LeftOut(
        what=member.path, distribution=facts.name, rule=rule, reason=reason, size=member.size
    )


def _new_record(placement: Placement, entries: Iterable[Entry]) -> Written:
    facts, site = placement.facts, placement.site
    path = LayerPath(f"{site}/{facts.dist_info}/RECORD" if site else f"{facts.dist_info}/RECORD")
    rows = [_row(entry, site) for entry in sorted(entries, key=lambda entry: entry.path)]
    own = RecordRow(path=f"{facts.dist_info}/RECORD", sha256=None, size=None)
    return Written(path=path, distribution=facts.name, content=write_record([*rows, own]))


def _row(entry: Entry, site: str) -> RecordRow:
    return RecordRow(path=_relative(entry.path, site), sha256=_digest(entry), size=entry.size)


def _relative(path: str, site: str) -> str:
    """``path`` as RECORD writes it: from the site directory, with ``..`` for what lies outside."""
    if not site:
        return path
    if path.startswith(f"{site}/"):
        return path[len(site) + 1 :]
    return "../" * (site.count("/") + 1) + path


def _digest(entry: Entry) -> str:
    if isinstance(entry, Copied):
        return entry.member.sha256
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return urlsafe_b64encode(sha256(entry.content).digest()).decode().rstrip("=")


def _same_bytes(one: Entry, other: Entry) -> bool:
    return one.size == other.size and _digest(one) == _digest(other)


def _files_that_are_folders(files: Mapping[str, Entry]) -> list[tuple[Entry, Entry]]:
    """Pairs where one package's file has the path of another's folder."""
    folders: dict[str, Entry] = {}
    for path, entry in files.items():
        folder = path.rpartition("/")[0]
        while folder and folder not in folders:
            folders[folder] = entry
            folder = folder.rpartition("/")[0]
    return [(entry, folders[path]) for path, entry in files.items() if path in folders]


def overlap(clashes: Sequence[tuple[Entry, Entry]]) -> OverlapError:
    """The error that names every pair of packages, with up to three paths a pair."""
    pairs: dict[tuple[str, str], list[str]] = {}
    for one, other in clashes:
        pairs.setdefault((one.distribution, other.distribution), []).append(one.path)
    return OverlapError(pairs={pair: tuple(paths) for pair, paths in pairs.items()})
