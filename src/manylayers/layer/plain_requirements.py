"""Requirements read the plain way: enough to see that nearly all are met, without a parser.

A warm build has hundreds of them and as a rule none that is unmet. In doubt the answer is that one
may be, and whoever asked reads them by the specification (`requirements`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from manylayers.formats.pins import normalized
from manylayers.layer.plain_versions import are_numbers, compared_with, holds, order
from manylayers.target import Target

_NAME = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-"
_DIGITS = "0123456789."
_NUMBERED = ("python_version", "python_full_version")
_NAMED = (
    "extra",
    "implementation_name",
    "os_name",
    "platform_machine",
    "platform_python_implementation",
    "platform_system",
    "sys_platform",
)


def plainly_met(lines: Iterable[str], versions: Mapping[str, str], target: Target) -> bool:
    """Whether each of ``lines`` surely is met by ``versions``, or does not count on ``target``.

    ``versions`` are of what is there, by normalized name. No extra is asked for.
    """
    environment = {**target.marker_environment, "extra": ""}
    return all(_plainly_met(line, versions, environment) for line in lines)


def _plainly_met(line: str, versions: Mapping[str, str], environment: Mapping[str, str]) -> bool:
    asked, _, marker = line.partition(";")
    if marker and (_asks_for_an_extra(marker) or _surely_false(marker, environment)):
        return True
    name, rest = _beginning(asked, _NAME)
    if rest.startswith("["):
        rest = rest.partition("]")[2]
    version = versions.get(normalized(name))
    return version is not None and _surely_allows(rest, version)


def _beginning(text: str, letters: str) -> tuple[str, str]:
    """What ``text`` begins with of ``letters``, and the rest, without the space around both."""
    text = text.strip()
    rest = text.lstrip(letters)
    return text[: len(text) - len(rest)], rest.lstrip()


def _asks_for_an_extra(marker: str) -> bool:
    """Whether it is no more than that, as most markers are, and so is soon seen to be false."""
    name, _, quoted = marker.partition("==")
    word = quoted.strip()
    return (
        name.strip() == "extra"
        and word[:1] in ("'", '"')
        and word[:1] == word[-1:]
        and word[1:-1].replace("-", "").isalnum()
    )


def _surely_false(marker: str, environment: Mapping[str, str]) -> bool:
    if " or " not in marker:  # then brackets change nothing
        marker = marker.replace("(", "").replace(")", "")
    return "(" not in marker and all(
        any(_is_false(clause, environment) for clause in part.split(" and "))
        for part in marker.split(" or ")
    )


def _is_false(clause: str, environment: Mapping[str, str]) -> bool:
    name, rest = _beginning(clause, _NAME)
    operator, quoted = compared_with(rest)
    wanted = quoted[1:-1]
    if quoted not in (f"'{wanted}'", f'"{wanted}"') or "'" in wanted or '"' in wanted:
        return False
    have = environment.get(name, "")
    if name in _NUMBERED:
        return are_numbers(wanted) and not holds(order(have, wanted), operator)
    if name in _NAMED and operator in ("==", "!="):
        return (have == wanted) is (operator == "!=")
    return False


def _surely_allows(bounds: str, version: str) -> bool:
    """Where a version and a bound have the same numbers, only those of final releases are plain."""
    numbers, more = _beginning(version, _DIGITS)
    numbers = numbers.removesuffix(".")
    if "!" in more or not are_numbers(numbers):
        return False
    for text in bounds.split(",") if bounds.strip() else ():
        operator, wanted = compared_with(text)
        if not operator or not are_numbers(wanted):
            return False
        found = order(numbers, wanted)
        if (more and not found) or not holds(found, operator):
            return False
    return True
