"""The story of a lock: settle, render, compare, write."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from manylayers.errors import ManylayersError, NoHashError
from manylayers.formats.pins import LockedWheel, normalized
from manylayers.layer.releases import Chosen
from manylayers.options import LockFormat, LockOptions
from manylayers.report import LockReport
from manylayers.stories.doors import Doors
from manylayers.stories.locking import locked_before, render
from manylayers.stories.progress import Progress
from manylayers.stories.settle import settle
from manylayers.stories.settled import Settled
from manylayers.stories.telling import package_reports, target_report


def lock(options: LockOptions, doors: Doors, progress: Progress) -> LockReport:
    """One lock as asked, written whole or not at all; with ``check`` only compared.

    The pins of the file that is there are kept where they still fit, unless ``upgrade``.
    """
    before = doors.files.read(options.path)
    pins = () if options.upgrade or before is None else locked_before(before, options.format)
    progress.say(f"resolving for {options.target}")
    settled = settle(options.source, options.target, doors, pins)
    content = render(settled, options)
    if not options.check and content != before:
        doors.files.write(options.path, content)
    return LockReport(
        name=options.name,
        target=target_report(options.target),
        format=str(options.format),
        path=str(options.path),
        checked=options.check,
        changed=content != before,
        differences=_differences(before, pins, settled, options),
        packages=package_reports([settled]),
        held_back=settled.held_back,
        warnings=settled.warnings,
    )
