"""RECORD: read as installers read it, written as Python's csv writes it."""

from __future__ import annotations

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manylayers.formats.record import ReadRow, RecordRow, read_record, write_record


def row(path: str, digest: tuple[str, str] | None = None, size: int | None = None) -> ReadRow:
    return ReadRow(path=path, hash=digest, size=size)


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("", []),
        ("a.py,sha256=AbC-_,10\n", [row("a.py", ("sha256", "AbC-_"), 10)]),
        ("a.py,SHA256=abc==,10", [row("a.py", ("sha256", "abc"), 10)]),
        ("a.py,,\r\nb.py,,0\r\n", [row("a.py"), row("b.py", None, 0)]),
        ("\na.py,,\n\n", [row("a.py")]),
        ('"a,b ""c"".py",,\n', [row('a,b "c".py')]),
        ('"a\nb.py",,\n', [row("a\nb.py")]),
        ("é.py,,\n", [row("é.py")]),
    ],
)
def test_lines_are_read(text: str, rows: list[ReadRow]) -> None:
    assert read_record(text) == rows


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a.py\n", "line 1 of RECORD has 1 fields, not 3"),
        ("a.py,,\nb.py,,,\n", "line 2 of RECORD has 4 fields, not 3"),
        ("a.py,abc,1\n", "line 1 of RECORD is malformed"),
        ("a.py,sha256=abc,-1\n", "line 1 of RECORD is malformed"),
        ("a.py,sha256=abc,1.5\n", "line 1 of RECORD is malformed"),
        ("a.py,sha256=abc,\u0663\n", "line 1 of RECORD is malformed"),
        ('"' + "x" * 200_000, "RECORD can't be read"),
        ("a.py,," + "9" * 5000, "line 1 of RECORD is malformed"),
    ],
)
def test_a_line_that_is_none_is_a_value_error_with_its_number(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        read_record(text)


def test_recorded_files_are_written_without_padding_and_record_itself_bare() -> None:
    rows = [
        RecordRow(path="a, b.py", sha256="AbC-_", size=0),
        RecordRow(path="../../bin/é", sha256="x", size=12),
        RecordRow(path="demo-1.0.dist-info/RECORD", sha256=None, size=None),
    ]
    assert write_record(rows).decode() == (
        '"a, b.py",sha256=AbC-_,0\n../../bin/é,sha256=x,12\ndemo-1.0.dist-info/RECORD,,\n'
    )


ROWS = st.lists(
    st.tuples(
        st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30),
        st.none() | st.from_regex(r"[A-Za-z0-9_-]{43}", fullmatch=True),
        st.none() | st.integers(0, 1 << 40),
    ),
    max_size=8,
)


@given(ROWS)
def test_what_is_written_is_read_back(rows: list[tuple[str, str | None, int | None]]) -> None:
    data = write_record(RecordRow(path=path, sha256=sha, size=size) for path, sha, size in rows)
    expected = [row(path, ("sha256", sha) if sha else None, size) for path, sha, size in rows]
    assert read_record(data.decode()) == expected


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused_with_a_value_error(text: str) -> None:
    try:
        rows = read_record(text)
    except ValueError:
        return
    assert len(rows) <= len(list(csv.reader(text.splitlines(keepends=True)))) + text.count("\r")
