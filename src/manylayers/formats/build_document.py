"""What ``build --json`` printed, as far as a layer itself does not hold it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

SCHEMA = "manylayers.build/1"


class NoBuildDocumentError(ValueError):
    """Why bytes are not such a document, as a clause."""


class BuildDocument(NamedTuple):
    """``sha256`` is that of the zip, ``None`` for a folder; rows have their keys as printed."""

    sha256: str | None
    held_back: tuple[dict[str, Any], ...]
    left_out: tuple[dict[str, Any], ...]


def read_build_document(data: bytes) -> BuildDocument:
    """The document in ``data``. Raises NoBuildDocumentError."""
    try:
        document = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise NoBuildDocumentError("it is no JSON") from error
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise NoBuildDocumentError(f"its schema is not {SCHEMA}")
    try:
        return BuildDocument(
            sha256=document["output"]["sha256"] if document["output"] else None,
            held_back=tuple(map(dict, document["held_back"])),
            left_out=tuple(map(dict, document["left_out"])),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NoBuildDocumentError("a key is missing or malformed") from error
