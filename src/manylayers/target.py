"""A target, runtime and architecture, and all that follows from these two alone.

Nothing here asks the host anything. Tags follow PEP 425, 600 and the packaging guide's platform
compatibility tags; marker values follow the dependency specifiers specification.
"""

import re
from enum import StrEnum
from functools import cache, cached_property
from typing import NamedTuple

from manylayers.errors import UsageError
from manylayers.facts.tables import OperatingSystem, RuntimeFacts, runtimes

# PEP 600 gives three glibc versions an older name, which wheels of the index still carry.
LEGACY_ALIASES = {(2, 17): "manylinux2014", (2, 12): "manylinux2010", (2, 5): "manylinux1"}
# manylinux2014 was the first that aarch64 had; nothing older was ever published for it.
OLDEST_GLIBC = {"x86_64": (2, 5), "aarch64": (2, 17)}
NEWEST_GLIBC = (2, 50)
"""Newer than any glibc there is (2.43 in 2026): what would fit if glibc were no obstacle."""
MACHINE_ALIASES = {"amd64": "x86_64", "x64": "x86_64", "x86-64": "x86_64", "aarch64": "arm64"}


class Architecture(StrEnum):
    """A Lambda instruction set, by Lambda's name."""

    X86_64 = "x86_64"
    ARM64 = "arm64"

    @property
    def machine(self) -> str:
        """The name that wheels, ``uname`` and markers use."""
        return "aarch64" if self is Architecture.ARM64 else "x86_64"


class _Pair(NamedTuple):
    facts: RuntimeFacts
    architecture: Architecture


class Target(_Pair):
    """One Lambda runtime on one architecture. Compare and hash by value."""

    def __str__(self) -> str:
        return f"{self.runtime} {self.architecture}"

    @property
    def runtime(self) -> str:
        """Lambda's identifier, ``python3.12``."""
        return runtime_name(self.facts)

    @property
    def python(self) -> str:
        """``3.12``."""
        return self.facts.version

    @property
    def python_full(self) -> str:
        """``3.12.11``: for ``Requires-Python`` and ``python_full_version``."""
        return f"{self.python}.{self.facts.patch}"

    @property
    def system(self) -> OperatingSystem:
        return self.facts.system

    @property
    def glibc(self) -> str:
        """``2.34``."""
        return ".".join(map(str, self.facts.system.glibc))

    @property
    def site_packages(self) -> str:
        """Where packages lie in a layer, relative to ``/opt``."""
        return f"python/lib/{self.runtime}/site-packages"

    @cached_property
    def platforms(self) -> tuple[str, ...]:
        """The platform tags that run here, best first, without ``any``."""
        return tuple(platform_ladder(self.facts.system.glibc, self.architecture.machine))

    @cached_property
    def tags(self) -> dict[str, int]:
        """Every wheel tag that fits, ``cp312-abi3-manylinux_2_28_x86_64``, to its rank; 0 is best.

        The order is that of ``packaging.tags.sys_tags`` on such a system: newest glibc first
        within an interpreter and ABI, native before pure.
        """
        return {tag: rank for rank, tag in enumerate(_ladder(self.facts.python, self.platforms))}

    @cached_property
    def on_newest_glibc(self) -> "Target":
        """The same target on a system whose glibc nothing on an index outgrows yet."""
        system = self.facts.system._replace(glibc=NEWEST_GLIBC)
        return self._replace(facts=self.facts._replace(system=system))

    @property
    def marker_environment(self) -> dict[str, str]:
        """The values that environment markers see: the target's, never the host's."""
        return {
            "implementation_name": "cpython",
            "implementation_version": self.python_full,
            "os_name": "posix",
            "platform_machine": self.architecture.machine,
            "platform_python_implementation": "CPython",
            "platform_release": "",
            "platform_system": "Linux",
            "platform_version": "",
            "python_full_version": self.python_full,
            "python_version": self.python,
            "sys_platform": "linux",
        }


@cache
def target_of(facts: RuntimeFacts, architecture: Architecture) -> Target:
    """The one ``Target`` of these two, so that its ladder of tags is made once."""
    return Target(facts=facts, architecture=architecture)


def platform_ladder(glibc: tuple[int, int], machine: str) -> list[str]:
    """Platform tags for ``glibc`` and everything older, newest first (PEP 600)."""
    oldest = OLDEST_GLIBC[machine]
    tags = []
    for minor in range(glibc[1], oldest[1] - 1, -1):
        tags.append(f"manylinux_2_{minor}_{machine}")
        if alias := LEGACY_ALIASES.get((2, minor)):
            tags.append(f"{alias}_{machine}")
    return tags


def _ladder(python: tuple[int, int], platforms: tuple[str, ...]) -> list[str]:
    major, minor = python
    own = f"cp{major}{minor}"
    tags = [f"{own}-{own}-{platform}" for platform in platforms]
    tags += [f"{own}-abi3-{platform}" for platform in platforms]
    tags += [f"{own}-none-{platform}" for platform in platforms]
    for older in range(minor - 1, 1, -1):
        tags += [f"cp{major}{older}-abi3-{platform}" for platform in platforms]
    generic = [
        f"py{major}{minor}",
        f"py{major}",
        *(f"py{major}{n}" for n in range(minor - 1, -1, -1)),
    ]
    tags += [f"{version}-none-{platform}" for version in generic for platform in platforms]
    tags.append(f"{own}-none-any")
    tags += [f"{version}-none-any" for version in generic]
    return tags


def runtime_name(facts: RuntimeFacts) -> str:
    """``python3.12``."""
    return f"python{facts.version}"


def all_runtimes() -> tuple[RuntimeFacts, ...]:
    """The runtimes that a layer can be built for, oldest first."""
    return tuple(row for row in runtimes() if row.status != "gone")


def find_target(python: str, architecture: str) -> Target:
    """The target that these words mean: ``3.12``, ``python3.12`` or ``cp312``; ``amd64`` too.

    Raises UsageError for a runtime that Lambda does not have (any more), or another machine.
    """
    return target_of(find_runtime(python), find_architecture(architecture))


def find_runtime(python: str) -> RuntimeFacts:
    """The row for ``python``; UsageError says what there is instead."""
    wanted = _python_version(python)
    for row in runtimes():
        if row.python == wanted:
            if row.status == "gone":
                raise _gone(row)
            return row
    raise UsageError(
        f"Lambda has no Python runtime {python!r}",
        hint=f"--python takes one of {_known()}",
    )


def find_architecture(name: str) -> Architecture:
    """The architecture called ``name``, Docker's and Linux's names included."""
    wanted = name.strip().lower()
    try:
        return Architecture(MACHINE_ALIASES.get(wanted, wanted))
    except ValueError as error:
        raise UsageError(
            f"Lambda has no architecture {name!r}", hint="--arch takes x86_64 or arm64"
        ) from error


def _python_version(text: str) -> tuple[int, int] | None:
    match = re.fullmatch(r"(?:python|cp|py)?(\d)(?:\.|_)?(\d+)(?:\.\d+)?", text.strip().lower())
    return (int(match[1]), int(match[2])) if match else None


def _gone(row: RuntimeFacts) -> UsageError:
    return UsageError(
        f"Lambda's {runtime_name(row)} is deprecated since {row.deprecated} and gone",
        hint=f"supported: {_known()}",
    )


def _known() -> str:
    return ", ".join(row.version for row in all_runtimes())
