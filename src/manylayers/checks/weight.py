"""S304: what could be left out of a large layer, by what it is for."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers
from manylayers.facts.tables import limits

WORTH_A_WORD = 10 << 20
"""Bytes: below it nobody's layer gets to fit."""
RULES = {
    "tests": re.compile(r"/tests?/"),
    "bytecode": re.compile(r"\.pyc$"),
    "type stubs": re.compile(r"\.pyi$"),
    "headers and static libraries": re.compile(r"/include/|\.(?:h|hpp|pxd|a|lib)$"),
}
PACKAGES = 3


def slimming(scene: Scene) -> Iterator[Finding]:
    """S304: in layers of more than half the limit, or over it, what no import needs as a rule."""
    every = carriers(scene)
    total = sum(one.size for one in every)
    freed = {rule: _freed(scene, pattern) for rule, pattern in RULES.items()}
    sums = {rule: sum(by_package.values()) for rule, by_package in freed.items()}
    if sum(sums.values()) < WORTH_A_WORD or total * 2 < limits().unzipped_total:
        return
    told = [
        f"{rule} {size:,} ({_largest(freed[rule])})"
        for rule, size in sorted(sums.items(), key=lambda row: -row[1])
        if size
    ]
    yield Finding(
        code="S304",
        severity="note",
        message=f"{sum(sums.values()):,} of {total:,} bytes are files that few functions need: "
        f"{'; '.join(told)}",
        remedy="leave them out with care: some packages import their own tests",
    )


def _freed(scene: Scene, pattern: re.Pattern[str]) -> dict[str, int]:
    """Bytes by package of the files that this rule is the first to take."""
    earlier = list(RULES.values())[: list(RULES.values()).index(pattern)]
    freed: dict[str, int] = {}
    for carried in carriers(scene):
        for file in carried.files:
            if pattern.search(file.path) and not any(one.search(file.path) for one in earlier):
                name = _package(file.path)
                freed[name] = freed.get(name, 0) + file.size
    return freed


def _package(path: str) -> str:
    rest = re.sub(r"^python/(?:lib/python3\.\d+/site-packages/)?", "", path)
    return rest.partition("/")[0]


def _largest(freed: dict[str, int]) -> str:
    return ", ".join(sorted(freed, key=lambda name: -freed[name])[:PACKAGES])
