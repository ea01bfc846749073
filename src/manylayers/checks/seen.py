"""A sentence on what layers hold of the things that an error text names."""

from typing import NamedTuple


class Seen(NamedTuple):
    """``wrong`` says that it explains the error; otherwise all is as it should be."""

    sentence: str
    wrong: bool = False
