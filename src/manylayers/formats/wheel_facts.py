"""The facts of a wheel as bytes, kept beside it in the store: columns, quick to read back."""

from __future__ import annotations

import json
from typing import Any

from manylayers.formats.wheel import WheelFacts, WheelMember

FACTS_VERSION = 2
"""Rises with every change to what is learnt or how it is written; others are read anew."""

_COLUMNS = ("path", "offset", "compressed_size", "size", "crc", "method", "executable", "sha256")
_SCALARS = {
    "filename": str,
    "name": str,
    "version": str,
    "sha256": str,
    "size": int,
    "dist_info": str,
    "data": str,
    "pure": bool,
    "record_complete": bool,
}


def facts_to_bytes(facts: WheelFacts) -> bytes:
    """``facts`` as UTF-8 JSON."""
    document: dict[str, Any] = {"facts": FACTS_VERSION}
    document |= {key: getattr(facts, key) for key in _SCALARS}
    document["requires_python"] = facts.requires_python
    document["requires"] = list(facts.requires)
    document["warnings"] = list(facts.warnings)
    document["members"] = [
        [getattr(member, column) for member in facts.members] for column in _COLUMNS
    ]
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def facts_from_bytes(data: bytes) -> WheelFacts:
    """The facts that ``facts_to_bytes`` wrote. Raises ValueError for anything else."""
    try:
        document = json.loads(data)
        if document.pop("facts") != FACTS_VERSION:
            raise ValueError("facts of another version")
        columns = document.pop("members")
        if len({len(column) for column in columns}) != 1 or len(columns) != len(_COLUMNS):
            raise ValueError("columns of different lengths")
        members = tuple(map(WheelMember._make, zip(*columns, strict=True)))
        for key in ("requires", "warnings"):
            document[key] = tuple(document[key])
        facts = WheelFacts(members=members, **document)
    except (KeyError, TypeError, IndexError, AttributeError, UnicodeDecodeError) as error:
        raise ValueError("these are not the facts of a wheel") from error
    if not all(isinstance(getattr(facts, key), kind) for key, kind in _SCALARS.items()):
        raise ValueError("these are not the facts of a wheel")
    return facts
