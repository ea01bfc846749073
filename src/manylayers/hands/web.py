"""A web session as the user's other tools have it: proxies, certificates, netrc, keyring, retries.

`requests` reads proxies and netrc from the environment by itself. Added here: certificates as
``SSL_CERT_FILE`` names them, credentials written into one URL used for all of that host (of several
the ones whose URL is most alike), uv's keyring, and patience with passing faults. No credential
follows a redirect to another host.
"""

from __future__ import annotations

import posixpath
import random
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from manylayers.errors import NetworkError, OfflineError
from manylayers.hands.process import run

if TYPE_CHECKING:
    import requests

ATTEMPTS = 5
"""uv makes four and pip six; with the pauses below a fault of some ten seconds is survived."""
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
"""Seconds. A server that asks for more in Retry-After is better asked another time."""
SLOWEST_SECONDS, SLOWEST_BYTES = 20.0, 20_000
"""A body that brings less in so much time drips, and would hold a build for hours."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
MOST_REDIRECTS = 10
DEFAULT_TIMEOUT = 30.0
"""Seconds without a byte, uv's own; ``UV_HTTP_TIMEOUT`` changes both."""
AUTHORITIES = ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE")
"""The first of these that is set names the certificates to trust."""
KEYRING_SECONDS = 60.0


class WebSession:
    """Asks for URLs. Safe to use from several threads; nothing is imported before the first."""

    def __init__(
        self,
        environment: Mapping[str, str],
        *,
        offline: bool = False,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._environment = environment
        self._offline = offline
        self._sleep = sleep
        self._session: requests.Session | None = None
        self._credentials: dict[str, tuple[str, str]] = {}
        self._making = threading.Lock()

    @contextmanager
    def get(self, url: str, headers: Mapping[str, str]) -> Iterator[requests.Response]:
        """The streamed answer to ``url``, whose status is 2xx or 304.

        Passing faults are waited out a few times. Raises NetworkError naming the host, and
        OfflineError where the session is offline.
        """
        bare = self.remember(url)
        if self._offline:
            raise OfflineError(
                f"{bare} would have to be fetched, and --offline forbids it",
                hint="run it once without --offline",
            )
        response = self._patiently(bare, headers)
        with response:
            yield response

    def patience(self, attempt: int, asked: str | None = None) -> None:
        """Wait before the attempt after ``attempt``, as long as ``Retry-After`` asked."""
        pause = FIRST_PAUSE * 2**attempt * random.uniform(0.5, 1.0)  # noqa: S311 - no secret
        self._sleep(min(max(pause, _seconds(asked)), LONGEST_PAUSE))

    def _patiently(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        import requests

        for attempt in range(ATTEMPTS):
            last = attempt == ATTEMPTS - 1
            try:
                response = self._ask(url, headers)
            except (requests.exceptions.SSLError, requests.exceptions.ProxyError) as error:
                raise _not_let_in(url, error) from error
            except (requests.ConnectionError, requests.Timeout) as error:
                if last:
                    raise _unreachable(url, error) from error
                self.patience(attempt)
                continue
            except requests.RequestException as error:
                raise _unreachable(url, error) from error
            asked = response.headers.get("Retry-After")
            if response.status_code in PASSING and not last and _seconds(asked) <= LONGEST_PAUSE:
                response.close()
                self.patience(attempt, asked)
                continue
            if response.ok:
                return response
            response.close()
            raise refused(url, response.status_code)
        raise AssertionError("the last attempt returns or raises")

    def _ask(self, url: str, headers: Mapping[str, str]) -> requests.Response:
        session = self._opened()
        auth = self.credentials(url)
        response = session.get(
            url, headers=dict(headers), stream=True, timeout=self._timeout(), auth=auth
        )
        if response.status_code in (401, 403) and (found := self._from_keyring(url, auth)):
            response.close()
            self._credentials[self._source(url)] = found
            response = session.get(
                url, headers=dict(headers), stream=True, timeout=self._timeout(), auth=found
            )
        return response

    def _opened(self) -> requests.Session:
        with self._making:
            if self._session is None:
                self._session = self._open()
            return self._session

    def _open(self) -> requests.Session:
        import requests

        from manylayers.hands.adapter import SharedTlsAdapter

        session = requests.Session()
        session.max_redirects = MOST_REDIRECTS
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

    def _timeout(self) -> float:
        try:
            return float(self._environment.get("UV_HTTP_TIMEOUT", DEFAULT_TIMEOUT))
        except ValueError:
            return DEFAULT_TIMEOUT

    def remember(self, url: str) -> str:
        """``url`` without its credentials, which from now on go with every URL of its host."""
        parts = urlsplit(url)
        user, at, host = parts.netloc.rpartition("@")
        if not at:
            return url
        name, _, password = user.partition(":")
        bare = urlunsplit(parts._replace(netloc=host))
        self._credentials[bare] = unquote(name), unquote(password)
        return bare

    def credentials(self, url: str) -> tuple[str, str] | None:
        """User and password that go with ``url``, as far as URLs have told them."""
        return self._credentials.get(self._source(url))

    def _source(self, url: str) -> str:
        """The URL whose credentials go with ``url``: of those of its host the most alike."""
        known = [one for one in tuple(self._credentials) if _realm(one) == _realm(url)]
        return max(known, key=lambda one: len(posixpath.commonpath([one, url])), default=url)

    def _from_keyring(self, url: str, tried: tuple[str, str] | None) -> tuple[str, str] | None:
        """User and password as the program `keyring` tells them, where uv would ask it too."""
        if self._environment.get("UV_KEYRING_PROVIDER") != "subprocess":
            return None
        if tried is None or tried[1]:
            return None
        for service in (url, _realm(url).partition("://")[2]):
            finished = run(
                ["keyring", "get", service, tried[0]],
                stdin=None,
                environment=self._environment,
                folder=None,
                timeout=KEYRING_SECONDS,
            )
            if finished.status == 0 and finished.stdout.strip():
                return tried[0], finished.stdout.decode().strip()
        return None


class TooSlowError(Exception):
    """A body drips."""


def pieces(
    response: requests.Response, size: int, *, clock: Callable[[], float] = time.monotonic
) -> Iterator[bytes]:
    """The body as it comes in, at most ``size`` bytes a piece, decoded as its headers say.

    Raises TooSlowError, or what `requests` and urllib3 raise, when it breaks off.
    """
    read = getattr(response.raw, "read1", response.raw.read)
    since, came = clock(), 0
    while piece := read(size, decode_content=True):
        came += len(piece)
        if clock() - since > SLOWEST_SECONDS:
            if came < SLOWEST_BYTES:
                raise TooSlowError(f"{came:,} bytes came in {SLOWEST_SECONDS:.0f} seconds")
            since, came = clock(), 0
        yield piece


def _authorities(environment: Mapping[str, str]) -> tuple[str, str]:
    """Which variable names the certificates to trust, and where they lie."""
    for name in AUTHORITIES:
        if environment.get(name):
            return name, environment[name]
    from requests.utils import DEFAULT_CA_BUNDLE_PATH

    return "the package certifi", DEFAULT_CA_BUNDLE_PATH


def without_credentials(url: str) -> str:
    """``url`` as it may be shown and written."""
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


def refused(url: str, status: int) -> NetworkError:
    """The error for an answer that is no success."""
    hints = {
        401: "give credentials in the index URL, in netrc or UV_INDEX_NAME_USERNAME and _PASSWORD",
        403: "these credentials may not read it; ask who runs the index",
        404: "it is not there (any more); look for another version or lock anew",
        407: "the proxy wants credentials: put USER:PASSWORD@ before its host in https_proxy",
    }
    return NetworkError(
        f"{host_of(url)} answered {status} for {urlsplit(url).path.rpartition('/')[2] or url}",
        hint=hints.get(status, "try again later; the index has a fault of its own"),
    )


def _not_let_in(url: str, error: Exception) -> NetworkError:
    """A certificate that is not trusted, or a proxy that refuses: asking again would not help."""
    reason = _deepest(error)
    if "407" in reason:
        return NetworkError(
            f"the proxy did not let us through to {host_of(url)}: {reason}",
            hint="it wants credentials: put USER:PASSWORD@ before its host in https_proxy",
        )
    return NetworkError(
        f"{host_of(url)} is not trusted or not reached through the proxy: {reason}",
        hint="SSL_CERT_FILE names the certificates to trust, https_proxy the proxy",
    )


def _deepest(error: BaseException) -> str:
    """What lies under the layers of other people's exceptions, without addresses of objects."""
    while True:
        inner = getattr(error, "reason", None) or next(
            (one for one in error.args if isinstance(one, BaseException)), None
        )
        if not isinstance(inner, BaseException):
            break
        error = inner
    told = getattr(error, "verify_message", "") or getattr(error, "strerror", "") or str(error)
    return str(told).strip().rstrip(".") or type(error).__name__


def _unreachable(url: str, error: Exception) -> NetworkError:
    return NetworkError(
        f"{host_of(url)} can not be reached for {urlsplit(url).path}: {_reason(error)}",
        hint="check the network, the proxy (https_proxy) and the certificates (SSL_CERT_FILE)",
    )


def _reason(error: Exception) -> str:
    """`requests` writes whole URLs into some of its messages; the kind says enough of those."""
    import requests

    if isinstance(error, requests.TooManyRedirects):
        return f"it redirects more than {MOST_REDIRECTS} times"
    return type(error).__name__


def _realm(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"


def _seconds(asked: str | None) -> float:
    """``Retry-After`` in seconds from now: a number or an HTTP date; 0 where it is neither."""
    if asked is None:
        return 0.0
    if asked.strip().isdigit():
        return float(asked)
    from email.utils import parsedate_to_datetime

    try:
        return max(0.0, parsedate_to_datetime(asked).timestamp() - time.time())
    except ValueError:
        return 0.0
