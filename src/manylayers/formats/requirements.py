"""Requirements files as pip reads them, down to roots and constraints with their origins.

Follows pip's "Requirements File Format"; requirement lines themselves are PEP 508, read by
`packaging`. What a file asks for and we can't do is refused by name, all of it at once.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from os.path import normpath
from pathlib import Path, PurePath

from manylayers.errors import UsageError, reason_of
from manylayers.errors.inputs import BadRequirementsError
from manylayers.errors.resolving import NeedsArchiveError
from manylayers.formats.other_files import other_file
from manylayers.formats.pins import Origin, Root
from manylayers.formats.requirement_advice import UnusableLineError, shown
from manylayers.formats.requirement_lines import read_line
from manylayers.formats.requirement_options import Option, read_options
from manylayers.formats.text import NotTextError, decoded

Load = Callable[[str], bytes]
"""Gives the bytes of the file at a path, or raises OSError."""

_UNBUILT = "name a wheel or an index that has one; `python -m pip wheel` builds one"
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*$")

DEEPEST = 50
"""Files in files: links between folders can make endless new names of one file."""
MOST_LINES = 20_000
"""Of all files together: the longest lists of distributions and applications have some thousand."""
LONGEST_LINE = 1 << 17
"""Characters, its continuations and hashes included: 1,500 hashes, of the largest release six."""


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
    require_hashes: bool = False


@dataclass(slots=True, kw_only=True)
class _Reading:
    """One run over a file and all it includes."""

    load: Load
    environment: Mapping[str, str]
    found: RequirementsFile
    problems: list[str] = field(default_factory=list)
    unbuilt: list[str] = field(default_factory=list)
    seen: set[tuple[str, bool]] = field(default_factory=set)
    lines: int = 0
    within: list[Origin] = field(default_factory=list)


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
            hint=_UNBUILT,
            details=tuple(reading.unbuilt),
        )
    return reading.found


_FILE = re.compile(r"^(?![^ ]* @ )[^ ;@]+\.(txt|toml|lock|ya?ml)$", re.IGNORECASE)
_FLAGS = {
    "txt": "name it with -r",
    "toml": "name it with --project, or --lock when it is a lock",
    "lock": "name it with -r or --lock, which tell how to convert it",
    "yml": "name it with -r, which tells how to convert it",
    "yaml": "name it with -r, which tells how to convert it",
}


def read_argument(text: str, *, folder: Path, source: str = "command line") -> Root:
    """One requirement from the command line or a table; relative paths start at ``folder``."""
    if match := _FILE.search(text):
        raise UsageError(
            f"{source}: {shown(text)} is the name of a file, not a requirement",
            hint=_FLAGS[match[1].lower()],
        )
    try:
        return read_line(text.strip(), Origin(source=source), folder)
    except UnusableLineError as problem:
        detail = (f"{source}: {shown(text)}: {problem}",)
        if problem.unbuilt:
            raise NeedsArchiveError(
                f"{shown(text)} is no wheel", hint=_UNBUILT, details=detail
            ) from problem
        raise BadRequirementsError(detail) from problem


def _read_file(source: str, reading: _Reading, *, constraints: bool) -> None:
    key = (normpath(source), constraints)
    if key in reading.seen:
        return
    reading.seen.add(key)
    for number, line in logical_lines(_text(source, reading)):
        origin = Origin(source=source, line=number)
        reading.lines += 1
        if reading.lines > MOST_LINES:
            raise UsageError(
                f"{origin} is one of more than {MOST_LINES:,} lines, as no list has",
                hint="name a list of what the layer is to hold",
            )
        try:
            expanded = _expanded(line, reading.environment)
            _read_line(expanded, origin, reading, constraints=constraints)
        except UnusableLineError as problem:
            place = reading.unbuilt if problem.unbuilt else reading.problems
            place.append(f"{origin}: {shown(line)}: {problem}")


def _text(source: str, reading: _Reading) -> str:
    named = f", which {reading.within[-1]} names," if reading.within else ""
    try:
        data = reading.load(source)
    except (OSError, ValueError) as error:
        raise UsageError(
            f"{source}{named} can not be read: {reason_of(error)}",
            hint="check the path; paths in a file start at that file's folder"
            + (", and `/` stands between folders" if "\\" in source else ""),
        ) from error
    if other := other_file(source, data):
        raise UsageError(
            f"{source}{named} is {other.what}, not a requirements file", hint=other.way_out
        )
    try:
        return decoded(data)
    except NotTextError as error:
        raise UsageError(f"{source}{named} is no text: {error}", hint="save it as UTF-8") from error


def logical_lines(text: str) -> Iterator[tuple[int, str]]:
    """Lines with continuations joined and comments gone, with the number of the first of each.

    What is longer than LONGEST_LINE is the last, however it goes on.
    """
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
            if len(gathered) <= LONGEST_LINE:
                continue
            break
        whole = _COMMENT.sub("", gathered + ("" if comment and gathered else line)).strip()
        if whole:
            yield start, whole
        gathered, start = "", 0
    if rest := _COMMENT.sub("", gathered).strip():
        yield start, rest


def _expanded(line: str, environment: Mapping[str, str]) -> str:
    if len(line) > LONGEST_LINE:
        raise UnusableLineError(f"it has more than {LONGEST_LINE:,} characters")

    def value(match: re.Match[str]) -> str:
        if not environment.get(match[1]):
            state = "empty" if match[1] in environment else "not set"
            raise UnusableLineError(f"the environment variable {match[1]} is {state}")
        return environment[match[1]]

    return _VARIABLE.sub(value, line)


def _read_line(line: str, origin: Origin, reading: _Reading, *, constraints: bool) -> None:
    if line.startswith("-") and not line.startswith("- "):
        for option in read_options(line):
            _take(option, origin, reading, constraints=constraints)
        return
    root = read_line(line, origin, Path(PurePath(origin.source).parent))
    (reading.found.constraints if constraints else reading.found.roots).append(root)


def _take(option: Option, origin: Origin, reading: _Reading, *, constraints: bool) -> None:
    found = reading.found
    match option.kind:
        case "requirement" | "constraint":
            _include(
                option, origin, reading, constraints=constraints or option.kind == "constraint"
            )
        case "index-url":
            found.index_url = option.value
        case "extra-index-url":
            found.extra_index_urls.append(option.value)
        case "find-links":
            folder = Path(PurePath(origin.source).parent)
            place = option.value.replace("\\", "/")
            found.find_links.append(
                option.value if is_url(place) else str((folder / place).absolute())
            )
        case "pre":
            found.pre = True
        case "no-index":
            found.no_index = True
        case "require-hashes":
            found.require_hashes = True
        case _:
            pass  # the rest asks for wheels or for no cache: nothing else is ever done


def _include(option: Option, origin: Origin, reading: _Reading, *, constraints: bool) -> None:
    if is_url(option.value):
        raise UnusableLineError("a file behind a URL is not read; download it first")
    if len(reading.within) == DEEPEST:
        raise UnusableLineError(f"it is named by a file in a file, {DEEPEST} deep")
    path = Path(PurePath(origin.source).parent) / option.value
    reading.within.append(origin)
    _read_file(str(path), reading, constraints=constraints)
    reading.within.pop()


def is_url(text: str) -> bool:
    """Whether ``text`` is a URL of any scheme."""
    return re.match(r"[A-Za-z][A-Za-z0-9+.-]*://|file:", text, re.IGNORECASE) is not None
