"""The package index: which files there are of a project.

Several indexes are asked as uv does: extra ones before the default, and the first that has the name
counts. Pages are kept with what lets them be asked for again cheaply.
"""

from __future__ import annotations

import contextlib
import re
import threading
from collections.abc import Iterable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit, urlunsplit

from manylayers.errors import NetworkError
from manylayers.errors.places import IndexPageError, OfflineError, OutputError
from manylayers.errors.resolving import ProjectNotFoundError
from manylayers.formats.index_page import ARCHIVES, damaged_page, is_on_the_web, read_page
from manylayers.formats.kept_page import LARGEST_PAGE, Page, page_from_bytes, page_to_bytes
from manylayers.formats.pins import DistributionFile, bare_url, local_path, normalized
from manylayers.hands.credentials import holds_secret
from manylayers.hands.disk import clear, write_file
from manylayers.hands.leftovers import remove
from manylayers.hands.reading import content
from manylayers.hands.web import TooSlowError, WebSession, pieces
from manylayers.hands.web_failures import refused
from manylayers.options import IndexSettings

ABSENT = "absent\n"
"""The type, as no header can tell it, of a page that is not there: kept, so that offline knows."""


class ProjectListing(NamedTuple):
    """All files of a project. ``index_url`` is where they came from, without credentials."""

    name: str
    files: tuple[DistributionFile, ...]
    index_url: str | None


class Index:
    """The indexes and folders of ``settings``; pages are kept in ``folder``."""

    def __init__(self, settings: IndexSettings, session: WebSession, folder: Path) -> None:
        self._settings = settings
        self._session = session
        self._folder = folder
        self._known: dict[str, ProjectListing] = {}
        self._asking = threading.Lock()

    def listing(self, name: str) -> ProjectListing:
        """All files of ``name``, but for those that an index got after ``exclude_newer``.

        Raises ProjectNotFoundError, NetworkError, OfflineError, IndexPageError.
        """
        name = normalized(name)
        with self._asking:
            if name not in self._known:
                self._known[name] = self._find(name)
            return self._known[name]

    def _find(self, name: str) -> ProjectListing:
        local = [file for place in self._settings.find_links for file in self._linked(place, name)]
        for base in self._bases():
            found = self._files_beside(local, page_url(base, name), name)
            if found is not None:
                files = tuple(local) + tuple(self._recent(found))
                return ProjectListing(name=name, files=files, index_url=bare_url(base))
        if not local:
            raise ProjectNotFoundError(
                name, hint="check the spelling, or name its index with --extra-index-url"
            )
        return ProjectListing(name=name, files=tuple(local), index_url=None)

    def local(self, name: str) -> tuple[DistributionFile, ...]:
        """The files of ``name`` in the folders of ``--find-links``; nothing is asked."""
        places = (place for place in self._settings.find_links if not is_on_the_web(place))
        return tuple(file for place in places for file in self._linked(place, normalized(name)))

    def _files_beside(
        self, local: Sequence[DistributionFile], url: str, name: str
    ) -> tuple[DistributionFile, ...] | None:
        """What ``url`` has; offline, what is in a folder is enough where no page was seen."""
        try:
            return self._files(url, name)
        except OfflineError:
            if local:
                return None
            raise

    def _bases(self) -> tuple[str, ...]:
        if self._settings.no_index:
            return ()
        if self._settings.default_url:
            return (*self._settings.extra_urls, self._settings.default_url)
        from pypi_simple import PYPI_SIMPLE_ENDPOINT

        return (*self._settings.extra_urls, PYPI_SIMPLE_ENDPOINT)

    def _recent(self, files: Iterable[DistributionFile]) -> Iterable[DistributionFile]:
        limit = self._settings.exclude_newer
        if limit is None:
            return files
        return (file for file in files if file.upload_time and file.upload_time < limit)

    def _files(self, url: str, name: str) -> tuple[DistributionFile, ...] | None:
        """The files of ``name`` on the page at ``url``; ``None`` for a 404.

        The page is asked for or, offline, as last seen. Only one that could be read is kept: it
        would not be sent again.
        """
        if url.startswith("file:"):
            local = _local_page(url)
            return read_page(local, name) if local else None
        kept = self._kept(url)
        page = _last_seen(url, kept) if self._settings.offline else self._ask(url, kept)
        files = None if page.content_type == ABSENT else read_page(page, name)
        if page is not kept:
            self._keep(url, page)
        return files

    def _ask(self, url: str, kept: Page | None) -> Page:
        from pypi_simple import ACCEPT_ANY

        headers = {"Accept": ACCEPT_ANY}
        if kept and kept.etag:
            headers["If-None-Match"] = kept.etag
        elif kept and kept.last_modified:
            headers["If-Modified-Since"] = kept.last_modified
        try:
            with self._session.get(url, headers) as response:
                if response.status_code == 304 and kept:
                    return kept
                return Page(
                    url=bare_url(response.url),
                    content_type=response.headers.get("Content-Type", ""),
                    body=_bounded(response, url),
                    etag=response.headers.get("ETag", ""),
                    last_modified=response.headers.get("Last-Modified", ""),
                )
        except NetworkError as error:
            if " answered 404 " not in error.message:
                raise
            return Page(url=bare_url(url), content_type=ABSENT, body=b"")

    def _place(self, url: str) -> Path:
        return self._folder / sha256(bare_url(url).encode()).hexdigest()

    def _kept(self, url: str) -> Page | None:
        try:
            return page_from_bytes(content(self._place(url)))
        except (OSError, ValueError):
            return None

    def _keep(self, url: str, page: Page) -> None:
        """Keep ``page``, but for one with signed links: who reads the cache could use them."""
        if holds_secret(page.body):
            remove(self._place(url))
            return
        with contextlib.suppress(OutputError):  # a cache that can't be written costs speed only
            write_file(clear(self._place(url)), page_to_bytes(page))

    def _linked(self, place: str, name: str) -> Iterable[DistributionFile]:
        """The files of ``name`` in a folder, or on a page of links."""
        if is_on_the_web(place):
            files = self._files(place, name)
            if files is None:
                raise refused(place, 404)
            return (file for file in files if _is_of(file.filename, name))
        folder = local_path(place) if place.startswith("file:") else Path(place)
        if not folder.is_dir():
            raise IndexPageError(
                f"--find-links {place} is no folder", hint="name a folder with wheels, or a URL"
            )
        paths = sorted(folder.absolute().iterdir())
        return (
            DistributionFile(filename=path.name, url=path.as_uri(), size=path.stat().st_size)
            for path in paths
            if path.is_file() and _is_of(path.name, name)
        )


def page_url(base: str, name: str) -> str:
    """The page of ``name`` in the index at ``base``, whose query, if any, goes with each."""
    parts = urlsplit(base)
    return urlunsplit(parts._replace(path=f"{parts.path.rstrip('/')}/{name}/"))


def _last_seen(url: str, kept: Page | None) -> Page:
    if kept is None:
        raise OfflineError(
            f"the index page of {urlsplit(url).path.rstrip('/').rpartition('/')[2]} "
            "is not in the store",
            "asking for it",
        )
    return kept


def _is_of(filename: str, name: str) -> bool:
    """Whether ``filename`` is a file of ``name``: ``foo_bar-1.0`` is none of ``foo``."""
    if filename.endswith(".whl"):
        return normalized(filename.partition("-")[0]) == name
    sdist = re.escape(name) + r"-v?\d"
    return filename.endswith(ARCHIVES) and bool(re.match(sdist, normalized(filename)))


def _local_page(url: str) -> Page | None:
    path = local_path(url)
    page = path / "index.html" if path.is_dir() else path
    if not page.is_file():
        return None
    return Page(url=url, content_type="text/html", body=page.read_bytes())


def _bounded(response: Any, url: str) -> bytes:
    return b"".join(_chunks(response, url))


def _chunks(response: Any, url: str) -> Iterable[bytes]:
    from urllib3.exceptions import HTTPError

    total = 0
    try:
        for chunk in pieces(response, 1 << 18):
            total += len(chunk)
            if total > LARGEST_PAGE:
                raise damaged_page(url, f"it is larger than {LARGEST_PAGE:,} bytes")
            yield chunk
    except TooSlowError as error:
        raise damaged_page(url, str(error)) from error
    except (HTTPError, OSError) as error:
        raise damaged_page(url, "it broke off") from error
