"""A child process, run to its end, its output kept; it dies with us."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from manylayers.errors import ManylayersError


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
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
) -> Finished:
    """Run ``arguments`` in ``folder`` with just ``environment``, for ``timeout`` seconds at most.

    On any way out, Ctrl-C included, the child and its children are ended. ManylayersError when
    the program is not there or takes too long.
    """
    try:
        child = subprocess.Popen(
            arguments,
            stdin=subprocess.DEVNULL if stdin is None else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=dict(environment),
            cwd=folder,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise ManylayersError(
            f"{arguments[0]} can not be started: {error.strerror}",
            hint="reinstall manylayers with what it needs",
        ) from error
    try:
        stdout, stderr = child.communicate(stdin, timeout)
    except subprocess.TimeoutExpired as error:
        raise ManylayersError(
            f"{Path(arguments[0]).name} did not end within {timeout:.0f} seconds",
            hint="run it again; if it repeats, pin the packages that have many versions",
        ) from error
    finally:
        _end(child)
    return Finished(status=child.returncode, stdout=stdout, stderr=stderr)


def _end(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is not None:
        return
    if os.name == "posix":
        os.killpg(child.pid, signal.SIGKILL)
    else:
        child.kill()
    child.wait()
    for stream in (child.stdin, child.stdout, child.stderr):
        if stream:
            stream.close()
