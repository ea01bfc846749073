"""``manylayers build`` from outside, over wheels made here."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from command import offline, run
from wheel_builder import build_wheel

SITE = "python/lib/python3.12/site-packages"


@pytest.fixture
def shop(wheels: Path) -> Path:
    """Wheels of a small world: demo needs helper; native has wheels for several targets."""
    build_wheel(
        wheels, "demo", requires=["helper>=1"], files={"demo/__init__.py": b"import helper\n"}
    )
    build_wheel(wheels, "helper", "1.0")
    build_wheel(wheels, "helper", "2.0")
    for python in ("cp311", "cp312", "cp313"):
        for machine in ("x86_64", "aarch64"):
            tag = f"{python}-{python}-manylinux_2_17_{machine}"
            build_wheel(
                wheels, "native", "1.0", tag=tag, files={f"native.{python}.so": machine.encode()}
            )
    build_wheel(wheels, "native", "2.0", tag="cp311-cp311-manylinux_2_28_x86_64")
    return wheels


def names(path: Path) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.namelist()


def test_requirements_become_a_layer(tmp_path: Path, shop: Path) -> None:
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=shop)
    assert said.status == 0, said.err
    found = names(tmp_path / "layer.zip")
    assert f"{SITE}/demo/__init__.py" in found
    assert f"{SITE}/helper-2.0.dist-info/METADATA" in found
    assert "layer.zip  python3.12 x86_64 (Amazon Linux 2023, glibc 2.34)" in said.out
    assert "of 262,144,000 bytes" in said.out
    digest = hashlib.sha256((tmp_path / "layer.zip").read_bytes()).hexdigest()
    assert f"sha256 {digest}" in said.out


def test_the_processor_is_the_targets(tmp_path: Path, shop: Path) -> None:
    words = ("build", "native==1.0", "--python", "3.12", "--arch", "aarch64")
    assert offline(*words, folder=tmp_path, wheels=shop).status == 0
    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        assert archive.read(f"{SITE}/native.cp312.so") == b"aarch64"


def test_a_version_that_needs_a_newer_glibc_is_held_back(tmp_path: Path, shop: Path) -> None:
    said = offline("build", "native", "--python", "3.11", folder=tmp_path, wheels=shop)
    assert said.status == 0, said.err
    assert "held back by glibc 2.26: native 1.0 taken, 2.0 needs glibc 2.28" in said.out


def test_what_can_not_be_is_refused_with_reasons_and_leaves_nothing(
    tmp_path: Path, shop: Path
) -> None:
    said = offline("build", "native==2.0", "--python", "3.12", folder=tmp_path, wheels=shop)
    assert said.status == 3
    assert "native 2.0: no wheel for python3.12 x86_64" in said.err
    assert "for Python 3.11" in said.err
    assert 'manylayers build "native==1.0" --python 3.12' in said.err
    assert not (tmp_path / "layer.zip").exists()


def test_a_folder_is_the_unpacked_zip(tmp_path: Path, shop: Path) -> None:
    for output in ("layer.zip", "layer/"):
        words = ("build", "demo", "--python", "3.12", "-o", output)
        assert offline(*words, folder=tmp_path, wheels=shop).status == 0
    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        zipped = {name: archive.read(name) for name in archive.namelist()}
    foldered = {
        path.relative_to(tmp_path / "layer").as_posix(): path.read_bytes()
        for path in (tmp_path / "layer").rglob("*")
        if path.is_file()
    }
    assert foldered == zipped


@pytest.mark.skipif(os.name != "posix", reason="umask is POSIX")
def test_the_bytes_do_not_depend_on_the_host(tmp_path: Path, shop: Path) -> None:
    digests = set()
    for number, environment in enumerate(
        (
            {},
            {"TZ": "Pacific/Auckland", "LC_ALL": "C"},
            {"TZ": "America/New_York", "PYTHONHASHSEED": "7"},
        )
    ):
        before = os.umask(0o077 if number else 0o022)
        try:
            output = f"{number}.zip"
            words = ("build", "demo", "native==1.0", "--python", "3.12", "-o", output)
            said = offline(*words, folder=tmp_path, wheels=shop, **environment)
        finally:
            os.umask(before)
        assert said.status == 0, said.err
        digests.add(hashlib.sha256((tmp_path / output).read_bytes()).hexdigest())
        shutil.rmtree(tmp_path / ".cache")
    assert len(digests) == 1


@pytest.mark.usefixtures("shop")
def test_a_requirements_file_brings_its_own_places(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("--no-index\n-f wheels\n-c held.txt\ndemo # why\n")
    (tmp_path / "held.txt").write_text("helper<2\n")
    said = run("build", "-r", "requirements.txt", "--python", "3.12", folder=tmp_path)
    assert said.status == 0, said.err
    assert f"{SITE}/helper-1.0.dist-info/METADATA" in names(tmp_path / "layer.zip")


def test_a_local_wheel_is_taken_by_its_path(tmp_path: Path, shop: Path) -> None:
    words = ("build", "./wheels/helper-1.0-py3-none-any.whl", "--python", "3.12")
    said = offline(*words, folder=tmp_path, wheels=shop)
    assert said.status == 0, said.err
    assert f"{SITE}/helper-1.0.dist-info/RECORD" in names(tmp_path / "layer.zip")


def test_a_local_wheel_for_another_python_is_refused_before_anything(
    tmp_path: Path, shop: Path
) -> None:
    wheel = "./wheels/native-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"
    said = offline("build", wheel, "--python", "3.12", folder=tmp_path, wheels=shop)
    assert said.status == 3
    assert "is for Python 3.11 (cp311-cp311), not 3.12" in said.err
    assert "native-1.0-cp312-cp312-manylinux_2_17_x86_64.whl" in said.err


def test_a_damaged_wheel_is_refused_and_leaves_nothing(tmp_path: Path, wheels: Path) -> None:
    path = build_wheel(wheels, files={"demo.py": b"plain text"}, stored=True)
    path.write_bytes(path.read_bytes().replace(b"plain text", b"plain test"))
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 5
    assert "demo-1.0-py3-none-any.whl" in said.err
    assert "demo.py has another checksum (CRC-32) than the archive says" in said.err
    assert not (tmp_path / "layer.zip").exists()


def test_a_dry_run_writes_nothing_and_speaks_json(tmp_path: Path, shop: Path) -> None:
    words = ("build", "demo", "--python", "3.12", "--dry-run", "--json")
    said = offline(*words, folder=tmp_path, wheels=shop)
    assert said.status == 0
    assert [row["name"] for row in said.json["packages"]] == ["demo", "helper"]
    assert said.json["packages"][1]["wheel"] == "helper-2.0-py3-none-any.whl"
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != ".cache") == ["wheels"]


def test_a_project_builds_every_layer_for_every_target(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nname='shop'\nversion='1'\nrequires-python='>=3.12'\n"
        "[tool.manylayers]\npython=['3.12','3.13']\narch=['x86_64','arm64']\n"
        "[tool.manylayers.layers.web]\nrequirements=['demo']\n"
        "[tool.manylayers.layers.data]\nrequirements=['native==1.0']\n"
    )
    said = offline("build", folder=tmp_path, wheels=shop)
    assert said.status == 0, said.err
    built = sorted(path.name for path in (tmp_path / "dist").iterdir())
    assert built == sorted(
        f"{layer}-python{python}-{arch}.zip"
        for layer in ("web", "data")
        for python in ("3.12", "3.13")
        for arch in ("x86_64", "arm64")
    )
    with zipfile.ZipFile(tmp_path / "dist" / "data-python3.13-arm64.zip") as archive:
        assert archive.read("python/lib/python3.13/site-packages/native.cp313.so") == b"aarch64"


def test_one_target_that_can_not_be_stops_no_other(tmp_path: Path, shop: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[tool.manylayers]\npython=['3.12','3.14']\nrequirements=['native==1.0']\n"
    )
    said = offline("build", "--json", folder=tmp_path, wheels=shop)
    assert said.status == 3
    assert [path.name for path in (tmp_path / "dist").iterdir()] == ["layer-python3.12-x86_64.zip"]
    (failed,) = said.json["failed"]
    assert (failed["code"], failed["subject"]) == (
        "no-wheel",
        str(Path("dist", "layer-python3.14-x86_64.zip")),
    )


def test_a_projects_own_dependencies_extras_and_groups_are_built(
    tmp_path: Path, shop: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(
        "[project]\nname='shop'\nversion='1'\ndependencies=['helper<2']\n"
        "[project.optional-dependencies]\nall=['native==1.0']\n[dependency-groups]\nweb=['demo']\n"
    )
    words = (
        "build",
        "--project",
        ".",
        "--extra",
        "all",
        "--group",
        "web",
        "--python",
        "3.12",
        "--json",
    )
    said = offline(*words, folder=tmp_path, wheels=shop)
    assert said.status == 0, said.err
    versions = {row["name"]: row["version"] for row in said.json["packages"]}
    assert versions == {"demo": "1.0", "helper": "1.0", "native": "1.0"}


def test_a_lock_builds_the_same_bytes_offline(tmp_path: Path, shop: Path) -> None:
    assert offline("lock", "demo", "--python", "3.12", folder=tmp_path, wheels=shop).status == 0
    first = run("build", "--lock", "pylock.toml", "-o", "a.zip", folder=tmp_path)
    again = run(
        "build", "--lock", "pylock.toml", "--offline", "-o", "b.zip", folder=tmp_path,
        https_proxy="http://127.0.0.1:9",
    )  # fmt: skip
    assert (first.status, again.status) == (0, 0), first.err + again.err
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()


def test_a_wheel_that_says_it_is_for_other_pythons_is_told(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, requires=["helper"])
    build_wheel(wheels, "helper", requires_python=">=3.6,<3.10")
    for _ in range(2):  # fetched, and from the store
        said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
        assert said.status == 0, said.err
        told = "warning D602: helper 1.0 requires Python >=3.6,<3.10, python3.12 has 3.12\n"
        assert told in said.out
    older = offline("build", "demo", "--python", "3.9", folder=tmp_path, wheels=wheels)
    assert "D602" not in older.out


def test_two_packages_with_one_path_are_an_error_of_the_layer(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, "one", files={"shared.py": b"1"})
    build_wheel(wheels, "two", files={"shared.py": b"2"})
    said = offline("build", "one", "two", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 1
    assert f"one and two: {SITE}/shared.py" in said.err
    assert not (tmp_path / "layer.zip").exists()


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_unzip_and_zipfile_accept_the_layer(tmp_path: Path, shop: Path) -> None:
    offline("build", "demo", "native==1.0", "--python", "3.12", folder=tmp_path, wheels=shop)
    done = subprocess.run(
        ["unzip", "-tq", "layer.zip"], cwd=tmp_path, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout
    with zipfile.ZipFile(tmp_path / "layer.zip") as archive:
        assert archive.testzip() is None
