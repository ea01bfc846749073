"""The wheel format: a sound archive held against its own file name, metadata and RECORD.

Follows the binary distribution format (PEP 427 and its successors) and the core metadata
specification.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from manylayers.formats.pins import normalized
from manylayers.formats.record import ReadRow, read_record
from manylayers.formats.wheel import SIGNATURES, WheelFacts, WheelMember

SCHEMES = ("purelib", "platlib", "headers", "scripts", "data")
KNOWN_WHEEL_VERSION = (1, 0)


class WheelFormatError(ValueError):
    """Why a wheel is refused: a clause, with the member's name in it where one is to blame."""


class WheelContents(NamedTuple):
    """What the door has read of a wheel: every member inflated and hashed, three texts kept.

    ``read`` gives a member's inflated bytes again, for the rare RECORD with another hash.
    """

    filename: str
    sha256: str
    size: int
    members: tuple[WheelMember, ...]
    read: Callable[[WheelMember], bytes]


def check_wheel(contents: WheelContents) -> WheelFacts:
    """The facts of a wheel whose archive is sound. Raises WheelFormatError otherwise."""
    name, version = _named(contents.filename)
    by_path = {member.path: member for member in contents.members}
    dist_info = find_dist_info(by_path, name, version)
    data = dist_info.removesuffix(".dist-info") + ".data"
    wheel = headers(_text(contents, by_path, f"{dist_info}/WHEEL"))
    metadata = headers(_text(contents, by_path, f"{dist_info}/METADATA"))
    warnings = [*_wheel_version(wheel), *_agreement(metadata, name, version)]
    _refuse_schemes(contents.members, data)
    rows = _rows(_text(contents, by_path, f"{dist_info}/RECORD"))
    unlisted = check_record(rows, contents, dist_info)
    moved = any(member.path.startswith(f"{data}/") for member in contents.members)
    complete = not unlisted and len(rows) == len(contents.members) and not moved
    return WheelFacts(
        filename=contents.filename,
        name=name,
        version=first(metadata, "version") or version,
        sha256=contents.sha256,
        size=contents.size,
        dist_info=dist_info,
        data=data,
        pure=(first(wheel, "root-is-purelib") or "").lower() == "true",
        requires_python=first(metadata, "requires-python"),
        record_complete=complete,
        members=contents.members,
        requires=tuple(metadata.get("requires-dist", ())),
        warnings=(*warnings, *(f"RECORD does not list {path}" for path in unlisted[:3])),
    )


def _named(filename: str) -> tuple[str, str]:
    parts = filename.removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in (5, 6) or not all(parts):
        raise WheelFormatError("its file name is not name-version-python-abi-platform.whl")
    return normalized(parts[0]), parts[1]


def find_dist_info(paths: Mapping[str, object], name: str, version: str) -> str:
    """The one ``.dist-info`` folder at the root, which must be that of ``name`` and ``version``."""
    folders = {path.split("/", 1)[0] for path in paths if ".dist-info/" in path}
    found = sorted(folder for folder in folders if folder.endswith(".dist-info"))
    if len(found) != 1:
        there = f"{len(found)}: {', '.join(found)}" if found else "none"
        raise WheelFormatError(f"it must have one .dist-info folder, and has {there}")
    own_name, dash, own_version = found[0].removesuffix(".dist-info").rpartition("-")
    if not dash or normalized(own_name) != name or not same_version(own_version, version):
        raise WheelFormatError(f"its folder {found[0]} is not that of {name} {version}")
    return found[0]


def same_version(one: str, other: str) -> bool:
    """Whether two spellings are one version (PEP 440); ``_`` in a file name may stand for ``-``."""
    if one == other:
        return True
    from packaging.version import Version

    try:
        return Version(one.replace("_", "-")) == Version(other.replace("_", "-"))
    except ValueError:  # InvalidVersion, or a number too long for Python to read
        return False


def headers(text: str) -> dict[str, list[str]]:
    """The header fields of METADATA or WHEEL, names in lower case, up to the first blank line."""
    fields: dict[str, list[str]] = {}
    last: list[str] | None = None
    for line in text.splitlines():
        if not line.strip():
            break
        if line[0] in " \t" and last:
            last[-1] += "\n" + line.strip()
            continue
        name, colon, value = line.partition(":")
        if colon:
            last = fields.setdefault(name.strip().lower(), [])
            last.append(value.strip())
    return fields


def first(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The first value of a header field, ``None`` where there is none."""
    values = fields.get(name)
    return values[0] if values else None


def _text(contents: WheelContents, by_path: Mapping[str, WheelMember], path: str) -> str:
    member = by_path.get(path)
    if member is None:
        raise WheelFormatError(f"it has no {path}")
    if member.size > LARGEST_TEXT:
        raise WheelFormatError(f"{path} has {member.size:,} bytes, over {LARGEST_TEXT:,}")
    try:
        return contents.read(member).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WheelFormatError(f"{path} is not UTF-8") from error


LARGEST_TEXT = 32 << 20
"""Bytes. RECORD of the largest wheel of the index has 3 MB; texts beyond this are no metadata."""


def _wheel_version(wheel: Mapping[str, Sequence[str]]) -> list[str]:
    told = first(wheel, "wheel-version") or ""
    match = re.fullmatch(r"(\d{1,9})\.(\d{1,9})", told)
    if match is None:
        raise WheelFormatError(f"its Wheel-Version {told[:40]!r} can't be read")
    version = int(match[1]), int(match[2])
    if version[0] != KNOWN_WHEEL_VERSION[0]:
        raise WheelFormatError(f"its Wheel-Version is {told}, only 1.x is known")
    return [f"its Wheel-Version is {told}"] if version > KNOWN_WHEEL_VERSION else []


def _agreement(metadata: Mapping[str, Sequence[str]], name: str, version: str) -> list[str]:
    own_name, own_version = first(metadata, "name"), first(metadata, "version")
    if own_name is None or own_version is None:
        raise WheelFormatError("its METADATA has no Name or no Version")
    if normalized(own_name) != name:
        raise WheelFormatError(f"its METADATA is of {own_name}, its file name of {name}")
    if not same_version(own_version, version):
        raise WheelFormatError(
            f"its METADATA says version {own_version[:40]}, its file name {version}"
        )
    return []


def _refuse_schemes(members: Sequence[WheelMember], data: str) -> None:
    for member in members:
        folder, _, rest = member.path.partition("/")
        if folder == data:
            scheme, slash, _ = rest.partition("/")
            if scheme not in SCHEMES or not slash:
                raise WheelFormatError(f"{member.path} is in no scheme that an installer knows")


def _rows(text: str) -> list[ReadRow]:
    try:
        return read_record(text)
    except ValueError as error:
        raise WheelFormatError(str(error)) from error


def check_record(rows: Sequence[ReadRow], contents: WheelContents, dist_info: str) -> list[str]:
    """Hold every line of RECORD against the members; the paths it does not list are given back.

    Raises WheelFormatError for a file that is listed and absent, or has another hash or size.
    """
    by_path = {member.path: member for member in contents.members}
    exempt = {f"{dist_info}/{name}" for name in ("RECORD", *SIGNATURES)}
    listed = set()
    for row in rows:
        member = by_path.get(row.path)
        if member is None:
            raise WheelFormatError(f"RECORD lists {row.path}, which is not in it")
        listed.add(row.path)
        if row.path not in exempt:
            _check_row(row, member, contents)
    return [path for path in by_path if path not in listed and path not in exempt]


def _check_row(row: ReadRow, member: WheelMember, contents: WheelContents) -> None:
    if row.hash and _digest(row.hash[0], member, contents) != row.hash[1]:
        raise WheelFormatError(f"{row.path} has another {row.hash[0]} than RECORD says")
    if row.size is not None and row.size != member.size:
        raise WheelFormatError(f"{row.path} has {member.size} bytes, RECORD says {row.size}")


def _digest(algorithm: str, member: WheelMember, contents: WheelContents) -> str:
    if algorithm == "sha256":
        return member.sha256
    import hashlib
    from base64 import urlsafe_b64encode

    if algorithm not in ("sha384", "sha512"):
        raise WheelFormatError(
            f"RECORD gives a {algorithm} for {member.path}; sha256 or better is asked"
        )
    digest = hashlib.new(algorithm, contents.read(member)).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")
