"""``manylayers check``."""

from __future__ import annotations

from pathlib import Path

import click

from manylayers.cli import completing, options
from manylayers.errors import UsageError

EXAMPLES = """\b
Examples:
  manylayers check layer.zip
  manylayers check layer.zip --python 3.12 --arch arm64
  manylayers check layer.zip --python 3.11,3.12,3.13
  manylayers check deps.zip otel.zip --function app.zip --python 3.12
  manylayers check layer.zip --ignore L108 --ignore S3
"""


@options.command(EXAMPLES)
@click.argument(
    "layers",
    nargs=-1,
    metavar="LAYER...",
    callback=options.a_file,
    shell_complete=completing.paths,
)
@click.option(
    "--function",
    metavar="ZIP",
    callback=options.a_file,
    shell_complete=completing.paths,
    help="The function that the layers go with, a zip or a folder.",
)
@options.targets_or_told
@click.option("--wrapper", is_flag=True, help="A script that sets PYTHONPATH starts the function.")
@click.option(
    "--select",
    multiple=True,
    metavar="CODE",
    help="Tell only of these codes; L1 means all that begin so. Repeatable.",
)
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Do not tell of these codes, and let them be no error. Repeatable.",
)
@options.cache_dir
@options.talk
def check(
    *,
    layers: tuple[str, ...],
    function: str | None,
    pythons: tuple[str, ...],
    arch: str | None,
    wrapper: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    cache_dir: str | None,
    talk: options.Talk,
) -> int:
    """Say what is wrong with layers, zips or folders, in the order Lambda merges them.

    Exit status 1 when something is an error.
    """
    from manylayers.api.layers import run_check
    from manylayers.config.checking import wanted_codes
    from manylayers.options import CheckOptions
    from manylayers.render.check import check_text

    if not layers and not function:
        raise UsageError(
            "no layer is named", hint="for example: manylayers check layer.zip --python 3.12"
        )
    codes = wanted_codes(select, ignore, Path.cwd())
    asked = CheckOptions(
        layers=tuple(map(Path, layers)),
        function=Path(function) if function else None,
        pythons=pythons,
        arch=arch or "",
        wrapper=wrapper,
        select=codes.select,
        ignore=codes.ignore,
    )
    report = run_check(asked, Path(cache_dir) if cache_dir else None, talk.progress())
    talk.tell(report, check_text)
    return int(any(finding.severity == "error" for finding in report.findings))
