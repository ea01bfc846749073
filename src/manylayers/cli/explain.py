"""``manylayers explain``."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from manylayers.cli import completing, options
from manylayers.errors import UsageError

LONGEST = 16 << 20
"""Bytes of a piped log that are read, about a second's work."""
REST = f"only the first {LONGEST >> 20} MB of the log were read: pipe the part with the error"

EXAMPLES = """\b
Examples:
  manylayers explain "Unable to import module 'app': No module named 'numpy'"
  aws logs tail /aws/lambda/NAME | manylayers explain
  manylayers explain "… No module named 'rpds.rpds'" --layer layer.zip --python 3.12
  manylayers explain "No module named 'app'" --layer layer.zip --function app.zip
  pip install -r requirements.txt 2>&1 | manylayers explain --python 3.12
"""


class Quoting(options.Command):
    """A command whose text may begin with a dash, as log lines do: no option has a blank in it."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        texts = [word for word in args if word.startswith("-") and " " in word.strip()]
        if not texts or "--" in args:
            return super().parse_args(context, args)
        others = [word for word in args if word not in texts]
        return super().parse_args(context, [*others, "--", *texts])


@options.command(EXAMPLES, Quoting)
@click.argument("text", nargs=-1, metavar="[TEXT | -]")
@click.option("--layer", "layers", multiple=True, metavar="ZIP", callback=options.a_file,
              shell_complete=completing.paths,
              help="Look into this layer, a zip or a folder. Repeatable.")  # fmt: skip
@click.option("--function", metavar="ZIP", callback=options.a_file,
              shell_complete=completing.paths,
              help="Look into the function's own zip or folder too.")  # fmt: skip
@click.option("--python", metavar="VERSION", shell_complete=completing.pythons,
              help="The function's runtime, for the commands to copy.")  # fmt: skip
@click.option("--arch", metavar="ARCH", shell_complete=completing.archs,
              help="The function's architecture.")  # fmt: skip
@options.talk
def explain(
    *,
    text: tuple[str, ...],
    layers: tuple[str, ...],
    function: str | None,
    python: str | None,
    arch: str | None,
    talk: options.Talk,
) -> int:
    """Say what an error text of Lambda or an installer means, and the way out.

    TEXT is the error, quoted; - or nothing reads a log from standard input: CloudWatch lines, JSON,
    the output of pip, uv, SAM, Serverless or Terraform.
    """
    from manylayers.api.layers import explain as run_explain
    from manylayers.render.explain import explain_text

    asked = _asked_text(text)
    report = run_explain(
        asked[:LONGEST], python=python, arch=arch, layers=layers, function=function
    )
    if len(asked) > LONGEST:
        report = report._replace(warnings=(REST,))
    talk.tell(report, explain_text)
    return 0


def _asked_text(words: tuple[str, ...]) -> str | bytes:
    """The text of the command line, or what is piped, up to where it is too much."""
    if words == ("-",) or (not words and not sys.stdin.isatty()):
        return sys.stdin.buffer.read(LONGEST + 1)
    if len(words) == 1 and _is_file(words[0]):
        raise UsageError(
            f"{words[0]} is a file, and a text is asked for",
            hint=f"pipe a log: manylayers explain - < {words[0]}; name a layer with --layer",
        )
    return " ".join(words)


def _is_file(word: str) -> bool:
    try:
        return Path(word).is_file()
    except (OSError, ValueError):
        return False
