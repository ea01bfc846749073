"""What people copy from logs, terminals and tickets, made one plain line that patterns can search.

The same sentence comes as it was written, escaped once or more in JSON, in the colours and borders
of a terminal, with time and request in front of every line, in typographic quotes, in HTML. All
that is undone here: afterwards there is one kind of quote, ``'``, and one kind of white space.
"""

from __future__ import annotations

import codecs
import html
import re
from collections.abc import Iterable, Iterator

LONGEST = 60_000
"""Characters that are searched: more than any one error has, and all patterns take them in half
a second."""
AROUND = 1_500
"""Characters kept before and after a sign in a longer text: a traceback's last frames."""
FIRST, LAST = 12, 3
"""Places kept of each sign: a log says the same of every call."""
ROUNDS = 4
"""Levels of escaping undone: a log event within a log event within a ticket has three."""
WRAPPED = 10_000
"""Characters of a text that is also read as a table: longer ones are logs."""

_GAP = re.compile(r"(?<=\S)(?:\s{2,100}|\s[|\u2502]\s+)(?=\S)")
_ESCAPE = re.compile(r"\b[A-Za-z]:\\[\w.\\-]{2,300}|\\(u[0-9a-fA-F]{4}|[\"'nrtbf/\\])")
_ESCAPED = {"n": "\n", "r": "\n", "t": " ", "b": " ", "f": " "}
_COLOUR = re.compile(
    r"(?:\x1b|\\x1b|\\033|\\e|\^\[|␛)(?:\[[0-9;?]{0,20}[A-Za-z]|\][^\x07\x1b]{0,300}(?:\x07|\x1b\\))"
    r"|\[(?:\d{1,3};){0,4}\d{1,3}m"
)
_DAY = r"\d{4}[-/]\d\d[-/]\d\d"
_TIME = r"\d\d:\d\d(?::\d\d)?(?:[.,]\d{1,9})?"
_IN_FRONT = re.compile(
    r"\s+|[|>](?=\s)|"
    rf"\[?{_DAY}(?:[T ]{_TIME})?(?:Z|[+-]\d\d:?\d\d)?\]?(?=\s)|"
    rf"{_TIME}(?=\s)|"
    r"\d{13}(?=\s)|"
    rf"{_DAY}/\[[\w$]{{1,20}}\]\s?[0-9a-f]{{32}}(?=\s)|"
    r"\[?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\]?(?=\s)|"
    r"[\w.-]{1,60}\s{1,9}\|(?=\s)|"
    r"##\[error\]|E\s{3}|#\d{1,4} \d{1,5}\.\d{1,4}(?=\s)"
)
"""What stands in front of a line: a time, an id, a log stream, a container or step."""
_BORDER = re.compile(r"[\u2500-\u257f]+|(?<![^\s'])\|(?![^\s'])|\+-[+-]{2,}|\\{1,20}(?=['\s])")
_QUOTES = dict.fromkeys(
    (0x22, 0x60, 0xAB, 0xB4, 0xBB, *range(0x2018, 0x2020), 0x2032, 0x2033, 0x2039, 0x203A, 0xFF02),
    "'",
) | dict.fromkeys([0x200B, 0xFEFF], "")
"""Every quotation mark, curly, angled, or an accent that stands for one, and blanks of no width."""
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]+")


def decoded(data: bytes) -> str:
    """The text of ``data``: UTF-8, or UTF-16 as PowerShell redirects it; any bytes are taken."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return data.decode("utf-16", "replace")
    if data[1:200:2].count(0) > len(data[1:200:2]) * 3 // 4:
        return data.decode("utf-16-le", "replace")
    return data.decode("utf-8-sig", "replace")


def excerpt(text: str, signs: Iterable[str]) -> str:
    """``text``, or of a long one both ends and the places where one of ``signs`` stands."""
    if len(text) <= LONGEST:
        return text
    spans = [(0, AROUND), (len(text) - AROUND, len(text))]
    for sign in signs:
        spans += [(max(0, at - AROUND // 2), at + AROUND) for at in _places(text, sign)]
    return "\n".join(text[start:end] for start, end in _merged(spans))


def plain(text: str) -> str:
    """``text`` as one line, at most ``LONGEST`` characters of it."""
    text = _unescaped(text[: 2 * LONGEST])
    if "&" in text:
        text = html.unescape(text)
    text = _COLOUR.sub("", text).translate(_QUOTES)
    text = " ".join(map(_without_front, text.splitlines()))
    text = _CONTROL.sub(" ", _BORDER.sub(" ", text))
    text = re.sub(r"'{2,}", "'", text)
    return " ".join(text.split())[:LONGEST]


def readings(text: str) -> Iterator[str]:
    """``text`` as one line, and as it may be meant: cells of a table's last column, broken words.

    Deployment tools wrap a message in the last column while another column wraps beside it, and
    terminals break words at their edge.
    """
    yield plain(text)
    if len(text) <= WRAPPED and "\n" in text:
        lines = text.splitlines()
        yield plain("\n".join(_last_column(lines)))
        yield plain("".join(lines))


def _last_column(lines: Iterable[str]) -> Iterator[str]:
    """The lines from where the last of at least three columns begins in the first that has them."""
    start = 0
    for line in lines:
        gaps = list(_GAP.finditer(line.rstrip(" |\u2502")))
        if not start and len(gaps) > 1:
            start = gaps[-1].end()
        yield line[start:]


def _places(text: str, sign: str) -> Iterator[int]:
    """The first and the last places of ``sign``."""
    at = text.find(sign)
    for _ in range(FIRST):
        if at < 0:
            return
        yield at
        at = text.find(sign, at + AROUND)
    end = len(text)
    for _ in range(LAST):
        end = text.rfind(sign, 0, end)
        if end < 0:
            return
        yield end


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """``spans`` in order, those that touch made one."""
    ordered = sorted(spans)
    start, end = ordered[0]
    for first, last in ordered[1:]:
        if first <= end:
            end = max(end, last)
            continue
        yield start, end
        start, end = first, last
    yield start, end


def _unescaped(text: str) -> str:
    for _ in range(ROUNDS):
        undone = _ESCAPE.sub(_character, text)
        if undone == text:
            break
        text = undone
    return text


def _character(match: re.Match[str]) -> str:
    """What an escape stands for; a path of Windows stays, its backslashes are no escapes."""
    if match[1] is None:
        return match[0].replace("\\\\", "\\") if "\\\\" in match[0] else match[0]
    if match[1][0] == "u" and len(match[1]) > 1:
        return chr(int(match[1][1:], 16))
    return _ESCAPED.get(match[1], match[1])


def _without_front(line: str) -> str:
    """``line`` without times, request ids, streams and container names in front of it."""
    for _ in range(8):
        match = _IN_FRONT.match(line)
        if match is None:
            break
        line = line[match.end() :]
    return line
