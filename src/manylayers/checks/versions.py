"""B203 and B204: symbol versions that are newer than the runtime's own libraries."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import NamedTuple

from manylayers.checks.finding import Severity
from manylayers.facts.systems import Number, system_libraries
from manylayers.formats.native import NativeFacts
from manylayers.target import Target, all_runtimes, runtime_name

CODES = {"GLIBC": "B203", "GLIBCXX": "B204", "CXXABI": "B204", "GCC": "B204"}
"""The families of the libraries that a layer can't bring, or hardly."""

RELATIVE = "GLIBC_ABI_DT_RELR"
"""Asked of glibc by files with compact relocations; 2.36 was the first that knew them."""


class Newer(NamedTuple):
    """A version that the runtime lacks. ``code`` and ``severity`` as in a finding."""

    code: str
    severity: Severity
    version: str
    reason: str


def newer_versions(
    native: NativeFacts, target: Target, bundled: Collection[str] = ()
) -> Iterator[Newer]:
    """The versions that ``native`` needs and the runtime lacks, but for those of ``bundled``."""
    known = system_libraries(target.system.name)
    for library, version in native.versions:
        family, number = _parts(version)
        if library in bundled or family not in CODES or number <= known.versions[family]:
            continue
        if number <= known.perhaps[family]:
            sure = _text(known.versions[family])
            reason = f"{sure} is sure to be there, newer ones were only seen in images of it"
            yield Newer(CODES[family], "warning", version, reason)
        else:
            reason = f"{target.system.name} has {_text(known.perhaps[family])}"
            yield Newer(CODES[family], "error", version, reason)


def first_runtime(version: str, after: Target) -> str:
    """The oldest runtime after this whose glibc has ``version``, or empty."""
    family, number = _parts(version)
    for facts in all_runtimes():
        if family == "GLIBC" and facts.python > after.facts.python and number <= facts.system.glibc:
            return runtime_name(facts)
    return ""


def version_number(version: str) -> Number:
    """``GLIBC_2.28`` as (2, 28)."""
    return _parts(version)[1]


def _parts(version: str) -> tuple[str, Number]:
    if version == RELATIVE:
        return "GLIBC", (2, 36)
    family, _, text = version.rpartition("_")
    if family not in CODES or not text.replace(".", "").isdecimal():
        return version, ()
    return family, tuple(int(part) for part in text.split(".") if part)


def _text(number: Number) -> str:
    return ".".join(map(str, number))
