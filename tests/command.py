"""The command line as a person runs it: a process of its own, offline over a folder of wheels."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, kw_only=True)
class Said:
    """What a run said and how it ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


def run(*words: str, folder: Path, python: str = sys.executable, **environment: str) -> Said:
    """``manylayers WORDS`` in ``folder``, its cache there too."""
    cache = {"MANYLAYERS_CACHE_DIR": str(folder / ".cache"), "PYTHONUTF8": "1"}
    done = subprocess.run(
        [python, "-m", "manylayers", *words],
        cwd=folder,
        env={**os.environ, **cache, **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
        timeout=300,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return Said(status=done.returncode, out=done.stdout, err=done.stderr)


def offline(*words: str, folder: Path, wheels: Path, **environment: str) -> Said:
    """The same with the wheels of one folder and no index."""
    index = (
        ()
        if words[0] in ("runtimes", "completion")
        else ("--no-index", "--find-links", str(wheels))
    )
    return run(*words, *index, folder=folder, **environment)
