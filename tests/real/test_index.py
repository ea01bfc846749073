"""The main job on real packages of the real index."""

from __future__ import annotations

import hashlib
import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.gnuversions import GNUVerNeedSection
from uv import find_uv_bin

from command import Said, run

pytestmark = pytest.mark.real

PYENV = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
"""Looked up here, before the fences of the tests hide the home folder."""


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> str:
    """One store for all tests here: what one fetched the next finds."""
    return str(tmp_path_factory.mktemp("store"))


def built(folder: Path, cache: str, *words: str, python: str = sys.executable) -> Said:
    said = run("build", *words, folder=folder, python=python, MANYLAYERS_CACHE_DIR=cache)
    assert said.status == 0, said.err
    return said


def interpreter(version: str) -> str:
    """A real interpreter of this version that is at hand, or a plain skip."""
    pyenv = sorted(PYENV.glob(f"versions/{version}.*/bin/python"))
    candidates = [*map(str, pyenv), shutil.which(f"python{version}") or ""]
    for candidate in candidates:
        if candidate and _runs(candidate, version):
            return candidate
    pytest.skip(f"no Python {version} at hand to import the layer with")


def _runs(program: str, version: str) -> bool:
    code = "import sys; print('%d.%d' % sys.version_info[:2])"
    done = subprocess.run([program, "-c", code], capture_output=True, text=True, check=False)
    return done.stdout.strip() == version


@pytest.mark.parametrize("version", ["3.8", "3.9", "3.10", "3.11", "3.12", "3.13", "3.14"])
def test_a_matching_interpreter_imports_requests_and_numpy(
    tmp_path: Path, cache: str, version: str
) -> None:
    for arch in ("arm64", "x86_64"):
        words = ("requests", "numpy", "--python", version, "--arch", arch, "-o", f"{arch}/")
        built(tmp_path, cache, *words)
    python = interpreter(version)
    site = tmp_path / "x86_64" / "python" / "lib" / f"python{version}" / "site-packages"
    code = "import numpy, requests; print(int(numpy.arange(4).sum()), requests.__version__)"
    command = [python, "-S", "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(site), "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.stdout.startswith("6 "), done.stderr


@pytest.mark.parametrize("arch", ["x86_64", "arm64"])
@pytest.mark.parametrize(
    "requirements", [("pandas", "lxml", "cryptography"), ("pyarrow", "grpcio"), ("onnxruntime",)]
)
def test_no_file_needs_a_newer_glibc_than_amazon_linux_2_has(
    tmp_path: Path, cache: str, requirements: tuple[str, ...], arch: str
) -> None:
    built(tmp_path, cache, *requirements, "--python", "3.11", "--arch", arch)
    checked = 0
    with zipfile.ZipFile(tmp_path / "layer.zip") as layer:
        for name in layer.namelist():
            content = layer.read(name)
            if content[:4] == b"\x7fELF":
                checked += 1
                assert needed_glibc(content) <= (2, 26), name
    assert checked > 0


def needed_glibc(content: bytes) -> tuple[int, ...]:
    """The highest GLIBC version that an ELF file's symbols ask for."""
    versions: list[tuple[int, ...]] = [(0,)]
    for section in ELFFile(io.BytesIO(content)).iter_sections():
        if isinstance(section, GNUVerNeedSection):
            for _, needed in section.iter_versions():
                versions += [
                    tuple(map(int, match[1].split(".")))
                    for one in needed
                    if (match := re.fullmatch(r"GLIBC_([\d.]+)", one.name))
                ]
    return max(versions)


def test_the_files_are_those_that_uv_installs(tmp_path: Path, cache: str) -> None:
    requirements = ["pandas", "requests", "pydantic", "sqlalchemy", "cryptography", "fastapi"]
    words = (*requirements, "--python", "3.12", "-o", "layer/")
    said = built(tmp_path, cache, *words, "--json")
    pins = [f"{row['name']}=={row['version']}" for row in said.json["packages"]]
    command = [
        str(find_uv_bin()),
        "pip",
        "install",
        "--no-deps",
        "--no-config",
        "--target",
        "theirs",
    ]
    command += ["--only-binary", ":all:", "--python-version", "3.12"]
    command += ["--python-platform", "x86_64-manylinux_2_34", "--python", sys.executable, *pins]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    site = tmp_path / "layer" / "python" / "lib" / "python3.12" / "site-packages"
    assert contents(site) == contents(tmp_path / "theirs")


def contents(folder: Path) -> dict[str, bytes]:
    """Files by path, without what installers add or may leave out."""
    names = {"RECORD", "INSTALLER", "REQUESTED", ".lock", "uv_cache.json", "direct_url.json"}
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and path.name not in names
        and path.relative_to(folder).parts[0] != "bin"
        and path.suffix != ".pyc"
    }


def test_other_pythons_on_the_host_give_the_same_bytes(tmp_path: Path, cache: str) -> None:
    locked = run(
        "lock",
        "pandas",
        "requests",
        "--python",
        "3.12",
        folder=tmp_path,
        MANYLAYERS_CACHE_DIR=cache,
    )
    assert locked.status == 0, locked.err
    digests = {}
    for version in ("3.11", "3.12", "3.13"):
        try:
            python = with_manylayers(tmp_path / version, interpreter(version))
        except pytest.skip.Exception:
            continue
        built(tmp_path, cache, "--lock", "pylock.toml", "-o", f"{version}.zip", python=python)
        digests[version] = hashlib.sha256((tmp_path / f"{version}.zip").read_bytes()).hexdigest()
    if len(digests) < 2:
        pytest.skip(f"only Python {', '.join(digests)} at hand: nothing to compare")
    assert len(set(digests.values())) == 1


def with_manylayers(folder: Path, python: str) -> str:
    """An environment of this interpreter that has this project in it."""
    uv = str(find_uv_bin())
    here = Path(__file__).resolve().parents[2]
    subprocess.run([uv, "venv", "-q", "--python", python, str(folder)], check=True)
    program = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    install = [uv, "pip", "install", "-q", "--no-config", "--python", str(program), str(here)]
    subprocess.run(install, check=True, capture_output=True)
    return str(program)


def test_linked_requirements_are_what_plain_pip_takes(tmp_path: Path, cache: str) -> None:
    words = ("lock", "requests", "pydantic", "--python", "3.12", "--format", "requirements")
    said = run(*words, "-o", "linked.txt", folder=tmp_path, MANYLAYERS_CACHE_DIR=cache)
    assert said.status == 0, said.err
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", "t"]
    command += ["-r", "linked.txt", "--python-version", "3.12", "--only-binary=:all:"]
    for platform in ("manylinux_2_34", "manylinux_2_28", "manylinux2014"):
        command += ["--platform", f"{platform}_x86_64"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    built(
        tmp_path,
        cache,
        "requests",
        "pydantic",
        "--python",
        "3.12",
        "-o",
        "layer/",
        "--layout",
        "flat",
    )
    assert contents(tmp_path / "layer" / "python") == contents(tmp_path / "t")


def test_the_link_of_the_page_can_be_pasted_and_built(tmp_path: Path, cache: str) -> None:
    words = ("wheels", "numpy", "--python", "3.11", "--arch", "x86_64", "--link")
    link = run(*words, folder=tmp_path, MANYLAYERS_CACHE_DIR=cache).out.strip()
    assert "manylinux" in link
    (tmp_path / "requirements.txt").write_text(f"# copied\n{link}\nrequests\n")
    said = built(tmp_path, cache, "-r", "requirements.txt", "--python", "3.11", "--json")
    wheels = {row["name"]: row["wheel"] for row in said.json["packages"]}
    assert wheels["numpy"] in link
    other = run(
        "build", "-r", "requirements.txt", "--python", "3.12", folder=tmp_path,
        MANYLAYERS_CACHE_DIR=cache,
    )  # fmt: skip
    assert other.status == 3
    assert "requirements.txt:2" in other.err
    assert "cp312" in other.err


def test_what_can_not_fit_is_said_before_it_is_fetched(tmp_path: Path, cache: str) -> None:
    said = run("build", "torch", "--python", "3.12", folder=tmp_path, MANYLAYERS_CACHE_DIR=cache)
    assert said.status == 1
    assert "even before unzipping" in said.err
    assert not (tmp_path / "layer.zip").exists()
