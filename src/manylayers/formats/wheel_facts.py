"""The facts of a wheel as bytes, kept beside it in the store, quick to read back.

A line of JSON, then the members in columns: little-endian numbers, then paths and hashes in
UTF-8, each with a NUL after it. As JSON, they took three times as long to read. What a loader
reads of native members stands in the line: as a rule many of one wheel need the same.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable
from functools import partial
from typing import Any

from manylayers.formats.native import NativeFacts, NeededVersion
from manylayers.formats.wheel import WheelFacts, WheelMember

FACTS_VERSION = 6
"""Rises with every change to what is learnt or how it is written; others are read anew."""

_NUMBERS = {
    "offset": "Q",
    "compressed_size": "Q",
    "size": "Q",
    "crc": "Q",
    "method": "B",
    "executable": "?",
}
"""The columns of numbers in their order, as `struct` names their kinds."""

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
    """``facts`` as bytes, the same for the same facts."""
    members = facts.members
    document: dict[str, Any] = {"facts": FACTS_VERSION, "members": len(members)}
    document |= {key: getattr(facts, key) for key in _SCALARS}
    document["requires_python"] = facts.requires_python
    document["requires"] = facts.requires
    document["warnings"] = facts.warnings
    document["natives"], document["native"] = shared_natives(member.native for member in members)
    head = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    numbers = [getattr(member, column) for column in _NUMBERS for member in members]
    texts = [member.path for member in members] + [member.sha256 for member in members]
    tail = "".join(f"{text}\0" for text in texts)
    return head.encode() + b"\n" + _layout(len(members)).pack(*numbers) + tail.encode()


def facts_from_bytes(data: bytes) -> WheelFacts:
    """The facts that ``facts_to_bytes`` wrote. Raises ValueError for anything else."""
    try:
        head, _, columns = data.partition(b"\n")
        document = json.loads(head)
        if document.pop("facts") != FACTS_VERSION:
            raise ValueError("facts of another version")
        natives = read_natives(document.pop("natives"), document.pop("native"))
        members = _members(columns, document.pop("members"), natives)
        for key in ("requires", "warnings"):
            document[key] = tuple(document[key])
        facts = WheelFacts(members=members, **document)
    except _OTHER_SHAPES as error:
        raise ValueError("these are not the facts of a wheel") from error
    if not all(isinstance(getattr(facts, key), kind) for key, kind in _SCALARS.items()):
        raise ValueError("these are not the facts of a wheel")
    return facts


_OTHER_SHAPES = (LookupError, TypeError, AttributeError, struct.error, OverflowError)


def _members(
    columns: bytes, count: int, natives: dict[int, NativeFacts]
) -> tuple[WheelMember, ...]:
    layout = _layout(count)
    numbers = layout.unpack_from(columns)
    *texts, rest = columns[layout.size :].decode().split("\0")
    if rest or len(texts) != 2 * count:
        raise ValueError("columns of different lengths")
    starts = range(0, len(numbers), count or 1)
    numeric = [numbers[start : start + count] for start in starts]
    native: list[NativeFacts | None] = [None] * count
    for place, facts in natives.items():
        native[place] = facts
    rows = zip(texts[:count], *numeric, texts[count:], native, strict=True)
    return tuple(map(_new_member, rows))


def shared_natives(
    natives: Iterable[NativeFacts | None],
) -> tuple[list[NativeFacts], list[int]]:
    """Each kind of native file once, and pairs of numbers: of a member, and of its kind."""
    kinds: dict[NativeFacts, int] = {}
    pairs: list[int] = []
    for place, native in enumerate(natives):
        if native is not None:
            pairs += (place, kinds.setdefault(native, len(kinds)))
    return list(kinds), pairs


def read_natives(kinds: list[list[Any]], pairs: list[int]) -> dict[int, NativeFacts]:
    """What ``shared_natives`` gave, by the number of the member, after its way through JSON."""
    facts = [_native(*row) for row in kinds]
    return {place: facts[kind] for place, kind in zip(pairs[::2], pairs[1::2], strict=True)}


def _native(*row: Any) -> NativeFacts:
    facts = NativeFacts(*row)
    return facts._replace(
        needed=tuple(facts.needed),
        search=tuple(facts.search),
        versions=tuple(NeededVersion(*pair) for pair in facts.versions),
    )


_new_member: Any = partial(tuple.__new__, WheelMember)
"""``WheelMember`` of a row with a value for each field; a third cheaper than ``_make``."""


def _layout(count: int) -> struct.Struct:
    return struct.Struct("<" + "".join(f"{count}{kind}" for kind in _NUMBERS.values()))
