"""One requirement line: a PEP 508 requirement, or a wheel named by its place."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import unquote, urlsplit

from manylayers.errors import redacted
from manylayers.formats.pins import Origin, Root, normalized

_HASH = re.compile(r"\s--hash(?:=|\s+)(\S+)")
_OTHER_OPTION = re.compile(r"\s(--[a-z][a-z-]*)")
_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar")
_ALGORITHMS = {"sha256": 64, "sha384": 96, "sha512": 128}


class UnusableLineError(ValueError):
    """Why a line can't be used. ``unbuilt``: it names something that would have to be built."""

    def __init__(self, reason: str, *, unbuilt: bool = False) -> None:
        super().__init__(reason)
        self.unbuilt = unbuilt


def read_line(line: str, origin: Origin, folder: Path) -> Root:
    """The root that ``line`` asks for; relative paths start at ``folder``. Or UnusableLineError."""
    hashes = frozenset(_hash(value) for value in _HASH.findall(f" {line}"))
    bare = _HASH.sub("", f" {line}").strip()
    if option := _OTHER_OPTION.search(bare):
        raise UnusableLineError(f"the option {option[1]} of a line is not supported; take it out")
    if place := _place(bare):
        return _by_place(place, bare[len(place) :], hashes, origin, folder)
    return _by_name(bare, hashes, origin, folder)


def _hash(value: str) -> str:
    algorithm, _, digest = value.lower().partition(":")
    length = _ALGORITHMS.get(algorithm)
    if length is None:
        raise UnusableLineError(f"--hash takes sha256, sha384 or sha512, not {algorithm!r}")
    if not re.fullmatch(rf"[0-9a-f]{{{length}}}", digest):
        raise UnusableLineError(f"--hash={value[:24]} is no {algorithm} in hexadecimal")
    return f"{algorithm}:{digest}"


def _place(line: str) -> str:
    """The URL or path that the line begins with; ``""`` when it begins with a name."""
    word = re.split(r"\s+;|;\s", line, maxsplit=1)[0].strip()
    if re.match(r"(?:[a-z][a-z0-9+.-]*:)?//|file:|git\+|[A-Za-z]:[\\/]", word):
        return word
    path = re.sub(r"\[[^\]]*\]$", "", word)
    looks = path.startswith((".", "/", "~", "\\")) or "\\" in path
    if looks or (path.endswith((".whl", *_ARCHIVES)) and "@" not in path):
        return word
    return ""


def _by_place(place: str, rest: str, hashes: frozenset[str], origin: Origin, folder: Path) -> Root:
    url, own = _url(place, folder)
    filename = unquote(urlsplit(url).path.rpartition("/")[2])
    _refuse_unbuilt(url, filename)
    marker = rest.strip().removeprefix(";").strip()
    name = filename.split("-")[0]
    if filename.count("-") < 4:
        raise UnusableLineError(f"{filename} is no wheel's file name")
    requirement = f"{normalized(name)} @ {url}" + (f" ; {marker}" if marker else "")
    return Root(requirement=requirement, origin=origin, hashes=hashes | own)


def _url(place: str, folder: Path) -> tuple[str, frozenset[str]]:
    """``place`` as an absolute URL without its fragment, and the hashes the fragment gave."""
    plain, _, fragment = place.partition("#")
    if not re.match(r"[a-z][a-z0-9+.-]*:", plain) or re.match(r"[A-Za-z]:[\\/]", plain):
        plain = re.sub(r"\[[^\]]*\]$", "", plain)
        path = Path(plain).expanduser() if plain.startswith("~") else Path(plain)
        plain = (folder / path).absolute().as_uri()
    elif plain.startswith("file:") and not plain.startswith("file:/"):
        plain = (folder / plain.removeprefix("file:")).absolute().as_uri()
    parts = (part.partition("=") for part in fragment.split("&") if part)
    return plain, frozenset(
        _hash(f"{key}:{value}") for key, _, value in parts if key in _ALGORITHMS
    )


def _refuse_unbuilt(url: str, filename: str) -> None:
    if re.match(r"(git|hg|svn|bzr)\+", url):
        raise UnusableLineError("it is a repository, which has no wheel", unbuilt=True)
    if filename.endswith(_ARCHIVES):
        raise UnusableLineError("it is a source archive, not a wheel", unbuilt=True)
    if not filename.endswith(".whl"):
        raise UnusableLineError("it is a folder or page, not a wheel", unbuilt=True)


def _by_name(line: str, hashes: frozenset[str], origin: Origin, folder: Path) -> Root:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(line)
    except InvalidRequirement as error:
        raise UnusableLineError(
            _advice(line) or f"it is no requirement: {_first_line(error)}"
        ) from error
    if requirement.url is None:
        return Root(requirement=line, origin=origin, hashes=hashes)
    url, own = _url(requirement.url, folder)
    _refuse_unbuilt(url, unquote(urlsplit(url).path.rpartition("/")[2]))
    extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
    marker = f" ; {requirement.marker}" if requirement.marker else ""
    text = f"{requirement.name}{extras} @ {url}{marker}"
    return Root(requirement=text, origin=origin, hashes=hashes | own)


def _first_line(error: Exception) -> str:
    return redacted(str(error).splitlines()[0])


def _advice(line: str) -> str:
    """The way out of the commonest slips."""
    if re.match(r"[\w.-]+\s*=\s*[\w.\"']", line):
        return "one `=` is none of the operators; write `==` for an exact version"
    if re.match(r"[\w.-]+\s+\d", line):
        return "between name and version stands an operator, such as `==`"
    if re.search(r"[\u2013\u2014\u2018\u2019\u201c\u201d]", line):
        return "it has typographic quotes or dashes; write plain ones"
    if re.match(r"\[[\w.-]+\]|[\w-]+ = \{", line):
        return "this looks like TOML; name a pyproject.toml with --project"
    return ""
