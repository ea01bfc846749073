"""Reports as JSON documents, keys in the order they are declared."""

from __future__ import annotations

import json
from typing import Any


def to_json(report: object) -> str:
    """``report`` as an indented JSON document, non-ASCII text as it is."""
    return json.dumps(_plain(report), ensure_ascii=False, indent=2)


def _plain(value: Any) -> Any:
    if hasattr(value, "_asdict"):
        return {name: _plain(held) for name, held in value._asdict().items()}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
