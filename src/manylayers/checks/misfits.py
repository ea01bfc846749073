"""Why a compiled file of a layer can not be loaded by a function, in a clause."""

from __future__ import annotations

import re
from collections.abc import Iterator

from manylayers.checks.versions import newer_versions
from manylayers.formats.native import NativeFacts
from manylayers.layer.carried import CarriedFile
from manylayers.layer.searching import SITE
from manylayers.target import Target

_TAG = re.compile(r"\.cpython-3(\d{1,2})[dtm]?-")
SYSTEMS = {"mach-o": "macOS", "pe": "Windows"}


def misfit(file: CarriedFile, target: Target) -> str:
    """What is wrong with a native file for the target, empty when nothing is seen."""
    native = file.native
    if native and native.kind in SYSTEMS:
        return f"for {SYSTEMS[native.kind]}, and Lambda runs Linux"
    if (tag := _TAG.search(file.path)) and f"3.{tag[1]}" != target.python:
        return f"for Python 3.{tag[1]}; your function runs {target.python}"
    return next(_faults(native, target), "") if native else ""


def only_fit(file: CarriedFile, target: Target) -> str:
    """The question to ask of a file that fits ``target`` alone, empty for one that fits more."""
    if not _TAG.search(file.path) and not SITE.match(file.path):
        return ""
    made = f"{target.python} alone"
    return f"for Python {made}: does your function run {target.runtime} on {target.architecture}?"


def _faults(native: NativeFacts, target: Target) -> Iterator[str]:
    if native.problem:
        yield f"damaged: {native.problem}"
    if native.machine and native.machine != target.architecture.machine:
        yield f"for {native.machine}; your function runs on {target.architecture}"
    if any(name.startswith("libc.musl-") for name in native.needed):
        yield "for musl, the C library of Alpine Linux, and Lambda has glibc"
    for newer in newer_versions(native, target):
        family, _, version = newer.version.partition("_")
        if family == "GLIBC":
            yield f"for glibc {version} or newer; {target.runtime} has {target.glibc}"
        else:
            yield f"in need of {newer.version}, and {newer.reason}"
