"""The pages of an index: which files of a project they link to.

Follows the simple repository API (PEP 503, 629, 691, 700), which `pypi_simple` reads. A page that
was made to be slow or endless for its reader is refused before.
"""

from __future__ import annotations

import json
import logging
import re
from datetime import UTC, datetime
from hashlib import algorithms_guaranteed
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from manylayers.errors.places import IndexPageError, index_page_error
from manylayers.formats.kept_page import Page
from manylayers.formats.pins import DistributionFile, bare_url, filename_of
from manylayers.formats.unwarned import unwarned

if TYPE_CHECKING:
    from pypi_simple import ProjectPage

ARCHIVES = (".whl", ".tar.gz", ".zip")
"""What files of releases end with; older kinds were never wheels."""
_UNREADABLE = (ValueError, KeyError, TypeError, AttributeError, AssertionError, RecursionError)
"""What readers of JSON and HTML raise at pages made to raise it."""
MOST_COMMENTS = 2000
"""In HTML: the page is read through again for each that has no end; real ones have one or two."""
MOST_LINKS = 100_000
"""Several times those of the largest project; six times as many take the reader minutes."""
LONGEST_REASON = 200
"""Characters of what such a reader says."""
_UNHEARD = logging.NullHandler()


def read_page(page: Page, name: str) -> tuple[DistributionFile, ...]:
    """The files of ``name`` on ``page``. Raises IndexPageError for what is no index page."""
    from pypi_simple import UnsupportedRepoVersionError

    try:
        # Of a newer minor version, which only adds (PEP 629), and of HTML that looks like XML.
        with unwarned(UserWarning):
            read = _parsed(page, name)
        files = tuple(_file(package) for package in read.packages if _filename(package))
    except (*_UNREADABLE, UnsupportedRepoVersionError) as error:
        raise damaged_page(page.url, _why(error)[:LONGEST_REASON]) from error
    if is_on_the_web(page.url) and (local := [one for one in files if one.url.startswith("file:")]):
        raise damaged_page(page.url, f"it links {local[0].filename} to a file of this machine")
    return files


def _why(error: Exception) -> str:
    """What is wrong with a page, where a reader of pages has raised ``error``."""
    if isinstance(error, RecursionError):
        return "it is nested too deeply"
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError)):
        return f"it is no whole JSON: {error}"
    if details := getattr(error, "errors", None):  # of pydantic
        first = details()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'the page'}: {first['msg']}"
    return str(error).partition(";")[0] or type(error).__name__


def _parsed(page: Page, name: str) -> ProjectPage:
    from pypi_simple import ProjectPage

    kind = page.content_type.lower()
    if "json" in kind:
        return ProjectPage.from_json_data(json.loads(page.body), base_url=page.url)
    if "html" in kind:
        if page.body.lower().count(b"<a") > MOST_LINKS:
            raise damaged_page(page.url, f"it has more than {MOST_LINKS:,} links")
        return _parsed_html(page, name)
    raise damaged_page(page.url, f"it is {kind_told(page.content_type)}")


def _parsed_html(page: Page, name: str) -> ProjectPage:
    from bs4.builder import ParserRejectedMarkup
    from pypi_simple import ProjectPage

    if page.body.count(b"<!--") > MOST_COMMENTS:
        raise damaged_page(page.url, f"it has more than {MOST_COMMENTS:,} comments")
    # It would complain of bytes that it can't read, past us to standard error.
    logging.getLogger("bs4").addHandler(_UNHEARD)
    try:
        return ProjectPage.from_html(name, page.body, base_url=page.url)
    except ParserRejectedMarkup as error:
        raise damaged_page(page.url, "no reader takes its HTML") from error


def damaged_page(url: str, reason: str) -> IndexPageError:
    """The error for the page at ``url``, which is told without credentials."""
    return index_page_error(bare_url(url), reason)


def _filename(package: Any) -> str:
    """The name that the page gives, or the one that the link ends with where that is no file's."""
    told = unquote(package.filename)
    if told.endswith(ARCHIVES):
        return told
    return filename_of(package.url)


def _file(package: Any) -> DistributionFile:
    moment: datetime | None = package.upload_time
    if moment is not None and moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return DistributionFile(
        filename=_filename(package),
        url=quote(package.url, safe=":/?&=%~#@!$'()*+,;[]"),
        hashes={
            key: value.lower()
            for key, value in (package.digests or {}).items()
            if key in algorithms_guaranteed
        },
        size=package.size,
        requires_python=package.requires_python,
        yanked=(package.yanked_reason or "") if package.is_yanked else None,
        upload_time=moment,
    )


def kind_told(content_type: str) -> str:
    """A ``Content-Type`` as errors may tell it: a server can write anything there."""
    match = re.match(
        r"(?:text|application|image)/[a-z0-9.+-]{1,60}(?=\s*(?:;|$))",
        content_type.strip(),
        re.IGNORECASE,
    )
    return match[0] if match else "of no known type" if content_type else "of no type"


def is_on_the_web(place: str) -> bool:
    """Whether ``place`` is a page to be asked for, and no folder or file."""
    return place.startswith(("http://", "https://"))
