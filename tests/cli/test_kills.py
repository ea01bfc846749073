"""Builds ended at any moment: `scripts/run_kills.py` at a few of its hundred.

How long an end takes is for the script alone to judge, on a machine with nothing else to do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "run_kills.py"
BUILDS = ("cold", "warm", "folder")


@pytest.mark.skipif(sys.platform != "linux", reason="the script looks into /proc")
def test_a_build_that_is_ended_leaves_the_old_output_or_the_new_one() -> None:
    builds = [word for build in BUILDS for word in ("--build", build)]
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--moments", "5", "--seconds", "60", *builds],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("5 moments") == len(BUILDS)
