"""What was asked, as frozen values; how it was read is `config`'s business."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from manylayers.errors import UsageError
from manylayers.formats.pins import Root
from manylayers.target import Target

if TYPE_CHECKING:  # only who has a lock needs what reads it
    from manylayers.formats.pylock import Lock


class Layout(StrEnum):
    """Where packages lie in the output."""

    LIB = "lib"
    """``python/lib/pythonX.Y/site-packages/``: of one Python only."""
    FLAT = "flat"
    """``python/``: found by every Python, and also where ``PYTHONPATH`` hides ``lib``."""
    FUNCTION = "function"
    """The root of a function's own zip."""


def find_layout(name: str) -> Layout:
    """The layout called ``name``. Raises UsageError with the three there are."""
    try:
        return Layout(name)
    except ValueError as error:
        raise UsageError(
            f"there is no layout {name!r}", hint=f"it is one of {', '.join(Layout)}"
        ) from error


class LockFormat(StrEnum):
    """What ``lock`` writes."""

    PYLOCK = "pylock"
    REQUIREMENTS = "requirements"


class IndexSettings(NamedTuple):
    """Where packages are looked for. URLs may hold credentials: never print them.

    ``default_url`` of ``None`` is the library's own default index. ``extra_urls`` go before it,
    and the first index that has a name is the one that counts, as with uv. ``find_links`` are
    folders or URLs of pages. ``keyring`` is uv's ``UV_KEYRING_PROVIDER``.
    """

    default_url: str | None = None
    extra_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    exclude_newer: datetime | None = None
    pre: bool = False
    offline: bool = False
    keyring: str | None = None


class Asked(NamedTuple):
    """Requirements that a resolver has to answer.

    ``requires_python`` is the project's own, held against the target first. ``require_hashes``
    takes nothing without a hash among its lines.
    """

    roots: tuple[Root, ...]
    constraints: tuple[Root, ...] = ()
    requires_python: str | None = None
    warnings: tuple[str, ...] = ()
    require_hashes: bool = False


class Locked(NamedTuple):
    """A lock that needs no resolver, and what of it is wanted."""

    lock: "Lock"
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()


class Destination(NamedTuple):
    """Where the result goes: a zip file, or a folder that becomes its unpacked twin."""

    path: Path
    folder: bool = False


class BuildOptions(NamedTuple):
    """One layer to build. Several targets differ in Python only and share the one layer.

    ``ignore`` are codes of checks, or how they begin, that are neither told nor heeded.
    """

    name: str
    targets: tuple[Target, ...]
    source: Asked | Locked
    destination: Destination
    layout: Layout = Layout.LIB
    exclude_runtime: bool = False
    scripts: bool = False
    dry_run: bool = False
    ignore: tuple[str, ...] = ()


class LockOptions(NamedTuple):
    """One lock to write, for one target. ``check`` compares and writes nothing.

    ``upgrade`` forgets the pins of the file that is there; without it they are preferred.
    """

    name: str
    target: Target
    source: Asked
    path: Path
    format: LockFormat = LockFormat.PYLOCK
    check: bool = False
    upgrade: bool = False


class WheelsOptions(NamedTuple):
    """A look at a release's files. ``version`` of ``None`` is the newest with a fitting wheel."""

    name: str
    version: str | None
    targets: tuple[Target, ...] = ()
    link: bool = False
    pre: bool = False


class CheckOptions(NamedTuple):
    """Layers to look at, in the order Lambda merges them. No ``pythons``: as they tell.

    ``select`` and ``ignore`` are codes, or how they begin; nothing selected means all.
    """

    layers: tuple[Path, ...]
    function: Path | None = None
    pythons: tuple[str, ...] = ()
    arch: str = ""
    wrapper: bool = False
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


class ExplainOptions(NamedTuple):
    """A text to explain, for the function's ``python`` (``3.12``) and Lambda ``architecture``.

    Either is ``None`` where it was not named: then the text may tell it. ``layers`` and
    ``function`` are zips or folders to look into.
    """

    text: str
    python: str | None = None
    architecture: str | None = None
    layers: tuple[Path, ...] = ()
    function: Path | None = None


class DiffOptions(NamedTuple):
    """Two layers or locks to compare. ``target`` picks the wheels of a lock made for several."""

    old: Path
    new: Path
    target: Target | None = None


class ReportOptions(NamedTuple):
    """A layer to be told of, and the HTML file to write. Empty ``python``: as the layer tells.

    ``build`` is what ``build --json`` printed of it, for what a layer does not hold itself.
    """

    layer: Path
    page: Path | None
    python: str = ""
    arch: str = ""
    build: Path | None = None


class FixOptions(NamedTuple):
    """A zip to repair and where the result goes. Empty ``python`` and ``arch``: as it tells."""

    layer: Path
    destination: Destination
    python: str = ""
    arch: str = ""


class Workplace(NamedTuple):
    """Where a story runs: its cache folder, its index, and the environment it may see."""

    cache_folder: Path
    settings: IndexSettings = IndexSettings()
    environment: Mapping[str, str] = MappingProxyType({})
