"""``manylayers fix``."""

from __future__ import annotations

from pathlib import Path

import click

from manylayers.cli import completing, options

EXAMPLES = """\b
Examples:
  manylayers fix layer.zip -o fixed.zip
  manylayers fix layer.zip -o fixed.zip --python 3.12
  manylayers fix aws-layer/ -o layer.zip
"""


@options.command(EXAMPLES)
@click.argument("layer", metavar="LAYER", callback=options.a_file, shell_complete=completing.paths)
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="NEW",
    shell_complete=completing.paths,
    help="The new layer: NAME.zip, or FOLDER/. The old one stays.",
)
@options.one_target
@options.talk
def fix(
    *,
    layer: str,
    output: str,
    python: str | None,
    arch: str | None,
    talk: options.Talk,
) -> int:
    """Repair what can be repaired without guessing, and look at the result.

    LAYER is a zip or a folder; NEW may be either too.
    Layout, names, modes, links, dates, order, bytecode and junk; no file's bytes change. Exit
    status 1 when an error is left.
    """
    from manylayers.api.layers import run_fix
    from manylayers.config.asked import named_destination
    from manylayers.options import FixOptions
    from manylayers.render.check import fix_text

    asked = FixOptions(
        layer=Path(layer),
        destination=named_destination(output),
        python=python or "",
        arch=arch or "",
    )
    report = run_fix(asked, talk.progress())
    talk.tell(report, fix_text)
    return int(any(finding.severity == "error" for finding in report.findings))
