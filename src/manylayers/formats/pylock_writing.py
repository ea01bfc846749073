"""Writing locks: PEP 751 for one target, or a requirements file of direct links with hashes.

Both are the same bytes for the same packages, name no credential, and begin with a comment by
which we know our own files again.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from manylayers.formats.pins import DistributionFile, bare_url, local_path, normalized

HEADER = "# Locked by manylayers"


class LockedWheel(NamedTuple):
    """One package and the one wheel that stands for it; its ``sha256`` must be known."""

    name: str
    version: str
    file: DistributionFile
    index_url: str | None = None


class LockedFor(NamedTuple):
    """The target a lock is for, in words: ``python3.12``, ``x86_64``, ``3.12``, and its marker."""

    runtime: str
    architecture: str
    python: str
    marker: str


def is_ours(data: bytes) -> bool:
    """Whether a file was written here, so that it may be written anew."""
    return data.startswith(HEADER.encode())


def write_pylock(wheels: Sequence[LockedWheel], target: LockedFor, folder: Path) -> bytes:
    """A ``pylock.toml``; local wheels are named by their path from ``folder``."""
    lines = [
        f"{HEADER} for {target.runtime} {target.architecture}.",
        'lock-version = "1.0"',
        f"environments = [{_string(target.marker)}]",
        f"requires-python = {_string(f'=={target.python}.*')}",
        'created-by = "manylayers"',
    ]
    for wheel in sorted(wheels, key=lambda wheel: wheel.name):
        lines += ["", "[[packages]]", f"name = {_string(wheel.name)}"]
        lines.append(f"version = {_string(wheel.version)}")
        if wheel.index_url:
            lines.append(f"index = {_string(bare_url(wheel.index_url))}")
        lines.append(f"wheels = [{_inline(_wheel_table(wheel.file, folder))}]")
    lines += ["", "[tool.manylayers]", f"runtime = {_string(target.runtime)}"]
    lines.append(f"architecture = {_string(target.architecture)}")
    return ("\n".join(lines) + "\n").encode("utf-8")


def write_linked_requirements(wheels: Sequence[LockedWheel], target: LockedFor) -> bytes:
    """A requirements file that plain pip takes as well, with ``--no-deps --require-hashes``."""
    lines = [f"{HEADER} for {target.runtime} {target.architecture}."]
    lines += [
        f"{wheel.name} @ {bare_url(wheel.file.url)} --hash=sha256:{wheel.file.sha256}"
        for wheel in sorted(wheels, key=lambda wheel: wheel.name)
    ]
    return ("\n".join(lines) + "\n").encode("utf-8")


def linked_pins(data: bytes) -> tuple[tuple[str, str], ...]:
    """Name and version of every line that `write_linked_requirements` wrote."""
    lines = re.findall(
        r"^([A-Za-z0-9][\w.-]*) @ \S*/([^\s/]+)\.whl(?=\s|$)",
        data.decode("utf-8", "replace"),
        re.MULTILINE,
    )
    versions = ((name, unquote(stem).partition("-")[2]) for name, stem in lines)
    pins = ((normalized(name), rest.partition("-")[0]) for name, rest in versions)
    return tuple((name, version) for name, version in pins if version)


def _wheel_table(file: DistributionFile, folder: Path) -> dict[str, str]:
    table = {"name": _string(file.filename)}
    if file.url.startswith("file:"):
        table["path"] = _string(_relative(file.url, folder))
    else:
        table["url"] = _string(bare_url(file.url))
    if file.upload_time is not None:
        table["upload-time"] = _moment(file.upload_time)
    if file.size is not None:
        table["size"] = str(file.size)
    table["hashes"] = _inline({"sha256": _string(file.sha256 or "")})
    return table


def _relative(url: str, folder: Path) -> str:
    path = local_path(url)
    try:
        return path.relative_to(folder, walk_up=True).as_posix()  # type: ignore[call-arg]
    except TypeError:  # Python 3.11 does not walk up
        return _walked_up(path, folder)
    except ValueError:
        return path.as_posix()


def _walked_up(path: Path, folder: Path) -> str:
    common = 0
    for one, other in zip(path.parts, folder.parts, strict=False):
        if one != other:
            break
        common += 1
    if common == 0:
        return path.as_posix()
    return "/".join([".."] * (len(folder.parts) - common) + list(path.parts[common:]))


def _moment(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def _inline(table: dict[str, str]) -> str:
    return "{ " + ", ".join(f"{key} = {value}" for key, value in table.items()) + " }"


def _string(text: str) -> str:
    """A TOML basic string."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + re.sub(r"[\x00-\x1f\x7f]", lambda m: f"\\u{ord(m[0]):04x}", escaped) + '"'
