"""Our own locks, known by every key and value being such as we write them.

They are plain enough to be read without `packaging`, which a warm build has no other use for:
one environment, no markers, one wheel a package. A lock edited by hand is one of others.
"""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from manylayers.formats.pins import normalized
from manylayers.target import Architecture

CREATED_BY = "manylayers"
_MACHINES = {str(one): one.machine for one in Architecture}
_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_VERSION = re.compile(r"[0-9][A-Za-z0-9.!+]*")
_FILE = re.compile(r"([A-Za-z0-9._]+)-([A-Za-z0-9.!+_]+)(?:-[A-Za-z0-9._]+){3,4}\.whl")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_HEAD = {"lock-version", "environments", "requires-python", "created-by", "packages", "tool"}
_PACKAGE = {"name", "version", "index", "wheels"}
_WHEEL = {"name", "url", "path", "upload-time", "size", "hashes"}


def target_marker(python: str, machine: str) -> str:
    """The one environment that our own locks are for."""
    return (
        f'python_version == "{python}" and platform_machine == "{machine}" '
        'and sys_platform == "linux"'
    )


def as_written_here(document: Mapping[str, Any]) -> bool:
    """Whether ``document`` has the exact shape of a lock of ours."""
    packages = document.get("packages", [])
    return (
        document.get("created-by") == CREATED_BY
        and document.get("lock-version") == "1.0"
        and document.keys() <= _HEAD
        and _has_our_target(document)
        and isinstance(packages, list)
        and all(isinstance(one, dict) and _is_package(one) for one in packages)
        and "packages" in document
    )


def _has_our_target(document: Mapping[str, Any]) -> bool:
    tool = document.get("tool")
    ours = tool.get("manylayers") if isinstance(tool, dict) else None
    if not isinstance(ours, dict) or not all(isinstance(one, str) for one in ours.values()):
        return False
    python = str(ours.get("runtime")).removeprefix("python")
    machine = _MACHINES.get(str(ours.get("architecture")), "")
    return (
        document.get("requires-python") == f"=={python}.*"
        and re.fullmatch(r"3\.\d+", python) is not None
        and document.get("environments") == [target_marker(python, machine)]
    )


def _is_package(entry: Mapping[str, Any]) -> bool:
    wheels = entry.get("wheels")
    return (
        entry.keys() <= _PACKAGE
        and _is(_NAME, entry.get("name"))
        and _is(_VERSION, entry.get("version"))
        and isinstance(entry.get("index", ""), str)
        and isinstance(wheels, list)
        and len(wheels) == 1
        and isinstance(wheels[0], dict)
        and _is_wheel(wheels[0])
        and _is_of(entry["name"], entry["version"], str(wheels[0].get("name")))
    )


def _is_of(name: str, version: str, filename: str) -> bool:
    """Whether the file is that of the release, as far as it is spelled alike."""
    match = _FILE.fullmatch(filename)
    return match is not None and (normalized(match[1]), match[2]) == (name, version)


def _is_wheel(table: Mapping[str, Any]) -> bool:
    hashes, size = table.get("hashes"), table.get("size", 0)
    places = [table[key] for key in ("url", "path") if key in table]
    return (
        table.keys() <= _WHEEL
        and isinstance(hashes, dict)
        and hashes.keys() == {"sha256"}
        and _is(_SHA256, hashes["sha256"])
        and type(size) is int
        and size >= 0
        and isinstance(table.get("upload-time"), datetime | None)
        and len(places) == 1
        and _is_plain(places[0])
    )


def _is(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _is_plain(place: object) -> bool:
    """Whether ``place`` is a path, or a URL that no parser stumbles over."""
    return isinstance(place, str) and "[" not in place and "\0" not in place
