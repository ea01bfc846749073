"""The one reader of the tables beside it: rows typed, read when first asked for, then kept."""

import tomllib
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal, NamedTuple, cast

Status = Literal["supported", "preview", "deprecated", "gone"]


class OperatingSystem(NamedTuple):
    """What a runtime runs on. ``glibc`` is (major, minor)."""

    name: str
    glibc: tuple[int, int]


class RuntimeFacts(NamedTuple):
    """One row of ``runtimes.toml``. ``deprecated`` is the date AWS gives, past or to come."""

    python: tuple[int, int]
    patch: int
    status: Status
    system: OperatingSystem
    deprecated: date | None

    @property
    def version(self) -> str:
        """``3.12``."""
        return "{}.{}".format(*self.python)


class Limits(NamedTuple):
    """Lambda's limits, in bytes; ``layers`` is how many a function takes."""

    unzipped_total: int
    direct_upload: int
    layers: int


class SdkFacts(NamedTuple):
    """The AWS SDK that every runtime brings: package names, and versions somebody saw."""

    packages: frozenset[str]
    seen: dict[tuple[int, int], str]


@cache
def runtimes() -> tuple[RuntimeFacts, ...]:
    """All Python runtimes that ever were, oldest first."""
    table = read_table("runtimes.toml")
    systems = {key: _system(row) for key, row in table["systems"].items()}
    return tuple(_runtime(key, row, systems) for key, row in table["runtimes"].items())


@cache
def runtimes_as_of() -> date:
    """The day on which ``runtimes.toml`` was last held against its sources."""
    day: date = read_table("runtimes.toml")["as_of"]
    return day


@cache
def limits() -> Limits:
    """The limits of ``limits.toml``."""
    table = read_table("limits.toml")
    return Limits(
        unzipped_total=table["unzipped_total"]["value"],
        direct_upload=table["direct_upload"]["value"],
        layers=table["layers"]["value"],
    )


@cache
def sdk() -> SdkFacts:
    """What ``preinstalled.toml`` knows of the SDK in the runtimes."""
    table = read_table("preinstalled.toml")
    return SdkFacts(
        packages=frozenset(table["sdk"]["packages"]),
        seen={_python(key): str(row["boto3"]) for key, row in table["seen"].items()},
    )


@cache
def siblings() -> dict[str, str]:
    """Normalized names without wheels, to the package that does the same and has them."""
    return dict(read_table("siblings.toml")["packages"])


@cache
def read_table(name: str) -> dict[str, Any]:
    """The table in the file ``name`` beside this module."""
    return tomllib.loads(Path(__file__).with_name(name).read_text(encoding="utf-8"))


def _system(row: dict[str, Any]) -> OperatingSystem:
    major, minor = str(row["glibc"]).split(".")
    return OperatingSystem(name=row["name"], glibc=(int(major), int(minor)))


def _runtime(key: str, row: dict[str, Any], systems: dict[str, OperatingSystem]) -> RuntimeFacts:
    return RuntimeFacts(
        python=_python(key),
        patch=int(row.get("patch", 0)),
        status=cast("Status", row["status"]),
        system=systems[row["system"]],
        deprecated=row.get("deprecated"),
    )


def _python(key: str) -> tuple[int, int]:
    major, minor = key.removeprefix("python").split("_")
    return int(major), int(minor)
