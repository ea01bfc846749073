"""The target that the commands of an explanation are for."""

from __future__ import annotations

import re
from typing import NamedTuple

from manylayers.checks.clues import Clues
from manylayers.checks.recognising import Recognised
from manylayers.layer.inference import Evidence
from manylayers.target import Architecture, all_runtimes, runtime_name

NO_SIGNS = Evidence((), ())
GLIBC = "glibc-too-old"
OWN_NAME = r"\.cpython-3\d{1,2}[dtm]?-(?:x86_64|aarch64)-linux-gnu\.so"
"""The name of an extension module that tells for which Python and processor it is."""


class WayOut(NamedTuple):
    """What the commands of an explanation are for. ``assumed``: the text does not tell which."""

    python: str
    architecture: str | None
    assumed: bool


def way_out(
    found: Recognised, python: str | None, architecture: str | None, signs: Evidence = NO_SIGNS
) -> WayOut:
    """The target that commands are for: as asked, as the text tells, as ``signs`` of the layers
    that were named do, or a likely one."""
    known = python or found.clues.python
    if known not in _buildable():
        known = None
    machine = architecture or _machine(found, signs)
    return WayOut(known or _likely(found, signs), machine, assumed=known is None)


def way_for(clues: Clues, python: str | None, architecture: str | None, signs: Evidence) -> WayOut:
    """The target of a text that no row knows: as asked, told, or as the layers that are named."""
    known = next((one for one in (python, clues.python) if one in _buildable()), None)
    made_for = next((one for one in signs.pythons if one in _buildable()), _usual())
    machine = architecture or clues.architecture or _unusual(signs)
    return WayOut(known or made_for, machine, assumed=known is None)


def options_of(way: WayOut) -> str:
    """The options that name a target."""
    arch = f" --arch {way.architecture}" if way.architecture else ""
    return f"--python {way.python}{arch}"


def by_glibc(found: Recognised) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The runtimes that have the glibc that a text misses, and those that have not."""
    return with_glibc(found.clues.version if found.error.id == GLIBC else None)


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


def _unusual(signs: Evidence) -> str | None:
    """The processor that the layers are for, where it is not the one that nobody has to name."""
    first = next(iter(signs.architectures), None)
    return first if first != Architecture.X86_64 else None


def _machine(found: Recognised, signs: Evidence) -> str | None:
    """The function's processor: the other one where a binary is for the wrong one.

    A Python looks only for extension modules that have its own processor in their names.
    """
    clues = found.clues
    told = clues.architecture or _unusual(signs)
    if found.error.id != "wrong-architecture" or re.search(OWN_NAME, clues.path or ""):
        return told
    return _other(told)


def _other(machine: str | None) -> str:
    """The processor that the function has, when a binary is for the wrong one."""
    return Architecture.X86_64 if machine == "arm64" else Architecture.ARM64


def _buildable(status: str = "") -> list[str]:
    rows = (row for row in all_runtimes() if status in ("", row.status))
    return [row.version for row in rows]


def _likely(found: Recognised, signs: Evidence) -> str:
    """A runtime that the error is met on: where glibc is too old the newest that has none."""
    if found.error.likely:
        return found.error.likely
    likely, met_on = _usual(), _buildable()
    if found.error.id == GLIBC:
        _, without = by_glibc(found)
        met_on = [python for python in met_on if f"python{python}" in without]
        supported = [python for python in _buildable("supported") if python in met_on]
        likely = supported[-1] if supported else likely
    return next((python for python in signs.pythons if python in met_on), likely)


def _usual() -> str:
    """The first of the supported runtimes that have the newest glibc: most functions run there."""
    rows = [row for row in all_runtimes() if row.status == "supported"]
    newest = max(row.system.glibc for row in rows)
    first = next(row for row in rows if row.system.glibc == newest)
    return first.version
