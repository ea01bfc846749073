"""Which known error a text is, what it is about, and its way out with all places filled."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice
from typing import NamedTuple

from manylayers.checks.clues import Clues, gathered, shortened
from manylayers.checks.finding import Finding
from manylayers.checks.seen import Seen, Verdict
from manylayers.facts.explanations import KnownError, Step, explanations
from manylayers.facts.tables import siblings
from manylayers.layer.inference import Evidence
from manylayers.target import Architecture, all_runtimes, runtime_name

IN_FRONT = 320
"""Characters before an error where it says which file it is about."""
MOST_PLACES = 20
"""Places of one error that are tried for one that names something."""
ANY_PACKAGES = "-r requirements.txt"
NO_SIGNS = Evidence((), ())
OWN_NAME = r"\.cpython-3\d{1,2}[dtm]?-(?:x86_64|aarch64)-linux-gnu\.so"
"""The name of an extension module that tells for which Python and processor it is."""
ELSEWHERE = (
    "so the function meets another: this layer, or this version of it, is not attached, the "
    "function has another runtime or processor, or something of that name comes first, as in its "
    "own zip"
)
SETTINGS = Step(
    "see which runtime, processor and layers the function has",
    "aws lambda get-function-configuration --function-name NAME "
    "--query '[Runtime,Architectures,Layers]'",
)
CLASHES = ("C402", "C403", "C404")
FROM_ONE_LIST = Step(
    "build all from one list, so that one version of each fits",
    f"manylayers build {ANY_PACKAGES} {{target}}",
)
MAKES = re.compile(r"\bmanylayers (?:build|fix) ")


class Recognised(NamedTuple):
    """A known error with what the text tells of it."""

    error: KnownError
    clues: Clues


class Looked(NamedTuple):
    """What the layers that were named have to do with a text; ``verdict`` of both together."""

    seen: tuple[Seen, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = "aside"


NOT_LOOKED = Looked()


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


def _unusual(signs: Evidence) -> str | None:
    """The processor that the layers are for, where it is not the one that nobody has to name."""
    first = next(iter(signs.architectures), None)
    return first if first != Architecture.X86_64 else None


def options_of(way: WayOut) -> str:
    """The options that name a target."""
    arch = f" --arch {way.architecture}" if way.architecture else ""
    return f"--python {way.python}{arch}"


def _machine(found: Recognised, signs: Evidence) -> str | None:
    """The function's processor: the other one where a binary is for the wrong one.

    A Python looks only for extension modules that have its own processor in their names.
    """
    clues = found.clues
    told = clues.architecture or _unusual(signs)
    if found.error.id != "wrong-architecture" or re.search(OWN_NAME, clues.path or ""):
        return told
    return _other(told)


def filled(
    found: Recognised, way: WayOut, looked: Looked = NOT_LOOKED
) -> tuple[str, tuple[Step, ...]]:
    """Cause and steps of the error, every place filled with what was found."""
    words = _words(found, way)
    steps = (
        Step(step.do.format_map(words), step.run.format_map(words))
        for step in _named(helpful(found.error, looked), found)
    )
    return _cause(found.error, looked).format_map(words), tuple(steps)


def _named(steps: tuple[Step, ...], found: Recognised) -> tuple[Step, ...]:
    """``steps`` without those about a package, where none is known and others are left."""
    if found.clues.package:
        return steps
    return tuple(step for step in steps if "{name}" not in step.run) or steps


def _cause(error: KnownError, looked: Looked) -> str:
    """The cause in general, or the one that the layers show, or that it is none of them."""
    if looked.verdict == "right" and "right" not in error.because:
        right = next(one.sentence for one in looked.seen if one.verdict == "right")
        return f"{right}; {ELSEWHERE}".replace("{", "{{").replace("}", "}}")
    shown = looked.findings[0].code if looked.findings else ""
    if looked.verdict == "wrong":
        return error.because.get(shown, error.cause)
    return error.because.get(looked.verdict, error.cause)


def helpful(error: KnownError, looked: Looked) -> tuple[Step, ...]:
    """The steps that are left when layers were looked into: none that was done or is beside it."""
    steps = error.steps
    if looked.verdict in ("right", "absent", "asks"):
        steps = tuple(step for step in steps if not step.run.startswith("manylayers check "))
    if looked.verdict == "right":
        return (SETTINGS,)
    if looked.verdict == "asks":
        return (SETTINGS, *steps)
    shown = looked.findings[0] if looked.findings else None
    if looked.verdict == "wrong":
        steps = tuple(map(_beyond, steps))
    if shown and shown.code.startswith(CLASHES):
        kept = tuple(step for step in steps if not _is_of_one_package(step))
        return kept if len(kept) == len(steps) else (FROM_ONE_LIST, *kept)
    if shown and MAKES.search(shown.remedy):
        steps = tuple(step for step in steps if not MAKES.match(step.run)) or steps
    return steps


def _beyond(step: Step) -> Step:
    """A check, where its finding on the text is told already."""
    seen = step.run.startswith("manylayers check ")
    return step._replace(do="see all that check finds") if seen else step


def _is_of_one_package(step: Step) -> bool:
    """A build that is no way out where two versions of a package meet."""
    lists = ("{others}", ANY_PACKAGES)
    return bool(MAKES.match(step.run)) and not any(one in step.run for one in lists)


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


def _buildable(status: str = "") -> list[str]:
    rows = (row for row in all_runtimes() if status in ("", row.status))
    return [row.version for row in rows]


def _likely(found: Recognised, signs: Evidence) -> str:
    """A runtime that the error is met on: where glibc is too old the newest that has none."""
    if found.error.likely:
        return found.error.likely
    likely, met_on = _usual(), _buildable()
    if found.error.id == "glibc-too-old":
        _, without = with_glibc(found.clues.version)
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


def _other(machine: str | None) -> str:
    """The processor that the function has, when a binary is for the wrong one."""
    return Architecture.X86_64 if machine == "arm64" else Architecture.ARM64


def _with_wheels(package: str) -> str:
    """What is asked for in place of ``package``, which may have no wheels for Linux at all."""
    return siblings().get(package, package)


def _words(found: Recognised, way: WayOut) -> dict[str, str]:
    clues = found.clues
    has, lacks = with_glibc(clues.version) if found.error.id == "glibc-too-old" else ((), ())
    return {
        "package": clues.package or "the package",
        "binary": shortened(clues.path) if clues.path else "a binary",
        "path": clues.path or clues.symbol or "a file",
        "library": clues.library or "a library",
        "module": clues.module or "the module",
        "compiled": f"its compiled module {clues.module}" if clues.module else "its compiled part",
        "version": clues.version or "that is newer",
        "symbol": clues.symbol or "something",
        "requirements": _with_wheels(clues.package) if clues.package else ANY_PACKAGES,
        "others": ANY_PACKAGES,
        "name": clues.package or "NAME",
        "python": way.python,
        "arch": way.architecture or Architecture.X86_64,
        "target": options_of(way),
        "function": f"python{way.python} on {way.architecture or Architecture.X86_64}",
        "has": ", ".join(has) or "no runtime",
        "lacks": ", ".join(lacks) or "none",
    }
