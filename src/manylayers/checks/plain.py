"""Whether a layer's native files need to be looked at more closely: in most layers none does.

A file is plain if it is for Lambda's processor, needs no newer versions than the runtime has, and
each library that it needs is the runtime's, or lies where the file itself says. When all are, then
whatever an import loads is found, and no more is to be done: a warm build ends here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from posixpath import normpath

from manylayers.checks.versions import newer_versions
from manylayers.facts.systems import system_libraries
from manylayers.formats.native import NativeFacts
from manylayers.target import Target

TAGS = ("cpython-", "abi3", "cp3", "pypy3", "graalpy")
"""How the part of an extension module's name begins that says for which Python it is."""


def suffixes(target: Target) -> frozenset[str]:
    """What may follow the name of an extension module for this Python."""
    python = f"cpython-3{target.facts.python[1]}"
    return frozenset((f"{python}-{target.architecture.machine}-linux-gnu.so", "abi3.so", "so"))


def for_lambda(native: NativeFacts, target: Target) -> bool:
    """Whether its system and processor are those of the target."""
    return (
        native.kind == "elf" and native.machine == target.architecture.machine and native.bits == 64
    )


def unusual(files: Mapping[str, NativeFacts], target: Target) -> bool:
    """Whether any native file, by its path on Lambda, is not plain."""
    kinds: dict[int, frozenset[str] | None] = {}
    good = suffixes(target)
    found: dict[tuple[str, int], bool] = {}
    for path, native in files.items():
        folder, _, name = path.rpartition("/")
        suffix = name.partition(".")[2]
        if suffix not in good and (suffix.startswith(TAGS) or suffix.endswith("pyd")):
            return True
        key = id(native)
        if key not in kinds:
            kinds[key] = _own_needs(native, target)
        needs = kinds[key]
        if needs is None:
            return True
        if needs and (folder, key) not in found:
            found[folder, key] = _lie_there(needs, native.search, folder, files)
            if not found[folder, key]:
                return True
    return False


def _own_needs(native: NativeFacts, target: Target) -> frozenset[str] | None:
    """The libraries that the runtime does not surely have, ``None`` for what is not for it."""
    if native.problem or not for_lambda(native, target):
        return None
    if next(newer_versions(native, target), None):
        return None
    return frozenset(native.needed) - system_libraries(target.system.name).libraries


def _lie_there(
    needs: Iterable[str], search: Iterable[str], folder: str, files: Collection[str]
) -> bool:
    folders = [normpath(one.replace("$ORIGIN", folder)) for one in search]
    return all(any(f"{place}/{name}" in files for place in folders) for name in needs)
