"""A package index of this machine's own, as shops run them: pages of either kind, a password."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import quote, unquote, urlsplit

JSON = "application/vnd.pypi.simple.v1+json"
HTML = "text/html; charset=utf-8"


@dataclass(kw_only=True)
class Shelf:
    """Wheels behind ``/simple/``. ``password`` of ``user:word`` guards pages and files."""

    wheels: Path
    kind: str = HTML
    password: str = ""
    hashes: bool = True
    yanked: tuple[str, ...] = ()
    head: str = ""
    query: str = ""
    """What the links of its pages end with, and what none of its files is given without."""
    asked: list[str] = field(default_factory=list)

    def admits(self, authorization: str) -> bool:
        wanted = "Basic " + b64encode(self.password.encode()).decode()
        return not self.password or authorization == wanted

    def answer(self, path: str) -> tuple[int, str, bytes]:
        """Status, type and body for ``path``, which may have a query."""
        asked = urlsplit(path)
        _, kind, *rest = unquote(asked.path).split("/")
        if kind == "files" and self.query not in ("", f"?{asked.query}"):
            return 403, "text/plain", b"not signed"
        if kind == "files" and (self.wheels / rest[0]).is_file():
            return 200, "application/octet-stream", (self.wheels / rest[0]).read_bytes()
        files = [p for p in sorted(self.wheels.iterdir()) if rest and _project(p) == rest[0]]
        if kind != "simple" or not files:
            return 404, "text/plain", b"not here"
        return 200, self.kind, self._page(rest[0], files).encode()

    def _page(self, name: str, files: list[Path]) -> str:
        if self.kind == JSON:
            meta = {"api-version": "1.1"}
            told = [self._file(path) for path in files]
            return json.dumps({"meta": meta, "name": name, "versions": [], "files": told})
        return f"<html><head>{self.head}</head>{''.join(map(self._anchor, files))}</html>"

    def _file(self, path: Path) -> dict[str, object]:
        return {
            "filename": path.name,
            "url": f"../../files/{quote(path.name)}{self.query}",
            "hashes": {"sha256": _digest(path)} if self.hashes else {},
            "size": path.stat().st_size,
            "yanked": path.name in self.yanked,
        }

    def _anchor(self, path: Path) -> str:
        link = f"../../files/{quote(path.name)}{self.query}"
        fragment = f"#sha256={_digest(path)}" if self.hashes else ""
        yanked = ' data-yanked=""' if path.name in self.yanked else ""
        return f'<a href="{link}{fragment}"{yanked}>{path.name}</a>'


@contextmanager
def serving(shelf: Shelf) -> Iterator[str]:
    """``host:port`` of a server for ``shelf``, up for the block."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            shelf.asked.append(urlsplit(self.path).path)
            if shelf.admits(self._login()):
                self._send(*shelf.answer(self.path))
            else:
                self._send(401, "text/plain", b"who are you?")

        do_HEAD = do_GET  # noqa: N815 - the name that the base class looks for

        def _login(self) -> str:
            """What was told to it as an index, or as a proxy."""
            of_index = self.headers.get("Authorization", "")
            return self.headers.get("Proxy-Authorization", of_index)

        def _send(self, status: int, kind: str, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            if status == 401:
                self.send_header("WWW-Authenticate", 'Basic realm="shelf"')
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.handle_error = lambda *_: None  # type: ignore[method-assign]
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def _project(path: Path) -> str:
    return path.name.partition("-")[0].replace("_", "-").lower()


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
