"""The wheel that a target takes, and for every other file the reason why not.

Only the file name and ``Requires-Python`` are read. A file name's tags follow the binary
distribution format: ``name-version(-build)?-python-abi-platform.whl``, each a dotted set.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Literal, NamedTuple, cast

from manylayers.formats.pins import DistributionFile
from manylayers.layer.plain_versions import are_numbers, compared_with, holds, order
from manylayers.target import LEGACY_ALIASES, Target

Obstacle = Literal[
    "source",
    "not a wheel",
    "requires-python",
    "python",
    "architecture",
    "glibc",
    "musl",
    "macos",
    "windows",
    "platform",
]


class Misfit(NamedTuple):
    """Why a file is not for a target. ``needs_glibc`` is set where that alone is missing."""

    obstacle: Obstacle
    reason: str
    needs_glibc: tuple[int, int] | None = None


class WheelTags(NamedTuple):
    """The tags in a wheel's file name, and its build tag as it sorts (none sorts first)."""

    pythons: tuple[str, ...]
    abis: tuple[str, ...]
    platforms: tuple[str, ...]
    build: tuple[int, str]


class Choice(NamedTuple):
    """The best file, if any fits, and the others that were looked at with their reasons."""

    chosen: DistributionFile | None
    misfits: tuple[tuple[DistributionFile, Misfit], ...]


def choose(files: Iterable[DistributionFile], target: Target) -> Choice:
    """The best of ``files`` for ``target``: highest tag first, then the higher build number.

    A yanked file is taken only when no other fits (PEP 592 leaves that to who pinned it).
    """
    best: tuple[tuple[bool, int, tuple[int, str], str], DistributionFile] | None = None
    misfits = []
    for file in files:
        if problem := misfit(file, target):
            misfits.append((file, problem))
            continue
        key = _preference(file, target)
        if best is None or key > best[0]:
            best = key, file
    return Choice(chosen=best[1] if best else None, misfits=tuple(misfits))


def fits(file: DistributionFile, target: Target) -> bool:
    """Whether ``file`` is a wheel that runs on ``target``."""
    return misfit(file, target) is None


def misfit(file: DistributionFile, target: Target) -> Misfit | None:
    """Why ``file`` is not for ``target``, or ``None`` when it is."""
    if not file.is_wheel:
        return _not_a_wheel(file.filename)
    tags = wheel_tags(file.filename)
    if tags is None:
        return Misfit(obstacle="not a wheel", reason="its file name is not a wheel's")
    if _rank(tags, target) is None:
        return _first_obstacle(tags, target)
    if file.requires_python and not python_allowed(file.requires_python, target.python_full):
        return Misfit(obstacle="requires-python", reason=f"requires Python {file.requires_python}")
    return None


LONGEST_FILENAME = 255
"""Characters, as file systems have it: the tags of a longer one multiply to millions."""


@cache
def wheel_tags(filename: str) -> WheelTags | None:
    """The tags of a wheel's file name; ``None`` when it is not one."""
    parts = filename.removesuffix(".whl").split("-")
    if len(filename) > LONGEST_FILENAME or len(parts) not in (5, 6) or not all(parts):
        return None
    build = re.match(r"(\d+)(.*)", parts[2]) if len(parts) == 6 else None
    if len(parts) == 6 and build is None:
        return None
    return WheelTags(
        pythons=tuple(parts[-3].lower().split(".")),
        abis=tuple(parts[-2].lower().split(".")),
        platforms=tuple(parts[-1].lower().split(".")),
        build=(int(build[1]), build[2]) if build else (-1, ""),
    )


def needed_glibc(platforms: Iterable[str], machine: str) -> tuple[int, int] | None:
    """The lowest glibc that one of the manylinux ``platforms`` of ``machine`` asks for."""
    return min(_glibc_versions(platforms, machine), default=None)


def _glibc_versions(platforms: Iterable[str], machine: str) -> Iterator[tuple[int, int]]:
    aliases = {name: version for version, name in LEGACY_ALIASES.items()}
    for platform in platforms:
        base = platform.removesuffix(f"_{machine}")
        if base == platform:
            continue
        if match := re.fullmatch(r"manylinux_(\d+)_(\d+)", base):
            yield int(match[1]), int(match[2])
        elif base in aliases:
            yield aliases[base]


def _rank(tags: WheelTags, target: Target) -> int | None:
    ladder = target.tags
    names = product(tags.pythons, tags.abis, tags.platforms)
    ranks = (ladder.get(f"{python}-{abi}-{platform}") for python, abi, platform in names)
    return min((rank for rank in ranks if rank is not None), default=None)


def _preference(file: DistributionFile, target: Target) -> tuple[bool, int, tuple[int, str], str]:
    """How much ``target`` wants a file that fits; more is better."""
    tags = cast("WheelTags", wheel_tags(file.filename))
    rank = cast("int", _rank(tags, target))
    return file.yanked is None, -rank, tags.build, file.filename


def _not_a_wheel(filename: str) -> Misfit:
    if filename.endswith((".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz")):
        return Misfit(obstacle="source", reason="source only, it would have to be built")
    return Misfit(obstacle="not a wheel", reason="not a wheel")


def _first_obstacle(tags: WheelTags, target: Target) -> Misfit:
    """The system before the Python: a Mac's wheel is a Mac's wheel whatever its Python.

    A wheel for another Python that needs a newer glibc too is one for another Python: a newer
    system alone would not help.
    """
    only_glibc = _rank(tags, target.on_newest_glibc) is not None
    platforms = tuple(name for name in tags.platforms if not (only_glibc and name == "any"))
    problem = _platform_obstacle(platforms, target)
    if problem is None:
        return _python_obstacle(tags, target)
    if problem.needs_glibc and not only_glibc:
        other = _python_obstacle(tags, target)
        return other._replace(reason=f"{other.reason}; it also {problem.reason}")
    return problem


def _platform_obstacle(platforms: tuple[str, ...], target: Target) -> Misfit | None:
    machine = target.architecture.machine
    if "any" in platforms or any(platform in target.platforms for platform in platforms):
        return None
    if glibc := needed_glibc(platforms, machine):
        version = ".".join(map(str, glibc))
        return Misfit(
            obstacle="glibc",
            reason=f"needs glibc {version}, {target.runtime} has {target.glibc}",
            needs_glibc=glibc,
        )
    return _other_system(platforms, machine)


def _other_system(platforms: tuple[str, ...], machine: str) -> Misfit:
    joined = ".".join(platforms)
    if joined.startswith("macosx"):
        return Misfit(obstacle="macos", reason="for macOS")
    if joined.startswith("win"):
        return Misfit(obstacle="windows", reason="for Windows")
    if joined.startswith("musllinux"):
        return Misfit(obstacle="musl", reason="for musl (Alpine), Lambda has glibc")
    if joined.startswith("linux_") and joined.endswith(machine):
        return Misfit(
            obstacle="platform", reason="made on somebody's own Linux, for no known glibc"
        )
    if "linux" in joined:
        other = re.sub(r"^(many)?linux(\d+|_\d+_\d+)?_", "", platforms[0])
        return Misfit(obstacle="architecture", reason=f"for {other}, not {machine}")
    return Misfit(obstacle="platform", reason=f"for {joined}")


def _python_obstacle(tags: WheelTags, target: Target) -> Misfit:
    pythons, abis = ".".join(tags.pythons), ".".join(tags.abis)
    if "abi3" in tags.abis:
        reason = f"for Python {_dotted(tags.pythons[0])} and later ({pythons}-abi3)"
    elif abis.endswith("t") and abis.startswith("cp3"):
        reason = f"for free-threaded Python ({abis})"
    elif pythons.startswith("pp"):
        reason = f"for PyPy ({pythons})"
    else:
        reason = f"for Python {_dotted(tags.pythons[0])} ({pythons}-{abis})"
    return Misfit(obstacle="python", reason=f"{reason}, not {target.python}")


def _dotted(tag: str) -> str:
    match = re.fullmatch(r"[a-z]+(\d)(\d*)", tag)
    if match is None:
        return tag
    return f"{match[1]}.{match[2]}" if match[2] else match[1]


@cache
def python_allowed(requires_python: str, python_full: str) -> bool:
    """Whether ``python_full`` is within a ``Requires-Python``."""
    answers = [_plainly_allowed(clause, python_full) for clause in requires_python.split(",")]
    if None not in answers:
        return all(answers)
    from packaging.specifiers import SpecifierSet

    try:
        return SpecifierSet(requires_python).contains(python_full, prereleases=True)
    except ValueError:
        # Old releases carry nonsense here ('>=3.6.*'); uv and pip take such files as unbounded.
        # So do numbers longer than Python reads.
        return True


def _plainly_allowed(clause: str, python_full: str) -> bool | None:
    """The answer of a clause like nearly all there are, ``None`` where `packaging` has to read it.

    To import that takes longer than a small build.
    """
    operator, wanted = compared_with(clause)
    if operator == "!=" and wanted.endswith(".*"):
        series = wanted.removesuffix(".*")
        beginning = ".".join(python_full.split(".")[: series.count(".") + 1])
        return bool(order(beginning, series)) if are_numbers(series) else None
    return holds(order(python_full, wanted), operator) if operator and are_numbers(wanted) else None
