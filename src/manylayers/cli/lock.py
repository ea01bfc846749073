"""``manylayers lock``."""

from __future__ import annotations

import os
from typing import Any

import click

from manylayers.cli import completing, options

EXAMPLES = """\b
Examples:
  manylayers lock -r requirements.txt --python 3.12
  manylayers lock pandas --python 3.11 --arch arm64 -o pylock.data.toml
  manylayers lock -r requirements.in --python 3.12 --format requirements -o requirements.txt
  manylayers lock -r requirements.txt --python 3.12 --check
"""


@options.command(EXAMPLES)
@options.inputs
@options.target
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    callback=options.a_file,
    shell_complete=completing.paths,
    help="pylock.toml (default), one file a target.",
)
@click.option(
    "--format",
    "format_",
    type=options.Format(["pylock", "requirements"]),
    default="pylock",
    help="A PEP 751 lock, or direct links with hashes that plain pip takes.",
)
@click.option("--check", is_flag=True, help="Only say whether the lock still answers its inputs.")
@click.option("--upgrade", is_flag=True, help="Forget the versions of the lock that is there.")
@options.index
@options.talk
def lock(
    *,
    format_: str,
    check: bool,
    upgrade: bool,
    cache_dir: str | None,
    talk: options.Talk,
    **values: Any,
) -> int:
    """Write down exactly which wheels a layer gets.

    With --check the exit status is 1 when the lock would change.
    """
    from manylayers.api.making import run_lock, run_locks
    from manylayers.config.asked import lock_options
    from manylayers.config.flags import LockFlags
    from manylayers.config.wishes import read_wishes
    from manylayers.render.text import lock_text, locks_text

    flags = options.flags_of(values)
    wishes = read_wishes(flags, os.environ)
    own = LockFlags(format=format_, check=check, upgrade=upgrade)
    asked = lock_options(wishes, flags, own)
    place = options.workplace(wishes.settings, cache_dir)
    if len(asked) == 1:
        report = run_lock(asked[0], place, talk.progress())
        talk.tell(report, lock_text)
        return int(check and report.changed)
    reports = run_locks(asked, place, talk.progress())
    talk.tell(reports, locks_text)
    stale = check and any(one.changed for one in reports.locked)
    return max((one.exit_status for one in reports.failed), default=int(stale))
