"""URLs as they are shown, written and compared: who is asked, for what, with which password."""

from __future__ import annotations

from urllib.parse import quote, urlsplit, urlunsplit


def without_login(url: str) -> str:
    """``url`` without user and password, as it can be asked for."""
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def with_credentials(url: str, user: str, password: str) -> str:
    """``url`` with user and password in it, for handing on in memory."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{quote(user, '')}:{quote(password, '')}@{host}"))


def host_of(url: str) -> str:
    """The host as errors name it."""
    return urlsplit(url).netloc.rpartition("@")[2] or url


def realm_of(url: str) -> str:
    """Scheme and host: where one set of credentials may go."""
    return f"{urlsplit(url).scheme}://{host_of(url)}"


LONGEST_NAME = 160
"""Characters of a path that errors repeat; what tells files apart stands within so many."""


def asked_for(url: str) -> str:
    """What errors call the thing at ``url``: a file by its name, a page by its path."""
    path = urlsplit(url).path
    name = path.rpartition("/")[2] or path or "/"
    return name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME]}…"
