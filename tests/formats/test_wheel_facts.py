"""Facts kept in the store: the same when read back, never half believed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_facts import some_facts
from manylayers.formats.native import NativeFacts, NeededVersion
from manylayers.formats.wheel import WheelMember
from manylayers.formats.wheel_facts import FACTS_VERSION, facts_from_bytes, facts_to_bytes

FACTS = some_facts(
    "my-demo", {"my_demo/é.py": b"1", "my_demo/run": b""}, requires=("idna", "rich>=1")
)._replace(
    requires_python=">=3.8",
    warnings=("its Wheel-Version is 1.9",),
)


def test_facts_are_the_same_when_read_back() -> None:
    assert facts_from_bytes(facts_to_bytes(FACTS)) == FACTS
    bare = FACTS._replace(requires_python=None, requires=(), warnings=(), members=())
    assert facts_from_bytes(facts_to_bytes(bare)) == bare


MEMBERS = st.builds(
    WheelMember,
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30),
    *[st.integers(0, 1 << 40)] * 4,
    st.sampled_from([0, 8]),
    st.booleans(),
    st.text("abc-_", max_size=43),
    st.none() | st.builds(NativeFacts),
)


@given(st.lists(MEMBERS, max_size=8))
def test_any_members_are_the_same_when_read_back(members: list[WheelMember]) -> None:
    facts = FACTS._replace(members=tuple(members))
    assert facts_from_bytes(facts_to_bytes(facts)) == facts


def with_natives(*natives: NativeFacts) -> bytes:
    members = tuple(
        FACTS.members[0]._replace(path=f"{place}.so", native=native)
        for place, native in enumerate(natives)
    )
    return facts_to_bytes(FACTS._replace(members=(*FACTS.members, *members)))


def test_what_many_members_need_is_written_once() -> None:
    native = NativeFacts(
        kind="elf",
        machine="x86_64",
        needed=("libc.so.6",),
        versions=(NeededVersion("libc.so.6", "GLIBC_2.17"),),
    )
    data = with_natives(native, native, native._replace(soname="x"))
    assert data.count(b"GLIBC_2.17") == 2
    read = facts_from_bytes(data).members
    assert [member.native for member in read[-3:]] == [native, native, native._replace(soname="x")]


def test_the_same_facts_are_the_same_bytes() -> None:
    assert facts_to_bytes(FACTS) == facts_to_bytes(FACTS._replace())


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    head, newline, columns = facts_to_bytes(FACTS).partition(b"\n")
    document = json.loads(head)
    change(document)
    return json.dumps(document).encode() + newline + columns


def counted(members: object) -> bytes:
    return changed(lambda document: document.update(members=members))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"null",
        b"[]",
        b"{}",
        b'{"facts": 1}',
        facts_to_bytes(FACTS)[:-1],
        changed(lambda document: document.update(facts=FACTS_VERSION + 1)),
        changed(lambda document: document.pop("facts")),
        changed(lambda document: document.pop("members")),
        changed(lambda document: document.pop("sha256")),
        changed(lambda document: document.pop("requires")),
        changed(lambda document: document.update(extra=1)),
        changed(lambda document: document.update(size="1")),
        changed(lambda document: document.update(name=None)),
        changed(lambda document: document.update(requires=None)),
        changed(lambda document: document.pop("natives")),
        changed(lambda document: document.update(natives=[[]])),
        changed(lambda document: document.update(natives=3)),
        changed(lambda document: document.update(natives=[["elf"] * 20])),
        changed(lambda document: document.update(native=[1])),
        changed(lambda document: document.update(native=[1, 9])),
        changed(lambda document: document.update(natives=[["elf", ""]], native=[900, 0])),
        *[counted(members) for members in (None, [3], "", 0, 1, 3, 5, -1, 1 << 70, 1.5, True)],
        facts_to_bytes(FACTS).partition(b"\n")[0],
        facts_to_bytes(FACTS) + b"x",
        facts_to_bytes(FACTS) + b"x\0",
        facts_to_bytes(FACTS)[:-3] + b"\xff\0",
    ],
)
def test_anything_else_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        facts_from_bytes(data)
