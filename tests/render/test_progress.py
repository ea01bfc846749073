"""Progress is for people at a terminal; pipes and logs get none."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command import offline
from manylayers.render.progress import Bar, Steps
from wheel_builder import build_wheel

BUILD = ("build", "demo", "--python", "3.12")


def test_steps_are_lines_on_standard_error(capsys: pytest.CaptureFixture[str]) -> None:
    steps = Steps()
    steps.say("resolving")
    steps.begin(10)
    steps.advance(10)
    steps.finish()
    assert capsys.readouterr() == ("", "resolving\n")


def test_a_bar_may_be_begun_again_and_finished_twice(capsys: pytest.CaptureFixture[str]) -> None:
    bar = Bar()
    bar.advance(1)
    bar.finish()
    for total in (10, None):
        bar.begin(total)
        bar.advance(10)
        bar.finish()
    assert capsys.readouterr().out == ""


def test_off_a_terminal_there_is_no_progress(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    said = offline(*BUILD, folder=tmp_path, wheels=wheels, FORCE_COLOR="1")
    assert (said.status, said.err) == (0, "")


@pytest.mark.skipif(os.name != "posix", reason="pseudo-terminals are POSIX")
@pytest.mark.parametrize(
    ("words", "columns", "shown"),
    [((), "80", True), ((), "20", True), (("-q",), "80", False), (("--json",), "80", False)],
)
def test_on_a_terminal_of_any_width_there_is_a_bar_unless_quiet(
    tmp_path: Path, wheels: Path, words: tuple[str, ...], columns: str, *, shown: bool
) -> None:
    build_wheel(wheels)
    ours, theirs = os.openpty()
    local = ("--no-index", "--find-links", str(wheels))
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        done = subprocess.run(
            [sys.executable, "-m", "manylayers", *BUILD, *local, *words],
            cwd=tmp_path,
            env={
                **os.environ,
                "COLUMNS": columns,
                "TERM": "xterm",
                "MANYLAYERS_CACHE_DIR": str(tmp_path / ".cache"),
            },
            stdout=subprocess.PIPE,
            stderr=theirs,
            check=False,
            timeout=120,
        )
        os.write(theirs, b"the end")
        os.close(theirs)
        told = terminal.read(1 << 16)
    assert done.returncode == 0, told
    assert (b"\x1b[" in told) is shown, told
    assert b"\x1b" not in done.stdout
