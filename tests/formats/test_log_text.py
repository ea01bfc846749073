"""The same sentence, however it was copied."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.formats.log_text import LONGEST, decoded, excerpt, plain, readings

SAID = "Unable to import module 'app': No module named 'numpy'"
ID = "c9ee96ed-c1dd-46c5-bbed-fd12d512d186"


@pytest.mark.parametrize(
    "text",
    [
        SAID,
        f"  {SAID}\r\n",
        SAID.replace("'", '"'),
        SAID.replace("'", "\u2019"),
        SAID.replace("'", "`"),
        SAID.replace("'", "''"),
        SAID.replace("'", "&#39;"),
        SAID.replace("'", "\\'"),
        SAID.replace("module 'app'", "module\n    'app'"),
        f"\x1b[31m{SAID}\x1b[0m",
        f"\\u001b[31m{SAID}\\u001b[0m",
        f"[31m{SAID}[0m",
        f"│ {SAID} │",
        f"╷\n│ {SAID}\n╵",
        f"| {SAID} |",
        f"> {SAID}",
        f"2024-05-05T12:00:00.123Z {ID} {SAID}",
        f"2024-05-05T12:00:00.123000+00:00 2024/05/05/[$LATEST]{'0a' * 16} {SAID}",
        f"2024-05-05 12:00:00,123 {SAID}",
        f"1714910400123 {SAID}",
        f"12:00:00.5 {SAID}",
        f"lambda-1  | {SAID}",
        f"2024-05-05T12:00:00.1234567Z ##[error]{SAID}",
        SAID.replace(" ", "\0 "),
        "\ufeff" + SAID,
    ],
)
def test_what_was_put_around_a_sentence_is_taken_off(text: str) -> None:
    assert plain(text) == SAID


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_json_within_json_is_read_to_the_bottom(levels: int) -> None:
    text = f"first\n{SAID}\t“x”"
    for _ in range(levels):
        text = json.dumps({"message": text})
    assert f"first {SAID} 'x'" in plain(text)


def test_lines_that_each_have_a_time_become_one_sentence() -> None:
    lines = SAID.replace(": ", ":\n").splitlines()
    assert plain("\n".join(f"2024-05-05T12:00:00Z {ID} {line}" for line in lines)) == SAID


def test_a_path_of_windows_keeps_its_backslashes() -> None:
    assert plain(r"in C:\temp\new\run.py of module") == r"in C:\temp\new\run.py of module"


def test_a_message_in_the_last_column_is_read_without_the_others() -> None:
    table = """\
CREATE_FAILED   AWS::Lambda::Layer    Dependencies      Unzipped size must be
                Version               Layer             smaller than 262144000
                                                        bytes"""
    assert "Unzipped size must be smaller than 262144000 bytes" in list(readings(table))


def test_a_word_that_a_terminal_broke_is_whole_again() -> None:
    assert SAID in list(readings(SAID[:30] + "\n" + SAID[30:]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le"])
def test_bytes_are_read_in_the_encodings_that_shells_write(encoding: str) -> None:
    assert plain(decoded(SAID.encode(encoding))) == SAID


@pytest.mark.parametrize("noise", ["INFO nothing happened here at all\n", "x", "error: no error\n"])
def test_an_error_in_the_middle_of_a_long_log_is_not_cut_off(noise: str) -> None:
    half = noise * (5_000_000 // len(noise))
    text = excerpt(f"{half}{SAID}{half}", ["odule named", "error"])
    assert SAID in text
    assert len(text) < LONGEST


def test_an_excerpt_keeps_both_ends() -> None:
    text = excerpt("first " + "x" * LONGEST + " last", ["nothing"])
    assert text.startswith("first ")
    assert text.endswith(" last")


@settings(max_examples=50)
@given(st.text(max_size=300) | st.text(alphabet="\\nu0'\"[]|:-/ \x1b", max_size=300))
def test_any_text_becomes_one_printable_line(text: str) -> None:
    line = plain(text)
    assert not set(line) & {"\n", "\r", "\0", "\x1b", '"'}
    assert line == " ".join(line.split())
    line.encode()


@given(st.binary(max_size=300))
def test_any_bytes_become_text(data: bytes) -> None:
    plain(decoded(data)).encode()


@pytest.mark.parametrize(
    "unit", ["\\", "\\\\u", "[1;", "'", "\x1b[", "0", "a-", "|", "2024-05-05 ", "C:\\a\\"]
)
def test_every_text_comes_to_an_end(unit: str) -> None:
    """A pattern that grows with the square of its text would not end within the day."""
    lines = list(readings(unit * (1_000_000 // len(unit))))
    assert all(len(line) <= LONGEST for line in lines)
