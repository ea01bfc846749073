"""The documentation is held against the code: examples run, names exist."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import manylayers
from manylayers.cli.main import COMMANDS
from manylayers.formats.layer_tables import KEYS
from wheel_builder import build_wheel

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")


def test_the_readmes_python_example_runs(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, "requests", "2.0")
    code = readme_example()
    local = f"index=manylayers.IndexSettings(no_index=True, find_links=({str(wheels)!r},)), "
    code = code.replace('build(["requests"], ', f'build(["requests"], {local}')
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / "cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    name, written = done.stdout.splitlines()
    assert name.startswith("requests 2.0 ")
    assert re.fullmatch(r"layer\.zip [0-9a-f]{64}", written)


def test_the_readmes_python_example_is_typed(tmp_path: Path) -> None:
    (tmp_path / "example.py").write_text(readme_example())
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "example.py"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def readme_example() -> str:
    (code,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    return str(code)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_is_in_the_reference(name: str) -> None:
    assert f"`{name}" in REFERENCE


@pytest.mark.parametrize("key", sorted(KEYS))
def test_every_key_of_the_table_is_in_the_reference(key: str) -> None:
    assert f"`{key}`" in REFERENCE


@pytest.mark.parametrize("name", manylayers.__all__)
def test_every_public_name_is_there_and_in_the_reference(name: str) -> None:
    assert getattr(manylayers, name) is not None
    assert re.search(rf"`(?:\w+=)?{name}\b", REFERENCE)


def test_a_name_that_is_not_public_is_not_there() -> None:
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = manylayers.nothing
