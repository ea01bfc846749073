"""Cause and steps of a known error, by what its text tells and by what the layers show."""

from __future__ import annotations

import re
from typing import NamedTuple

from manylayers.checks.aiming import WayOut, by_glibc, options_of
from manylayers.checks.clues import shortened
from manylayers.checks.finding import Finding
from manylayers.checks.recognising import Recognised
from manylayers.checks.seen import Seen, Verdict
from manylayers.facts.explanations import KnownError, Step
from manylayers.facts.tables import siblings
from manylayers.target import Architecture

ANY_PACKAGES = "-r requirements.txt"
ELSEWHERE = (
    "so the function meets another: this zip, or this version of it, is not attached or not "
    "deployed, the function has another runtime or processor, or something of that name comes "
    "first, as in its own zip"
)
SETTINGS = Step(
    "see which runtime, processor and layers the function has",
    "aws lambda get-function-configuration --function-name NAME "
    "--query '[Runtime,Architectures,Layers]'",
)
EVERYTHING = Step("see all that check finds", "manylayers check layer.zip {target}")
CLASHES = ("C402", "C403", "C404")
FROM_ONE_LIST = Step(
    "build all from one list, so that one version of each fits",
    f"manylayers build {ANY_PACKAGES} {{target}}",
)
MAKES = re.compile(r"\bmanylayers (?:build|fix) ")


class Looked(NamedTuple):
    """What the layers that were named have to do with a text; ``verdict`` of both together."""

    seen: tuple[Seen, ...] = ()
    findings: tuple[Finding, ...] = ()
    verdict: Verdict = "aside"


NOT_LOOKED = Looked()


def filled(
    found: Recognised, way: WayOut, looked: Looked = NOT_LOOKED
) -> tuple[str, tuple[Step, ...]]:
    """Cause and steps of the error, every place filled with what was found."""
    words = _words(found, way)
    steps = (
        Step(step.do.format_map(words), step.run.format_map(words))
        for step in _named(helpful(found.error, looked), found)
    )
    cause = _cause(found.error, looked).format_map(words)
    return f"{cause}{_doubt(found, way)}", tuple(steps)


def _doubt(found: Recognised, way: WayOut) -> str:
    """What speaks against the text being of the runtime that was told: that has the glibc."""
    has, _ = by_glibc(found)
    runtime = f"python{way.python}"
    if way.assumed or runtime not in has:
        return ""
    return f"; {runtime} has it, so the text is of another runtime, or of an image of one's own"


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
        steps = tuple(step for step in steps if not MAKES.match(step.run)) or (EVERYTHING,)
    return steps


def _beyond(step: Step) -> Step:
    """A check, where its finding on the text is told already."""
    seen = step.run.startswith("manylayers check ")
    return step._replace(do=EVERYTHING.do) if seen else step


def _is_of_one_package(step: Step) -> bool:
    """A build that is no way out where two versions of a package meet."""
    lists = ("{others}", ANY_PACKAGES)
    return bool(MAKES.match(step.run)) and not any(one in step.run for one in lists)


def _with_wheels(package: str) -> str:
    """What is asked for in place of ``package``, which may have no wheels for Linux at all."""
    return siblings().get(package, package)


def _words(found: Recognised, way: WayOut) -> dict[str, str]:
    clues = found.clues
    has, lacks = by_glibc(found)
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
