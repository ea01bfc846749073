"""A child process run to its end, and never left behind."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from manylayers.errors import ManylayersError
from manylayers.hands.process import Finished, WaysOut, run

MOST = 30.0
WAYS_OUT = WaysOut(absent="bring it", endless="wait no more")
posix = pytest.mark.skipif(os.name != "posix", reason="process groups are POSIX")


def python(
    code: str, *, folder: Path | None = None, timeout: float = MOST, **environment: str
) -> Finished:
    needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return run(
        [sys.executable, "-I", "-c", code],
        environment={**needed, **environment},
        folder=folder,
        timeout=timeout,
        ways_out=WAYS_OUT,
    )


def test_what_a_child_says_and_how_it_ends_are_kept() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"
    finished = python(code)
    assert (finished.status, finished.stdout.strip(), finished.stderr.strip()) == (
        3,
        b"out",
        b"err",
    )


def test_much_is_kept_as_well_as_little() -> None:
    code = "import sys; sys.stderr.write('e' * 300_000); sys.stdout.write('o' * 300_000)"
    finished = python(code)
    assert (len(finished.stdout), len(finished.stderr)) == (300_000, 300_000)


def test_a_child_hears_nothing() -> None:
    assert python("print(repr(open(0).read()))").stdout.strip() == b"''"


def test_a_child_sees_the_environment_it_is_given_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "s3cret")
    code = "import os; print(os.environ.get('GIVEN'), os.environ.get('AWS_SECRET_ACCESS_KEY'))"
    assert python(code, GIVEN="this").stdout.split() == [b"this", b"None"]


def test_a_child_runs_where_it_is_told(tmp_path: Path) -> None:
    told = python("import os; print(os.getcwd())", folder=tmp_path).stdout.decode().strip()
    assert Path(told).samefile(tmp_path)


def test_a_program_that_is_not_there_is_named() -> None:
    with pytest.raises(ManylayersError, match="no-such-program can not be started") as caught:
        run(["no-such-program"], environment={}, folder=None, timeout=MOST, ways_out=WAYS_OUT)
    assert caught.value.hint == WAYS_OUT.absent


@posix
@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"#!/no/such/interpreter\n", r"not there|No such file"),
        (b"\x7fELF of another machine\0\0", "Exec format error"),
    ],
)
def test_a_program_that_can_not_be_started_is_no_answer(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    program = tmp_path / "uv"
    program.write_bytes(content)
    program.chmod(0o755)
    with pytest.raises(ManylayersError, match=f"uv can not be started: .*({reason})") as caught:
        run([str(program)], environment={}, folder=None, timeout=MOST, ways_out=WAYS_OUT)
    assert caught.value.hint == WAYS_OUT.absent


@pytest.mark.parametrize("status", [126, 127])
def test_a_program_may_end_as_the_shell_does(status: int) -> None:
    assert python(f"import sys; sys.exit({status})").status == status


def test_a_child_that_does_not_end_is_ended() -> None:
    begun = time.monotonic()
    with pytest.raises(ManylayersError, match="did not end within 0 seconds") as caught:
        python("import time; time.sleep(60)", timeout=0.3)
    assert time.monotonic() - begun < MOST
    assert caught.value.hint == WAYS_OUT.endless


PARENT = """
import subprocess, sys, os, time
child = subprocess.Popen([sys.executable, "-I", "-c", "import time; time.sleep(60)"])
with open("pid", "w") as file:
    file.write(str(child.pid))
"""


@posix
@pytest.mark.parametrize("then", ["time.sleep(60)", "os._exit(0)"])
def test_its_own_children_are_ended_too_though_it_did_not_wait_for_them(
    tmp_path: Path, then: str
) -> None:
    with pytest.raises(ManylayersError, match="did not end within"):
        python(PARENT + then, folder=tmp_path, timeout=2)
    assert _ends(int((tmp_path / "pid").read_text())), "a grandchild is still there"


def _ends(pid: int) -> bool:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if not _lives(pid):
            return True
        time.sleep(0.02)
    return False


def _lives(pid: int) -> bool:
    """Whether it runs: one that ended and that nobody asked about yet (``Z``) does not."""
    told = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, check=False)
    return told.stdout.strip()[:1] not in (b"", b"Z")


INTERRUPTED = """
import sys, threading, time
from manylayers.hands.interruption import interrupt
from manylayers.hands.process import WaysOut, run

def ask(code):
    try:
        child = [sys.executable, "-I", "-c", code]
        run(child, environment={}, folder=None, timeout=60, ways_out=WaysOut("", ""))
    except KeyboardInterrupt:
        print("interrupted", flush=True)

waiting = threading.Thread(target=ask, args=("import time; time.sleep(60)",))
waiting.start()
time.sleep(0.5)
interrupt()
waiting.join(20)
ask("print('never')")
"""


def test_an_interrupt_ends_every_child_and_starts_no_more() -> None:
    """In a process of its own: there is no way back from an interrupt."""
    begun = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED], capture_output=True, timeout=60, check=True
    )
    assert done.stdout.split() == [b"interrupted", b"interrupted"]
    assert time.monotonic() - begun < MOST


ALONE = """
import sys
from manylayers.hands.process import WaysOut, run

code = "import os, time; open('pid', 'w').write(str(os.getpid())); time.sleep(60)"
child = [sys.executable, "-I", "-c", code]
run(child, environment={}, folder=None, timeout=60, ways_out=WaysOut("", ""))
"""


@posix
def test_a_child_ends_with_a_parent_that_was_killed(tmp_path: Path) -> None:
    place = tmp_path / "pid"
    with subprocess.Popen([sys.executable, "-c", ALONE], cwd=tmp_path) as parent:
        until = time.monotonic() + MOST
        while not (place.exists() and place.read_text()) and time.monotonic() < until:
            time.sleep(0.02)
        assert _lives(int(place.read_text()))
        parent.kill()
    assert _ends(int(place.read_text())), "the child is still there"
