"""The list of runtimes."""

from typing import Literal, NamedTuple


class RuntimeReport(NamedTuple):
    """One line of ``manylayers runtimes``."""

    runtime: str
    python: str
    system: str
    glibc: str
    architectures: tuple[str, ...]
    status: str
    deprecated: str | None


class RuntimesReport(NamedTuple):
    """The runtimes that a layer can be built for."""

    schema: Literal["manylayers.runtimes/1"]
    as_of: str
    runtimes: tuple[RuntimeReport, ...]
