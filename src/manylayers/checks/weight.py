"""S304: what could be left out of a large layer, by what it is for and by package."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers
from manylayers.facts.tables import limits

WORTH_A_WORD = 10 << 20
"""Bytes: below it nobody's layer gets to fit, unless it is only just over the limit."""
RULES = (
    ("tests", ("/test/", "/tests/"), ()),
    ("bytecode", (), (".pyc",)),
    ("type stubs", (), (".pyi",)),
    ("headers and static libraries", ("/include/",), (".h", ".hpp", ".pxd", ".a", ".lib")),
)
"""What may be left out: a name for it, and what a path has inside or at its end."""
METADATA = re.compile(r"\.(?:dist|egg)-info/")
"""Licences lie there under the names of what they are for; nobody saves room with them."""
PACKAGES = 3


def slimming(scene: Scene) -> Iterator[Finding]:
    """S304: in layers of more than half the limit, or over it, what no import needs as a rule."""
    total, limit = sum(one.size for one in carriers(scene)), limits().unzipped_total
    if total * 2 < limit:
        return
    freed = _freed(scene)
    saved = sum(sum(by_package.values()) for by_package in freed.values())
    if not saved or (saved < WORTH_A_WORD and total <= limit):
        return
    told = [
        f"{rule} {sum(by_package.values()):,} ({_largest(by_package)})"
        for rule, by_package in sorted(freed.items(), key=lambda row: -sum(row[1].values()))
    ]
    yield Finding(
        code="S304",
        severity="note",
        message=f"{saved:,} of {total:,} bytes are files that few functions need, without them "
        f"it would be {total - saved:,}: {'; '.join(told)}",
        remedy="leave them out with care: some packages import their own tests",
    )


def _freed(scene: Scene) -> dict[str, dict[str, int]]:
    """Bytes by rule and package; of a file that several rules take, the first counts it."""
    freed: dict[str, dict[str, int]] = {}
    for carried in carriers(scene):
        for file in carried.files:
            rule = _rule(file.path)
            if rule and not METADATA.search(file.path):
                by_package = freed.setdefault(rule, {})
                name = _package(file.path)
                by_package[name] = by_package.get(name, 0) + file.size
    return freed


def _rule(path: str) -> str:
    """The first that takes ``path``, or nothing."""
    for rule, inside, endings in RULES:
        if path.endswith(endings) or (inside and any(map(path.__contains__, inside))):
            return rule
    return ""


def _package(path: str) -> str:
    rest = re.sub(r"^python/(?:lib/python3\.\d+/site-packages/)?", "", path)
    return rest.partition("/")[0]


def _largest(freed: dict[str, int]) -> str:
    names = sorted(freed, key=lambda name: -freed[name])
    told = [f"{name} {freed[name]:,}" for name in names[:PACKAGES]]
    more = [f"{len(names) - PACKAGES} more"] if len(names) > PACKAGES else []
    return ", ".join(told + more)
