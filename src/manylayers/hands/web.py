"""A web session as the user's other tools have it: proxies, certificates, netrc, keyring, retries.

`requests` reads proxies and netrc from the environment by itself. Added here: certificates as
``SSL_CERT_FILE`` names them, credentials as `hands.credentials` knows them, and patience with
passing faults. No credential follows a redirect to another host, and no cookie is kept.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from manylayers.errors import NetworkError
from manylayers.errors.places import OfflineError
from manylayers.hands.credentials import Credentials
from manylayers.hands.patience import ATTEMPTS, Patience
from manylayers.hands.web_failures import deepest, misled, not_let_in, refused, unreachable

if TYPE_CHECKING:
    import requests

SLOWEST_SECONDS, SLOWEST_BYTES = 15.0, 15_000
"""A body that brings less in so much time drips, and would hold a build for hours."""
LONGEST_BODY = 3600.0
"""Seconds for one body, however steadily it comes."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_REDIRECTS = 10
DEFAULT_TIMEOUT = 12.0
"""Seconds without a byte: two attempts end within half a minute. ``UV_HTTP_TIMEOUT`` changes it."""
AUTHORITIES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")
"""The first of these that is set names the certificates to trust."""


class WebSession:
    """Asks for URLs. Safe to use from several threads; nothing is imported before the first."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        offline: bool = False,
        sleep: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._environment = environment
        self._offline = offline
        self._sleep, self._clock = sleep, clock
        self._session: requests.Session | None = None
        self._credentials = Credentials(environment)
        self._making = threading.Lock()

    def remember(self, url: str) -> str:
        """``url`` without its credentials, which from now on go with every URL of its host."""
        return self._credentials.remember(url)

    def patience(self, attempts: int = ATTEMPTS) -> Patience:
        """For one thing to ask for, be it with one `get` or with several."""
        return Patience(attempts=attempts, sleep=self._sleep, clock=self._clock)

    @contextmanager
    def get(
        self, url: str, headers: Mapping[str, str], patience: Patience | None = None
    ) -> Iterator[requests.Response]:
        """The streamed answer to ``url``, whose status is 2xx, 304 or 416.

        Passing faults are waited out as long as ``patience`` lasts. Raises NetworkError naming
        host and file, and OfflineError where the session is offline.
        """
        bare = self.remember(url)
        if self._offline:
            raise OfflineError(f"{bare} would have to be fetched", "it")
        with self._patiently(bare, headers, patience or self.patience()) as response:
            yield response

    def _patiently(
        self, url: str, headers: Mapping[str, str], patience: Patience
    ) -> requests.Response:
        import requests

        while True:
            try:
                response = self._follow(url, headers)
            except (requests.exceptions.SSLError, requests.exceptions.ProxyError) as error:
                raise not_let_in(url, error) from error
            except (requests.ConnectionError, requests.Timeout) as error:
                if patience.again():
                    continue
                raise unreachable(url, self._reason(error)) from error
            except (requests.RequestException, ValueError) as error:
                raise unreachable(url, deepest(error)) from error
            if response.ok or (response.status_code == 416 and "Range" in headers):
                return response
            response.close()
            asked = response.headers.get("Retry-After")
            if response.status_code not in PASSING or not patience.again(asked):
                raise refused(url, response.status_code, by=response.url)

    def _follow(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        """The answer where the redirects lead, each asked with the credentials of its own host."""
        place = url
        for _ in range(MOST_REDIRECTS + 1):
            response = self._ask(place, headers)
            if not response.is_redirect:
                return response
            response.close()
            place = _next_place(url, place, response.headers["Location"])
        raise misled(url, f"more than {MOST_REDIRECTS} times")

    def _ask(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        response = self._send(url, headers)
        if response.status_code in (401, 403) and self._credentials.ask_keyring(url):
            response.close()
            return self._send(url, headers)
        return response

    def _send(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        return self._opened().get(
            url,
            headers=dict(headers),
            stream=True,
            timeout=self.timeout,
            auth=self._credentials.of(url),
            allow_redirects=False,
        )

    def _opened(self) -> requests.Session:
        with self._making:
            if self._session is None:
                self._session = self._open()
            return self._session

    def _open(self) -> requests.Session:
        from http.cookiejar import DefaultCookiePolicy

        import requests

        from manylayers.hands.adapter import SharedTlsAdapter

        session = requests.Session()
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers["User-Agent"] = "manylayers"
        source, authorities = _authorities(self._environment)
        try:
            adapter = SharedTlsAdapter(authorities)
        except OSError as error:
            raise NetworkError(
                f"the certificates in {authorities} can not be read: {error.strerror or error}",
                hint=f"{source} names them: a PEM file or a folder of them is wanted",
            ) from error
        session.mount("https://", adapter)
        session.mount("http://", adapter)
        return session

    @property
    def timeout(self) -> float:
        """Seconds that may pass without a byte."""
        try:
            told = float(self._environment.get("UV_HTTP_TIMEOUT", DEFAULT_TIMEOUT))
        except ValueError:
            return DEFAULT_TIMEOUT
        return told if 0 < told < threading.TIMEOUT_MAX else DEFAULT_TIMEOUT

    def _reason(self, error: Exception) -> str:
        reason = deepest(error).lower()
        return f"nothing came within {self.timeout:g} seconds" if "timed out" in reason else reason


class TooSlowError(Exception):
    """A body drips, or does not end."""


def pieces(
    response: requests.Response, size: int, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[bytes]:
    """The body as it comes in, at most ``size`` bytes a piece, decoded as its headers say.

    Raises TooSlowError, or what `requests` and urllib3 raise, when it breaks off.
    """
    read = getattr(response.raw, "read1", response.raw.read)
    began = since = clock()
    came = 0
    while piece := read(size, decode_content=True):
        came += len(piece)
        now = clock()
        if now - began > LONGEST_BODY:
            raise TooSlowError(f"it did not end within {LONGEST_BODY:.0f} seconds")
        if now - since > SLOWEST_SECONDS:
            if came < SLOWEST_BYTES:
                raise TooSlowError(f"{came:,} bytes came in {SLOWEST_SECONDS:.0f} seconds")
            since, came = now, 0
        yield piece


def _next_place(url: str, place: str, location: str) -> str:
    """Where a redirect from ``place`` leads; what was asked for is ``url``."""
    target = urljoin(place, location)
    scheme = urlsplit(target).scheme
    if scheme not in ("http", "https"):
        raise misled(url, f"to a {scheme}: address, which is not followed")
    if scheme == "http" and place.startswith("https:"):
        raise misled(url, "from https to http, which is not followed")
    return target


def _authorities(environment: Mapping[str, str]) -> tuple[str, str]:
    """Which variable names the certificates to trust, and where they lie."""
    for name in AUTHORITIES:
        if environment.get(name):
            return name, environment[name]
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return "the package certifi", DEFAULT_CA_BUNDLE_PATH
