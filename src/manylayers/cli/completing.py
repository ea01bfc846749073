"""What a shell may offer for the word that somebody has begun to type."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def pythons(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The runtimes, as ``--python`` takes them."""
    from manylayers.target import all_runtimes

    return [row.version for row in all_runtimes() if row.version.startswith(begun)]


def archs(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """Lambda's architectures."""
    from manylayers.target import Architecture

    return [name for name in Architecture if name.startswith(begun)]


def layouts(_: click.Context, __: click.Parameter, begun: str) -> list[str]:
    """The layouts of a layer."""
    from manylayers.options import Layout

    return [name for name in Layout if name.startswith(begun)]


def paths(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Whatever files and folders the shell finds."""
    from click.shell_completion import CompletionItem

    return [CompletionItem(begun, type="file")]
