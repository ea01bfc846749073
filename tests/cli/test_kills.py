"""Builds ended at any moment: `scripts/run_kills.py` at a few of its hundred.

How long an end takes is for the script alone to judge, on a machine with nothing else to do.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "scripts" / "run_kills.py"


@pytest.mark.skipif(sys.platform != "linux", reason="the script looks into /proc")
@pytest.mark.parametrize("build", ["cold", "warm", "folder"])
def test_a_build_that_is_ended_leaves_the_old_output_or_the_new_one(build: str) -> None:
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "--moments", "5", "--build", build, "--seconds", "60"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 moments" in done.stdout
