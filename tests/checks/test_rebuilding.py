"""The command that gives back a whole layer whose native files are for somebody else."""

from __future__ import annotations

import pytest

from elf_builder import AARCH64, build_elf, mach_o
from made_layers import SITE, a_scene, installed, layer_of, told
from manylayers.checks.binaries import binaries
from manylayers.checks.scene import Scene

MAC = {"demo/_x.cpython-312-darwin.so": mach_o()}
OLDER = {"core/_x.cpython-311-x86_64-linux-gnu.so": build_elf()}
PURE = installed("pure", "1.1+local")
END = "--python 3.12 -o NEW.zip"


def ways(scene: Scene) -> set[str]:
    return {one.remedy for one in binaries(scene)}


def test_one_build_for_all_that_is_wrong_brings_the_rest_of_the_layer_too() -> None:
    foreign = {"lxml/_x.cpython-312-darwin.so": mach_o()}
    layer = layer_of(installed("demo", files=MAC), installed("lxml", "5.1", files=foreign), PURE)
    assert ways(a_scene(layer)) == {f"manylayers build demo==1.0 lxml==5.1 pure==1.1 {END}"}


def test_layers_that_are_right_are_left_as_they_are() -> None:
    wrong, right = layer_of(installed("demo", files=MAC)), layer_of(PURE, label="right.zip")
    assert ways(a_scene(wrong, right)) == {f"manylayers build demo==1.0 {END}"}


def test_what_is_for_another_python_may_change_its_version_with_who_asks_for_just_that() -> None:
    half = installed("half", requires=["core==1.0"])
    whole = installed("whole", requires=["half==1.0", "pure>=1"])
    layer = layer_of(installed("core", files=OLDER), half, whole, PURE)
    assert ways(a_scene(layer)) == {f"manylayers build core half pure==1.1 whole {END}"}


def test_what_needs_a_newer_glibc_or_python_may_change_its_version_in_the_same_build() -> None:
    newer = {"new/_x.abi3.so": build_elf(versions={"libc.so.6": ["GLIBC_2.38"]})}
    late = installed("late", requires_python=">=3.14")
    layer = layer_of(installed("demo", files=MAC), installed("new", files=newer), late)
    assert f"manylayers build demo==1.0 late new {END}" in ways(a_scene(layer))


@pytest.mark.parametrize("strip", [build_elf(shift=0x10), build_elf()[:40]])
def test_files_that_were_spoilt_come_back_as_they_were(strip: bytes) -> None:
    (way,) = ways(a_scene(layer_of(installed("demo", files={"demo/_x.abi3.so": strip}), PURE)))
    assert way.endswith(f" other changes: manylayers build demo==1.0 pure==1.1 {END}")


@pytest.mark.parametrize("version", ["", "unknown", "1.0 beta!"])
def test_a_version_that_is_none_is_not_asked_for(version: str) -> None:
    layer = layer_of(installed("demo", files=MAC), installed("old", version))
    assert ways(a_scene(layer)) == {f"manylayers build demo==1.0 old {END}"}


def test_what_no_metadata_names_is_told_to_be_lost() -> None:
    own = {f"{SITE}/own/a.py": b"", f"{SITE}/cv2/_x.cpython-312-darwin.so": mach_o()}
    command = f"manylayers build opencv-python-headless pure==1.1 {END}"
    told = f"it brings no own, which no metadata names: {command}"
    assert ways(a_scene(layer_of(own, PURE))) == {told}


def test_a_distribution_without_record_is_known_by_its_name() -> None:
    files = installed("my-core", files={"my_core/_x.cpython-312-darwin.so": mach_o()})
    bare = {path: one for path, one in files.items() if not path.endswith("/RECORD")}
    assert ways(a_scene(layer_of(bare))) == {f"manylayers build my-core==1.0 {END}"}


def test_a_functions_packages_come_back_without_its_code() -> None:
    module = {"demo/_x.cpython-312-aarch64-linux-gnu.so": build_elf(machine=AARCH64)}
    function = layer_of(installed("demo", files=module, site=""), {"app.py": b""})
    command = "manylayers build demo==1.0 --python 3.12 --layout function -o NEW.zip"
    told = f"it brings no app, which no metadata names: {command}"
    assert ways(a_scene(function=function)) == {told}


def test_a_package_that_is_missing_comes_by_a_build_of_those_that_are_there() -> None:
    layer = layer_of(installed("demo", requires=["gone>=1"]), PURE)
    (finding,) = told(a_scene(layer), "D601")
    assert finding.remedy == (
        "name the layer that has it in this check, or build anew with all it needs: "
        f"manylayers build demo==1.0 pure==1.1 {END}"
    )


def test_a_build_that_is_planned_needs_another_wheel() -> None:
    scene = a_scene(layer_of(installed("demo", files=MAC), PURE))._replace(planned=True)
    assert ways(scene) == {"take another build of it: manylayers wheels demo"}
