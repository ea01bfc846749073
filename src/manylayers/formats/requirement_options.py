"""Option lines of a requirements file, word by word as pip's shell-like reading has them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import NamedTuple

from manylayers.formats.requirement_advice import UnusableLineError

VALUE_OPTIONS = {
    "-r": "requirement",
    "--requirement": "requirement",
    "--requirements": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
    "--constraints": "constraint",
    "-i": "index-url",
    "--index-url": "index-url",
    "--pypi-url": "index-url",
    "--extra-index-url": "extra-index-url",
    "-f": "find-links",
    "--find-links": "find-links",
    "--only-binary": "only-binary",
}
FLAGS = {
    "--no-index": "no-index",
    "--pre": "pre",
    "--require-hashes": "require-hashes",
    "--prefer-binary": "prefer-binary",
    "--no-cache-dir": "no-cache-dir",
}
_EDITABLE = "editable installs have no place in a layer; name a wheel of the package"
_WAYS = {
    "-e": _EDITABLE,
    "--editable": _EDITABLE,
    "--no-binary": "layers are made from wheels only; take the line out",
    "--no-deps": "take the line out; `--lock` builds exactly what a lock names",
    "--trusted-host": "set UV_INSECURE_HOST instead",
}


class Option(NamedTuple):
    """One option: its ``kind`` is the long name without dashes, ``value`` of a flag is empty."""

    kind: str
    value: str


def read_options(line: str) -> Iterator[Option]:
    """Every option of ``line``, which begins with one. Raises UnusableLineError by name."""
    words = iter(_words(line))
    for word in words:
        name, sign, value = _split(word)
        if name in FLAGS:
            if sign:
                raise UnusableLineError(f"{name} takes no value")
            yield Option(kind=FLAGS[name], value="")
        elif name in VALUE_OPTIONS:
            given = value if sign else next(words, "")
            if not given or given.startswith("--"):
                raise UnusableLineError(f"{name} lacks its value")
            yield Option(kind=VALUE_OPTIONS[name], value=given)
        else:
            raise UnusableLineError(_unsupported(name))


def _words(line: str) -> list[str]:
    reader = shlex.shlex(line, posix=True, punctuation_chars="")
    reader.whitespace_split = True
    reader.escape = ""  # a backslash is a separator of paths
    reader.commenters = ""
    try:
        return list(reader)
    except ValueError as error:
        raise UnusableLineError("a quote is opened and not closed") from error


def _split(word: str) -> tuple[str, str, str]:
    """Name, sign and value of ``--name=value``, ``--name``, ``-nvalue`` and ``-n``."""
    if word.startswith("--"):
        return word.partition("=")
    if re.match(r"-[A-Za-z].", word):
        return word[:2], "=", word[2:].removeprefix("=")
    return word, "", ""


def _unsupported(name: str) -> str:
    if not name.startswith("-"):
        return (
            f"{name!r} stands beside an option; each has a line of its own, and spaces are quoted"
        )
    return f"{name} is not supported; {_WAYS.get(name, 'take the line out')}"
