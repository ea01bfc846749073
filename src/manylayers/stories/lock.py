"""The story of a lock: settle, render, compare, write."""

from __future__ import annotations

import re
from pathlib import Path

from manylayers.errors import UsageError
from manylayers.errors.inputs import LockError
from manylayers.errors.resolving import NeedsArchiveError
from manylayers.formats.pylock import all_pins, read_pylock
from manylayers.formats.pylock_ours import target_marker
from manylayers.formats.pylock_writing import (
    LockedFor,
    LockedWheel,
    is_ours,
    linked_pins,
    write_linked_requirements,
    write_pylock,
)
from manylayers.layer.releases import Chosen
from manylayers.options import LockFormat, LockOptions
from manylayers.report.lock import LockReport
from manylayers.stories.doors import Doors
from manylayers.stories.obtain import obtain
from manylayers.stories.progress import Progress
from manylayers.stories.settle import settle
from manylayers.stories.settled import Settled
from manylayers.stories.telling import package_reports, target_report
from manylayers.target import Target

Pins = tuple[tuple[str, str], ...]


def lock(options: LockOptions, doors: Doors, progress: Progress) -> LockReport:
    """One lock as asked, written whole or not at all; with ``check`` only compared.

    The pins of the file that is there are kept where they still fit, unless ``upgrade``. Raises
    UsageError rather than overwrite a file that is no lock of ours.
    """
    before = _before(options, doors)
    pins = _pins(before, options)
    progress.say(f"resolving for {options.target}")
    kept = () if options.upgrade else pins
    settled = settle(options.source, options.target, doors, kept)
    settled = _with_hashes(settled, doors, progress)
    content = render(settled, options)
    if not options.check and content != before:
        doors.files.write(options.path, content)
    return LockReport(
        schema="manylayers.lock/1",
        name=options.name,
        target=target_report(options.target),
        format=str(options.format),
        path=str(options.path),
        checked=options.check,
        changed=content != before,
        differences=_differences(pins, settled, changed=content != before),
        packages=package_reports([settled]),
        held_back=settled.held_back,
        warnings=(*settled.warnings, *_unknown_name(options)),
    )


def _before(options: LockOptions, doors: Doors) -> bytes | None:
    data = doors.files.read(options.path)
    if data is None and options.check:
        raise UsageError(
            f"{options.path} is not there, so there is nothing to check",
            hint="write it first: the same command without --check",
        )
    if data and not is_ours(data):
        raise UsageError(
            f"{options.path} is not a lock that manylayers wrote, it is left as it is",
            hint="name another file with -o, or remove this one first",
        )
    return data


def _pins(data: bytes | None, options: LockOptions) -> Pins:
    """What the file that is there pins; nothing where it can't be read, as after an edit."""
    if not data:
        return ()
    if options.format is LockFormat.REQUIREMENTS:
        return linked_pins(data)
    try:
        pins = all_pins(read_pylock(data, str(options.path), _folder(options.path)))
    except (LockError, NeedsArchiveError):
        return ()
    return tuple((pin.name, pin.version) for pin in pins if pin.version)


def _with_hashes(settled: Settled, doors: Doors, progress: Progress) -> Settled:
    """The same with every SHA-256 known: files of indexes that tell none are fetched for it."""
    bare = [one for one in settled.chosen if one.file.sha256 is None]
    if not bare:
        return settled
    wheels = obtain(bare, doors, progress)
    chosen = tuple(
        _hashed(one, wheels[one.file.filename].facts.sha256) if one in bare else one
        for one in settled.chosen
    )
    return settled._replace(chosen=chosen)


def _hashed(one: Chosen, sha256: str) -> Chosen:
    return one._replace(file=one.file._replace(hashes={**one.file.hashes, "sha256": sha256}))


def render(settled: Settled, options: LockOptions) -> bytes:
    """The lock's bytes, which follow from what was settled and from where it will lie."""
    wheels = [
        LockedWheel(name=one.name, version=one.version, file=one.file, index_url=one.index_url)
        for one in settled.chosen
    ]
    target = locked_for(options.target)
    if options.format is LockFormat.REQUIREMENTS:
        return write_linked_requirements(wheels, target)
    return write_pylock(wheels, target, _folder(options.path))


def _folder(path: Path) -> Path:
    return path.absolute().parent


def locked_for(target: Target) -> LockedFor:
    """``target`` as a lock names it."""
    return LockedFor(
        runtime=target.runtime,
        architecture=str(target.architecture),
        python=target.python,
        marker=target_marker(target.python, target.architecture.machine),
    )


def _unknown_name(options: LockOptions) -> tuple[str, ...]:
    """A remark on a name that PEP 751 gives to no lock: pip and uv refuse such a file."""
    name = options.path.name
    if options.format is LockFormat.REQUIREMENTS or re.fullmatch(r"pylock(\.[^.]+)?\.toml", name):
        return ()
    return (f"other tools refuse a lock called {name}; they take pylock.toml and pylock.NAME.toml",)


def _differences(before: Pins, settled: Settled, *, changed: bool) -> tuple[str, ...]:
    """``numpy 2.2.5 -> 2.2.6`` for each package that is not as it was."""
    old, new = dict(before), {one.name: one.version for one in settled.chosen}
    lines = [
        f"{name} {old.get(name, 'absent')} -> {new.get(name, 'gone')}"
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    ]
    if changed and before and not lines:
        return ("the same versions, other files or lines",)
    return tuple(lines) if before else ()
