"""The reader of ``explanations.toml``: errors that people meet, how to know them, the way out."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple


class Step(NamedTuple):
    """What to do, and the command for it or an empty text; both with ``{places}`` to fill."""

    do: str
    run: str


class KnownError(NamedTuple):
    """One row. ``pattern`` and ``before`` are regular expressions over one plain line.

    ``before`` looks at what stands right in front of what ``pattern`` finds, or is empty;
    ``package`` is the one that the row is about, when it is always the same, or empty; ``likely``
    the function's Python, where the error is met on one alone and the text does not tell;
    ``beside`` are distributions whose versions in a layer have to do with it; ``because`` are the
    causes where a layer shows another one than ``cause``, by the code of what is found in it, or
    ``right``, ``asks`` or ``absent`` by what is seen of the thing that the text names.
    ``codes`` are the checks that find the same in a zip, the likeliest first; ``also`` those that
    find what ends in the same text less often. ``source`` is where ``example`` is
    from: ``owner/repository#number``, a thread, or ``owner/repository: path``, a file.
    """

    id: str
    pattern: str
    before: str
    package: str
    likely: str
    beside: tuple[str, ...]
    cause: str
    because: Mapping[str, str]
    steps: tuple[Step, ...]
    codes: tuple[str, ...]
    also: tuple[str, ...]
    source: str
    example: str

    @property
    def looked_for(self) -> tuple[str, ...]:
        """The checks that are run over layers that were named, the likeliest first."""
        return (*self.codes, *self.also)


class Explanations(NamedTuple):
    """``errors`` in the order they are tried; ``signs`` are pieces of text that all of them have.

    ``packages`` are the names of packages by that of the module, where the two differ; ``own`` are
    modules that are nobody's package.
    """

    errors: tuple[KnownError, ...]
    signs: tuple[str, ...]
    packages: dict[str, str]
    own: frozenset[str]


@cache
def explanations() -> Explanations:
    """All that ``explanations.toml`` knows."""
    path = Path(__file__).with_name("explanations.toml")
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return Explanations(
        errors=tuple(map(_known, table["error"])),
        signs=tuple(table["signs"]),
        packages=dict(table["packages"]),
        own=frozenset(table["own"]),
    )


def _known(row: dict[str, Any]) -> KnownError:
    return KnownError(
        id=row["id"],
        pattern=row["pattern"],
        before=row.get("before", ""),
        package=row.get("package", ""),
        likely=row.get("likely", ""),
        beside=tuple(row.get("beside", ())),
        cause=row["cause"],
        because=row.get("because", {}),
        steps=tuple(Step(do=way["do"], run=way.get("run", "")) for way in row["ways"]),
        codes=tuple(row["codes"]),
        also=tuple(row.get("also", ())),
        source=row["source"],
        example=row["example"],
    )
