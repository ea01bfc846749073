"""Standard output and error that are closed, full, or left by their reader."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from lock_builder import write_lock
from wheel_builder import build_wheel

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a shell, and /dev/full")


@pytest.fixture
def shell(tmp_path: Path, wheels: Path) -> Shell:
    """A folder with a lock, and a shell in it."""
    write_lock(tmp_path, [build_wheel(wheels)])
    return Shell(tmp_path)


class Shell:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        python = shlex.quote(sys.executable)
        self._environment = {
            **os.environ,
            "MANYLAYERS_CACHE_DIR": str(folder / ".cache"),
            "PYTHONUNBUFFERED": "",
            "P": f"{python} -m manylayers",
            "B": f"{python} -m manylayers build --lock pylock.toml --python 3.12",
        }

    def __call__(self, line: str) -> tuple[int, str]:
        """Status of the first program of ``line``, and all that was said on standard error."""
        done = subprocess.run(
            ["bash", "-c", f"{line}; exit ${{PIPESTATUS[0]}}"],
            cwd=self.folder,
            env=self._environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert "Traceback" not in done.stderr, done.stderr
        return done.returncode, done.stderr

    @property
    def built(self) -> bool:
        return (self.folder / "layer.zip").is_file()


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_nobody_and_no_fault(shell: Shell, closed: str) -> None:
    assert shell(f"$B {closed}")[0] == 0
    with (shell.folder / "layer.zip").open("rb") as file:
        assert file.read(4) == b"PK\3\4"  # nothing that was said went into the file


@pytest.mark.parametrize("words", ["$B", "$B --json", "$P --help", "$P --version", "$P runtimes"])
@pytest.mark.parametrize("unbuffered", ["", "PYTHONUNBUFFERED=1 "])
def test_a_full_standard_output_is_one_sentence(shell: Shell, words: str, unbuffered: str) -> None:
    status, told = shell(f"{unbuffered}{words} > /dev/full")
    assert status == 5
    assert told.startswith("error: standard output can not be written: no space left on device\n")
    assert len(told.splitlines()) == 2
    assert shell.built == words.startswith("$B")


@pytest.mark.parametrize(
    ("words", "status"), [("$B", 0), ("$P build --lock nothing", 2), ("$P build --wrong", 2)]
)
def test_a_full_standard_error_changes_no_status(shell: Shell, words: str, status: int) -> None:
    assert shell(f"{words} 2> /dev/full") == (status, "")


def test_an_error_that_has_no_place_in_its_document_is_told_in_words(shell: Shell) -> None:
    status, told = shell("$P build --lock nothing --json > /dev/full")
    assert (status, told.count("nothing can not be read")) == (2, 1)


def test_a_character_that_the_stream_does_not_have_is_spelled(shell: Shell) -> None:
    assert shell("$B")[0] == 0
    latin = "PYTHONUTF8=0 PYTHONIOENCODING=latin-1"
    said = shell(f"{latin} $P diff layer.zip layer.zip --format markdown > said")
    assert said == (0, "")
    assert "`layer.zip` \\u2192 `layer.zip`" in (shell.folder / "said").read_text()


@pytest.mark.parametrize("words", ["$B", "$B --json"])
def test_a_reader_who_left_has_what_they_wanted(shell: Shell, words: str) -> None:
    assert shell(f"{words} | true") == (0, "")
    assert shell.built


def test_a_check_keeps_its_status_though_nobody_reads_the_rest(shell: Shell) -> None:
    lock = "$P lock demo --no-index --find-links wheels -o pylock.demo.toml"
    assert shell(f"{lock} --python 3.12")[0] == 0
    assert shell(f"{lock} --python 3.13 --check | true")[0] == 1


def test_a_build_whose_steps_nobody_hears_is_as_if_ended_by_the_pipe(shell: Shell) -> None:
    assert shell("$B -v 2>&1 | true")[0] == 141
