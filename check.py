"""Set up a fresh environment in `.venv` and run the tests, and with `--all` every other check.

    python check.py              # tests, the true index included
    python check.py -m "not real"   # tests without a network; options go to pytest
    python check.py -n0 --pdb       # one test after the other
    python check.py --all        # what CI runs: lint, types, import contracts, tests

Needs Python 3.11 or later with pip, and nothing else.
"""

from __future__ import annotations

import os
import subprocess
import sys
import venv
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENT = HERE / ".venv"
BIN = ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin")

CHECKS = (
    ("ruff", "check", "."),
    ("ruff", "format", "--check", "."),
    ("mypy",),
    ("lint-imports",),
)

AT_ONCE = ("-n", "auto", "--maxprocesses", "4", "--dist", "worksteal")
"""Tests on every core: each mostly waits for a process or a resolver of its own."""


def main() -> int:
    """Set up, run, and give the status of the first thing that failed."""
    arguments = sys.argv[1:]
    everything = "--all" in arguments
    set_up()
    if everything:
        arguments.remove("--all")
        for check in CHECKS:
            print("+", *check, flush=True)
            if status := run(str(BIN / check[0]), *check[1:]):
                return status
    return run(str(BIN / "python"), "-m", "pytest", *AT_ONCE, *arguments)


def set_up() -> None:
    """The environment with manylayers and all its checks need, made or brought up to date."""
    if not BIN.exists():
        venv.create(ENVIRONMENT, with_pip=True)
    python = str(BIN / "python")
    quiet = ("--quiet", "--disable-pip-version-check")
    # Dependency groups (PEP 735) came with pip 25.1; the one that venv brings may be older.
    must(python, "-m", "pip", "install", *quiet, "--upgrade", "pip>=25.1")
    must(python, "-m", "pip", "install", *quiet, "--editable", ".", "--group", "dev")


def run(*command: str) -> int:
    return subprocess.run(command, cwd=HERE, check=False).returncode


def must(*command: str) -> None:
    if status := run(*command):
        sys.exit(status)


if __name__ == "__main__":
    sys.exit(main())
