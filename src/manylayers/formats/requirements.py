"""Requirements files as pip reads them, down to roots and constraints with their origins.

Follows pip's "Requirements File Format"; requirement lines themselves are PEP 508, read by
`packaging`. What a file asks for and we can't do is refused by name, all of it at once.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from manylayers.errors import BadRequirementsError, NeedsArchiveError, UsageError, redacted
from manylayers.formats.pins import Origin, Root
from manylayers.formats.requirement_lines import UnusableLineError, read_line

Load = Callable[[str], bytes]
"""Gives the bytes of the file at a path, or raises OSError."""

_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_COMMENT = re.compile(r"(^|\s+)#.*$")
_CODING = re.compile(rb"coding[:=]\s*([-\w.]+)")

VALUE_OPTIONS = {
    "-r": "requirement",
    "--requirement": "requirement",
    "--requirements": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
    "--constraints": "constraint",
    "-i": "index-url",
    "--index-url": "index-url",
    "--pypi-url": "index-url",
    "--extra-index-url": "extra-index-url",
    "-f": "find-links",
    "--find-links": "find-links",
    "--only-binary": "only-binary",
}
FLAGS = {"--no-index": "no-index", "--pre": "pre"}
HARMLESS = frozenset({"--prefer-binary", "--require-hashes", "--no-cache-dir"})
"""What changes nothing here: only wheels are taken, and hashes that are given always count."""


@dataclass(slots=True, kw_only=True)
class RequirementsFile:
    """All that a file and the files it names say. Paths of ``find_links`` are absolute or URLs."""

    roots: list[Root] = field(default_factory=list)
    constraints: list[Root] = field(default_factory=list)
    index_url: str | None = None
    extra_index_urls: list[str] = field(default_factory=list)
    find_links: list[str] = field(default_factory=list)
    no_index: bool = False
    pre: bool = False


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One run over a file and all it includes."""

    load: Load
    environment: Mapping[str, str]
    found: RequirementsFile
    problems: list[str] = field(default_factory=list)
    unbuilt: list[str] = field(default_factory=list)
    seen: set[tuple[str, bool]] = field(default_factory=set)


def read_requirements(
    source: str, load: Load, environment: Mapping[str, str], *, constraints: bool = False
) -> RequirementsFile:
    """The file at ``source`` and everything it includes; files that include each other end there.

    Relative paths start at the folder of the file they stand in. Raises BadRequirementsError with
    every line that can't be used, NeedsArchiveError when all that is wrong are sdists,
    repositories and folders, UsageError for a file that can't be read.
    """
    reading = _Reading(load=load, environment=environment, found=RequirementsFile())
    _read_file(source, reading, constraints=constraints)
    if reading.problems:
        raise BadRequirementsError(tuple(reading.problems + reading.unbuilt))
    if reading.unbuilt:
        raise NeedsArchiveError(
            "some requirements are no wheels",
            hint="name a wheel or an index that has one",
            details=tuple(reading.unbuilt),
        )
    return reading.found


def read_argument(text: str, *, folder: Path, source: str = "command line") -> Root:
    """One requirement from the command line; relative paths start at ``folder``."""
    try:
        return read_line(text, Origin(source=source), folder)
    except UnusableLineError as problem:
        detail = (f"{redacted(text)}: {problem}",)
        if problem.unbuilt:
            raise NeedsArchiveError(
                f"{redacted(text)} is no wheel",
                hint="name a wheel or an index that has one",
                details=detail,
            ) from problem
        raise BadRequirementsError(detail) from problem


def _read_file(source: str, reading: _Reading, *, constraints: bool) -> None:
    key = (str(Path(source)), constraints)
    if key in reading.seen:
        return
    reading.seen.add(key)
    for number, line in logical_lines(_decoded(source, reading)):
        origin = Origin(source=source, line=number)
        try:
            _read_line(
                _expanded(line, reading.environment), origin, reading, constraints=constraints
            )
        except UnusableLineError as problem:
            place = reading.unbuilt if problem.unbuilt else reading.problems
            place.append(f"{origin}: {redacted(line)}: {problem}")


def _decoded(source: str, reading: _Reading) -> str:
    try:
        data = reading.load(source)
    except OSError as error:
        raise UsageError(
            f"{source} can not be read: {(error.strerror or str(error)).lower()}",
            hint="check the path; paths in a file start at that file's folder",
        ) from error
    if data[:2] == b"PK":
        raise UsageError(
            f"{source} is a zip file, not a requirements file", hint="name the file itself"
        )
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(encoding, "replace")
    coding = next((m for line in data.split(b"\n")[:2] if (m := _CODING.search(line))), None)
    try:
        return data.decode(coding[1].decode() if coding else "utf-8")
    except (UnicodeDecodeError, LookupError) as error:
        raise UsageError(
            f"{source} is not text in UTF-8: {error}", hint="save it as UTF-8"
        ) from error


_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with continuations joined and comments gone, with the number of the first of each."""
    gathered, start = "", 0
    for number, line in enumerate(text.splitlines(), start=1):
        if "--hash" in gathered and line[:1].isalnum():
            # A dangling `\` after the last hash, left behind by tools that drop comments: pip
            # loses the requirement after it without a word, uv reads it. So do we.
            yield start, _COMMENT.sub("", gathered).strip()
            gathered, start = "", 0
        start = start or number
        comment = line.lstrip().startswith("#")
        if line.endswith("\\") and not comment:
            gathered += line[:-1]
            continue
        whole = _COMMENT.sub("", gathered + ("" if comment and gathered else line)).strip()
        if whole:
            yield start, whole
        gathered, start = "", 0
    if rest := _COMMENT.sub("", gathered).strip():
        yield start, rest


def _expanded(line: str, environment: Mapping[str, str]) -> str:
    def value(match: re.Match[str]) -> str:
        if match[1] not in environment:
            raise UnusableLineError(f"the environment variable {match[1]} is not set")
        return environment[match[1]]

    return _VARIABLE.sub(value, line)


def _read_line(line: str, origin: Origin, reading: _Reading, *, constraints: bool) -> None:
    if not line.startswith("-"):
        root = read_line(line, origin, Path(PurePath(origin.source).parent))
        (reading.found.constraints if constraints else reading.found.roots).append(root)
        return
    name, value = _option(line)
    if name in FLAGS:
        _set_flag(FLAGS[name], reading.found)
    elif name in VALUE_OPTIONS:
        if not value:
            raise UnusableLineError(f"{name} lacks its value")
        _take(VALUE_OPTIONS[name], value, origin, reading, constraints=constraints)
    elif name not in HARMLESS:
        raise UnusableLineError(_unsupported(name))


def _option(line: str) -> tuple[str, str]:
    """Name and value of ``--name=value``, ``--name value``, ``-n value`` and ``-nvalue``."""
    match = re.match(r"(--[A-Za-z-]+|-[A-Za-z])(?:\s*=\s*|\s+)?(.*)$", line)
    if match is None:
        return line, ""
    return match[1], match[2].strip().strip("\"'")


def _unsupported(name: str) -> str:
    ways = {
        "-e": "editable installs have no place in a layer; name a wheel of the package",
        "--editable": "editable installs have no place in a layer; name a wheel of the package",
        "--no-binary": "layers are made from wheels only; take the line out",
        "--no-deps": "take the line out; `--lock` builds exactly what a lock names",
        "--trusted-host": "set UV_INSECURE_HOST instead",
    }
    return f"{name} is not supported; {ways.get(name, 'take the line out')}"


def _set_flag(name: str, found: RequirementsFile) -> None:
    if name == "pre":
        found.pre = True
    else:
        found.no_index = True


def _take(kind: str, value: str, origin: Origin, reading: _Reading, *, constraints: bool) -> None:
    found = reading.found
    match kind:
        case "requirement" | "constraint":
            if re.match(r"[a-z+]+://", value):
                raise UnusableLineError("a file behind a URL is not read; download it first")
            path = str(Path(PurePath(origin.source).parent) / value)
            _read_file(path, reading, constraints=constraints or kind == "constraint")
        case "index-url":
            found.index_url = value
        case "extra-index-url":
            found.extra_index_urls.append(value)
        case "only-binary":
            pass  # only wheels are ever taken
        case _:
            remote = re.match(r"[a-z]+://", value)
            folder = Path(PurePath(origin.source).parent)
            found.find_links.append(value if remote else str((folder / value).absolute()))
