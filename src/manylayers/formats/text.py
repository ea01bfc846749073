"""Bytes read as text, plain or TOML, with the line where they are neither."""

import re
import tomllib
from codecs import (
    BOM_UTF8,
    BOM_UTF16_BE,
    BOM_UTF16_LE,
    BOM_UTF32_BE,
    BOM_UTF32_LE,
)
from typing import Any

_MARKS = (
    (BOM_UTF8, "utf-8"),
    (BOM_UTF32_LE, "utf-32-le"),
    (BOM_UTF32_BE, "utf-32-be"),
    (BOM_UTF16_LE, "utf-16-le"),
    (BOM_UTF16_BE, "utf-16-be"),
)
_CODING = rb"#.*coding[:=]\s*([-\w.]+)"


class NotTextError(ValueError):
    """Why bytes are not the text they should be, as a clause."""


def decoded(data: bytes) -> str:
    """``data`` as text: by its byte order mark, its ``# coding:`` line, or as UTF-8.

    Raises NotTextError naming the line.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _by(encoding, data[len(mark) :])
    if b"\0" in data:
        raise NotTextError(f"line {_line(data, data.index(0))} has NUL bytes, as no text has")
    coding = next((m for line in data.split(b"\n")[:2] if (m := re.match(_CODING, line))), None)
    return _by(coding[1].decode() if coding else "utf-8", data)


def _by(encoding: str, data: bytes) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        place = f"line {_line(data, error.start)} has the byte 0x{data[error.start]:02x}"
        raise NotTextError(f"{place}, which is not {encoding.upper()}") from error
    except (LookupError, ValueError) as error:
        raise NotTextError(f"its encoding {encoding!r} is none for text") from error


def _line(data: bytes, position: int) -> int:
    return data.count(b"\n", 0, position) + 1


LONGEST_NUMBER = 4300
"""Digits that Python turns into a number; of more even a version can't be read."""
_LONG_NUMBER = rb"(?<!\d)\d{%d}"
_LONG_KEY = rb"""(?<![\w"'-])(?:[\w"'-]++[ \t]*+\.[ \t]*+){100}"""
"""A key of that many parts: reading takes the square of them."""


def has_endless_number(data: bytes) -> bool:
    """Whether there is a number that nobody could mean, and that Python refuses to read."""
    return re.search(_LONG_NUMBER % (LONGEST_NUMBER + 1), data) is not None


def _refuse_endless(data: bytes) -> None:
    if has_endless_number(data):
        raise NotTextError(f"it has a number of more than {LONGEST_NUMBER:,} digits")
    if key := re.search(_LONG_KEY, data):
        raise NotTextError(f"line {_line(data, key.start())} has a key of 100 parts or more")


def read_toml(data: bytes) -> dict[str, Any]:
    """The TOML document in ``data``, a byte order mark allowed. Raises NotTextError."""
    _refuse_endless(data)
    try:
        return tomllib.loads(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        place = f"line {_line(data, error.start)} has the byte 0x{data[error.start]:02x}"
        raise NotTextError(f"{place}, TOML is UTF-8") from error
    except RecursionError as error:
        raise NotTextError("it nests too deep") from error
    except ValueError as error:  # TOMLDecodeError, or a number of thousands of digits
        raise NotTextError(str(error).partition(";")[0]) from error
