"""Whether the checks of what packages bring along could find anything, by names and needs alone.

A warm build has thousands of files and as a rule none of interest: it is over before a scene would
have been set. In doubt the answer is yes, and the checks find out.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol

from manylayers.checks.plain import unusual
from manylayers.checks.sorting import top_names
from manylayers.facts.stdlib import hideable_modules
from manylayers.facts.systems import openers
from manylayers.layer.choose import python_allowed
from manylayers.layer.plain_requirements import plainly_met
from manylayers.layer.runtime_packages import CORE, URLLIB3_2_SINCE

if TYPE_CHECKING:
    from manylayers.formats.native import NativeFacts
    from manylayers.target import Target

CUSTOMIZING = ("sitecustomize", "usercustomize")
"""Modules that Python imports by itself when it starts."""
RUNTIME_MODULES = ("awslambdaric", "bootstrap", "lambda_runtime_client", "runtime_client")
"""The runtime's own, which it imports by these names."""


class Described(Protocol):
    """What a package says of itself."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def requires(self) -> Sequence[str]: ...
    @property
    def requires_python(self) -> str | None: ...


def of_interest(
    target: Target,
    files: Sequence[tuple[Any, ...]],
    natives: Mapping[str, NativeFacts],
    described: Collection[Described],
) -> bool:
    """``files`` are sorted and begin with their path; ``natives`` are those of a loader."""
    packages = {one.name: one.version for one in described}
    if not openers().isdisjoint(packages) or unusual(natives, target):
        return True
    if any(_unmet_perhaps(one, packages, target) for one in described):
        return True
    if bytecode_among(files) or part_of_sdk(target, packages):
        return True
    watched = hideable_modules(target.facts.python).union(CUSTOMIZING, RUNTIME_MODULES)
    for folder in (f"{target.site_packages}/", "python/", ""):
        for name, _ in top_names(files, folder):
            if name.removesuffix(".py") in watched or name.endswith(".pth"):
                return True
    return False


def _unmet_perhaps(one: Described, versions: Mapping[str, str], target: Target) -> bool:
    if one.requires_python and not python_allowed(one.requires_python, target.python_full):
        return True
    return not plainly_met(one.requires, versions, target)


def bytecode_among(files: Sequence[tuple[Any, ...]]) -> bool:
    """Whether any of ``files``, which begin with their path, is bytecode."""
    return any(file[0].endswith(".pyc") for file in files)


def part_of_sdk(target: Target, packages: Collection[str]) -> bool:
    """Whether ``packages`` may meet a part of the SDK in the runtime that doesn't suit them."""
    there = len(CORE.intersection(packages))
    if there:
        return there < len(CORE)
    return "urllib3" in packages and target.facts.python < URLLIB3_2_SINCE
