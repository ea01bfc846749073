"""JSON Schemas of the reports, made from their types, so that they can not disagree."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from manylayers.report.build import BuildReport
from manylayers.report.cache import (
    CacheCleanReport,
    CacheFolderReport,
    CachePruneReport,
    CacheSizeReport,
    CacheVerifyReport,
)
from manylayers.report.check import CheckReport
from manylayers.report.completion import CompletionReport
from manylayers.report.diff import DiffReport
from manylayers.report.explain import ExplainReport
from manylayers.report.fix import FixReport
from manylayers.report.layer import LayerReport
from manylayers.report.lock import LockReport
from manylayers.report.runtimes import RuntimesReport
from manylayers.report.several import BuildsReport, ErrorReport, LocksReport
from manylayers.report.wheels import WheelsReport

DIALECT = "https://json-schema.org/draft/2020-12/schema"
DOCUMENTS: tuple[type, ...] = (
    BuildReport,
    BuildsReport,
    LockReport,
    LocksReport,
    WheelsReport,
    CheckReport,
    FixReport,
    ExplainReport,
    RuntimesReport,
    DiffReport,
    LayerReport,
    CompletionReport,
    CacheFolderReport,
    CacheSizeReport,
    CachePruneReport,
    CacheCleanReport,
    CacheVerifyReport,
    ErrorReport,
)
_SIMPLE = {str: "string", int: "integer", bool: "boolean", NoneType: "null"}


def document_schema(kind: type) -> dict[str, Any]:
    """The schema of one kind of document, self-contained."""
    name = document_name(kind)
    return {"$schema": DIALECT, "title": name, **_object(kind)}


def schema_file(kind: type) -> str:
    """``manylayers.build-1.json`` for ``manylayers.build/1``."""
    return f"{document_name(kind).replace('/', '-')}.json"


def document_name(kind: type) -> str:
    """``manylayers.build/1``: the only value that the report's ``schema`` can have."""
    (name,) = get_args(get_type_hints(kind)["schema"])
    return str(name)


def _object(kind: type) -> dict[str, Any]:
    hints = get_type_hints(kind)
    properties = {name: _type(hint) for name, hint in hints.items()}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _type(hint: Any) -> dict[str, Any]:
    if hint in _SIMPLE:
        return {"type": _SIMPLE[hint]}
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is tuple:
        return {"type": "array", "items": _type(arguments[0])}
    if origin is UnionType:
        return {"anyOf": [_type(argument) for argument in arguments]}
    if origin is Literal:
        return {"const": arguments[0]} if len(arguments) == 1 else {"enum": list(arguments)}
    return _object(hint)
