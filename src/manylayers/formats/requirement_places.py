"""A wheel named by its place: a URL or path, with the hashes and extras that stand in it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from manylayers.formats.pins import filename_of, normalized
from manylayers.formats.requirement_advice import UnusableLineError

_ARCHIVES = (".tar.gz", ".zip", ".tar.bz2", ".tgz", ".tar.xz", ".tar", ".egg")
_ALGORITHMS = {"sha256": 64, "sha384": 96, "sha512": 128}
_WEAK = frozenset({"md5", "sha1", "sha224"})
_EXTRAS = re.compile(r"\[([^\[\]]*)\]$")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_REPOSITORY = re.compile(r"(?:git|hg|svn|bzr)(?:\+|:)|ssh:|git@|git\+", re.IGNORECASE)


class Place(NamedTuple):
    """A wheel's absolute URL, without fragment; ``extras`` is ``[a,b]`` or empty."""

    url: str
    filename: str
    name: str
    hashes: frozenset[str] = frozenset()
    extras: str = ""


def place_in(line: str) -> str:
    """The URL or path that ``line`` begins with; ``""`` when it begins with a name."""
    word = re.split(r"(?<=\s);|;(?=\s)", line, maxsplit=1)[0].strip()
    if re.match(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//|(?i:file):|git[+@]|[A-Za-z]:[\\/]", word):
        return word
    path = _EXTRAS.sub("", word)
    looks = path.startswith((".", "/", "~", "\\")) or "\\" in path
    if looks or (path.endswith((".whl", *_ARCHIVES)) and not re.search(r"[@<>=;\s]", path)):
        return word
    return ""


def read_place(text: str, folder: Path) -> Place:
    """The wheel at ``text``; relative paths start at ``folder``. Raises UnusableLineError."""
    plain, _, fragment = text.partition("#")
    if _REPOSITORY.match(plain):
        raise UnusableLineError("it is a repository, which has no wheel", unbuilt=True)
    extras = ""
    if is_path(plain):
        extras = _extras_at_end(plain)
        plain = _path(_EXTRAS.sub("", plain), folder).as_uri()
    elif plain.lower().startswith("file:"):
        plain = _file_url(plain, folder)
    filename = _filename(plain)
    _refuse_unbuilt(plain, filename)
    told = dict(part.partition("=")[::2] for part in fragment.split("&") if part)
    return Place(
        url=plain,
        filename=filename,
        name=normalized(filename.split("-")[0]),
        hashes=frozenset(_hashes(told)),
        extras=extras or _extras_at_end(told.get("egg", "")),
    )


def _extras_at_end(text: str) -> str:
    match = _EXTRAS.search(text)
    return match[0] if match else ""


def read_hash(value: str) -> str:
    """``algorithm:hex`` as ``--hash`` takes it, in lower case. Raises UnusableLineError."""
    if not value:
        raise UnusableLineError("--hash lacks its value")
    algorithm, _, digest = value.lower().partition(":")
    length = _ALGORITHMS.get(algorithm)
    if length is None:
        raise UnusableLineError(f"--hash takes sha256, sha384 or sha512, not {algorithm!r}")
    if not re.fullmatch(rf"[0-9a-f]{{{length}}}", digest):
        raise UnusableLineError(f"--hash={value[:24]} is no {algorithm} in hexadecimal")
    return f"{algorithm}:{digest}"


def is_path(text: str) -> bool:
    """Whether ``text`` is a path, of any system, rather than a URL."""
    return bool(_DRIVE.match(text)) or not _SCHEME.match(text)


def _path(text: str, folder: Path) -> Path:
    if (_DRIVE.match(text) or text.startswith("\\\\")) and not Path(text).is_absolute():
        raise UnusableLineError("it is a path of Windows; name the wheel by its path on this host")
    path = Path(text.replace("\\", "/"))
    try:
        return (folder / (path.expanduser() if text.startswith("~") else path)).absolute()
    except RuntimeError as error:
        raise UnusableLineError("its `~` is the home of nobody known here") from error


def _file_url(url: str, folder: Path) -> str:
    rest = url[len("file:") :]
    if not rest.startswith("/"):
        return _path(unquote(rest), folder).as_uri()
    host = urlsplit(url).netloc
    if host not in ("", "localhost"):
        raise UnusableLineError(f"{host!r} is a host there: write file:///, then the whole path")
    return "file:" + rest


def _filename(url: str) -> str:
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        raise UnusableLineError(f"it is no URL: {error}") from error
    if parts.scheme not in ("http", "https", "file"):
        raise UnusableLineError(f"{parts.scheme}: is not fetched; name an https: link or a path")
    if parts.scheme != "file" and not parts.hostname:
        raise UnusableLineError("the URL names no host")
    return filename_of(url)


def _refuse_unbuilt(url: str, filename: str) -> None:
    if filename.endswith(_ARCHIVES):
        raise UnusableLineError("it is a source archive, not a wheel", unbuilt=True)
    if re.search(r"/(?:croot|home/conda|feedstock_root|opt/conda/conda-bld)/|/_build_env", url):
        raise UnusableLineError(
            "conda wrote the folder it was built in; write `name==version`", unbuilt=True
        )
    if ".whl;" in filename:
        raise UnusableLineError("a space stands before the `;` of a marker")
    if not filename.endswith(".whl"):
        raise UnusableLineError("it is a folder or page, not a wheel", unbuilt=True)
    if filename.count("-") < 4:
        raise UnusableLineError(f"{filename} is no wheel's file name")


def _hashes(told: dict[str, str]) -> list[str]:
    for weak in sorted(_WEAK & told.keys()):
        raise UnusableLineError(f"#{weak}= is too weak to trust; write #sha256= instead")
    return [read_hash(f"{key}:{value}") for key, value in told.items() if key in _ALGORITHMS]
