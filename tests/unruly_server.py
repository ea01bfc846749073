"""A server on this machine that answers as a test wants it to, for as long as the test lasts."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = Callable[["Request"], None]


class Request(BaseHTTPRequestHandler):
    """One request, and ways to answer it."""

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the base's name

    def give(self, status: int, body: bytes = b"", **headers: str) -> None:
        """A whole answer; underscores in header names stand for dashes."""
        self.send_response(status)
        told = {"Content-Length": str(len(body))}
        told |= {name.replace("_", "-"): value for name, value in headers.items()}
        for name, value in told.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


class Quiet(ThreadingHTTPServer):
    """Says nothing of clients that hang up."""

    def handle_error(self, request: object, client_address: object) -> None: ...


class Server:
    """Where it is, and what it was asked, as (path, Authorization) pairs."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.seen: list[tuple[str, str | None]] = []


@contextmanager
def serving(answer: Answer, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    """A server whose GET and CONNECT are ``answer``."""

    class Handler(Request):
        def do_GET(self) -> None:
            server.seen.append((self.path, self.headers.get("Authorization")))
            answer(self)

        do_CONNECT = do_GET  # noqa: N815 - the base's name

        def do_HEAD(self) -> None:
            self.give(405)

    http = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        http.socket = tls.wrap_socket(http.socket, server_side=True)
    server = Server(f"{'https' if tls else 'http'}://127.0.0.1:{http.server_port}")
    thread = threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        thread.join(5)
        http.server_close()
