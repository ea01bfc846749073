"""What fills a layer is told by package, folder and kind, and adds up on every level."""

from __future__ import annotations

from carried_layers import SITE, a_file, a_layer, installed
from manylayers.layer.areas import areas, kind_areas

LAYER = a_layer(
    installed(
        "large",
        files={
            "large/__init__.py": b"x",
            "large/core/deep/er/a.py": b"x" * 300,
            "large/core/native.so": b"x" * 700,
            "large/tests/test_a.py": b"x" * 200,
            "large.libs/liba.so.1": b"x" * 2000,
        },
        more=b"License-Expression: MIT\n",
    ),
    installed("small", "2.0"),
    a_file("bin/tool", b"x" * 10),
)


def test_folders_are_told_apart_to_the_second_and_the_largest_comes_first() -> None:
    large, small, tool = areas(LAYER)
    assert [folder.path for folder in large.folders] == [
        "large.libs",
        "large/core",
        "large-1.0.dist-info",
        "large/tests",
        "large",
    ]
    assert [(kind.kind, kind.size) for kind in large.folders[1].kinds] == [
        ("binaries", 700),
        ("code", 300),
    ]
    assert [folder.path for folder in small.folders] == ["small-2.0.dist-info", "small.py"]
    assert [folder.path for folder in tool.folders] == ["bin"]


def test_packages_have_their_licence_and_loose_files_have_none() -> None:
    assert [(one.name, one.version, one.licence, one.folder) for one in areas(LAYER)] == [
        ("large", "1.0", "MIT", SITE),
        ("small", "2.0", "", SITE),
        ("bin", None, "", ""),
    ]


def test_sizes_and_counts_add_up_on_every_level() -> None:
    packages = areas(LAYER)
    assert sum(package.size for package in packages) == LAYER.size
    assert sum(package.files for package in packages) == len(LAYER.files)
    for package in packages:
        assert sum(folder.size for folder in package.folders) == package.size
        assert sum(folder.files for folder in package.folders) == package.files
        for folder in package.folders:
            assert sum(kind.size for kind in folder.kinds) == folder.size
    assert sum(kind.size for kind in kind_areas(LAYER.files)) == LAYER.size
