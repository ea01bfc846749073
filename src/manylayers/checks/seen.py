"""A sentence on what layers hold of the things that an error text names."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

Verdict = Literal["wrong", "asks", "right", "absent", "aside"]
"""``wrong`` explains the error; ``asks`` may, if the function has another runtime than is known;
``right`` is as it should be; ``absent`` is what the text names and nothing here has; ``aside``
says nothing of the error's cause."""
_WEIGHTIEST: tuple[Verdict, ...] = ("wrong", "asks", "right", "absent")


class Seen(NamedTuple):
    """One sentence, and what it says of the error."""

    sentence: str
    verdict: Verdict = "aside"


def weightiest(every: Iterable[Seen]) -> Verdict:
    """What all of ``every`` together say: the one wrong thing, else the question, and so on."""
    verdicts = {one.verdict for one in every}
    return next((one for one in _WEIGHTIEST if one in verdicts), "aside")
