"""A child process, run to its end, its output kept; it dies with us, however we die."""

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

SHELL = "/bin/sh"
GUARDED = 'exec 3<&0 </dev/null; (read _; kill -9 0) <&3 3<&- >/dev/null 2>&1 & exec "$@" 3<&-'
"""The shell becomes the program, and leaves one behind who waits for the end of a pipe: the system
closes it when we are gone, be it by SIGKILL, and the whole group is ended then."""
NO_PROGRAM, NOT_FOUND = 126, 127
"""What POSIX has a shell end with that can't become a program."""


class Finished(NamedTuple):
    """How a child ended and what it wrote."""

    status: int
    stdout: bytes
    stderr: bytes


class WaysOut(NamedTuple):
    """Hints for a program that can not be started, and for one that does not end."""

    absent: str
    endless: str


def run(
    arguments: Sequence[str],
    *,
    environment: Mapping[str, str],
    folder: Path | None,
    timeout: float,
    ways_out: WaysOut,
    watch: Watch | None = None,
) -> Finished:
    """Run ``arguments`` in ``folder`` with just ``environment``, for ``timeout`` seconds at most.

    It hears nothing on its standard input.

    ``watch`` is called now and then while it runs; what it raises ends the child.
    On any way out, Ctrl-C included, the child and its children are ended. ProgramError when
    the program is not there, can not be started or takes too long, with a hint of ``ways_out``.
    """
    heed_interrupt()
    program = arguments[0]
    try:
        finished = _finished(arguments, environment, folder, timeout, watch)
    except subprocess.TimeoutExpired as error:
        raise ProgramError(
            f"{Path(program).name} did not end within {timeout:.0f} seconds", hint=ways_out.endless
        ) from error
    except _NotStartedError as error:
        raise ProgramError(
            f"{program} can not be started: {error}", hint=ways_out.absent
        ) from error
    heed_interrupt()
    return finished


class _NotStartedError(Exception):
    """Why a program could not be started, as a clause."""


def _finished(
    arguments: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None,
    timeout: float,
    watch: Watch | None,
) -> Finished:
    """The child from its start to its end, however that comes."""
    child: subprocess.Popen[bytes] | None = None
    lifeline, ours = os.pipe()
    try:
        with undisturbed():
            child = _started(_program(arguments, environment), environment, folder, lifeline)
            _running.add(child)
        stdout, stderr = _said(child, timeout, watch)
    finally:
        if child is not None:
            _end(child)
        os.close(lifeline)
        os.close(ours)
    finished = Finished(status=child.returncode, stdout=stdout, stderr=stderr)
    if reason := _not_begun(finished):
        raise _NotStartedError(reason)
    return finished


def _said(
    child: subprocess.Popen[bytes], timeout: float, watch: Watch | None
) -> tuple[bytes, bytes]:
    """What the child writes to its end, looked after on the way."""
    if watch is None:
        return child.communicate(timeout=timeout)
    end = time.monotonic() + timeout
    while True:
        try:
            return child.communicate(timeout=WATCHED_EVERY)
        except subprocess.TimeoutExpired as so_far:
            if time.monotonic() > end:
                raise
            watch(child.pid, so_far.stderr or b"")


def _program(arguments: Sequence[str], environment: Mapping[str, str]) -> list[str]:
    """``arguments`` with the path of their program. Or _NotStartedError."""
    from shutil import which

    found = which(arguments[0], path=environment.get("PATH"))
    if found is None:
        raise _NotStartedError("there is no such program")
    return [found, *arguments[1:]]


def _started(
    arguments: Sequence[str], environment: Mapping[str, str], folder: Path | None, lifeline: int
) -> subprocess.Popen[bytes]:
    guarded = os.access(SHELL, os.X_OK)
    try:
        return subprocess.Popen(
            [SHELL, "-c", GUARDED, SHELL, *arguments] if guarded else arguments,
            stdin=lifeline if guarded else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=folder,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise _NotStartedError(error.strerror or str(error)) from error


def _not_begun(finished: Finished) -> str | None:
    """Why the shell could not become the program, in the words of POSIX or of the shell."""
    said, shell = finished.stderr.decode("utf-8", "replace"), f"{SHELL}: "
    if finished.status not in (NO_PROGRAM, NOT_FOUND) or not said.startswith(shell):
        return None
    if finished.status == NOT_FOUND:  # the program itself was there
        return "the interpreter or loader that it asks for is not there"
    return said.splitlines()[0].rpartition(": ")[2]


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
    for stream in (child.stdout, child.stderr):
        if stream:
            stream.close()
