"""``manylayers report``."""

from __future__ import annotations

from pathlib import Path

import click

from manylayers.cli import completing, options
from manylayers.errors import UsageError

EXAMPLES = """\b
Examples:
  manylayers report layer.zip -o report.html
  manylayers report layer.zip --format text
  manylayers build pandas --python 3.11 --json > build.json
  manylayers report layer.zip --build build.json
"""
DEFAULT_PAGE = "report.html"


@options.command(EXAMPLES)
@click.argument("layer", callback=options.a_file, shell_complete=completing.paths)
@click.option(
    "-o",
    "--output",
    callback=options.a_file,
    metavar="FILE",
    shell_complete=completing.paths,
    help="The page to write, report.html by default.",
)
@click.option(
    "--format",
    "format_",
    type=options.Format(["html", "text"]),
    default="html",
    help="html (default) is one page that needs nothing else, text a tree in the terminal.",
)
@click.option(
    "--build",
    metavar="FILE",
    callback=options.a_file,
    shell_complete=completing.paths,
    help="What `build --json` printed of this layer, for what was held back and left out.",
)
@options.one_target
@options.talk
def report(
    *,
    layer: str,
    output: str | None,
    format_: str,
    build: str | None,
    python: str | None,
    arch: str | None,
    talk: options.Talk,
) -> int:
    """Show what fills a layer: a page with a map of it, its findings, packages and licences.

    The page asks the network for nothing. With --json the same as one document; the page is then
    written only where -o names it.
    """
    from manylayers.api.layers import run_report
    from manylayers.options import ReportOptions
    from manylayers.render.layer_text import layer_text, page_text

    page = output or (None if talk.as_json or format_ == "text" else DEFAULT_PAGE)
    asked = ReportOptions(
        layer=Path(layer),
        page=fit_page(page) if page else None,
        python=python or "",
        arch=arch or "",
        build=Path(build) if build else None,
    )
    talk.tell(run_report(asked, talk.progress()), layer_text if format_ == "text" else page_text)
    return 0


def fit_page(name: str) -> Path:
    """The path of the page. Raises UsageError where it would be no page, as for ``layer.zip``."""
    path = Path(name)
    if path.suffix.lower() not in (".html", ".htm"):
        raise UsageError(
            f"{name} is no name for a page", hint="end it with .html, or use --format text"
        )
    return path
