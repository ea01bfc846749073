"""The web session against servers that misbehave: whom it trusts, how long it waits."""

from __future__ import annotations

import shutil
import socket
import ssl
import struct
import subprocess
import threading
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from fake_time import FakeTime
from manylayers.errors import NetworkError
from manylayers.hands import adapter
from manylayers.hands.patience import Patience
from manylayers.hands.web import SLOWEST_BYTES, TooSlowError, WebSession, pieces
from unruly_server import Answer, Request, serving


def fetched(session: WebSession, url: str, patience: Patience | None = None) -> bytes:
    with session.get(url, {}, patience) as response:
        return b"".join(pieces(response, 1 << 16))


def plain(request: Request) -> None:
    request.give(200, b"content")


# -- certificates --------------------------------------------------------------------------------


class Certificates(NamedTuple):
    """A CA, and a server's certificate of it that is for ``127.0.0.1`` or another name."""

    authority: Path
    good: ssl.SSLContext
    other_name: ssl.SSLContext
    self_signed: ssl.SSLContext


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificates")
    folder = tmp_path_factory.mktemp("certificates")

    def openssl(*words: str) -> None:
        subprocess.run(["openssl", *words], cwd=folder, check=True, capture_output=True)

    def signed(name: str, subject: str, *issuer: str) -> ssl.SSLContext:
        openssl(
            *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"),
            *("-subj", "/CN=test", "-keyout", f"{name}.key", "-out", f"{name}.pem"),
            *("-addext", f"subjectAltName={subject}", *issuer),
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(folder / f"{name}.pem", folder / f"{name}.key")
        return context

    openssl(
        *("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=test CA"),
        *("-keyout", "ca.key", "-out", "ca.pem", "-addext", "keyUsage=critical,keyCertSign"),
    )
    issuer = ("-CA", "ca.pem", "-CAkey", "ca.key", "-addext", "basicConstraints=critical,CA:FALSE")
    return Certificates(
        authority=folder / "ca.pem",
        good=signed("good", "IP:127.0.0.1", *issuer),
        other_name=signed("other", "DNS:elsewhere.test", *issuer),
        self_signed=signed("self", "IP:127.0.0.1"),
    )


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_an_authority_that_the_user_names_is_trusted(
    certificates: Certificates, variable: str
) -> None:
    with serving(plain, certificates.good) as server:
        session = WebSession({variable: str(certificates.authority)})
        assert fetched(session, f"{server.url}/x") == b"content"


@pytest.mark.parametrize(
    ("which", "trusting", "words"),
    [
        ("good", False, "unable to get local issuer certificate"),
        ("self_signed", True, "self-signed certificate"),
        ("other_name", True, "IP address mismatch"),
    ],
)
def test_a_certificate_that_is_not_in_order_is_refused_at_once(
    certificates: Certificates, which: str, words: str, *, trusting: bool
) -> None:
    environment = {"SSL_CERT_FILE": str(certificates.authority)} if trusting else {}
    waited: list[float] = []
    with serving(plain, getattr(certificates, which)) as server:
        session = WebSession(environment, sleep=waited.append)
        with pytest.raises(NetworkError, match=words) as caught:
            fetched(session, f"{server.url}/x")
        assert server.url.partition("://")[2] in caught.value.message
        assert (server.seen, waited) == ([], [])


def test_certificates_that_are_not_there_are_named() -> None:
    session = WebSession({"SSL_CERT_FILE": "/nowhere/ca.pem"})
    with pytest.raises(NetworkError, match=r"certificates in /nowhere/ca\.pem can not be read"):
        fetched(session, "https://127.0.0.1:9/x")


# -- proxies and redirects -----------------------------------------------------------------------


def test_a_proxy_that_wants_credentials_is_told_so_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    with serving(lambda request: request.give(407)) as proxy:
        monkeypatch.setenv("https_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        with pytest.raises(NetworkError, match="the proxy did not let us through") as caught:
            fetched(WebSession({}, sleep=waited.append), "https://index.test/x")
    assert waited == []
    assert "put USER:PASSWORD@ before its host in https_proxy" in caught.value.hint


def test_a_proxy_of_socks_is_told_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "socks5://bob:s3cret@127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(NetworkError, match=r"index\.test can not be reached for x") as caught:
        fetched(WebSession({}, sleep=lambda _: None), "http://index.test/x")
    assert "pip install pysocks" in caught.value.hint
    assert "s3cret" not in caught.value.message


def test_plain_http_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(plain) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("no_proxy", "")
        assert fetched(WebSession({}), "http://index.test/x") == b"content"
        assert proxy.seen == [("http://index.test/x", None)]


def test_a_redirect_to_another_host_does_not_take_the_credentials_along() -> None:
    with serving(plain) as other:
        with serving(lambda r: r.give(302, Location=f"{other.url}/moved")) as first:
            session = WebSession({})
            url = first.url.replace("://", "://user:secret@")
            assert fetched(session, f"{url}/x") == b"content"
            assert first.seen[0][1] is not None
        assert other.seen == [("/moved", None)]


def test_a_redirect_on_the_same_host_does() -> None:
    def answer(request: Request) -> None:
        if request.path == "/x":
            request.give(302, Location="/moved")
        else:
            plain(request)

    with serving(answer) as server:
        url = server.url.replace("://", "://user:secret@")
        fetched(WebSession({}), f"{url}/x")
        assert all(authorization for _, authorization in server.seen)


def test_redirects_in_a_circle_end() -> None:
    with serving(lambda request: request.give(302, Location="/x")) as server:
        with pytest.raises(NetworkError, match="redirects x more than 10 times"):
            fetched(WebSession({}, sleep=never), f"{server.url}/x")
        assert len(server.seen) == 11


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("file:///etc/passwd", "redirects x to a file: address"),
        ("ftp://127.0.0.1/x", "redirects x to a ftp: address"),
        ("http://[::1", "can not be reached for x"),
    ],
)
def test_a_redirect_to_nowhere_good_is_not_followed(location: str, words: str) -> None:
    with (
        serving(lambda request: request.give(302, Location=location)) as server,
        pytest.raises(NetworkError, match=words) as caught,
    ):
        fetched(WebSession({}, sleep=never), f"{server.url}/x")
    assert server.url.partition("://")[2] in caught.value.message


def test_a_redirect_out_of_encryption_is_not_followed(certificates: Certificates) -> None:
    with serving(plain) as open_one:
        leading = serving(lambda r: r.give(302, Location=f"{open_one.url}/y"), certificates.good)
        session = WebSession({"SSL_CERT_FILE": str(certificates.authority)}, sleep=never)
        with leading as server, pytest.raises(NetworkError, match="from https to http"):
            fetched(session, f"{server.url}/x")
        assert open_one.seen == []


def test_a_redirect_to_a_host_with_credentials_of_its_own_takes_those() -> None:
    with serving(plain) as other:
        with serving(lambda r: r.give(302, Location=f"{other.url}/moved")) as first:
            session = WebSession({})
            session.remember(other.url.replace("://", "://us:theirs@"))
            fetched(session, first.url.replace("://", "://user:secret@") + "/x")
        assert other.seen == [("/moved", "Basic dXM6dGhlaXJz")]


def test_no_cookie_is_kept() -> None:
    cookies: list[str | None] = []

    def answer(request: Request) -> None:
        cookies.append(request.headers.get("Cookie"))
        request.give(302 if request.path == "/x" else 200, Location="/y", Set_Cookie="id=1")

    with serving(answer) as server:
        session = WebSession({})
        fetched(session, f"{server.url}/x")
        fetched(session, f"{server.url}/y")
    assert cookies == [None, None, None]


def never(_: float) -> None:
    raise AssertionError("nothing to wait for")


# -- patience ------------------------------------------------------------------------------------


def failing(times: int, status: int, **headers: str) -> Answer:
    left = [times]

    def answer(request: Request) -> None:
        left[0] -= 1
        if left[0] >= 0:
            request.give(status, b"", **headers)
        else:
            plain(request)

    return answer


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_passing_faults_are_waited_out(status: int) -> None:
    waited: list[float] = []
    with serving(failing(2, status)) as server:
        assert fetched(WebSession({}, sleep=waited.append), f"{server.url}/x") == b"content"
    assert len(waited) == 2
    assert all(0.2 < pause <= 1 for pause in waited)


def test_a_server_is_left_alone_for_as_long_as_it_asks() -> None:
    waited: list[float] = []
    with serving(failing(1, 429, Retry_After="7")) as server:
        fetched(WebSession({}, sleep=waited.append), f"{server.url}/x")
    assert waited == [7]


@pytest.mark.parametrize("asked", ["31", "99999999999999999999", "Fri, 31 Dec 2100 23:59:59 GMT"])
def test_a_server_that_asks_for_too_much_is_given_up(asked: str) -> None:
    with (
        serving(failing(9, 503, Retry_After=asked)) as server,
        pytest.raises(NetworkError, match="answered 503"),
    ):
        fetched(WebSession({}, sleep=never), f"{server.url}/x")


@pytest.mark.parametrize("asked", ["soon", "-1", "", "Fri, 99 Foo 2100"])
def test_nonsense_in_retry_after_is_passed_over(asked: str) -> None:
    waited: list[float] = []
    with serving(failing(1, 503, Retry_After=asked)) as server:
        fetched(WebSession({}, sleep=waited.append), f"{server.url}/x")
    assert len(waited) == 1


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_what_will_not_change_is_not_asked_again(status: int) -> None:
    with serving(lambda request: request.give(status)) as server:
        with pytest.raises(NetworkError, match=f"answered {status} for x"):
            fetched(WebSession({}, sleep=never), f"{server.url}/x")
        assert len(server.seen) == 1


def test_a_server_that_asks_for_a_little_each_time_is_given_up_in_time() -> None:
    time = FakeTime()
    session = WebSession({}, sleep=time.sleep, clock=time.clock)
    with serving(failing(9, 503, Retry_After="9")) as server:
        with pytest.raises(NetworkError, match="answered 503"):
            fetched(session, f"{server.url}/x")
        assert (len(server.seen), time.waited) == (3, [9, 9])


def test_headers_that_drip_are_hung_up_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "LONGEST_HEAD", 0.3)
    over = threading.Event()

    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
        while not over.wait(0.02):
            request.wfile.write(b"x")

    with serving(answer) as server:
        with pytest.raises(NetworkError, match="can not be reached for x: the headers drip"):
            fetched(WebSession({}), f"{server.url}/x", Patience(attempts=1))
        over.set()


def test_a_silent_server_is_left_after_the_timeout() -> None:
    over = threading.Event()

    def answer(_: Request) -> None:
        over.wait(5)

    with serving(answer) as server:
        session = WebSession({"UV_HTTP_TIMEOUT": "0.1"})
        with pytest.raises(NetworkError, match=r"for x: nothing came within 0\.1 seconds"):
            fetched(session, f"{server.url}/x", Patience(attempts=1))
        over.set()


@pytest.mark.parametrize("timeout", ["0", "-1", "nan", "inf", "1e99", "soon", ""])
def test_a_timeout_that_is_none_is_passed_over(timeout: str) -> None:
    with serving(plain) as server:
        session = WebSession({"UV_HTTP_TIMEOUT": timeout}, sleep=never)
        assert fetched(session, f"{server.url}/x") == b"content"


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("http://127.0.0.1:9/x.whl", "connection refused"),
        ("http://index.invalid/x.whl", "name or service not known|nodename nor servname"),
    ],
)
def test_a_host_that_is_not_there_is_told_with_the_systems_reason(url: str, reason: str) -> None:
    time = FakeTime()
    with pytest.raises(NetworkError, match=f"can not be reached for x.whl: ({reason})"):
        fetched(WebSession({}, sleep=time.sleep), url)
    assert len(time.waited) == 4


def reset(request: Request) -> None:
    """The connection ends with a RST."""
    linger = struct.pack("ii", 1, 0)
    request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    request.connection.close()


@pytest.mark.parametrize("before", [b"", b"HTTP/1.1 200 OK\r\nContent-Le"])
def test_a_reset_before_the_body_is_waited_out(before: bytes) -> None:
    left = [2]

    def answer(request: Request) -> None:
        left[0] -= 1
        if left[0] < 0:
            return plain(request)
        request.wfile.write(before)
        request.wfile.flush()
        return reset(request)

    with serving(answer) as server:
        assert fetched(WebSession({}, sleep=lambda _: None), f"{server.url}/x") == b"content"


def test_faults_that_do_not_pass_end_after_five_attempts() -> None:
    waited: list[float] = []
    with serving(lambda request: request.give(503)) as server:
        with pytest.raises(NetworkError, match="answered 503"):
            fetched(WebSession({}, sleep=waited.append), f"{server.url}/x")
        assert len(server.seen) == 5
    assert sum(waited) < 10


class Dripping:
    """A response whose body comes a byte at a time, and the clock on which it does."""

    def __init__(self, size: int, seconds: float) -> None:
        self.raw: Any = self
        self._left, self._seconds, self._now = size, seconds, 0.0

    def read1(self, size: int, *, decode_content: bool) -> bytes:
        self._now += self._seconds
        self._left -= 1
        return b"x" if self._left >= 0 else b""

    read = read1

    def clock(self) -> float:
        return self._now


def test_a_body_that_drips_is_given_up() -> None:
    drip: Any = Dripping(10_000, 1.0)
    with pytest.raises(TooSlowError, match="16 bytes came in 15 seconds"):
        list(pieces(drip, 100, clock=drip.clock))


def test_a_body_that_is_slow_is_not() -> None:
    slow: Any = Dripping(3 * SLOWEST_BYTES, 14 / SLOWEST_BYTES)
    assert sum(map(len, pieces(slow, 100, clock=slow.clock))) == 3 * SLOWEST_BYTES
