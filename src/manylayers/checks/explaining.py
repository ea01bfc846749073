"""Which known error a text is, what it is about, and its way out with all places filled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from manylayers.checks.clues import Clues, gathered, shortened
from manylayers.checks.finding import Finding
from manylayers.facts.explanations import KnownError, Step, explanations
from manylayers.target import Architecture, all_runtimes, runtime_name

IN_FRONT = 320
"""Characters before an error where it says which file it is about."""
MOST_PLACES = 20
"""Places of one error that are tried for one that names something."""
ANY_PACKAGES = "-r requirements.txt"


class Recognised(NamedTuple):
    """A known error with what the text tells of it."""

    error: KnownError
    clues: Clues


class Looked(NamedTuple):
    """What the layers that were named have to do with a text."""

    seen: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()


class WayOut(NamedTuple):
    """What the commands of an explanation are for. ``assumed``: the text does not tell which."""

    python: str
    architecture: str | None
    assumed: bool


def recognise(line: str) -> Recognised | None:
    """The first known error that a plain ``line`` has."""
    for error in explanations().errors:
        if match := _telling(error.pattern, line):
            groups = _groups(match)
            if error.before:
                ahead = line[max(0, match.start() - IN_FRONT) : match.start()]
                if before := re.search(error.before, ahead, re.IGNORECASE):
                    groups = _groups(before) | groups
            if error.package:
                groups.setdefault("package", error.package)
            return Recognised(error, gathered(line, groups))
    return None


def recognise_any(lines: Iterable[str]) -> Recognised | None:
    """Of all readings of one text the error that stands first in the table: the most special."""
    found = [recognised for recognised in map(recognise, lines) if recognised]
    return min(found, key=lambda one: explanations().errors.index(one.error), default=None)


def with_glibc(version: str | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The runtimes that have a glibc of ``version``, and those that have not."""
    if version is None:
        return (), ()
    needed = tuple(int(part) for part in version.split(".") if part)
    rows = all_runtimes()
    return (
        tuple(runtime_name(row) for row in rows if row.system.glibc >= needed),
        tuple(runtime_name(row) for row in rows if row.system.glibc < needed),
    )


def way_out(found: Recognised, python: str | None, architecture: str | None) -> WayOut:
    """The target that commands are for: as asked, as the text tells, or a likely one."""
    known = python or found.clues.python
    if known not in _buildable():
        known = None
    machine = architecture or found.clues.architecture
    if found.error.id == "wrong-architecture" and not architecture:
        machine = _other(machine)
    return WayOut(known or _likely(found), machine, assumed=known is None)


def filled(found: Recognised, way: WayOut) -> tuple[str, tuple[Step, ...]]:
    """Cause and steps of the error, every place filled with what was found."""
    words = _words(found, way)
    steps = (
        Step(step.do.format_map(words), step.run.format_map(words)) for step in found.error.steps
    )
    return found.error.cause.format_map(words), tuple(steps)


def _telling(pattern: str, line: str) -> re.Match[str] | None:
    """The first place of ``pattern`` that names something, else the first place of all."""
    found = re.finditer(pattern, line, re.IGNORECASE)
    first = next(found, None)
    if first is None or first.lastgroup:
        return first
    return next((match for match in islice(found, MOST_PLACES) if match.lastgroup), first)


def _groups(match: re.Match[str]) -> dict[str, str]:
    """The named groups that took part; the alternatives of one name have ``_`` at their end.

    ``part`` is what follows the module's name after a dot.
    """
    groups = {name.rstrip("_"): text for name, text in match.groupdict().items() if text}
    if part := groups.pop("part", None):
        groups["module"] = f"{groups['module']}.{part}" if "module" in groups else part
    return groups


def _buildable() -> list[str]:
    return [runtime_name(row).removeprefix("python") for row in all_runtimes()]


def _likely(found: Recognised) -> str:
    """A runtime that the error is met on: where glibc is too old the newest that has none."""
    if found.error.likely:
        return found.error.likely
    rows = [row for row in all_runtimes() if row.status == "supported"]
    newest = max(row.system.glibc for row in rows)
    likely = next(row for row in rows if row.system.glibc == newest)
    if found.error.id == "glibc-too-old":
        _, without = with_glibc(found.clues.version)
        likely = next((row for row in reversed(rows) if runtime_name(row) in without), likely)
    return runtime_name(likely).removeprefix("python")


def _other(machine: str | None) -> str:
    """The processor that the function has, when a binary is for the wrong one."""
    return Architecture.X86_64 if machine == "arm64" else Architecture.ARM64


def _words(found: Recognised, way: WayOut) -> dict[str, str]:
    clues = found.clues
    has, lacks = with_glibc(clues.version) if found.error.id == "glibc-too-old" else ((), ())
    arch = f" --arch {way.architecture}" if way.architecture else ""
    return {
        "package": clues.package or "the package",
        "binary": shortened(clues.path) if clues.path else "a binary",
        "path": clues.path or clues.symbol or "a file",
        "library": clues.library or "a library",
        "module": clues.module or "the module",
        "version": clues.version or "that is newer",
        "symbol": clues.symbol or "something",
        "requirements": clues.package or ANY_PACKAGES,
        "others": ANY_PACKAGES,
        "name": clues.package or "NAME",
        "python": way.python,
        "arch": way.architecture or Architecture.X86_64,
        "target": f"--python {way.python}{arch}",
        "has": ", ".join(has) or "no runtime",
        "lacks": ", ".join(lacks) or "none",
    }
