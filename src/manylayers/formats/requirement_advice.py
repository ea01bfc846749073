"""Why a requirement line can't be used, and the way out of the commonest slips."""

from __future__ import annotations

import re

SHOWN = 160
"""Characters of a line that an error repeats."""


LINK = "after `@` stands the link to a wheel; write `==` for a version"


class UnusableLineError(ValueError):
    """Why a line can't be used. ``unbuilt``: it names something that would have to be built."""

    def __init__(self, reason: str, *, unbuilt: bool = False) -> None:
        super().__init__(reason)
        self.unbuilt = unbuilt


def shown(line: str) -> str:
    """``line`` as an error repeats it: in one line, and not without end."""
    text = "".join(one if one.isprintable() else repr(one)[1:-1] for one in line[: SHOWN + 1])
    return repr(text) if not text.strip() else text[:SHOWN] + ("…" if len(line) > SHOWN else "")


_COMMAND = r"(?:\$ *)?(?:sudo +)?(?:python\S* -m +)?(?:pip\d?|uv|conda|poetry) +\w+ "
_NAME = r"[\w.\[\],-]+"
_TOML = "this looks like TOML; name a pyproject.toml with --project"
_YAML = "this looks like YAML; a line holds the requirement alone"
_ADVICE = {
    r"\s*$": "there is nothing in it",
    r"\[\[?[\w.-]+\]\]?\s*$": _TOML,
    r"[\w\"-]+ *= *[\[{\"']": _TOML,
    r"[\w.-]+=[\w.]+=\w+": "this is conda's way to name a build; write `name==version`",
    r"[\w.-]+\s*=\s*[\w.]": "one `=` is none of the operators; write `==` for an exact version",
    rf"{_NAME}\s*=[<>]": "the `=` stands last: write `>=` or `<=`",
    rf"{_NAME}\s*\^": "`^` is Poetry's operator; write `>=1.2,<2` for `^1.2`",
    rf"{_NAME}\s*~(?!=)": "`~` is not pip's operator; write `~=1.2.0` for `~1.2`",
    rf"{_NAME}\s*~=\s*v?\d+\s*(?:[;,#]|$)": "`~=` takes two numbers at least, as in `~=1.0`",
    _COMMAND: "a line holds the requirement alone, no command",
    r"[-*+] |[\w.-]+:\s": _YAML,
    r"[\"']": "the quotes are too many; take them away",
    rf"{_NAME}\s+v?\d": "between name and version stands an operator, such as `==`",
    r"[\w.-]+\s*@\s*$": LINK,
    r"[^;]*\S#": "a space stands before the `#` of a comment",
    r"[^;]*\.whl;": "a space stands before the `;` of a marker",
    r".*\$\{?\w": "a variable is written ${LIKE_THIS}, in capitals, and has to be set",
    r".*[\u2010-\u2015\u2018-\u201f]": "it has typographic quotes or dashes; write plain ones",
    r".*[\u00a0\u200b-\u200d\u2060\ufeff]": "it has a space that is not plain; write it anew",
    r"[\w.-]+(?:\s*,\s*|\s+)[A-Za-z][\w.-]*\s*$": "each requirement has a line of its own",
    rf"{_NAME}\s*(?:[=!<>~]=?=?)\s*[A-Za-z]": "a version begins with a number",
}


def advice(line: str) -> str:
    """The way out for a line that is no requirement; ``""`` where none is known."""
    return next((words for slip, words in _ADVICE.items() if re.match(slip, line)), "")
