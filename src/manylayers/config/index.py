"""Where packages are looked for: flags, files, tables and uv's environment variables joined."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from manylayers.config.flags import Flags
from manylayers.doors.inputs import Gathered
from manylayers.errors import UsageError
from manylayers.options import IndexSettings

if TYPE_CHECKING:
    from manylayers.formats.layer_tables import LayerTable


def join_index(
    flags: Flags,
    environment: Mapping[str, str],
    *read: Gathered,
    table: LayerTable | None = None,
    folder: Path | None = None,
) -> IndexSettings:
    """The one set of index settings; ``folder`` is where relative places of ``table`` start.

    ``UV_DEFAULT_INDEX``, ``UV_INDEX_URL``, ``UV_INDEX``, ``UV_EXTRA_INDEX_URL``,
    ``UV_INDEX_<NAME>_USERNAME`` and ``_PASSWORD``, ``UV_FIND_LINKS``, ``UV_NO_INDEX``,
    ``UV_EXCLUDE_NEWER``, ``UV_KEYRING_PROVIDER`` and ``UV_OFFLINE`` mean what they mean to uv.
    """
    texts = table.texts if table else {}
    lists = table.lists if table else {}
    in_files = next((one.index_url for one in read if one.index_url), None)
    of_uv = environment.get("UV_DEFAULT_INDEX") or environment.get("UV_INDEX_URL")
    default = flags.index_url or in_files or texts.get("index-url") or of_uv
    newer = (
        ("--exclude-newer ", flags.exclude_newer),
        ("tool.manylayers.exclude-newer ", texts.get("exclude-newer")),
        ("UV_EXCLUDE_NEWER=", environment.get("UV_EXCLUDE_NEWER")),
    )
    extra = (*flags.extra_index_urls, *_each(read, "extra_index_urls"))
    return IndexSettings(
        default_url=_url(default, environment) if default else None,
        extra_urls=tuple(
            _url(url, environment)
            for url in (*extra, *lists.get("extra-index-url", ()), *_uv_indexes(environment))
        ),
        find_links=tuple(_find_links(flags, environment, read, lists, folder)),
        no_index=flags.no_index
        or any(one.no_index for one in read)
        or _set("UV_NO_INDEX", environment),
        exclude_newer=next((read_moment(text, where) for where, text in newer if text), None),
        pre=flags.pre or any(one.pre for one in read) or bool(table and table.flags.get("pre")),
        offline=flags.offline or _set("UV_OFFLINE", environment),
        keyring=environment.get("UV_KEYRING_PROVIDER"),
    )


def join_project_index(flags: Flags, environment: Mapping[str, str], folder: Path) -> IndexSettings:
    """The same for a command that reads no input: ``--config``, or the project of ``folder``.

    Raises UsageError for a table that is wrong, or is not there where ``--config`` names it.
    """
    from manylayers.config.projects import nearest_with_table, project_at, without_layers

    named = flags.config
    project = project_at(named, folder) if named else nearest_with_table(folder)
    if project is None:
        return join_index(flags, environment)
    from manylayers.formats.layer_tables import read_layer_tables

    tables = read_layer_tables(project.document, project.source, project.name)
    if tables is None and named:
        raise UsageError(
            f"{without_layers(project)}, which --config is for",
            hint="name another file",
        )
    table = tables[0] if tables else None
    return join_index(flags, environment, table=table, folder=project.folder)


def _each(read: Iterable[Gathered], name: str) -> list[str]:
    return [value for one in read for value in getattr(one, name)]


def _set(name: str, environment: Mapping[str, str]) -> bool:
    return environment.get(name, "").lower() in ("1", "true", "yes", "on", "y", "t")


def _uv_indexes(environment: Mapping[str, str]) -> list[str]:
    return [
        *environment.get("UV_INDEX", "").split(),
        *environment.get("UV_EXTRA_INDEX_URL", "").split(),
    ]


def _url(text: str, environment: Mapping[str, str]) -> str:
    """``text``, ``name=URL`` or URL, with the credentials the environment has for that name."""
    match = re.match(r"([A-Za-z0-9._-]+)=([A-Za-z]+://.*)", text)
    if match is None:
        return _sound(text) if re.match(_URL, text) else _index_folder(text)
    from manylayers.hands.urls import with_credentials

    url = _sound(match[2])
    name = re.sub(r"[^A-Z0-9]", "_", match[1].upper())
    user = environment.get(f"UV_INDEX_{name}_USERNAME", "")
    password = environment.get(f"UV_INDEX_{name}_PASSWORD", "")
    return with_credentials(url, user, password) if user or password else url


_URL = r"[A-Za-z][A-Za-z0-9+.-]+:"
_SCHEME = rf"{_URL}//"


def _sound(url: str) -> str:
    """``url`` if it is one that can be asked. Raises UsageError."""
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https", "file") and (parts.port or 0) >= 0
    except ValueError:
        sound = False
    else:
        sound = sound and bool(parts.hostname or parts.scheme == "file")
    if not sound or re.search(r"\s", url):  # which uv takes for the end of one of several
        hint = "it begins with https:// and a host; a blank in it is written as %20"
        if "@" in url:
            hint += ", in a password / as %2F, ? as %3F, # as %23"
        raise UsageError(f"{_shown(url)} is no URL of an index", hint=hint)
    return url


def _shown(text: str) -> str:
    """``text``, meant as a URL, without credentials and query also where it is none."""
    scheme = re.match(_SCHEME, text)
    _, at, place = text.rpartition("@")
    if scheme:
        place = place.partition("?")[0]
    return f"{scheme[0] if scheme else ''}****@{place}" if at else place


def _index_folder(text: str) -> str:
    path = Path(text).absolute()
    if not path.is_dir():
        raise UsageError(
            f"the index {_shown(text)} is neither a URL nor a folder",
            hint="it begins with https://",
        )
    return path.as_uri()


def _find_links(
    flags: Flags,
    environment: Mapping[str, str],
    read: Iterable[Gathered],
    lists: Mapping[str, tuple[str, ...]],
    folder: Path | None,
) -> list[str]:
    of_uv = [place for place in environment.get("UV_FIND_LINKS", "").split(",") if place]
    here = [_absolute(place, Path()) for place in (*flags.find_links, *of_uv)]
    there = [_absolute(place, folder or Path()) for place in lists.get("find-links", ())]
    in_files = [_absolute(place, Path()) for place in _each(read, "find_links")]
    return [*here, *in_files, *there]


def _absolute(place: str, folder: Path) -> str:
    """A URL, or the path of a folder that is there. Raises UsageError."""
    if re.match(_URL, place) and not (folder / place).is_dir():
        return _sound(place)
    path = (folder / place).absolute()
    if not path.is_dir():
        raise UsageError(
            f"--find-links {_shown(place)} is no folder", hint="name a folder with wheels, or a URL"
        )
    return str(path)


def read_moment(text: str, where: str) -> datetime:
    """An RFC 3339 time, or a date, which means its end in UTC. UsageError, saying ``where``."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return datetime.fromisoformat(text).replace(tzinfo=UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError(
            f"{where}{text} is neither a date nor a time",
            hint="write 2026-11-23 or 2026-11-23T00:00:00Z",
        ) from error
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
