"""One wheel unpacked into one folder: where each member goes, and what stays out.

Paths follow the binary distribution format's "Spread" step with the scheme that
``pip install --target`` uses. RECORD is copied where it is already right for the layer, and
written anew (Recording installed projects) where a file moved or stayed out.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from itertools import repeat
from operator import itemgetter
from types import MappingProxyType
from typing import Any, NamedTuple

from manylayers.formats.wheel import SIGNATURES, WheelFacts, WheelMember
from manylayers.layer.contents import Copied, Entry, LayerPath, LeftOut, Written
from manylayers.layer.scripts import ScriptSource, launchers, moved_script
from manylayers.target import Target

ReadMember = Callable[[str, WheelMember], bytes]
"""Gives the inflated bytes of a member of the wheel with this SHA-256 (hex)."""


class Placement(NamedTuple):
    """One wheel and one folder (relative to ``/opt``, ``""`` for the root) it is unpacked into.

    ``interpreter`` is the path of the Python that runs its programs.
    """

    facts: WheelFacts
    site: str
    targets: tuple[Target, ...]
    interpreter: str


class _Spread(NamedTuple):
    """The work on one placement: its entries and what was left out so far."""

    placement: Placement
    scripts: bool
    read: ReadMember
    entries: list[Entry]
    left_out: list[LeftOut]
    instead: Mapping[str, Entry]

    @property
    def programs(self) -> ScriptSource:
        facts, interpreter = self.placement.facts, self.placement.interpreter
        return ScriptSource(facts=facts, folder="bin", interpreter=interpreter)

    def copy(self, path: str, member: WheelMember) -> None:
        facts, site = self.placement.facts, self.placement.site
        place = LayerPath(f"{site}/{path}" if site else path)
        if there := self.instead.get(place):
            same = f"that of {there.distribution} is the same program"
            self.leave_out(member, "same-program", f"{same}, comments and docstring aside")
            self.entries.append(there)  # RECORD lists what lies there
            return
        self.entries.append(
            Copied(path=place, wheel=facts.sha256, distribution=facts.name, member=member)
        )

    def leave_out(self, member: WheelMember, rule: str, reason: str) -> None:
        self.left_out.append(
            LeftOut(
                what=member.path,
                distribution=self.placement.facts.name,
                rule=rule,
                reason=reason,
                size=member.size,
            )
        )


def spread(
    placement: Placement,
    *,
    scripts: bool,
    read: ReadMember,
    instead: Mapping[str, Entry] = MappingProxyType({}),
) -> tuple[Sequence[Entry], Sequence[LeftOut]]:
    """The files that ``placement`` brings and those it leaves out.

    ``instead`` are files of others, by their path, that stand for its own.
    """
    if placement.facts.record_complete and not scripts and not instead:
        return _as_it_is(placement), ()
    return _with_new_record(_Spread(placement, scripts, read, [], [], instead))


def _as_it_is(placement: Placement) -> list[Entry]:
    """Every member at its own path: nothing of the wheel lies in ``.data``, its RECORD is right."""
    facts, site = placement.facts, placement.site
    folder = f"{site}/" if site else ""
    paths = map(folder.__add__, map(itemgetter(0), facts.members))
    return list(
        map(_new_copied, zip(paths, repeat(facts.sha256), repeat(facts.name), facts.members))
    )


_new_copied: Any = partial(tuple.__new__, Copied)
"""``Copied`` of a row with a value for each field: a warm build makes thousands."""


def _with_new_record(work: _Spread) -> tuple[list[Entry], list[LeftOut]]:
    facts = work.placement.facts
    record = f"{facts.dist_info}/RECORD"
    signatures = {f"{facts.dist_info}/{name}" for name in SIGNATURES}
    for member in facts.members:
        if member.path.startswith(f"{facts.data}/"):
            _spread_data(work, member)
        elif member.path in signatures:
            work.leave_out(member, "signature", "it signs a RECORD that had to change")
        elif member.path != record:
            work.copy(member.path, member)
    if work.scripts:  # of a script and an entry point with one name installers keep the latter
        programs = launchers(work.programs, work.read)
        named = {program.path for program in programs}
        kept = [entry for entry in work.entries if entry.path not in named]
        work.entries[:] = kept + programs
    work.entries.append(_new_record(work.placement, work.entries))
    return work.entries, work.left_out


def _spread_data(work: _Spread, member: WheelMember) -> None:
    facts = work.placement.facts
    scheme, _, rest = member.path.removeprefix(f"{facts.data}/").partition("/")
    match scheme:
        case "purelib" | "platlib" | "data":
            work.copy(rest, member)
        case "headers":
            work.copy(f"include/{facts.name}/{rest}", member)
        case _ if work.scripts:
            work.entries.append(moved_script(work.programs, rest, member, work.read))
        case _:
            reason = "programs have no use in most layers; --scripts takes them along"
            work.leave_out(member, "scripts", reason)


def _new_record(placement: Placement, entries: Iterable[Entry]) -> Written:
    from manylayers.formats.record import RecordRow, write_record  # most wheels keep theirs

    facts, site = placement.facts, placement.site
    path = LayerPath(f"{site}/{facts.dist_info}/RECORD" if site else f"{facts.dist_info}/RECORD")
    rows = [
        RecordRow(path=_relative(entry.path, site), sha256=digest(entry), size=entry.size)
        for entry in sorted(entries, key=lambda entry: entry.path)
    ]
    own = RecordRow(path=f"{facts.dist_info}/RECORD", sha256=None, size=None)
    return Written(path=path, distribution=facts.name, content=write_record([*rows, own]))


def _relative(path: str, site: str) -> str:
    """``path`` as RECORD writes it: from the site directory, with ``..`` for what lies outside."""
    if not site:
        return path
    if path.startswith(f"{site}/"):
        return path[len(site) + 1 :]
    return "../" * (site.count("/") + 1) + path


def digest(entry: Entry) -> str:
    """The SHA-256 of an entry's bytes as RECORD writes it."""
    if isinstance(entry, Copied):
        return entry.member.sha256
    from base64 import urlsafe_b64encode
    from hashlib import sha256

    return urlsafe_b64encode(sha256(entry.content).digest()).decode().rstrip("=")
