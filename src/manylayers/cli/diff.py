"""``manylayers diff``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from manylayers.cli import completing, options
from manylayers.config.flags import DEFAULT_ARCH
from manylayers.errors import UsageError

if TYPE_CHECKING:
    from manylayers.target import Target

EXAMPLES = """\b
Examples:
  manylayers diff old.zip new.zip
  manylayers diff layer.zip aws-layer/ --format markdown
  manylayers diff pylock.toml new/pylock.toml --exit-code
"""


@options.command(EXAMPLES)
@click.argument("old", callback=options.a_file, shell_complete=completing.paths)
@click.argument("new", callback=options.a_file, shell_complete=completing.paths)
@click.option(
    "--format",
    "format_",
    type=options.Format(["text", "markdown"]),
    default="text",
    help="text (default), or markdown for a pull request.",
)
@click.option("--exit-code", is_flag=True, help="Exit with 1 when packages or files differ.")
@options.target
@options.talk
def diff(
    *,
    old: str,
    new: str,
    format_: str,
    exit_code: bool,
    pythons: tuple[str, ...],
    arch: str | None,
    talk: options.Talk,
) -> int:
    """Say what differs between two layers or locks, and whether a function can tell.

    OLD and NEW are zips, folders or PEP 751 locks. --python and --arch pick the wheels of a lock
    made for several targets.
    """
    from manylayers.api.layers import run_diff
    from manylayers.options import DiffOptions
    from manylayers.render.diff_markdown import diff_markdown
    from manylayers.render.diff_text import diff_text, every_file_diff_text

    asked = DiffOptions(old=Path(old), new=Path(new), target=asked_target(pythons, arch))
    report = run_diff(asked)
    text = every_file_diff_text if talk.verbose else diff_text
    talk.tell(report, diff_markdown if format_ == "markdown" else text)
    return int(exit_code and report.differs)


def asked_target(pythons: tuple[str, ...], arch: str | None) -> Target | None:
    """The one target that was named, if any."""
    from manylayers.target import find_target

    if len(pythons) > 1 or (arch and not pythons):
        raise UsageError(
            "the wheels of a lock are picked for one Python and one architecture",
            hint="for example --python 3.12 --arch arm64",
        )
    return find_target(pythons[0], arch or DEFAULT_ARCH) if pythons else None
