"""The story of a report: read the layer, check it, see what fills it, write the page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from manylayers.errors import UsageError
from manylayers.formats.build_document import NoBuildDocumentError, read_build_document
from manylayers.hands.places import refuse_inputs, refuse_link_to_other
from manylayers.layer.areas import areas, kind_areas
from manylayers.options import CheckOptions, ReportOptions
from manylayers.report.build import HeldBack, LeftOutReport
from manylayers.report.layer import LayerReport
from manylayers.stories.check import check

if TYPE_CHECKING:
    from manylayers.layer.carried import Carried
    from manylayers.report.check import CheckReport
    from manylayers.stories.needs import Layers, Reads
    from manylayers.stories.progress import Progress


class Desk(NamedTuple):
    """The doors of a report, and who draws the page."""

    layers: Layers
    files: Reads
    draw: Callable[[LayerReport], bytes]


class _ReadAlready(NamedTuple):
    """A door through which the layer has come already."""

    carried: Carried

    def read_layer(self, _: Path) -> Carried:
        return self.carried


class _Missing(NamedTuple):
    """What is not in a layer, and only its build knows."""

    held_back: tuple[HeldBack, ...] | None = None
    left_out: tuple[LeftOutReport, ...] | None = None


def report(options: ReportOptions, desk: Desk, progress: Progress) -> LayerReport:
    """What fills ``options.layer`` and what is wrong with it; written as a page where asked for."""
    if options.page:
        _refuse_as_page(options.page, options)
    missing = _missing(options, desk.files)
    progress.say(f"reading {options.layer}")
    carried = desk.layers.read_layer(options.layer)
    pythons = (options.python,) if options.python else ()
    asked = CheckOptions((options.layer,), pythons=pythons, arch=options.arch)
    made = _report(carried, check(asked, _ReadAlready(carried), progress), missing)
    if options.page is None:
        return made
    made = made._replace(page=str(options.page))
    desk.files.write(options.page, desk.draw(made))
    return made


def _refuse_as_page(page: Path, options: ReportOptions) -> None:
    """A layer may have any name, also that of a page."""
    refuse_inputs(page, filter(None, (options.layer, options.build)))
    refuse_link_to_other(page)


def _report(carried: Carried, checked: CheckReport, missing: _Missing) -> LayerReport:
    return LayerReport(
        schema="manylayers.report/1",
        layer=carried.label,
        target=checked.target,
        inferred=checked.inferred,
        right_for=checked.right_for,
        files=len(carried.files),
        unzipped=carried.size,
        limit=checked.limit,
        zip_size=carried.packed,
        kinds=kind_areas(carried.files),
        packages=areas(carried),
        findings=checked.findings,
        held_back=missing.held_back,
        left_out=missing.left_out,
        page=None,
    )


def _missing(options: ReportOptions, files: Reads) -> _Missing:
    """From the document of the build, which must be of this very zip."""
    if options.build is None:
        return _Missing()
    content = files.read(options.build)
    if content is None:
        raise UsageError(f"{options.build} can not be read: no such file", hint="check the path")
    try:
        document = read_build_document(content)
        missing = _Missing(
            tuple(HeldBack(**row) for row in document.held_back),
            tuple(
                LeftOutReport(**row | {"examples": tuple(row["examples"])})
                for row in document.left_out
            ),
        )
    except (NoBuildDocumentError, KeyError, TypeError) as error:
        raise UsageError(
            f"{options.build} is not what `manylayers build --json` prints: {error}",
            hint="write it with the build: manylayers build … --json > build.json",
        ) from error
    if document.sha256 and document.sha256 != files.sha256(options.layer):
        raise UsageError(
            f"{options.build} tells of another zip than {options.layer}",
            hint="name the document of its own build, or leave --build out",
        )
    return missing
