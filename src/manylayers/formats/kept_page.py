"""An index page as it is kept, under a checksum of all that is kept of it."""

from __future__ import annotations

import json
from typing import NamedTuple

from manylayers.formats.sealed import sealed, unsealed

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
    """A line of JSON, the body, both sealed."""
    head = page._asdict()
    del head["body"]
    return sealed(json.dumps(head).encode() + b"\n" + page.body)


def page_from_bytes(data: bytes) -> Page:
    """The page that ``page_to_bytes`` wrote. Raises ValueError for anything else."""
    head, _, body = unsealed(data).partition(b"\n")
    return Page(body=body, **json.loads(head))
