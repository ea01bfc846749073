"""``manylayers wheels``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import click

from manylayers.cli import options, streams
from manylayers.config.flags import DEFAULT_ARCH
from manylayers.errors import UsageError
from manylayers.target import Target

EXAMPLES = """\b
Examples:
  manylayers wheels lxml==6.1.3 --python 3.11
  manylayers wheels numpy
  manylayers wheels numpy --python 3.11 --arch x86_64 --link
"""


@options.command(EXAMPLES)
@click.argument("package", metavar="NAME[==VERSION]")
@options.target
@click.option("--link", is_flag=True, help="Print just the link with its hash, for one target.")
@options.index
@options.config
@options.talk
def wheels(
    *,
    package: str,
    link: bool,
    pythons: tuple[str, ...],
    arch: str | None,
    cache_dir: str | None,
    talk: options.Talk,
    **values: Any,
) -> int:
    """Show which files of a release fit which runtime, and why the others do not.

    Files that fit nobody are counted by what they lack; -v names each.
    """
    from manylayers.api.looking_up import run_wheels
    from manylayers.config.index import join_project_index
    from manylayers.options import WheelsOptions
    from manylayers.render.text import every_file_text, wheels_text

    targets = asked_targets(pythons, arch, link=link)
    name, version = asked_release(package)
    settings = join_project_index(options.flags_of(values), os.environ, Path.cwd())
    asked = WheelsOptions(name=name, version=version, targets=targets, link=link, pre=settings.pre)
    report = run_wheels(asked, options.workplace(settings, cache_dir), talk.progress())
    if link and not talk.as_json:
        streams.tell(report.link or "")
    else:
        talk.tell(report, every_file_text if talk.verbose else wheels_text)
    return 0


def asked_release(package: str) -> tuple[str, str | None]:
    """Name and version of ``NAME`` or ``NAME==VERSION``. Raises UsageError for anything else."""
    match = re.fullmatch(r"([A-Za-z0-9][\w.-]*)(?:===?([^\s=<>!~,;]+))?", package.replace(" ", ""))
    if match is None:
        raise UsageError(
            f"{package!r} is neither NAME nor NAME==VERSION",
            hint="name one release: manylayers wheels numpy==2.2.6",
        )
    return match[1], match[2]


def asked_targets(pythons: tuple[str, ...], arch: str | None, *, link: bool) -> tuple[Target, ...]:
    """The targets named; none where neither a Python nor an architecture was."""
    from manylayers.target import find_target

    if link and len(pythons) != 1:
        raise UsageError(
            "--link prints one link, for one runtime",
            hint="name it: manylayers wheels numpy --python 3.12 --link",
        )
    if not pythons and arch:
        from manylayers.target import all_runtimes, find_architecture, target_of

        return tuple(target_of(facts, find_architecture(arch)) for facts in all_runtimes())
    return tuple(find_target(python, arch or DEFAULT_ARCH) for python in pythons)
