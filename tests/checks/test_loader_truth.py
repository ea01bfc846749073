"""What the checks of binaries say is what a real loader does: each file is loaded once."""

from __future__ import annotations

import platform
import subprocess
import sys
from pathlib import Path

import pytest

import elf_builder as elf
from elf_builder import build_elf, mach_o

pytestmark = pytest.mark.skipif(
    (sys.platform, platform.machine(), platform.libc_ver()[0]) != ("linux", "x86_64", "glibc"),
    reason="the loader of this system is another one",
)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (build_elf(machine=elf.AARCH64), "cannot open shared object file"),  # B201
        (mach_o(), "invalid ELF header"),
        (build_elf(versions={"libc.so.6": ["GLIBC_9.99"]}), "version `GLIBC_9.99' not found"),
        (build_elf(needed=["libnobody.so.7"]), "libnobody.so.7: cannot open shared object file"),
        (build_elf(needed=["libc.musl-x86_64.so.1"]), "libc.musl-x86_64.so.1: cannot open"),
        (build_elf(shift=0x10), "aligned"),  # B207
        (build_elf()[:40], "file too short"),  # B208
        (b"", "file too short"),
        (b"not a library at all, but a text of more bytes than a header has, so", "invalid ELF"),
    ],
)
def test_the_loader_refuses_what_checks_call_an_error(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "_x.so"
    path.write_bytes(content)
    assert words in said("import ctypes; ctypes.CDLL('./_x.so')", tmp_path)


@pytest.mark.parametrize("name", ["_x.cpython-36-x86_64-linux-gnu.so", "_x.cpython-312-darwin.so"])
def test_python_passes_over_modules_for_others(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(build_elf())
    assert "No module named '_x'" in said("import _x", tmp_path)


def said(code: str, folder: Path) -> str:
    """What another interpreter says: a crafted file might well take it down."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stderr
