"""The program: every way out of it, each with its exit status and one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from manylayers.cli import signals, streams
from manylayers.cli.main import root
from manylayers.errors import ManylayersError

BUG = 70
NO_READER = signals.SIGNALLED + 13
"""What a shell tells of a program that SIGPIPE has ended."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; ``arguments`` are those of the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    try:
        streams.prepare()
        signals.listen()
        return _run(words)
    except KeyboardInterrupt:
        return signals.cleared_up()


def _run(words: Sequence[str]) -> int:
    try:
        return int(root.main(list(words), "manylayers", standalone_mode=False) or 0)
    except click.Abort as error:
        raise KeyboardInterrupt from error
    except SystemExit:  # of click, which nobody listens to any more
        return NO_READER
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a sentence
        return _told(error, words)


def _told(error: Exception, words: Sequence[str]) -> int:
    """Tell of ``error`` in the form it deserves; its exit status."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            streams.tell(error.format_message())
            return 0
        case click.ClickException():
            return _misused(error, words)
        case ManylayersError():
            return _foreseen(error, words)
        case OSError() if error.errno in streams.REFUSALS:
            return _foreseen(streams.unwritten(error), words)
        case _:
            return _unforeseen(error, words)


def _misused(error: click.ClickException, words: Sequence[str]) -> int:
    """What click says of a command line, in the form that the line asked for."""
    from manylayers.errors import UsageError, redacted

    if "--json" not in words:
        error.message = redacted(error.message)  # type: ignore[misc]
        with suppress(OSError):
            error.show()
        return error.exit_code
    context = getattr(error, "ctx", None)
    command = context.command_path if context else "manylayers"
    return _foreseen(UsageError(error.format_message(), hint=f"look at `{command} --help`"), words)


def _foreseen(error: ManylayersError, words: Sequence[str]) -> int:
    from manylayers.render.as_json import to_json
    from manylayers.render.style import style_for
    from manylayers.render.text import error_text
    from manylayers.stories.several import error_report

    report = error_report(error)
    if "--json" not in words or not streams.told(to_json(report)):
        style = style_for(os.environ, terminal=sys.stderr.isatty())
        told = error_text(report, style, whole=_wants_all(words))
        streams.complain(told, colours=style.colours)
    if "-vv" in words:
        _traceback()
    return error.exit_status


def _wants_all(words: Sequence[str]) -> bool:
    """Whether ``-v`` was given; the options may not have been read when it went wrong."""
    return any(word in ("--verbose", "-v", "-vv") for word in words)


def _unforeseen(error: Exception, words: Sequence[str]) -> int:
    from manylayers.errors import redacted

    told = redacted(f"{type(error).__name__}: {error}")
    streams.complain(f"error: this is a bug in manylayers: {told}")
    streams.complain("hint: run it again with -vv and report what it prints on the project's page")
    if "-vv" in words:
        _traceback()
    return BUG


def _traceback() -> None:
    import traceback

    from manylayers.errors import redacted

    streams.complain(redacted(traceback.format_exc()))
