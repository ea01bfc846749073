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
from elf_builder import build_elf
from made_layers import SITE
from wheel_builder import build_wheel

FOREIGN = {
    "mac": ("cp312-cp312-macosx_11_0_arm64", "fast.cpython-312-darwin.so"),
    "abi": ("cp311-cp311-manylinux_2_17_x86_64", "fast.cpython-311-x86_64-linux-gnu.so"),
    "right": ("cp312-cp312-manylinux_2_17_x86_64", "fast.cpython-312-x86_64-linux-gnu.so"),
}
MACHO = b"\xcf\xfa\xed\xfe\x0c\x00\x00\x01" + bytes(24)


def a_wheel(folder: Path, kind: str) -> Path:
    """A wheel with a compiled module, for a Mac, for Python 3.11, or as Lambda wants it."""
    tag, module = FOREIGN[kind]
    binary = MACHO if kind == "mac" else build_elf(exports=["PyInit_fast"])
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
