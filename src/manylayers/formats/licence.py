"""The licence of a distribution, as its METADATA tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from manylayers.formats.wheel_reading import first, headers

LONGEST = 60
"""Characters. Whoever put a whole licence text into the field is better told by a classifier."""
_PREFIX = "License :: "


def licence_of(metadata: bytes) -> str:
    """``License-Expression``, else a short ``License``, else the classifiers; empty for none."""
    fields = headers(metadata.decode("utf-8", "replace"))
    if expression := first(fields, "license-expression"):
        return expression
    told = first(fields, "license") or ""
    classified = _classified(fields)
    if told and told.upper() != "UNKNOWN" and "\n" not in told and len(told) <= LONGEST:
        return told
    return ", ".join(classified)


def _classified(fields: Mapping[str, Sequence[str]]) -> list[str]:
    """``MIT License`` for ``License :: OSI Approved :: MIT License``."""
    rows = [row for row in fields.get("classifier", ()) if row.startswith(_PREFIX)]
    names = [row.rpartition(" :: ")[2] for row in rows]
    return [name for name in dict.fromkeys(names) if name != "OSI Approved"]
