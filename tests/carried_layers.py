"""Layers as values with all that an installer notes: what ``diff`` and ``report`` look at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple

from made_layers import SITE, a_file
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.distributions import find_distributions
from wheel_builder import metadata, record_text

__all__ = ["SITE", "a_file", "a_layer", "installed"]
TAG = "py3-none-any"


class Installed(NamedTuple):
    """A package in a folder of ``sys.path``."""

    files: tuple[CarriedFile, ...]


def installed(
    name: str = "demo",
    version: str = "1.0",
    files: Mapping[str, bytes] | None = None,
    *,
    site: str = SITE,
    tag: str = TAG,
    requires: Collection[str] = (),
    more: bytes = b"",
    installer: bytes = b"manylayers",
    recorded: bool = True,
) -> Installed:
    """``name`` as installed. ``more`` are further lines of METADATA; ``files`` lie below site."""
    info = f"{name}-{version}.dist-info"
    own = dict({f"{name}.py": b"value = 1\n"} if files is None else files)
    own[f"{info}/METADATA"] = metadata(name, version, requires) + more
    own[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nTag: {tag}\n".encode()
    own[f"{info}/INSTALLER"] = installer
    if recorded:
        own[f"{info}/RECORD"] = record_text(own, info).encode()
    prefix = f"{site}/" if site else ""
    return Installed(tuple(a_file(f"{prefix}{path}", content) for path, content in own.items()))


def a_layer(*parts: Installed | CarriedFile, label: str = "layer.zip") -> Carried:
    """A layer of packages and loose files."""
    files = [file for part in parts if isinstance(part, Installed) for file in part.files]
    files += [part for part in parts if isinstance(part, CarriedFile)]
    ordered = tuple(sorted(files, key=lambda file: file.path))
    packed = sum(file.size for file in files) // 3
    return Carried(label, ordered, find_distributions(ordered), packed)
