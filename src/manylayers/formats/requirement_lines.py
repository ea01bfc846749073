"""One requirement line: a PEP 508 requirement, or a wheel named by its place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.formats.pins import Origin, Root, normalized
from manylayers.formats.requirement_advice import LINK, UnusableLineError, advice
from manylayers.formats.requirement_places import Place, place_in, read_hash, read_place
from manylayers.formats.text import LONGEST_NUMBER, has_endless_number

if TYPE_CHECKING:
    from packaging.requirements import Requirement

_HASH = re.compile(r"""\s--hash(?:=|\s+|(?=$))("[^"]*"|'[^']*'|\S*)""")
_OTHER_OPTION = re.compile(r"\s(--?[a-zA-Z][a-z-]*)")
_UNSEEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def read_line(line: str, origin: Origin, folder: Path) -> Root:
    """The root that ``line`` asks for; relative paths start at ``folder``. Or UnusableLineError."""
    if unseen := _UNSEEN.search(line):
        raise UnusableLineError(f"it has the control character {unseen[0]!r}")
    if has_endless_number(line.encode()):
        raise UnusableLineError(f"it has a number of more than {LONGEST_NUMBER:,} digits")
    hashes = frozenset(read_hash(value.strip("\"'")) for value in _HASH.findall(f" {line}"))
    bare = _HASH.sub("", f" {line}").strip()
    if option := _OTHER_OPTION.search(bare):
        raise UnusableLineError(f"the option {option[1]} of a line is not supported; take it out")
    if text := place_in(bare):
        return _by_place(read_place(text, folder), bare[len(text) :], hashes, origin)
    return _by_name(bare, hashes, origin, folder)


def _by_place(place: Place, rest: str, hashes: frozenset[str], origin: Origin) -> Root:
    marker = rest.strip().removeprefix(";").strip()
    line = f"{place.name}{place.extras} @ {place.url}" + (f" ; {marker}" if marker else "")
    _parsed(line)
    return Root(requirement=line, origin=origin, hashes=hashes | place.hashes)


def _by_name(line: str, hashes: frozenset[str], origin: Origin, folder: Path) -> Root:
    requirement = _parsed(line)
    if requirement.url is None:
        _refuse_odd_versions(requirement)
        return Root(requirement=line, origin=origin, hashes=hashes)
    if not re.search(r"[:/\\]|\.whl", requirement.url):
        raise UnusableLineError(LINK)
    place = read_place(requirement.url, folder)
    if place.name != normalized(requirement.name):
        raise UnusableLineError(f"the wheel there is of {place.name}, not of {requirement.name}")
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    text = f"{requirement.name}{extras or place.extras} @ {place.url}{marker}"
    return Root(requirement=text, origin=origin, hashes=hashes | place.hashes)


def _parsed(line: str) -> Requirement:
    from packaging.requirements import InvalidRequirement, Requirement
    from packaging.utils import InvalidName, canonicalize_name

    try:
        requirement = Requirement(line)
        for name in (requirement.name, *requirement.extras):
            canonicalize_name(name, validate=True)
    except InvalidRequirement as error:
        reason = str(error).splitlines()[0]
        raise UnusableLineError(advice(line) or f"it is no requirement: {reason}") from error
    except InvalidName as error:
        raise UnusableLineError("a name begins and ends with a letter or digit") from error
    return requirement


def _refuse_odd_versions(requirement: Requirement) -> None:
    """``===`` takes any text by the book, and no index has a wheel of a version that is none."""
    from packaging.version import InvalidVersion, Version

    for specifier in requirement.specifier:
        try:
            if specifier.operator == "===":
                Version(specifier.version)
        except InvalidVersion as error:
            raise UnusableLineError(f"{specifier.version!r} is no version") from error
