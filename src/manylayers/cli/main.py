"""The group of all commands; each is imported when it is called."""

from __future__ import annotations

from importlib import import_module
from typing import Any

import click

COMMANDS = {
    "build": "Turn requirements into a Lambda layer.",
    "lock": "Write down exactly which wheels a layer gets.",
    "wheels": "Show which files of a release fit which runtime, and why not.",
    "check": "Say what is wrong with a layer, whoever made it.",
    "explain": "Say what an error text of Lambda or an installer means.",
    "diff": "Say what differs between two layers or locks, and whether a function can tell.",
    "report": "Show what fills a layer, as a page with a map or as text.",
    "fix": "Repair a layer where there is one way to do it.",
    "runtimes": "List the Lambda runtimes that layers can be built for.",
    "cache": "Look after the folder where wheels and index pages are kept.",
    "completion": "Print the script for shell completion.",
}

EXAMPLES = """\b
Examples:
  manylayers build requests --python 3.12
  manylayers wheels numpy --python 3.11 --arch x86_64 --link
  manylayers lock -r requirements.txt --python 3.12

\b
Exit status: 0 done, 1 the layer has errors, 2 usage, 3 no answer for the target,
4 network or cache, 5 a damaged input or an output that can't be written, 130 interrupted.
"""


class LazyGroup(click.Group):
    """A group whose commands' modules are imported only when they are called."""

    def list_commands(self, context: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        if name not in COMMANDS:
            return None
        command: click.Command = getattr(import_module(f"manylayers.cli.{name}"), name)
        return command

    def resolve_command(
        self, context: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from difflib import get_close_matches

            near = get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" There are {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command {args[0]!r}.{hint}")
        return super().resolve_command(context, args)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


def _version(context: click.Context, _: click.Parameter, value: Any) -> None:
    if value:
        from importlib.metadata import version

        click.echo(f"manylayers {version('manylayers')}")
        context.exit()


@click.group(
    cls=LazyGroup,
    epilog=EXAMPLES,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version,
              help="Print the version.")  # fmt: skip
def root() -> None:
    """Many linux wheels in, many Lambda layers out: exact for any runtime, from any host."""
