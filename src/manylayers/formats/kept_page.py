"""An index page as it is kept, under a checksum of all that is kept of it."""

from __future__ import annotations

import json
from typing import NamedTuple
from zlib import crc32

LARGEST_PAGE = 64 << 20
"""Bytes. The largest page of the public index has some 20 MB."""


class Page(NamedTuple):
    """An index page as received, with what lets it be asked for again cheaply."""

    url: str
    content_type: str
    body: bytes
    etag: str = ""
    last_modified: str = ""


def page_to_bytes(page: Page) -> bytes:
    """A line with the checksum of the rest, a line of JSON, the body."""
    head = page._asdict()
    del head["body"]
    told = json.dumps(head).encode() + b"\n" + page.body
    return b"%08x\n%s" % (crc32(told), told)


def page_from_bytes(data: bytes) -> Page:
    """The page that ``page_to_bytes`` wrote. Raises ValueError for anything else."""
    seal, _, told = data.partition(b"\n")
    head, _, body = told.partition(b"\n")
    if seal != b"%08x" % crc32(told):
        raise ValueError("this is not the page that was kept")
    return Page(body=body, **json.loads(head))
