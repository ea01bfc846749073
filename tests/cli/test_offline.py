"""``--offline`` sends nothing: an index that counts hears nobody, and no network is missed."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from command import run
from unruly_server import Request, serving
from wheel_builder import build_wheel

PYTHON = ("--python", "3.12")
WITHOUT_NETWORK = ("unshare", "-rn")


@pytest.mark.parametrize("command", ["build", "lock", "wheels"])
def test_what_is_missing_is_named(tmp_path: Path, command: str) -> None:
    index = ("--index-url", "http://127.0.0.1:9/simple", "--offline")
    said = run(command, "other", *PYTHON, *index, folder=tmp_path)
    assert (said.status, "other" in said.err, "hint: " in said.err) == (4, True, True), said.err


@pytest.mark.parametrize("command", ["build", "lock", "wheels"])
def test_an_index_hears_nothing(tmp_path: Path, command: str) -> None:
    heard: list[str] = []

    def answer(request: Request) -> None:
        heard.append(request.path)
        request.give(404)

    with serving(answer) as server:
        words = (command, "demo", *PYTHON, "--index-url", f"{server.url}/simple")
        said = run(*words, "--offline", folder=tmp_path)
        assert (said.status, heard) == (4, []), said.err
        run(*words, folder=tmp_path)
    assert heard, "without --offline it is asked"


def test_no_network_is_missed(tmp_path: Path, wheels: Path) -> None:
    if subprocess.run([*WITHOUT_NETWORK, "true"], check=False).returncode:
        pytest.skip("this system lets nobody go without network")
    build_wheel(wheels, "demo")
    links = ("--no-index", "--find-links", str(wheels), "--offline")
    for words in (
        ("lock", "demo", *PYTHON, *links),
        ("build", "demo", *PYTHON, *links, "-o", "first.zip"),
        ("build", "--lock", "pylock.toml", *PYTHON, "--offline", "-o", "second.zip"),
        ("wheels", "demo", *PYTHON, *links),
        ("check", "first.zip", *PYTHON),
        ("report", "first.zip", "-o", "page.html"),
        ("diff", "first.zip", "second.zip"),
        ("explain", "No module named demo", "--layer", "first.zip"),
        ("fix", "first.zip", "-o", "fixed.zip"),
        ("cache", "size"),
        ("cache", "verify"),
        ("cache", "prune"),
        ("cache", "clean"),
    ):
        done = subprocess.run(
            [*WITHOUT_NETWORK, sys.executable, "-m", "manylayers", *words],
            cwd=tmp_path,
            env={**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / "cache")},
            capture_output=True,
            check=False,
            timeout=120,
        )
        assert done.returncode == 0, (words, done.stderr)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
