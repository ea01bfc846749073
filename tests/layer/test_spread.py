"""One wheel in one folder: what RECORD says afterwards, which programs come, what stays out."""

from __future__ import annotations

from posixpath import normpath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from made_facts import some_facts
from manylayers.formats.record import read_record
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import Copied, Entry, Written
from manylayers.layer.scripts import console_scripts
from manylayers.layer.spread import Placement, digest, spread
from manylayers.target import find_target
from wheel_builder import digest as record_digest

PY312 = find_target("3.12", "x86_64")
SITES = ("python/lib/python3.12/site-packages", "python", "")
INFO = "demo-1.0.dist-info"
ENTRY_POINTS = b"[console_scripts]\ndemo = demo.cli:main\n"


def placed(facts: WheelFacts, site: str) -> Placement:
    return Placement(
        facts=facts, site=site, targets=(PY312,), interpreter="/var/lang/bin/python3.12"
    )


def facts_of(files: dict[str, bytes]) -> WheelFacts:
    """A wheel with these files, whose RECORD must be written anew."""
    return some_facts(files=files, record_complete=False)


def unpacked(
    files: dict[str, bytes], *, site: str = "python", scripts: bool = False
) -> dict[str, Entry]:
    """The entries that a wheel with these files makes, by path."""

    def read(_: str, member: WheelMember) -> bytes:
        return files[member.path]

    entries, _ = spread(placed(facts_of(files), site), scripts=scripts, read=read)
    return {str(entry.path): entry for entry in entries}


def content(entry: Entry) -> bytes:
    assert isinstance(entry, Written)
    return entry.content


PATHS = st.sampled_from(
    [
        "demo/__init__.py",
        "demo/data, with comma.txt",
        'demo/"quoted".txt',
        "naïve/名前.py",
        "demo-1.0.data/purelib/pure.py",
        "demo-1.0.data/platlib/sub/plat.so",
        "demo-1.0.data/data/share/man/demo.1",
        "demo-1.0.data/headers/demo.h",
        "demo-1.0.data/scripts/tool",
        "demo-1.0.data/scripts/other",
    ]
)


@given(
    st.dictionaries(PATHS, st.sampled_from([b"", b"x", b"#!python\nprint()\n"]), max_size=6),
    st.sampled_from(SITES),
    st.booleans(),
)
def test_a_new_record_lists_every_file_from_the_site_directory_and_no_other(
    files: dict[str, bytes],
    site: str,
    scripts: bool,  # noqa: FBT001 - hypothesis fills it in
) -> None:
    entries = unpacked(files, site=site, scripts=scripts)
    record = entries[f"{site}/{INFO}/RECORD".lstrip("/")]
    rows = {
        normpath(f"/{site}/{row.path}").lstrip("/"): row
        for row in read_record(content(record).decode())
    }
    assert rows.keys() == entries.keys()
    for path, entry in entries.items():
        if entry is not record:
            assert rows[path].hash == ("sha256", digest(entry))
            assert rows[path].size == entry.size


def test_a_written_files_digest_is_of_its_bytes() -> None:
    entries = unpacked({"demo-1.0.data/scripts/tool": b"#!python\nx\n"}, scripts=True)
    tool = entries["bin/tool"]
    assert digest(tool) == record_digest(content(tool))


@pytest.mark.parametrize("name", ["RECORD.jws", "RECORD.p7s"])
def test_a_signature_stays_only_beside_the_record_it_signs(name: str) -> None:
    files = {f"{INFO}/{name}": b"signed"}

    def unread(_: str, member: WheelMember) -> bytes:
        raise AssertionError(member.path)

    kept, out = spread(placed(some_facts(files=files), "python"), scripts=False, read=unread)
    assert f"python/{INFO}/{name}" in [entry.path for entry in kept]
    assert list(out) == []
    kept, out = spread(placed(facts_of(files), "python"), scripts=False, read=unread)
    assert f"python/{INFO}/{name}" not in [entry.path for entry in kept]
    assert [(left.what, left.rule) for left in out] == [(f"{INFO}/{name}", "signature")]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"#!python\nprint()\n", b"#!/var/lang/bin/python3.12\nprint()\n"),
        (b"#!pythonw\nprint()\n", b"#!/var/lang/bin/python3.12\nprint()\n"),
        (b"#!python", b"#!/var/lang/bin/python3.12"),
        (b"#!python\n\xff\xfe", b"#!/var/lang/bin/python3.12\n\xff\xfe"),
    ],
)
def test_a_pythons_script_starts_with_the_runtimes_python(before: bytes, after: bytes) -> None:
    tool = unpacked({"demo-1.0.data/scripts/tool": before}, scripts=True)["bin/tool"]
    assert (content(tool), tool.executable) == (after, True)


@pytest.mark.parametrize("script", [b"#!/bin/sh\n", b"\x7fELF", b"", b"#! python\n"])
def test_any_other_program_is_copied_and_can_be_run(script: bytes) -> None:
    tool = unpacked({"demo-1.0.data/scripts/tool": script}, scripts=True)["bin/tool"]
    assert isinstance(tool, Copied)
    assert tool.executable


def test_an_entry_point_is_a_program_that_calls_it() -> None:
    demo = unpacked({f"{INFO}/entry_points.txt": ENTRY_POINTS}, scripts=True)["bin/demo"]
    lines = content(demo).decode().splitlines()
    assert lines[0] == "#!/var/lang/bin/python3.12"
    assert "from demo.cli import main" in lines
    compile(content(demo), "demo", "exec")


@pytest.mark.parametrize(
    ("text", "pairs"),
    [
        ("", []),
        ("[gui_scripts]\na = b:c\n", []),
        ("[console_scripts]\na = b:c\n", [("a", "b:c")]),
        ("\ufeff[console_scripts]\na = b:c\n", [("a", "b:c")]),
        ("[console_scripts]\nA-b.C = b.d:e.f\n", [("A-b.C", "b.d:e.f")]),
        ("[console_scripts]\na=b:c [extra, other]\n", [("a", "b:c")]),
        ("# words\n[console_scripts]\n; more\na = b:c\na = d:e\n", [("a", "d:e")]),
    ],
)
def test_entry_points_are_read_as_they_are_written(text: str, pairs: list[tuple[str, str]]) -> None:
    assert console_scripts(text.encode()) == pairs
