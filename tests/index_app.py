"""A package index on this machine: what its pages say is given, what it was asked is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import MappingProxyType
from typing import NamedTuple

HTML = "text/html; charset=utf-8"
JSON = "application/vnd.pypi.simple.v1+json"
NOTHING: Mapping[str, str] = MappingProxyType({})


class Offer(NamedTuple):
    """One file as a page tells of it; ``url`` is the file name where none is given."""

    filename: str
    url: str = ""
    hashes: Mapping[str, str] = NOTHING
    requires_python: str | None = None
    yanked: str | None = None
    core_metadata: bool = False
    upload_time: str | None = None
    size: int | None = None


class Reply(NamedTuple):
    """What the server says to one path."""

    body: bytes = b""
    kind: str = HTML
    status: int = 200
    headers: Mapping[str, str] = NOTHING


class Request(NamedTuple):
    """What somebody asked."""

    path: str
    headers: Mapping[str, str]


@dataclass(kw_only=True)
class IndexApp:
    """Replies by path, 404 for others. A list of replies is given one after the other, then last.

    ``root`` is ``http://127.0.0.1:PORT``. ``password`` of ``user:word`` guards everything.
    """

    root: str = ""
    replies: dict[str, Reply | list[Reply]] = field(default_factory=dict)
    authorization: str = ""
    asked: list[Request] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [request.path for request in self.asked]

    def answer(self, request: Request) -> Reply:
        self.asked.append(request)
        if self.authorization and request.headers.get("Authorization") != self.authorization:
            return Reply(status=401)
        reply = self.replies.get(request.path, Reply(status=404, body=b"not here"))
        if isinstance(reply, list):
            reply = reply.pop(0) if len(reply) > 1 else reply[0]
        return Reply(status=304, headers=reply.headers) if _is_known(request, reply) else reply


def _is_known(request: Request, reply: Reply) -> bool:
    pairs = (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified"))
    return any(
        request.headers.get(asked) == reply.headers.get(told, "no such") for asked, told in pairs
    )


@contextmanager
def serving() -> Iterator[IndexApp]:
    """A server on this machine, up for the block; each connection is closed after its answer."""
    app = IndexApp()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reply = app.answer(Request(path=self.path, headers=dict(self.headers)))
            told = {"Content-Type": reply.kind, "Content-Length": str(len(reply.body))}
            self.send_response(reply.status)
            for name, value in {**told, **reply.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(reply.body)

        def log_message(self, *_: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    app.root = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield app
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


Page = Callable[..., Reply]
"""``html_page`` or ``json_page``: one listing in either form."""


def html_page(*offers: Offer, head: str = "", **headers: str) -> Reply:
    """A PEP 503 page with what PEP 592, 658 and 714 put into its attributes."""
    meta = '<meta name="pypi:repository-version" content="1.0">'
    anchors = "<br>\n".join(map(_anchor, offers))
    text = f"<!DOCTYPE html><html><head>{meta}{head}</head><body>{anchors}</body></html>"
    return Reply(body=text.encode(), headers=_headers(headers))


def json_page(*offers: Offer, version: str = "1.1", **headers: str) -> Reply:
    """A PEP 691 document with what PEP 700 and 714 add to it."""
    document = {
        "meta": {"api-version": version},
        "name": "demo",
        "versions": [],
        "files": [_file(offer) for offer in offers],
    }
    return Reply(body=json.dumps(document).encode(), kind=JSON, headers=_headers(headers))


def _headers(words: Mapping[str, str]) -> dict[str, str]:
    return {name.replace("_", "-"): value for name, value in words.items()}


def _anchor(offer: Offer) -> str:
    (fragment,) = [f"#{name}={value}" for name, value in offer.hashes.items()] or [""]
    told = {
        "href": f"{offer.url or offer.filename}{fragment}",
        "data-requires-python": offer.requires_python,
        "data-yanked": offer.yanked,
        "data-core-metadata": "true" if offer.core_metadata else None,
    }
    attributes = (f'{key}="{escape(value)}"' for key, value in told.items() if value is not None)
    return f"<a {' '.join(attributes)}>{offer.filename}</a>"


def _file(offer: Offer) -> dict[str, object]:
    told: dict[str, object] = {
        "filename": offer.filename,
        "url": offer.url or offer.filename,
        "hashes": dict(offer.hashes),
        "requires-python": offer.requires_python,
        "yanked": offer.yanked or offer.yanked is not None,
        "core-metadata": offer.core_metadata,
        "upload-time": offer.upload_time,
        "size": offer.size,
    }
    return {key: value for key, value in told.items() if value is not None}
