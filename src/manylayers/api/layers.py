"""Layers that are there: the calls `check`, `explain`, `diff`, `report_on` and `fix`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.api.words import cache_folder_of, destination_of, each_word
from manylayers.options import ExplainOptions
from manylayers.stories.progress import Progress, Silence
from manylayers.target import find_architecture, find_target

if TYPE_CHECKING:
    from manylayers.layer.carried import Carried
    from manylayers.options import CheckOptions, DiffOptions, FixOptions, ReportOptions
    from manylayers.report.check import CheckReport
    from manylayers.report.diff import DiffReport
    from manylayers.report.explain import ExplainReport
    from manylayers.report.fix import FixReport
    from manylayers.report.layer import LayerReport


def run_check(options: CheckOptions, cache_folder: Path | None, progress: Progress) -> CheckReport:
    """A look at layers that are there. Raises UsageError and UnsafeLayerError."""
    from manylayers.hands.ahead import begun
    from manylayers.hands.digest import zip_digest

    digest = begun(zip_digest, (*options.layers, *filter(None, [options.function])))
    # The rest is imported while it hashes.
    from manylayers.doors.store import Store
    from manylayers.stories.check import check as tell_check
    from manylayers.stories.reading_once import ReadingOnce

    once = ReadingOnce(_LayersLater(), digest, Store(cache_folder_of(cache_folder)))
    return tell_check(options, once, progress)


def run_diff(options: DiffOptions) -> DiffReport:
    """How two layers or locks differ. Raises ManylayersError for what can't be read."""
    from manylayers.doors import files, inputs, layers
    from manylayers.stories.diff import diff as tell_diff
    from manylayers.stories.sides import Readers

    return tell_diff(options, Readers(layers=layers, locks=inputs, files=files))


def run_report(options: ReportOptions, progress: Progress) -> LayerReport:
    """What fills a layer. Raises ManylayersError for what can't be read or written."""
    from manylayers.doors import files, layers
    from manylayers.render.page.assemble import layer_page
    from manylayers.stories.report import Desk
    from manylayers.stories.report import report as tell_report

    return tell_report(options, Desk(layers=layers, files=files, draw=layer_page), progress)


def run_fix(options: FixOptions, progress: Progress) -> FixReport:
    """A repaired copy of a layer. Raises ManylayersError."""
    from manylayers.doors import layers, output, packing
    from manylayers.stories.fix import FixDoors
    from manylayers.stories.fix import fix as tell_fix

    return tell_fix(options, FixDoors(layers, packing, output), progress)


def check(
    *layers: str | Path,
    function: str | Path | None = None,
    python: str | Sequence[str] = (),
    arch: str = "",
    wrapper: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    cache_folder: Path | None = None,
) -> CheckReport:
    """What is wrong with layers, zips or folders, in the order Lambda merges them.

    ``python`` is one or several, with an answer for each; where none or no ``arch`` is named, the
    layers tell. ``select`` and ``ignore`` are codes or how they begin. Raises ManylayersError for
    a layer that can't be read; what is wrong with one that can is in ``findings``.
    """
    from manylayers.options import CheckOptions

    options = CheckOptions(
        layers=tuple(map(Path, layers)),
        function=Path(function) if function else None,
        pythons=each_word(python) if python else (),
        arch=arch,
        wrapper=wrapper,
        select=each_word(select),
        ignore=each_word(ignore),
    )
    return run_check(options, cache_folder, Silence())


def explain(
    text: str | bytes,
    *,
    python: str | None = None,
    arch: str | None = None,
    layers: Sequence[str | Path] = (),
    function: str | Path | None = None,
) -> ExplainReport:
    """What an error text or a log means, and the way out. Raises UsageError for an empty one.

    ``python`` and ``arch`` are the function's, for the commands that the report names and for
    ``layers`` and ``function``, zips or folders that are looked into.
    """
    from manylayers.formats.log_text import decoded
    from manylayers.stories.explain import explain as tell_explanation

    options = ExplainOptions(
        text=text if isinstance(text, str) else decoded(text),
        python=find_target(python, "x86_64").python if python else None,
        architecture=str(find_architecture(arch)) if arch else None,
        layers=tuple(map(Path, layers)),
        function=Path(function) if function else None,
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
        layer=Path(layer), destination=destination_of(output), python=python, arch=arch
    )
    return run_fix(options, Silence())


class _LayersLater:
    """The door of layers, opened when one is read: most texts need none, known zips neither."""

    def read_layer(self, path: Path) -> Carried:
        from manylayers.doors.layers import read_layer

        return read_layer(path)
