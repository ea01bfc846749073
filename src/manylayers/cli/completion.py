"""``manylayers completion``."""

from __future__ import annotations

import click

EXAMPLES = """\b
Examples:
  manylayers completion bash >> ~/.bashrc
  manylayers completion zsh >> ~/.zshrc
  manylayers completion fish > ~/.config/fish/completions/manylayers.fish
"""


@click.command(epilog=EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(context: click.Context, shell: str) -> int:
    """Print the script that lets a shell complete manylayers' commands and options."""
    from click.shell_completion import get_completion_class

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root().command
    click.echo(kind(root, {}, "manylayers", "_MANYLAYERS_COMPLETE").source())
    return 0
