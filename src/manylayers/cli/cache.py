"""``manylayers cache``."""

from __future__ import annotations

import re
from pathlib import Path

import click

from manylayers.cli import completing, options
from manylayers.errors import UsageError

SECONDS = {"h": 3600.0, "d": 86_400.0, "w": 604_800.0}

EXAMPLES = """\b
Examples:
  manylayers cache size
  manylayers cache prune --older-than 30d
  manylayers cache verify
"""

place = options.together(
    click.option("--cache-dir", metavar="DIR", shell_complete=completing.paths,
                 help="The folder instead of the default one."),
    options.talk,
)  # fmt: skip
dry_run = click.option("--dry-run", is_flag=True, help="Say what would go, remove nothing.")


def duration(_: click.Context, __: click.Parameter, told: str | None) -> float | None:
    """Seconds of ``12h``, ``30d`` or ``2w``. UsageError for anything else."""
    if told is None:
        return None
    match = re.fullmatch(r"(\d{1,6})([hdw])", told)
    if match is None:
        raise UsageError(
            f"--older-than {told} is no span of time",
            hint="write hours, days or weeks: --older-than 30d",
        )
    return int(match[1]) * SECONDS[match[2]]


@click.group(epilog=EXAMPLES)
def cache() -> None:
    """Look after the folder where wheels and index pages are kept."""


cache.command_class = options.Command


@cache.command("dir", epilog="\b\nExample:\n  du -sh $(manylayers cache dir)\n")
@place
def dir_(*, cache_dir: str | None, talk: options.Talk) -> int:
    """Print the folder, whether or not it is there yet."""
    from manylayers.api import cache as calls
    from manylayers.render.cache import folder_text

    talk.tell(calls.cache_dir(_folder(cache_dir)), folder_text)
    return 0


@cache.command(epilog="\b\nExample:\n  manylayers cache size --json\n")
@place
def size(*, cache_dir: str | None, talk: options.Talk) -> int:
    """Say how large the folder is, part by part."""
    from manylayers.api import cache as calls
    from manylayers.render.cache import cache_size_text

    talk.tell(calls.cache_size(_folder(cache_dir)), cache_size_text)
    return 0


@cache.command(epilog="\b\nExample:\n  manylayers cache prune --older-than 30d --dry-run\n")
@click.option("--older-than", metavar="SPAN", callback=duration,
              help="Wheels that no build used for SPAN go too: 12h, 30d, 2w.")  # fmt: skip
@dry_run
@place
def prune(
    *, older_than: float | None, dry_run: bool, cache_dir: str | None, talk: options.Talk
) -> int:
    """Remove what is of no use any more.

    Those are abandoned downloads, locks that nobody holds, caches of older releases, damaged
    wheels, and what uv prunes of the resolver's cache.
    """
    from manylayers.api import cache as calls
    from manylayers.render.cache import prune_text

    report = calls.cache_prune(_folder(cache_dir), older_than=older_than, dry_run=dry_run)
    talk.tell(report, prune_text)
    return 0


@cache.command(epilog="\b\nExample:\n  manylayers cache clean --dry-run\n")
@dry_run
@place
def clean(*, dry_run: bool, cache_dir: str | None, talk: options.Talk) -> int:
    """Remove the whole cache; files that are not manylayers' own stay.

    A folder without manylayers' CACHEDIR.TAG, or one that a build fetches into, is refused.
    """
    from manylayers.api import cache as calls
    from manylayers.render.cache import clean_text

    talk.tell(calls.cache_clean(_folder(cache_dir), dry_run=dry_run), clean_text)
    return 0


@cache.command(
    short_help="Read everything again, name and remove what is damaged.",
    epilog="\b\nExample:\n  manylayers cache verify --json\n",
)
@place
def verify(*, cache_dir: str | None, talk: options.Talk) -> int:
    """Read everything again, remove and name what is damaged; exit status 1 where something was.

    It finds what a build does not look for: bits that changed while size and time did not.
    """
    from manylayers.api import cache as calls
    from manylayers.render.cache import verify_text

    report = calls.cache_verify(_folder(cache_dir), progress=talk.progress())
    talk.tell(report, verify_text)
    return int(bool(report.damaged))


def _folder(named: str | None) -> Path | None:
    return Path(named) if named else None
