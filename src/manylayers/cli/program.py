"""The program: every way out of it, each with its exit status and one sentence."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

import click

from manylayers.cli.main import root
from manylayers.errors import ManylayersError

BUG, INTERRUPTED = 70, 130
PATIENCE = 1.0
"""Seconds that threads have to end by themselves after Ctrl-C."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and give its exit status; ``arguments`` are those of the process."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _survive_any_encoding()
    _listen_for_interrupts()
    try:
        status = root.main(words, "manylayers", standalone_mode=False)
    except (KeyboardInterrupt, click.Abort):
        status = INTERRUPTED
    except Exception as error:  # noqa: BLE001 - the one place where a bug becomes a sentence
        status = _told(error, words)
    return int(status or 0)


def _listen_for_interrupts() -> None:
    """Ctrl-C ends children and threads too, and the process itself within a second."""
    import signal
    import threading

    def interrupted(_number: int, _frame: object) -> None:
        from manylayers.hands.process import interrupt

        interrupt()
        last = threading.Timer(PATIENCE, _leave)
        last.daemon = True
        last.start()
        raise KeyboardInterrupt

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, interrupted)


def _leave() -> None:
    """End at once, whatever the other threads wait for; nothing half done stays behind."""
    from manylayers.hands.disk import abandon

    abandon()
    os._exit(INTERRUPTED)


def _told(error: Exception, words: Sequence[str]) -> int:
    """Tell of ``error`` in the form it deserves; its exit status."""
    match error:
        case click.exceptions.NoArgsIsHelpError():
            click.echo(error.format_message())
            return 0
        case click.ClickException():
            return _misused(error, words)
        case ManylayersError():
            return _foreseen(error, words)
        case BrokenPipeError():
            _close_quietly()
            return 0
        case _:
            return _unforeseen(error, words)


def _misused(error: click.ClickException, words: Sequence[str]) -> int:
    """What click says of a command line, in the form that the line asked for."""
    if "--json" not in words:
        error.show()
        return error.exit_code
    from manylayers.errors import UsageError

    context = getattr(error, "ctx", None)
    command = context.command_path if context else "manylayers"
    return _foreseen(UsageError(error.format_message(), hint=f"look at `{command} --help`"), words)


def _survive_any_encoding() -> None:
    """A terminal that can't show a character gets it escaped, not a traceback."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _foreseen(error: ManylayersError, words: Sequence[str]) -> int:
    from manylayers.render.as_json import to_json
    from manylayers.render.style import style_for
    from manylayers.render.text import error_text
    from manylayers.stories.several import error_report

    report = error_report(error)
    if "--json" in words:
        click.echo(to_json(report))
    else:
        style = style_for(os.environ, terminal=sys.stderr.isatty())
        click.echo(error_text(report, style), err=True, color=style.colours)
    if "-vv" in words:
        _traceback()
    return error.exit_status


def _unforeseen(error: Exception, words: Sequence[str]) -> int:
    from manylayers.errors import redacted

    told = redacted(f"{type(error).__name__}: {error}")
    click.echo(f"error: this is a bug in manylayers: {told}", err=True)
    click.echo(
        "hint: run it again with -vv and report what it prints on the project's page", err=True
    )
    if "-vv" in words:
        _traceback()
    return BUG


def _traceback() -> None:
    import traceback

    from manylayers.errors import redacted

    click.echo(redacted(traceback.format_exc()), err=True)


def _close_quietly() -> None:
    """Who read our output is gone; what Python would still flush must not complain."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
