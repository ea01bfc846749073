"""The list of runtimes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class RuntimeReport(NamedTuple):
    """One line of ``manylayers runtimes``."""

    runtime: str
    python: str
    system: str
    glibc: str
    architectures: tuple[str, ...]
    status: str
    deprecated: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuntimesReport:
    """The runtimes that a layer can be built for."""

    schema: str = "manylayers.runtimes/1"
    as_of: str
    runtimes: tuple[RuntimeReport, ...]
