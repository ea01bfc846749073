"""A glance never says of a layer that it is of no interest when a check would find something."""

from __future__ import annotations

import pytest

from elf_builder import AARCH64, build_elf, mach_o
from made_layers import SITE, a_scene, installed, layer_of
from manylayers.checks.brought import BROUGHT
from manylayers.checks.choosing import Codes, found_by
from manylayers.checks.glance import of_interest
from manylayers.checks.places import native_facts
from manylayers.facts.libraries import opened
from manylayers.facts.systems import openers

MODULE = "demo/_x.cpython-312-x86_64-linux-gnu.so"
FAULTS: list[dict[str, bytes]] = [
    {MODULE: build_elf(machine=AARCH64)},
    {MODULE: mach_o()},
    {MODULE: b""},
    {MODULE: build_elf(shift=0x10)},
    {MODULE: build_elf(needed=["libnobody.so"])},
    {MODULE: build_elf(versions={"libc.so.6": ["GLIBC_2.38"]})},
    {MODULE: build_elf(versions={"libstdc++.so.6": ["GLIBCXX_3.4.30"]})},
    {"demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf()},
    {"demo/_x.cp312-win_amd64.pyd": b""},
    {"typing.py": b""},
    {"json/__init__.py": b""},
    {"demo.pth": b"import os\n"},
    {"sitecustomize.py": b""},
    {"usercustomize.py": b""},
    {"usercustomize.py": b""},
    {"awslambdaric/__init__.py": b""},
    {"lambda_runtime_client.py": b""},
    {"runtime_client/__init__.py": b""},
    {"demo/__pycache__/gone.cpython-312.pyc": b""},
    {"demo/only.pyc": b"\x61\x0d\r\n"},
]


@pytest.mark.parametrize("files", FAULTS)
@pytest.mark.parametrize("site", [SITE, "python"])
def test_whatever_is_found_is_seen_at_a_glance(files: dict[str, bytes], site: str) -> None:
    layer = layer_of(installed("demo", files=files, site=site))
    scene = a_scene(layer)
    assert found_by(BROUGHT, scene, Codes())
    assert of_interest(scene.target, layer.files, native_facts(scene), layer.distributions)


def test_usual_wheels_are_of_no_interest() -> None:
    files = {
        MODULE: build_elf(needed=["libz-1.so", "libm.so.6"], runpath="$ORIGIN/../demo.libs"),
        "demo/_y.abi3.so": build_elf(needed=["libstdc++.so.6", "ld-linux-x86-64.so.2"]),
        "demo.libs/libz-1.so": build_elf(versions={"libc.so.6": ["GLIBC_2.34"]}),
        "demo/typing.py": b"",
    }
    layer = layer_of(installed("demo", files=files))
    scene = a_scene(layer)
    assert not of_interest(scene.target, layer.files, native_facts(scene), layer.distributions)
    opening = layer_of(installed("python-magic")).distributions
    assert of_interest(scene.target, layer.files, {}, opening)


@pytest.mark.parametrize(
    "asking",
    [
        installed("demo", requires=["gone"]),
        installed("demo", requires=["helper==2.0"]),
        installed("demo", requires_python=">=3.13"),
        installed("demo", requires_python="<3.12"),
    ],
)
def test_what_a_package_asks_for_in_vain_is_seen_at_a_glance(asking: dict[str, bytes]) -> None:
    layer = layer_of(asking, installed("helper"))
    scene = a_scene(layer)
    assert found_by(BROUGHT, scene, Codes())
    assert of_interest(scene.target, layer.files, {}, layer.distributions)


def test_the_short_list_of_packages_that_open_libraries_is_the_long_one() -> None:
    assert openers() == opened().keys()
