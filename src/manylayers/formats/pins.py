"""Roots, pins and the files behind them: what every reader of inputs and locks gives."""

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple
from urllib.parse import unquote, urlsplit, urlunsplit

from manylayers.errors import redacted


def normalized(name: str) -> str:
    """``name`` as PEP 503 compares names: ``Foo._-Bar`` is ``foo-bar``."""
    return re.sub(r"[-_.]+", "-", name).lower()


def required_name(requirement: str) -> str:
    """The normalized name that ``requirement`` (PEP 508) begins with; empty where it has none."""
    match = re.match(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)", requirement)
    return normalized(match[1]) if match else ""


def local_path(url: str) -> Path:
    """The path that a ``file:`` URL names on this host."""
    from urllib.request import url2pathname  # it brings http and email along: only when needed

    return Path(url2pathname(urlsplit(url).path))


def bare_url(url: str) -> str:
    """``url`` without credentials and fragment; a query that is signed is a credential too."""
    parts = urlsplit(url)
    query = parts.query if redacted(f"?{parts.query}") == f"?{parts.query}" else ""
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=host, query=query, fragment=""))


def filename_of(url: str) -> str:
    """The name of the file that ``url`` leads to, as it would lie in a folder."""
    return unquote(urlsplit(url).path).rpartition("/")[2]


class Origin(NamedTuple):
    """Where a requirement was written. ``line`` counts from 1; 0 means no line is known."""

    source: str
    line: int = 0

    def __str__(self) -> str:
        return f"{self.source}:{self.line}" if self.line else self.source


class Root(NamedTuple):
    """One requirement as somebody wrote it.

    ``requirement`` is a PEP 508 string (``name[extra]>=1; marker`` or ``name @ URL``) without
    hashes, environment variables expanded. A wheel named only by its place is given as
    ``name @ URL`` too, the name taken from the wheel's file name; a local path becomes an
    absolute ``file:`` URL. ``hashes`` are ``sha256:HEX`` strings as ``--hash`` or ``#sha256=``
    gave them (other algorithms keep their own prefix).
    """

    requirement: str
    origin: Origin
    hashes: frozenset[str] = frozenset()

    @property
    def name(self) -> str:
        """The package's normalized name."""
        return required_name(self.requirement)


class DistributionFile(NamedTuple):
    """One file of a release, as an index, a lock or a folder offers it.

    ``url`` is ``https:``, ``http:`` or an absolute ``file:`` URL, without credentials unless
    the user wrote them there. ``size`` is in bytes. ``hashes`` maps algorithm to lower-case hex.
    ``yanked`` is the reason (maybe empty) when the file is yanked, else ``None``.
    """

    filename: str
    url: str
    hashes: Mapping[str, str] = MappingProxyType({})
    size: int | None = None
    requires_python: str | None = None
    yanked: str | None = None
    upload_time: datetime | None = None

    @property
    def sha256(self) -> str | None:
        """The SHA-256 as lower-case hex, when the source told it."""
        return self.hashes.get("sha256")

    @property
    def link(self) -> str:
        """What may be shown and pasted: the bare URL, with the hash where the source told it."""
        return bare_url(self.url) + (f"#sha256={self.sha256}" if self.sha256 else "")

    @property
    def is_wheel(self) -> bool:
        return self.filename.endswith(".whl")


class Pin(NamedTuple):
    """One package at one version, with the files that may stand for it.

    ``name`` is normalized (PEP 503). ``version`` is ``""`` only where a lock tells none.
    ``direct`` says that the user or lock gave a link to this very file. ``index_url`` is the base
    URL of the index that a lock names for it, without credentials.
    """

    name: str
    version: str
    files: tuple[DistributionFile, ...]
    direct: bool = False
    index_url: str | None = None
    requires_python: str | None = None
