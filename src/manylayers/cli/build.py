"""``manylayers build``."""

from __future__ import annotations

import os
from typing import Any

import click

from manylayers.cli import completing, options

EXAMPLES = """\b
Examples:
  manylayers build requests --python 3.12
  manylayers build pandas lxml --python 3.11 --arch arm64 -o data.zip
  manylayers build -r requirements.txt --python 3.12 -o aws-layer/
  manylayers build --lock pylock.toml --offline
  manylayers build          (the layers of pyproject.toml, every target)
"""


@options.command(EXAMPLES)
@options.inputs
@click.option(
    "--lock",
    metavar="FILE",
    callback=options.a_file,
    shell_complete=completing.paths,
    help="Build what this pylock.toml names; no resolver runs.",
)
@options.target
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    shell_complete=completing.paths,
    help="layer.zip (default), or a folder with / at its end.",
)
@click.option(
    "--layout",
    metavar="NAME",
    shell_complete=completing.layouts,
    help="lib (default), flat or function.",
)
@click.option(
    "--exclude-runtime", is_flag=True, help="Leave out what the runtime brings: boto3 and company."
)
@click.option("--scripts", is_flag=True, help="Take programs along, in bin/.")
@click.option(
    "--ignore",
    multiple=True,
    metavar="CODE",
    help="Build in spite of what this check says: a code, or how it begins. Repeatable.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be built; fetch and write nothing.")
@options.index
@options.talk
def build(
    *,
    layout: str | None,
    exclude_runtime: bool,
    scripts: bool,
    dry_run: bool,
    ignore: tuple[str, ...],
    cache_dir: str | None,
    talk: options.Talk,
    **values: Any,
) -> int:
    """Turn requirements into a Lambda layer.

    Wheels are chosen for the runtime's own Python, glibc and processor, whatever this machine is.
    """
    from manylayers.api.making import run_build, run_builds
    from manylayers.config.asked import build_options
    from manylayers.config.flags import BuildFlags
    from manylayers.config.wishes import read_wishes
    from manylayers.render.text import build_text, builds_text

    flags = options.flags_of(values)
    wishes = read_wishes(flags, os.environ)
    own = BuildFlags(
        layout=layout,
        exclude_runtime=exclude_runtime,
        scripts=scripts,
        dry_run=dry_run,
        ignore=ignore,
    )
    asked = build_options(wishes, flags, own)
    place = options.workplace(wishes.settings, cache_dir)
    if len(asked) == 1 and wishes.output is None:
        talk.tell(run_build(asked[0], place, talk.progress()), build_text)
        return 0
    report = run_builds(asked, place, talk.progress())
    talk.tell(report, builds_text)
    return max((one.exit_status for one in report.failed), default=0)
