"""A child process, run to its end, its output kept; it dies with us."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from manylayers.errors.places import ProgramError
from manylayers.hands.interruption import heed_interrupt, undisturbed, when_interrupted

_running: set[subprocess.Popen[bytes]] = set()


@when_interrupted
def _end_all() -> None:
    """In all threads at once; none is started any more."""
    for child in tuple(_running):
        _kill(child)


Watch = Callable[[int, bytes], None]
"""Told the child's process id and what it has written to stderr so far."""
WATCHED_EVERY = 0.02
"""Seconds: a resolver unpacks some 15 MB in so much time."""


class Finished(NamedTuple):
    """How a child ended and what it wrote."""

    status: int
    stdout: bytes
    stderr: bytes


def run(
    arguments: Sequence[str],
    *,
    stdin: bytes | None,
    environment: Mapping[str, str],
    folder: Path | None,
    timeout: float,
    watch: Watch | None = None,
) -> Finished:
    """Run ``arguments`` in ``folder`` with just ``environment``, for ``timeout`` seconds at most.

    ``watch`` is called now and then while it runs; what it raises ends the child.
    On any way out, Ctrl-C included, the child and its children are ended. ProgramError when
    the program is not there or takes too long.
    """
    heed_interrupt()
    child: subprocess.Popen[bytes] | None = None
    try:
        with undisturbed():
            child = _started(arguments, stdin, environment, folder)
            _running.add(child)
        stdout, stderr = _said(child, stdin, timeout, watch)
    except subprocess.TimeoutExpired as error:
        raise ProgramError(
            f"{Path(arguments[0]).name} did not end within {timeout:.0f} seconds",
            hint="run it again; if it repeats, pin the packages that have many versions",
        ) from error
    finally:
        if child is not None:
            _end(child)
    heed_interrupt()
    return Finished(status=child.returncode, stdout=stdout, stderr=stderr)


def _said(
    child: subprocess.Popen[bytes], stdin: bytes | None, timeout: float, watch: Watch | None
) -> tuple[bytes, bytes]:
    """What the child writes to its end, looked after on the way."""
    if watch is None:
        return child.communicate(stdin, timeout)
    end = time.monotonic() + timeout
    while True:
        try:
            return child.communicate(stdin, WATCHED_EVERY)
        except subprocess.TimeoutExpired as so_far:
            if time.monotonic() > end:
                raise
            watch(child.pid, so_far.stderr or b"")
            stdin = None  # it has been handed over


def _started(
    arguments: Sequence[str],
    stdin: bytes | None,
    environment: Mapping[str, str],
    folder: Path | None,
) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=folder,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise ProgramError(
            f"{arguments[0]} can not be started: {error.strerror}",
            hint="reinstall manylayers with what it needs",
        ) from error


def _kill(child: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":  # its group, which may outlive it
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
    elif child.poll() is None:
        child.kill()


def _end(child: subprocess.Popen[bytes]) -> None:
    _kill(child)
    child.wait()
    _running.discard(child)
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            stream.close()
