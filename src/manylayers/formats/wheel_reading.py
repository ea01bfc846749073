"""The wheel format: a sound archive held against its own file name and metadata.

Follows the binary distribution format (PEP 427 and its successors) and the core metadata
specification. What an installer forgives and what harms nobody is told as a warning, see
``docs/wheels.md``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from manylayers.formats.pins import normalized
from manylayers.formats.wheel import LARGEST_METADATA, WheelFacts, WheelMember
from manylayers.formats.wheel_record import WheelFormatError, check_record
from manylayers.formats.zip_names import shown

SCHEMES = ("purelib", "platlib", "headers", "scripts", "data")
KNOWN_WHEEL_VERSION = (1, 0)


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
    wheel = headers(_header_text(contents, by_path, f"{dist_info}/WHEEL"))
    metadata = headers(_header_text(contents, by_path, f"{dist_info}/METADATA"))
    _refuse_disagreement(metadata, name, version)
    _refuse_schemes(contents.members, data)
    record = _text(contents, by_path, f"{dist_info}/RECORD")
    held = check_record(record, contents.members, dist_info, contents.read)
    moved = any(member.path.startswith(f"{data}/") for member in contents.members)
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
        record_complete=held.complete and not moved,
        members=contents.members,
        requires=tuple(metadata.get("requires-dist", ())),
        warnings=(*_oddities(wheel, metadata, contents.filename), *held.warnings),
    )


def _oddities(
    wheel: Mapping[str, Sequence[str]], metadata: Mapping[str, Sequence[str]], filename: str
) -> Iterator[str]:
    """What is odd in WHEEL and METADATA, and harms nobody. Raises WheelFormatError for the rest."""
    yield from _wheel_version(wheel)
    yield from _purity(wheel)
    yield from _tags(wheel, filename)
    yield from _requirements(metadata)


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
    """The header fields of METADATA or WHEEL, names in lower case, up to the first empty line.

    A line of blanks goes on with its field, as for mail: whole licence texts stand in some.
    """
    fields: dict[str, list[list[str]]] = {}
    last: list[str] = []
    for line in _LINE_END.split(text):
        if not line:
            break
        if line[0] in " \t":
            last.append(line.strip())
            continue
        name, colon, value = line.partition(":")
        last = [value.strip()]
        if colon:
            fields.setdefault(name.strip().lower(), []).append(last)
    return {name: ["\n".join(parts) for parts in values] for name, values in fields.items()}


_LINE_END = re.compile(r"\r\n|\r|\n")
_EMPTY_LINE = re.compile(rb"(?>\r\n|\r|\n)(?>\r\n|\r|\n)")


def first(fields: Mapping[str, Sequence[str]], name: str) -> str | None:
    """The first value of a header field, ``None`` where there is none."""
    values = fields.get(name)
    return values[0] if values else None


def _content(contents: WheelContents, by_path: Mapping[str, WheelMember], path: str) -> bytes:
    member = by_path.get(path)
    if member is None:
        raise WheelFormatError(f"it has no {path}")
    if member.size > LARGEST_METADATA:
        raise WheelFormatError(f"{path} has {member.size:,} bytes, over {LARGEST_METADATA:,}")
    return contents.read(member)


def _text(contents: WheelContents, by_path: Mapping[str, WheelMember], path: str) -> str:
    try:
        return _content(contents, by_path, path).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise WheelFormatError(f"{path} is not UTF-8") from error


def _header_text(contents: WheelContents, by_path: Mapping[str, WheelMember], path: str) -> str:
    return _headers_of(_content(contents, by_path, path), path)


def _headers_of(content: bytes, path: str) -> str:
    head = _head(content)
    if len(head) > LARGEST_HEADERS:
        raise WheelFormatError(f"{path} has {len(head):,} bytes of headers")
    return head.decode("utf-8-sig", "replace")


def _head(content: bytes) -> bytes:
    """What stands before the first empty line; a description after it may be in any encoding."""
    return _EMPTY_LINE.split(content, maxsplit=1)[0]


def requirement_lines(metadata: bytes, path: str) -> tuple[str, ...]:
    """The Requires-Dist lines of the METADATA at ``path``, which nobody has checked yet.

    Raises WheelFormatError where they would cost their reader too much.
    """
    lines = tuple(headers(_headers_of(metadata, path)).get("requires-dist", ()))
    refuse_nesting(lines)
    return lines


LARGEST_HEADERS = 1 << 20
"""Bytes. The longest lists of extras and requirements of the index have some 200 kB."""


def _wheel_version(wheel: Mapping[str, Sequence[str]]) -> list[str]:
    told = first(wheel, "wheel-version") or ""
    match = re.fullmatch(r"([0-9]{1,9})\.([0-9]{1,9})", told)
    if match is None:
        raise WheelFormatError(f"its Wheel-Version {told[:40]!r} can't be read")
    version = int(match[1]), int(match[2])
    if version[0] != KNOWN_WHEEL_VERSION[0]:
        raise WheelFormatError(f"its Wheel-Version is {told}, only 1.x is known")
    return [f"its Wheel-Version is {told}"] if version > KNOWN_WHEEL_VERSION else []


def _purity(wheel: Mapping[str, Sequence[str]]) -> list[str]:
    told = first(wheel, "root-is-purelib")
    if told is None or told.lower() in ("true", "false"):
        return []
    return [f"WHEEL says Root-Is-Purelib: {shown(told)}, which is taken for false"]


def _tags(wheel: Mapping[str, Sequence[str]], filename: str) -> list[str]:
    """Whether WHEEL names every Python, ABI and platform that the file name does."""
    told = [tag.split("-") for tag in wheel.get("tag", ())]
    if not told:
        return []
    own = filename.removesuffix(".whl").split("-")[-3:]
    for place, part in enumerate(own):
        known = {word for tag in told if len(tag) == 3 for word in tag[place].split(".")}
        if not known.issuperset(part.split(".")):
            return [
                f"its file name has the tag {'-'.join(own)}, its WHEEL {shown(wheel['tag'][0])}"
            ]
    return []


def _requirements(metadata: Mapping[str, Sequence[str]]) -> list[str]:
    """Requires-Dist lines that can't be read: their packages were settled without them."""
    from packaging.requirements import Requirement

    refuse_nesting(metadata.get("requires-dist", ()))
    malformed = []
    for line in metadata.get("requires-dist", ()):
        try:
            Requirement(line[:LONGEST_REQUIREMENT])
        except (ValueError, RecursionError):
            malformed.append(line)
    return [
        f"METADATA has a Requires-Dist that can't be read: {shown(line)}" for line in malformed[:3]
    ]


LONGEST_REQUIREMENT = 4096
"""Characters; one that is longer is cut, which makes it malformed or as it was meant."""
MOST_BRACKETS = 200
"""In one requirement; real ones have some ten, and the resolver's stack ends at some thousands."""


def refuse_nesting(requires: Sequence[str]) -> None:
    """Refuse a Requires-Dist that is made to overflow the stack of its reader."""
    for line in requires:
        if line.count("(") > MOST_BRACKETS:
            raise WheelFormatError(
                f"METADATA has a Requires-Dist with {line.count('('):,} brackets: {shown(line)}"
            )


def _refuse_disagreement(metadata: Mapping[str, Sequence[str]], name: str, version: str) -> None:
    own_name, own_version = first(metadata, "name"), first(metadata, "version")
    if own_name is None or own_version is None:
        raise WheelFormatError("its METADATA has no Name or no Version")
    if normalized(own_name) != name:
        raise WheelFormatError(f"its METADATA is of {shown(own_name)}, its file name of {name}")
    if not same_version(own_version, version):
        raise WheelFormatError(
            f"its METADATA says version {shown(own_version)}, its file name {version}"
        )


def _refuse_schemes(members: Sequence[WheelMember], data: str) -> None:
    for member in members:
        folder, _, rest = member.path.partition("/")
        if folder == data:
            scheme, slash, _ = rest.partition("/")
            if scheme not in SCHEMES or not slash:
                raise WheelFormatError(f"{member.path} is in no scheme that an installer knows")
        elif folder.endswith(".data") and rest:
            raise WheelFormatError(f"{member.path} is in the data folder of another package")
