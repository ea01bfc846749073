"""``manylayers completion``."""

from __future__ import annotations

import click

from manylayers.cli import options

EXAMPLES = """\b
Examples:
  manylayers completion bash >> ~/.bashrc
  manylayers completion zsh >> ~/.zshrc
  manylayers completion fish > ~/.config/fish/completions/manylayers.fish
"""


@options.command(EXAMPLES)
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@options.talk
@click.pass_context
def completion(context: click.Context, shell: str, *, talk: options.Talk) -> int:
    """Print the script that lets a shell complete manylayers' commands and options."""
    from click.shell_completion import get_completion_class

    from manylayers.render.text import completion_text
    from manylayers.report.completion import CompletionReport

    kind = get_completion_class(shell)
    if kind is None:
        raise click.UsageError(f"no completion for {shell}")
    root = context.find_root().command
    script = kind(root, {}, "manylayers", "_MANYLAYERS_COMPLETE").source()
    report = CompletionReport(schema="manylayers.completion/1", shell=shell, script=script)
    talk.tell(report, completion_text)
    return 0
