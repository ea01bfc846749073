"""The real doors wired to the stories: what the library offers and the commands call."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.doors import files, output
from manylayers.doors.inputs import gather, read_lock_file
from manylayers.doors.store import Store, default_cache_folder
from manylayers.errors import UsageError
from manylayers.facts.tables import runtimes_as_of
from manylayers.options import (
    Asked,
    BuildOptions,
    Destination,
    ExplainOptions,
    IndexSettings,
    Locked,
    LockOptions,
    WheelsOptions,
    Workplace,
    find_layout,
)
from manylayers.stories.build import build as tell_build
from manylayers.stories.doors import Doors
from manylayers.stories.progress import Progress, Silence
from manylayers.target import (
    Architecture,
    Target,
    all_runtimes,
    find_architecture,
    find_target,
    target_of,
)

if TYPE_CHECKING:
    from manylayers.doors.fetch import Fetcher
    from manylayers.doors.index import Index, ProjectListing
    from manylayers.doors.resolve import Answer, Question, Resolver
    from manylayers.formats.pins import DistributionFile
    from manylayers.formats.wheel import WheelFacts, WheelMember
    from manylayers.hands.web import WebSession
    from manylayers.layer.carried import Carried
    from manylayers.options import CheckOptions, DiffOptions, FixOptions, ReportOptions
    from manylayers.report.build import BuildReport
    from manylayers.report.check import CheckReport
    from manylayers.report.diff import DiffReport
    from manylayers.report.explain import ExplainReport
    from manylayers.report.fix import FixReport
    from manylayers.report.layer import LayerReport
    from manylayers.report.lock import LockReport
    from manylayers.report.runtimes import RuntimesReport
    from manylayers.report.several import BuildsReport, LocksReport
    from manylayers.report.wheels import WheelsReport


def open_doors(place: Workplace) -> Doors:
    """Real doors for ``place``. Nothing is read, written, asked or even imported yet."""
    store = Store(place.cache_folder)
    later = _Later(place, store)
    return Doors(
        resolver=later,
        index=later,
        fetcher=later,
        store=store,
        archive=later,
        output=output,
        files=files,
        offline=place.settings.offline,
    )


class _Later:
    """The doors a warm build goes through rarely or never, each opened when it first is.

    What they import would take longer than the build itself.
    """

    def __init__(self, place: Workplace, store: Store) -> None:
        self._place = place
        self._store = store

    @cached_property
    def _session(self) -> WebSession:
        from manylayers.hands.web import WebSession

        settings = self._place.settings
        session = WebSession(self._place.environment, offline=settings.offline)
        for place in (settings.default_url or "", *settings.extra_urls, *settings.find_links):
            session.remember(place)
        return session

    @cached_property
    def _resolver(self) -> Resolver:
        from manylayers.doors.resolve import Resolver

        place = self._place
        return Resolver(place.settings, self._store.uv_cache, place.environment, self._session)

    @cached_property
    def _index(self) -> Index:
        from manylayers.doors.index import Index

        return Index(self._place.settings, self._session, self._store.index_cache)

    @cached_property
    def _fetcher(self) -> Fetcher:
        from manylayers.doors.fetch import Fetcher

        return Fetcher(self._session)

    def resolve(self, question: Question) -> Answer:
        return self._resolver.resolve(question)

    def listing(self, name: str) -> ProjectListing:
        return self._index.listing(name)

    def local(self, name: str) -> tuple[DistributionFile, ...]:
        return self._index.local(name)

    def fetch(
        self,
        file: DistributionFile,
        destination: Path,
        *,
        on_bytes: Callable[[int], None] = lambda _: None,
    ) -> str:
        return self._fetcher.fetch(file, destination, on_bytes=on_bytes)

    def verify_wheel(self, path: Path, *, filename: str, sha256: str | None = None) -> WheelFacts:
        from manylayers.doors.archive import verify_wheel

        return verify_wheel(path, filename=filename, sha256=sha256)

    def refuse_bomb(self, path: Path) -> tuple[str, ...]:
        from manylayers.doors.archive import refuse_bomb

        return refuse_bomb(path)

    def read_member(self, path: Path, member: WheelMember) -> bytes:
        from manylayers.doors.archive import read_member

        return read_member(path, member)


class _LayersLater:
    """The door of layers, opened when one is named: most texts are explained without."""

    def read_layer(self, path: Path) -> Carried:
        from manylayers.doors.layers import read_layer

        return read_layer(path)


def run_build(options: BuildOptions, place: Workplace, progress: Progress) -> BuildReport:
    """One layer. Raises ManylayersError."""
    return tell_build(options, open_doors(place), progress)


def run_builds(
    options: Sequence[BuildOptions], place: Workplace, progress: Progress
) -> BuildsReport:
    """Several layers at once; what could not be built is told, the others are there."""
    from manylayers.report.several import BuildsReport
    from manylayers.stories.several import each

    doors = open_doors(place)
    built, failed = each(
        options, lambda one: tell_build(one, doors, progress), lambda one: str(one.destination.path)
    )
    return BuildsReport(schema="manylayers.builds/1", built=built, failed=failed)


def run_lock(options: LockOptions, place: Workplace, progress: Progress) -> LockReport:
    """One lock. Raises ManylayersError."""
    from manylayers.stories.lock import lock as tell_lock

    return tell_lock(options, open_doors(place), progress)


def run_locks(options: Sequence[LockOptions], place: Workplace, progress: Progress) -> LocksReport:
    """Several locks at once; what could not be locked is told, the others are there."""
    from manylayers.report.several import LocksReport
    from manylayers.stories.lock import lock as tell_lock
    from manylayers.stories.several import each

    doors = open_doors(place)
    locked, failed = each(
        options, lambda one: tell_lock(one, doors, progress), lambda one: str(one.path)
    )
    return LocksReport(schema="manylayers.locks/1", locked=locked, failed=failed)


def run_wheels(options: WheelsOptions, place: Workplace, progress: Progress) -> WheelsReport:
    """A look at a release's files. Raises ManylayersError."""
    from manylayers.stories.wheels import wheels as tell_wheels

    return tell_wheels(options, open_doors(place), progress)


def run_check(options: CheckOptions, place: Workplace, progress: Progress) -> CheckReport:
    """A look at layers that are there. Raises UsageError and UnsafeLayerError."""
    from manylayers.doors import layers
    from manylayers.doors.store_useless import digest
    from manylayers.stories.check import check as tell_check
    from manylayers.stories.reading_once import ReadingOnce

    once = ReadingOnce(layers, digest, Store(place.cache_folder))
    return tell_check(options, once, progress)


def run_diff(options: DiffOptions) -> DiffReport:
    """How two layers or locks differ. Raises ManylayersError for what can't be read."""
    from manylayers.doors import inputs, layers
    from manylayers.stories.diff import diff as tell_diff
    from manylayers.stories.sides import Readers

    return tell_diff(options, Readers(layers=layers, locks=inputs, files=files))


def run_report(options: ReportOptions, progress: Progress) -> LayerReport:
    """What fills a layer. Raises ManylayersError for what can't be read or written."""
    from manylayers.doors import layers
    from manylayers.render.page.assemble import layer_page
    from manylayers.stories.report import Desk
    from manylayers.stories.report import report as tell_report

    return tell_report(options, Desk(layers=layers, files=files, draw=layer_page), progress)


def run_fix(options: FixOptions, progress: Progress) -> FixReport:
    """A repaired copy of a layer. Raises ManylayersError."""
    from manylayers.doors import layers
    from manylayers.stories.fix import FixDoors
    from manylayers.stories.fix import fix as tell_fix

    return tell_fix(options, FixDoors(layers, layers, output), progress)


def list_runtimes() -> RuntimesReport:
    """The runtimes that a layer can be built for, oldest first."""
    from manylayers.report.runtimes import RuntimeReport, RuntimesReport

    targets = [target_of(facts, Architecture.X86_64) for facts in all_runtimes()]
    return RuntimesReport(
        schema="manylayers.runtimes/1",
        as_of=runtimes_as_of().isoformat(),
        runtimes=tuple(
            RuntimeReport(
                runtime=target.runtime,
                python=target.python,
                system=target.system.name,
                glibc=target.glibc,
                architectures=tuple(str(architecture) for architecture in Architecture),
                status=target.facts.status,
                deprecated=target.facts.deprecated.isoformat() if target.facts.deprecated else None,
            )
            for target in targets
        ),
    )


def build(
    requirements: str | Sequence[str] = (),
    *,
    python: str | Sequence[str],
    arch: str = "x86_64",
    output: str | Path = "layer.zip",
    requirements_files: Sequence[str | Path] = (),
    constraints: Sequence[str | Path] = (),
    lock_file: str | Path | None = None,
    layout: str = "lib",
    exclude_runtime: bool = False,
    dry_run: bool = False,
    ignore: Sequence[str] = (),
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> BuildReport:
    """Build one layer at ``output``: a zip, or a folder when it ends with a slash.

    ``requirements`` (one or many) and ``requirements_files`` are what the command line takes;
    ``lock_file`` is a ``pylock.toml`` instead of them. Several Pythons share the one layer. Raises
    ManylayersError; then nothing was written. ``ignore`` are codes of checks, or how they begin,
    that shall not stop it.
    """
    options = BuildOptions(
        name="layer",
        targets=_targets(python, arch) or _no_target(),
        source=_source(requirements, requirements_files, constraints, lock_file),
        destination=_destination(output),
        layout=find_layout(layout),
        exclude_runtime=exclude_runtime,
        dry_run=dry_run,
        ignore=_each(ignore),
    )
    return run_build(options, _workplace(index, cache_folder), Silence())


def lock(
    requirements: str | Sequence[str] = (),
    *,
    python: str,
    arch: str = "x86_64",
    output: str | Path = "pylock.toml",
    requirements_files: Sequence[str | Path] = (),
    constraints: Sequence[str | Path] = (),
    upgrade: bool = False,
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> LockReport:
    """Write a PEP 751 lock for one target to ``output``. Raises ManylayersError."""
    options = LockOptions(
        name="layer",
        target=find_target(python, arch),
        source=_asked(requirements, requirements_files, constraints),
        path=Path(output),
        upgrade=upgrade,
    )
    return run_lock(options, _workplace(index, cache_folder), Silence())


def wheels(
    name: str,
    version: str | None = None,
    *,
    python: str | Sequence[str] = (),
    arch: str = "x86_64",
    index: IndexSettings | None = None,
    cache_folder: Path | None = None,
) -> WheelsReport:
    """Which files of a release fit which runtimes, all where none is named."""
    options = WheelsOptions(name=name, version=version, targets=_targets(python, arch))
    return run_wheels(options, _workplace(index, cache_folder), Silence())


def check(
    *layers: str | Path,
    function: str | Path | None = None,
    python: str = "",
    arch: str = "",
    wrapper: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    cache_folder: Path | None = None,
) -> CheckReport:
    """What is wrong with layers, zips or folders, in the order Lambda merges them.

    Where no ``python`` or ``arch`` is named, the layers tell. ``select`` and ``ignore`` are codes
    or how they begin. Raises ManylayersError for a layer that can't be read; what is wrong with
    one that can is in ``findings``.
    """
    from manylayers.options import CheckOptions

    options = CheckOptions(
        layers=tuple(map(Path, layers)),
        function=Path(function) if function else None,
        python=python,
        arch=arch,
        wrapper=wrapper,
        select=_each(select),
        ignore=_each(ignore),
    )
    return run_check(options, _workplace(None, cache_folder), Silence())


def explain(
    text: str | bytes,
    *,
    python: str | None = None,
    arch: str | None = None,
    layers: Sequence[str | Path] = (),
) -> ExplainReport:
    """What an error text or a log means, and the way out. Raises UsageError for an empty one.

    ``python`` and ``arch`` are the function's, for the commands that the report names and for
    ``layers``, zips or folders that are looked into.
    """
    from manylayers.formats.log_text import decoded
    from manylayers.stories.explain import explain as tell_explanation

    options = ExplainOptions(
        text=text if isinstance(text, str) else decoded(text),
        python=find_target(python, "x86_64").python if python else None,
        architecture=str(find_architecture(arch)) if arch else None,
        layers=tuple(map(Path, layers)),
    )
    return tell_explanation(options, _LayersLater())


def diff(old: str | Path, new: str | Path, *, python: str = "", arch: str = "x86_64") -> DiffReport:
    """How two layers differ: zips, folders, or PEP 751 locks.

    ``python`` and ``arch`` pick the wheels of a lock made for several targets. Raises
    ManylayersError for what can't be read.
    """
    from manylayers.options import DiffOptions

    target = find_target(python, arch) if python else None
    return run_diff(DiffOptions(old=Path(old), new=Path(new), target=target))


def report_on(
    layer: str | Path,
    *,
    output: str | Path | None = None,
    python: str = "",
    arch: str = "",
    build: str | Path | None = None,
) -> LayerReport:
    """What fills a layer, and what is wrong with it; ``output`` is the HTML page to write.

    Where no ``python`` or ``arch`` is named, the layer tells. ``build`` is a file with what
    ``build --json`` printed of this very layer. Raises ManylayersError.
    """
    from manylayers.options import ReportOptions

    options = ReportOptions(
        layer=Path(layer),
        page=Path(output) if output else None,
        python=python,
        arch=arch,
        build=Path(build) if build else None,
    )
    return run_report(options, Silence())


def fix(layer: str | Path, output: str | Path, *, python: str = "", arch: str = "") -> FixReport:
    """Write ``layer`` anew to ``output``, made right where there is one way to do it.

    Layout, names, modes, links, dates, order, bytecode and junk; no file's bytes change. What a
    check of the result still says is in ``findings``. Raises ManylayersError; then nothing was
    written.
    """
    from manylayers.options import FixOptions

    options = FixOptions(
        layer=Path(layer), destination=_destination(output), python=python, arch=arch
    )
    return run_fix(options, Silence())


def _destination(output: str | Path) -> Destination:
    return Destination(path=Path(output), folder=str(output).endswith(("/", os.sep)))


def _targets(python: str | Sequence[str], arch: str) -> tuple[Target, ...]:
    if isinstance(python, float):
        raise UsageError(f"python={python} is a number, and 3.10 would be 3.1", hint="put quotes")
    return tuple(find_target(one, arch) for one in _each(python))


def _no_target() -> tuple[Target, ...]:
    raise UsageError("which runtime is it for? python names none", hint='for example: "3.12"')


def _each(words: str | Sequence[str]) -> tuple[str, ...]:
    """One word or many: a word alone must not be taken for its letters."""
    return (words,) if isinstance(words, str) else tuple(words)


def _source(
    requirements: str | Sequence[str],
    files: Sequence[str | Path],
    constraints: Sequence[str | Path],
    lock_file: str | Path | None,
) -> Asked | Locked:
    if lock_file is None:
        return _asked(requirements, files, constraints)
    if requirements or files or constraints:
        raise UsageError(
            "lock_file names everything already, no requirement can stand beside it",
            hint="lock the requirements anew: manylayers.lock",
        )
    return Locked(lock=read_lock_file(Path(lock_file)))


def _asked(
    requirements: str | Sequence[str],
    files: Sequence[str | Path],
    constraints: Sequence[str | Path],
) -> Asked:
    read = gather(
        _each(requirements),
        [str(file) for file in files],
        [str(file) for file in constraints],
        folder=Path.cwd(),
        environment=os.environ,
    )
    return Asked(roots=read.roots, constraints=read.constraints, require_hashes=read.require_hashes)


def _workplace(index: IndexSettings | None, cache_folder: Path | None) -> Workplace:
    folder = cache_folder or default_cache_folder(os.environ)
    settings = index or IndexSettings()
    return Workplace(cache_folder=folder, settings=settings, environment=dict(os.environ))
