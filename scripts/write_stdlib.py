"""Write `facts/stdlib.toml`: which top-level modules the standard library of each Python has.

    python scripts/write_stdlib.py VERSIONS [INTERPRETER…]

VERSIONS is `stdlib/VERSIONS` of typeshed, which knows Pythons that are not installed here, and
those to come; the interpreters add what it has no types for (`idlelib`, `turtledemo`).
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from textwrap import fill

Spans = dict[str, tuple[int, int]]
"""A module to the first and last minor version that has it."""
Answer = tuple[int, list[str], list[str]]
"""Minor version, public modules (none before 3.10) and built-in ones of an interpreter."""

OLDEST, NEWEST = 8, 15
"""Minor versions of Lambda's runtimes."""
PATH = Path(__file__).resolve().parent.parent / "src/manylayers/facts/stdlib.toml"
ASK = """
import json, sys
names = [n for n in getattr(sys, "stdlib_module_names", ()) if not n.startswith(("_", "xx"))]
fixed = [n for n in sys.builtin_module_names if not n.startswith("_")]
print(json.dumps([sys.version_info[1], names, fixed]))
"""
FROZEN = ("abc", "codecs", "genericpath", "io", "ntpath", "os", "posixpath", "site", "stat")
"""Modules in `Python/frozen.c` of Python 3.11 and later, which are found before `sys.path`."""
HEAD = """\
# Top-level modules of the standard library, by the Pythons that have them. Written by
# scripts/write_stdlib.py. `since` and `until` are the first and last minor version; names stand in
# literal strings, since a warm build reads this, and arrays take ten times as long.

as_of = {day}
always = {always}

# found before sys.path, so that nothing can hide them
built_in = {built_in}
frozen = {frozen}

[sources]
typeshed = "python/typeshed: stdlib/VERSIONS, all versions"
interpreters = "sys.stdlib_module_names and sys.builtin_module_names of {interpreters}"
frozen = "python/cpython: Python/frozen.c, since 3.11"
"""


def main() -> int:
    """Write the table."""
    versions, *interpreters = sys.argv[1:]
    answers = sorted(ask(interpreter) for interpreter in interpreters)
    spans = joined(typeshed(Path(versions).read_text(encoding="utf-8")), answers)
    fixed = sorted({name for _, _, names in answers for name in names} - {"xxsubtype"})
    told = ", ".join(f"3.{minor}" for minor, _, _ in answers)
    PATH.write_text(table(spans, fixed, told), encoding="utf-8")
    return 0


def joined(spans: Spans, answers: list[Answer]) -> Spans:
    """``spans`` and what only interpreters know; the oldest and newest of them speak for others."""
    minors = [minor for minor, names, _ in answers if names]
    found: dict[str, list[int]] = {}
    for minor, names, _ in answers:
        for name in names:
            found.setdefault(name, []).append(minor)
    more = {
        name: (
            OLDEST if those[0] == minors[0] else those[0],
            NEWEST if those[-1] == minors[-1] else those[-1],
        )
        for name, those in found.items()
    }
    return {**more, **spans}


def typeshed(text: str) -> Spans:
    """First and last minor version of each public top-level module that a runtime may have."""
    spans = {}
    for name, since, until in re.findall(
        r"^(?!xx)([a-z]\w*): 3\.(\d+)-(?:3\.(\d+))?", text, re.MULTILINE
    ):
        first, last = max(int(since), OLDEST), int(until or NEWEST)
        if name != "typing_extensions" and last >= OLDEST and first <= NEWEST:
            spans[name] = first, last
    return spans


def ask(interpreter: str) -> Answer:
    """Minor version, public modules and built-in ones of an interpreter."""
    done = subprocess.run([interpreter, "-c", ASK], check=True, capture_output=True, text=True)
    minor, names, fixed = json.loads(done.stdout)
    return minor, names, fixed


def table(spans: Spans, fixed: list[str], told: str) -> str:
    always = sorted(name for name, span in spans.items() if span == (OLDEST, NEWEST))
    head = HEAD.format(
        day=datetime.now(UTC).date(),
        always=wrapped(always),
        built_in=wrapped(fixed),
        frozen=wrapped(FROZEN),
        interpreters=told,
    )
    lines = [head]
    for key, place, edge in (("since", 0, OLDEST), ("until", 1, NEWEST)):
        lines += [f"[{key}]"]
        for minor in sorted({span[place] for span in spans.values()} - {edge}):
            names = sorted(name for name, span in spans.items() if span[place] == minor)
            lines += [f"{minor} = {wrapped(names)}"]
        lines += [""]
    return "\n".join(lines)


def wrapped(names: Sequence[str]) -> str:
    return f"'''\n{fill(' '.join(names), 98)}\n'''"


if __name__ == "__main__":
    sys.exit(main())
