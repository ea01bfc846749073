"""User and password for a URL: as other URLs told them, or as a keyring knows them."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from urllib.parse import unquote, urlsplit, urlunsplit

from manylayers.errors import SIGNING
from manylayers.hands.process import WaysOut, run
from manylayers.hands.urls import host_of, realm_of

KEYRING_SECONDS = 60.0
KEYRING_WAYS_OUT = WaysOut(
    absent="install keyring, or unset UV_KEYRING_PROVIDER and give the password in the index URL",
    endless="unlock the keyring, or give the password in the index URL",
)

Login = tuple[str, str]

_LOGIN = rb"://[^/\s\0\"'<>@]+@"
_QUERY = rb"\?[^\s\0\"'<>]+"
_SIGNING = rf"(?i){SIGNING}".encode()


def holds_secret(data: bytes) -> bool:
    """Whether there is a URL in ``data`` that lets in whoever has it."""
    if re.search(_LOGIN, data):
        return True
    # Query by query, none of which overlap: an index may send what is question marks all through.
    return any(re.search(_SIGNING, query[0]) for query in re.finditer(_QUERY, data))


class Credentials:
    """Those written into one URL go with all of its host; of several the most alike URL counts."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._environment = environment
        self._known: dict[str, Login] = {}

    def remember(self, url: str) -> str:
        """``url`` without its credentials, which from now on go with every URL of its host."""
        parts = urlsplit(url)
        user, at, host = parts.netloc.rpartition("@")
        if not at:
            return url
        name, _, password = user.partition(":")
        bare = urlunsplit(parts._replace(netloc=host))
        self._known[bare] = unquote(name), unquote(password)
        return bare

    def of(self, url: str) -> Login | None:
        """User and password that go with ``url``, as far as URLs have told them."""
        return self._known.get(self._source(url))

    def ask_keyring(self, url: str) -> Login | None:
        """What the program `keyring` knows, where uv would ask it: for a user without password."""
        tried = self.of(url)
        if self._environment.get("UV_KEYRING_PROVIDER") != "subprocess":
            return None
        if tried is None or tried[1]:
            return None
        found = next(
            (
                word
                for service in (url, host_of(url))
                if (word := self._password(service, tried[0]))
            ),
            None,
        )
        if found is None:
            return None
        self._known[self._source(url)] = tried[0], found
        return tried[0], found

    def _password(self, service: str, user: str) -> str:
        finished = run(
            ["keyring", "get", service, user],
            environment=self._environment,
            folder=None,
            timeout=KEYRING_SECONDS,
            ways_out=KEYRING_WAYS_OUT,
        )
        return finished.stdout.decode().strip() if finished.status == 0 else ""

    def _source(self, url: str) -> str:
        """The URL whose credentials go with ``url``: of those of its host the most alike."""
        known = [one for one in tuple(self._known) if realm_of(one) == realm_of(url)]
        return max(known, key=lambda one: len(posixpath.commonpath([one, url])), default=url)
