"""Asked to end, it ends: with its resolver, its temporary files, and the status a shell expects."""

from __future__ import annotations

import ast
import os
import select
import shlex
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

import manylayers

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, and a look into /proc")


@pytest.fixture
def silent() -> Iterator[socket.socket]:
    """An index that takes a question and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


def asking(
    folder: Path, silent: socket.socket, before: str = "", seconds: int = 300
) -> subprocess.Popen[str]:
    """A build whose resolver waits so many seconds for ``silent``.

    ``before`` is said to its shell.
    """
    for name in ("tmp", "out"):
        (folder / name).mkdir()
    url = f"http://127.0.0.1:{silent.getsockname()[1]}/simple"
    program = f"exec {shlex.quote(sys.executable)} -m manylayers build demo --python 3.12"
    child = subprocess.Popen(
        ["sh", "-c", f"{before} {program} --index-url {url}"],
        cwd=folder / "out",
        env={
            **os.environ,
            "MANYLAYERS_CACHE_DIR": str(folder / "cache"),
            "TMPDIR": str(folder / "tmp"),
            "UV_HTTP_TIMEOUT": str(seconds),  # on a busy machine a signal may take its time
        },
        stderr=subprocess.PIPE,
        text=True,
    )
    ready, _, _ = select.select([silent], [], [], 60)
    assert ready, "the resolver never asked"
    return child


def ended(child: subprocess.Popen[str]) -> int:
    said = child.communicate(timeout=60)[1]
    assert not said.strip(), said
    return child.returncode


def traces(folder: Path) -> list[str]:
    """Files that are left, and processes that were told of ``folder``."""
    left = [str(path) for name in ("tmp", "out", "cache/tmp") for path in (folder / name).glob("*")]
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = place.read_bytes().decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in words and int(place.parent.name) != os.getpid():
            left.append(words)
    return left


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_the_resolver_ends_too_and_nothing_is_left(
    tmp_path: Path, silent: socket.socket, name: str
) -> None:
    number = getattr(signal, name)
    child = asking(tmp_path, silent)
    child.send_signal(number)
    assert ended(child) == 128 + number
    assert traces(tmp_path) == []


def test_who_asks_again_and_again_changes_nothing(tmp_path: Path, silent: socket.socket) -> None:
    child = asking(tmp_path, silent)
    for number in (signal.SIGINT, signal.SIGINT, signal.SIGTERM, signal.SIGINT):
        child.send_signal(number)
    assert ended(child) in (130, 143)
    assert traces(tmp_path) == []


def test_a_terminal_that_closes_is_no_reason_under_nohup(
    tmp_path: Path, silent: socket.socket
) -> None:
    child = asking(tmp_path, silent, "trap '' HUP;")
    child.send_signal(signal.SIGHUP)
    with pytest.raises(subprocess.TimeoutExpired):
        child.wait(0.3)
    child.send_signal(signal.SIGTERM)
    assert ended(child) == 143
    assert traces(tmp_path) == []


def test_a_killed_resolver_is_one_sentence(tmp_path: Path, silent: socket.socket) -> None:
    child = asking(tmp_path, silent, seconds=5)  # that may run beside it, and is not killed
    for place in Path("/proc").glob("[0-9]*/stat"):
        try:
            parent = int(place.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent == child.pid:
            os.kill(int(place.parent.name), signal.SIGKILL)
    said = child.communicate(timeout=60)[1]
    assert (child.returncode, len(said.splitlines())) == (4, 2)
    assert "the resolver uv was ended by SIGKILL" in said
    assert traces(tmp_path) == []


BUSY = """
from contextlib import suppress
from hashlib import pbkdf2_hmac
from manylayers.cli import signals

signals.listen()
print("ready", flush=True)
while True:
    with suppress(KeyboardInterrupt):
        pbkdf2_hmac("sha256", b"", b"", 2_000_000_000)
"""


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_main_thread_that_does_not_come_back_to_python_is_no_obstacle(name: str) -> None:
    number = getattr(signal, name)
    with subprocess.Popen(
        ["sh", "-c", f"exec {shlex.quote(sys.executable)} -c {shlex.quote(BUSY)}"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "ready\n"
        time.sleep(0.5)  # by then it hashes
        try:
            child.send_signal(number)
            assert ended(child) == 128 + number
        finally:
            child.kill()


CLOSED = """
import os, sys
for number in range(3):
    os.close(number)
from manylayers.cli import streams
sys.stdout = sys.stderr = None
streams.prepare()
sys.exit(max(os.open(__file__, os.O_RDONLY) != 3, sys.stdout.write("said") != 4))
"""


def test_no_file_gets_the_number_of_a_closed_stream(tmp_path: Path) -> None:
    (tmp_path / "closed.py").write_text(CLOSED, encoding="utf-8")
    done = subprocess.run([sys.executable, str(tmp_path / "closed.py")], check=False)
    assert done.returncode == 0


def test_our_code_hears_ctrl_c_before_it_imports_what_takes_long() -> None:
    code = (
        "import os, sys; known = {*sys.modules}; import manylayers.__main__;"
        "print({*sys.modules} - known)"
    )
    source = str(Path(manylayers.__file__).parents[1])
    done = subprocess.run(
        [sys.executable, "-S", "-c", code],
        env={**os.environ, "PYTHONPATH": source},
        capture_output=True,
        text=True,
        check=True,
    )
    assert set(ast.literal_eval(done.stdout)) == {
        "manylayers",
        "manylayers.__main__",
        "__future__",
        "gc",
    }
