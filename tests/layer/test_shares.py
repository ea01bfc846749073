"""Every file of a layer is somebody's share of it, and just one's."""

from __future__ import annotations

import pytest

from carried_layers import SITE, a_file, a_layer, installed
from manylayers.formats.native import NativeFacts
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.kinds import kind_of
from manylayers.layer.shares import shares


def owners(layer: Carried) -> dict[str, str]:
    return {file.path: share.name for share in shares(layer) for file in share.files}


def test_a_file_is_of_the_package_whose_record_lists_it() -> None:
    layer = a_layer(
        installed("one", files={"space/one.py": b"1"}),
        installed("two", files={"space/two.py": b""}),
    )
    assert owners(layer)[f"{SITE}/space/one.py"] == "one"
    assert owners(layer)[f"{SITE}/space/two.py"] == "two"


@pytest.mark.parametrize(
    ("path", "owner"),
    [
        ("space/__pycache__/one.cpython-312.pyc", "one"),
        ("space/__pycache__/one.cpython-312.opt-1.pyc", "one"),
        ("space/three.py", "space"),
        ("alone/late.py", "one"),
        ("one-1.0.dist-info/REQUESTED", "one"),
        ("bare/core.py", "bare"),
        ("bare.libs/libx.so", "bare"),
        ("stray.py", "stray.py"),
    ],
)
def test_a_file_that_no_record_lists_goes_to_whom_it_lies_with(path: str, owner: str) -> None:
    layer = a_layer(
        installed("one", files={"space/one.py": b"1", "alone/one.py": b"1"}),
        installed("two", files={"space/two.py": b"2"}),
        installed("bare", files={}, recorded=False),
        a_file(f"{SITE}/{path}"),
    )
    assert owners(layer)[f"{SITE}/{path}"] == owner


def test_one_package_in_two_folders_has_two_shares() -> None:
    sites = [f"python/lib/python3.{minor}/site-packages" for minor in (12, 13)]
    layer = a_layer(*(installed(site=site) for site in sites))
    assert [(share.name, share.site) for share in shares(layer)] == [
        ("demo", site) for site in sites
    ]


def test_the_largest_share_comes_first_and_all_bytes_are_in_one() -> None:
    layer = a_layer(
        installed("small"),
        installed("large", files={"large/data.bin": b"x" * 5000}),
        a_file("lib/libx.so.1", b"x" * 1000),
        a_file("bootstrap"),
    )
    found = shares(layer)
    assert [share.name for share in found] == ["large", "lib", "small", "bootstrap"]
    assert sum(share.size for share in found) == layer.size


def test_a_function_has_its_packages_at_the_root() -> None:
    layer = a_layer(installed(site=""), a_file("app.py"))
    assert owners(layer)["demo.py"] == "demo"
    assert owners(layer)["app.py"] == "app.py"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("python/demo/core.py", "code"),
        ("python/demo/core.pyi", "code"),
        ("python/demo/core.cpython-312-x86_64-linux-gnu.so", "binaries"),
        ("python/demo.libs/libgfortran-040039e1.so.5.0.0", "binaries"),
        ("python/demo/__pycache__/core.cpython-312.pyc", "bytecode"),
        ("python/demo/tests/data.csv", "tests"),
        ("python/demo/test/__pycache__/x.cpython-312.pyc", "tests"),
        ("python/demo/test_core.py", "tests"),
        ("python/demo/testing/core.py", "code"),
        ("python/demo/data/zones.json", "data"),
        ("python/demo-1.0.dist-info/licenses/tests/LICENSE", "metadata"),
        ("python/demo.egg-info", "metadata"),
        ("tests", "data"),
    ],
)
def test_every_file_has_a_kind(path: str, kind: str) -> None:
    assert kind_of(a_file(path)) == kind


def test_what_the_loader_reads_is_a_binary_whatever_its_name() -> None:
    tool: CarriedFile = a_file("bin/tool")._replace(native=NativeFacts("elf", "x86_64"))
    assert kind_of(tool) == "binaries"
