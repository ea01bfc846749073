"""Real layers, made by pip, uv and zip in the ways people do it wrong: each with its code alone."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

import manylayers
from elf_builder import AARCH64, build_elf, mach_o, portable_executable
from made_layers import SITE
from wheel_builder import build_wheel

FOREIGN = {
    "mac": ("cp312-cp312-macosx_11_0_arm64", "fast.cpython-312-darwin.so"),
    "abi": ("cp311-cp311-manylinux_2_17_x86_64", "fast.cpython-311-x86_64-linux-gnu.so"),
    "right": ("cp312-cp312-manylinux_2_17_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
    "arm": ("cp312-cp312-manylinux_2_17_aarch64", "fast.cpython-312-aarch64-linux-gnu.so"),
    "windows": ("cp312-cp312-win_amd64", "fast.cp312-win_amd64.pyd"),
    "alpine": ("cp312-cp312-musllinux_1_2_x86_64", "fast.cpython-312-x86_64-linux-musl.so"),
    "newer": ("cp312-cp312-manylinux_2_39_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
    "needy": ("cp312-cp312-linux_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
    "pointer": ("cp312-cp312-linux_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
    "stripped": ("cp312-cp312-linux_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
}
BINARIES = {
    "mac": mach_o(),
    "windows": portable_executable(),
    "arm": build_elf(machine=AARCH64, exports=["PyInit_fast"]),
    "alpine": build_elf(needed=["libc.musl-x86_64.so.1"], exports=["PyInit_fast"]),
    "newer": build_elf(versions={"libc.so.6": ["GLIBC_2.38"]}, exports=["PyInit_fast"]),
    "needy": build_elf(needed=["libGL.so.1"], exports=["PyInit_fast"]),
    "pointer": b"version https://git-lfs.github.com/spec/v1\nsize 3145728\n",
    "stripped": build_elf(shift=0x10, exports=["PyInit_fast"]),
}
"""Of the rest: as Lambda wants it."""


def a_wheel(folder: Path, kind: str) -> Path:
    """A wheel with a compiled module, of a kind that people put into layers."""
    tag, module = FOREIGN[kind]
    binary = BINARIES.get(kind, build_elf(exports=["PyInit_fast"]))
    files = {"demo/__init__.py": b"from demo import fast\n", f"demo/{module}": binary}
    return build_wheel(folder, files=files, tag=tag, data={"scripts/demo": b"#!python\n"})


def by_pip(wheel: Path, folder: Path) -> None:
    _, _, python, _, platform = wheel.stem.split("-")
    foreign = ["--platform", platform, "--python-version", python[2:], "--only-binary=:all:"]
    words = ["install", "-q", "--no-deps", "--no-index", "--target", str(folder), *foreign]
    subprocess.run([sys.executable, "-m", "pip", *words, str(wheel)], check=True, timeout=120)


def by_uv(wheel: Path, folder: Path) -> None:
    _, _, python, _, platform = wheel.stem.split("-")
    system = "aarch64-apple-darwin" if "macos" in platform else "x86_64-manylinux_2_28"
    foreign = ["--python-version", f"3.{python[3:]}", "--python-platform", system]
    words = ["pip", "install", "-q", "--no-deps", "--no-index", "--target", str(folder), *foreign]
    uv = Path(sys.executable).with_name("uv")
    subprocess.run([str(uv), *words, str(wheel)], check=True, timeout=120)


def zipped(folder: Path, path: Path) -> Path:
    shutil.make_archive(str(path.with_suffix("")), "zip", folder)
    return path


def errors(path: Path) -> list[str]:
    report = manylayers.check(path, python="3.12", arch="x86_64")
    return [finding.code for finding in report.findings if finding.severity == "error"]


@pytest.mark.parametrize("install", [by_pip, by_uv])
@pytest.mark.parametrize(("kind", "codes"), [("right", []), ("mac", ["B201"]), ("abi", ["B202"])])
def test_what_pip_and_uv_install_for_another_system_is_one_error(
    tmp_path: Path, install: Callable[[Path, Path], None], kind: str, codes: list[str]
) -> None:
    install(a_wheel(tmp_path, kind), tmp_path / "tree" / "python")
    assert errors(zipped(tmp_path / "tree", tmp_path / "layer.zip")) == codes
    assert errors(tmp_path / "tree") == codes


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("arm", ["B201"]),
        ("windows", ["B201"]),
        ("alpine", ["B206"]),
        ("newer", ["B203"]),
        ("needy", ["B205"]),
        ("pointer", ["B208"]),
        ("stripped", ["B207"]),
    ],
)
def test_each_wrong_binary_is_one_error(tmp_path: Path, kind: str, codes: list[str]) -> None:
    by_pip(a_wheel(tmp_path, kind), tmp_path / "tree" / "python")
    assert errors(zipped(tmp_path / "tree", tmp_path / "layer.zip")) == codes


@pytest.fixture(scope="module")
def pips_own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What pip installed rightly, but for the bytecode of the Python that it runs on."""
    folder = tmp_path_factory.mktemp("pip")
    by_pip(a_wheel(folder, "right"), folder / "tree")
    for compiled in list((folder / "tree").rglob("__pycache__")):
        shutil.rmtree(compiled)
    return folder / "tree"


@pytest.fixture
def tree(tmp_path: Path, pips_own: Path) -> Path:
    """The same in ``python/``, to be spoilt."""
    shutil.copytree(pips_own, tmp_path / "tree" / "python")
    return tmp_path / "tree"


def told(path: Path) -> set[tuple[str, str]]:
    report = manylayers.check(path, python="3.12", arch="x86_64")
    return {(finding.code, finding.severity) for finding in report.findings}


def test_the_right_layer_has_nothing_to_tell_whoever_zips_it(tmp_path: Path, tree: Path) -> None:
    assert told(zipped(tree, tmp_path / "layer.zip")) == set()


def test_a_layer_without_its_metadata_is_a_note(tmp_path: Path, tree: Path) -> None:
    shutil.rmtree(tree / "python" / "demo-1.0.dist-info")
    assert told(zipped(tree, tmp_path / "layer.zip")) == {("D603", "note")}


@pytest.mark.parametrize(
    ("inside", "codes"),
    [
        ("python/python", {("L102", "error")}),
        ("layer/python", {("L102", "error")}),
        (".", {("L102", "error")}),
        ("python/lib/python3.11/site-packages", {("L103", "error")}),
        (SITE, set()),
    ],
)
def test_a_tree_zipped_from_the_wrong_folder_is_one_error(
    tmp_path: Path, tree: Path, inside: str, codes: set[tuple[str, str]]
) -> None:
    shutil.copytree(tree / "python", tmp_path / "made" / inside)
    assert told(zipped(tmp_path / "made", tmp_path / "layer.zip")) == codes


def test_a_zip_of_windows_is_one_error(tmp_path: Path, tree: Path) -> None:
    path = tmp_path / "layer.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(tree.rglob("*")):
            if file.is_file():
                info = zipfile.ZipInfo("x")
                info.filename = str(file.relative_to(tree)).replace("/", "\\")
                info.create_system, info.external_attr = 0, 0x20
                archive.writestr(info, file.read_bytes())
    assert told(path) == {("L107", "error")}
    report = manylayers.fix(path, tmp_path / "new.zip", python="3.12", arch="x86_64")
    assert report.findings == ()


def test_what_macos_adds_to_a_zip_is_a_note(tmp_path: Path, tree: Path) -> None:
    beside = tree / "__MACOSX" / "python"
    beside.mkdir(parents=True)
    (beside / "._demo").write_bytes(b"\0\5\x16\7")
    (tree / "python" / ".DS_Store").write_bytes(b"")
    assert told(zipped(tree, tmp_path / "layer.zip")) == {("L113", "note")}


def test_a_layer_zipped_into_another_is_one_error(tmp_path: Path, tree: Path) -> None:
    (tmp_path / "outer").mkdir()
    zipped(tree, tmp_path / "outer" / "layer.zip")
    assert told(zipped(tmp_path / "outer", tmp_path / "twice.zip")) == {("L101", "error")}


def test_a_deleted_dependency_is_one_error(tmp_path: Path, tree: Path) -> None:
    needing = build_wheel(tmp_path, "needing", files={"needing.py": b""}, requires=["gone>=2"])
    with zipfile.ZipFile(needing) as archive:
        archive.extractall(tree / "python")
    assert told(zipped(tree, tmp_path / "layer.zip")) == {("D601", "error")}


def test_modes_of_a_careful_umask_are_one_error(tmp_path: Path, tree: Path) -> None:
    for file in tree.rglob("*.py"):
        file.chmod(0o600)
    assert told(zipped(tree, tmp_path / "layer.zip")) == {("L105", "error")}


def test_a_stripped_library_is_not_the_one_that_was_installed(tmp_path: Path, tree: Path) -> None:
    if not shutil.which("gcc") or not shutil.which("strip"):
        pytest.skip("no gcc and strip here")
    module = tree / "python" / "demo" / FOREIGN["right"][1]
    source = tmp_path / "fast.c"
    source.write_text("int helper(void) { return 1; } int PyInit_fast(void) { return helper(); }")
    subprocess.run(["gcc", "-shared", "-fPIC", "-g", "-o", module, source], check=True)
    subprocess.run(["strip", module], check=True)
    assert told(zipped(tree, tmp_path / "layer.zip")) == {("P701", "warning")}


def test_an_upgrade_into_the_same_folder_leaves_what_is_told(tmp_path: Path, tree: Path) -> None:
    newer = build_wheel(tmp_path, version="2.0", files={"demo/__init__.py": b"new = 1\n"})
    with zipfile.ZipFile(newer) as archive:
        archive.extractall(tree / "python")
    codes = {code for code, _ in told(zipped(tree, tmp_path / "layer.zip"))}
    assert "C403" in codes
    assert errors(tmp_path / "layer.zip") == []
