"""Versions that are numbers and dots, compared without `packaging`, whose import takes longer."""

LONG_NUMBER = 10
"""Digits of one that nobody means."""
_OPERATORS = ("==", "!=", "<=", ">=", "<", ">")


def compared_with(text: str) -> tuple[str, str]:
    """The operator that ``text`` begins with, empty for one that is not plain, and the rest."""
    text = text.strip()
    operator = next((one for one in _OPERATORS if text.startswith(one)), "")
    return operator, text[len(operator) :].strip()


def are_numbers(text: str) -> bool:
    """Whether ``text`` is such as ``3.12``, and short enough for everybody."""
    parts = text.split(".")
    return all(part.isascii() and part.isdigit() and len(part) < LONG_NUMBER for part in parts)


def order(one: str, other: str) -> int:
    """-1, 0 or 1, missing numbers counting as zero."""
    first, second = (tuple(map(int, text.split("."))) for text in (one, other))
    length = max(len(first), len(second))
    padded = [numbers + (0,) * (length - len(numbers)) for numbers in (first, second)]
    return (padded[0] > padded[1]) - (padded[0] < padded[1])


def holds(order: int, operator: str) -> bool:
    """Whether ``operator`` is true of two versions that compare so."""
    if not order:
        return operator in ("==", "<=", ">=")
    return operator == "!=" or operator.startswith("<" if order < 0 else ">")
