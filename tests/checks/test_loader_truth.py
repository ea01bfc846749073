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


def test_the_loader_refuses_a_newer_libstdc(tmp_path: Path) -> None:  # B204
    asking = build_elf(needed=["libstdc++.so.6"], versions={"libstdc++.so.6": ["GLIBCXX_9.9.99"]})
    (tmp_path / "_x.so").write_bytes(asking)
    told = said("import ctypes; ctypes.CDLL('./_x.so')", tmp_path)
    if "cannot open shared object file" in told:
        pytest.skip("no libstdc++ here")
    assert "version `GLIBCXX_9.9.99' not found" in told


def test_a_library_beside_a_module_is_not_found_by_its_name(tmp_path: Path) -> None:  # B205, B209
    (tmp_path / "libnobody.so.7").write_bytes(build_elf())
    (tmp_path / "_x.so").write_bytes(build_elf(needed=["libnobody.so.7"]))
    for opened in ("./_x.so", "libnobody.so.7"):
        told = said(f"import ctypes; ctypes.CDLL({opened!r})", tmp_path)
        assert "libnobody.so.7: cannot open shared object file" in told


@pytest.mark.parametrize("machine", [elf.AARCH64, elf.I386])
def test_the_system_runs_no_program_for_another_processor(tmp_path: Path, machine: int) -> None:
    (tmp_path / "tool").write_bytes(build_elf(machine=machine, kind=2)[:40])
    (tmp_path / "tool").chmod(0o755)
    told = said("import subprocess; subprocess.run(['./tool'])", tmp_path)
    assert "Exec format error" in told


def test_bytecode_of_another_python_is_refused(tmp_path: Path) -> None:  # L109
    (tmp_path / "only.pyc").write_bytes(b"\x61\x0d\r\n" + bytes(12))
    assert "bad magic number in 'only'" in said("import only", tmp_path)


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
