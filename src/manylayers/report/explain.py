"""What an error text means."""

from typing import Literal, NamedTuple

from manylayers.checks.finding import Finding


class CapturedReport(NamedTuple):
    """What the text names; ``None`` where it does not.

    ``version`` is the one that is needed, ``path`` as the text has it, ``python`` and
    ``architecture`` the function's.
    """

    package: str | None
    module: str | None
    library: str | None
    version: str | None
    symbol: str | None
    path: str | None
    python: str | None
    architecture: str | None


class Remedy(NamedTuple):
    """What to do, and a command to copy or ``None``."""

    text: str
    command: str | None


class ExplainReport(NamedTuple):
    """One explanation. ``id`` never changes its meaning; it is ``unknown`` for a text of no kind.

    ``codes`` are the checks that find the same in the zip. ``has_it`` and ``lacks_it`` are the
    runtimes with and without the glibc that is needed, where that is what the text is about.
    ``seen`` are sentences on what the layers that were named hold of what the text names;
    ``findings`` are those of the checks that it is about.
    ``assumed`` is what the commands name although the text does not tell it. ``source`` is where
    somebody met this: ``owner/repository#number`` is a thread on GitHub. ``warnings`` say what of
    the text was not read.
    """

    schema: Literal["manylayers.explain/1"]
    id: str
    cause: str
    captured: CapturedReport
    has_it: tuple[str, ...]
    lacks_it: tuple[str, ...]
    seen: tuple[str, ...]
    findings: tuple[Finding, ...]
    remedies: tuple[Remedy, ...]
    codes: tuple[str, ...]
    source: str | None
    assumed: str | None
    warnings: tuple[str, ...] = ()
