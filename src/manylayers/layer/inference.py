"""For which runtime a layer was made, by what lies in it: folders, names, WHEEL, machines."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.searching import SITE
from manylayers.target import Architecture

_SUFFIX = re.compile(r"\.cpython-3(\d+)[a-z]*-(?:(x86_64|aarch64)-linux|darwin|.*)?.*\.so$")
_WINDOWS = re.compile(r"\.cp3(\d+)-win")
_MACHINE = re.compile(r"-(x86_64|aarch64)-linux-gnu\.so$")
_TAG = re.compile(
    rb"^Tag: (?:[^-\n]*\.)?(?:cp3(\d+)[^-\n]*-cp3\d+|[^-\n]+-[^-\n]+)-(\S*)", re.MULTILINE
)
SYSTEMS = {"mach-o": "macOS", "pe": "Windows"}
MACHINES = {one.machine: str(one) for one in Architecture}
"""Lambda's name of each processor that it has."""


class Evidence(NamedTuple):
    """Python versions and architectures that something in the layers is for, most votes first.

    ``sign`` is the thing that speaks for the first version, ``machine_sign`` for the machine.
    ``foreign`` is the system of binaries that no Lambda runs, where there are some, or empty.
    """

    pythons: tuple[str, ...]
    architectures: tuple[str, ...]
    sign: str = ""
    machine_sign: str = ""
    foreign: str = ""


def evidence(every: Iterable[Carried]) -> Evidence:
    """What speaks for which target. A folder of a version says more than any file's name."""
    folders: Counter[str] = Counter()
    pythons: Counter[str] = Counter()
    machines: Counter[str] = Counter()
    foreign: Counter[str] = Counter()
    signs: dict[str, str] = {}
    for carried in every:
        for file in carried.files:
            if match := SITE.match(file.path):
                folders[match[1]] += 1
                signs.setdefault(f"folder {match[1]}", match[0].rstrip("/"))
            if file.native and (system := SYSTEMS.get(file.native.kind)):
                foreign[system] += 1
            for kind, value in _told(file):
                (pythons if kind == "python" else machines)[value] += 1
                signs.setdefault(value, file.path)
    votes = folders or pythons
    prefix = "folder " if folders else ""
    first, machine = _first(votes), _first(machines)
    return Evidence(
        pythons=tuple(python for python, _ in votes.most_common()),
        architectures=tuple(name for name, _ in machines.most_common()),
        sign=signs.get(f"{prefix}{first}", ""),
        machine_sign=signs.get(machine, ""),
        foreign=_first(foreign),
    )


def _first(votes: Counter[str]) -> str:
    return votes.most_common(1)[0][0] if votes else ""


def _told(file: CarriedFile) -> Iterator[tuple[str, str]]:
    name = file.path.rpartition("/")[2]
    if ".cp" in name and (match := _SUFFIX.search(name) or _WINDOWS.search(name)):
        yield "python", f"3.{match[1]}"
    if file.native and file.native.kind == "elf" and file.native.machine in MACHINES:
        yield "machine", MACHINES[file.native.machine]
    elif name.endswith("-linux-gnu.so") and (match := _MACHINE.search(name)):
        yield "machine", MACHINES[match[1]]
    if name == "WHEEL":
        for minor, platform in _TAG.findall(file.content):
            if minor:
                yield "python", f"3.{minor.decode()}"
            for machine, architecture in MACHINES.items():
                if machine.encode() in platform and b"linux" in platform:
                    yield "machine", architecture
