"""What is built here gives no finding when it is checked, whatever its layout and form."""

from __future__ import annotations

from pathlib import Path

import pytest

import manylayers
from elf_builder import build_elf
from wheel_builder import build_wheel


@pytest.fixture
def index(wheels: Path) -> manylayers.IndexSettings:
    """What usual wheels have: a module for each Python, data, a program, a need that is met."""
    for number in ("312", "313"):
        build_wheel(
            wheels,
            files={
                "demo/__init__.py": b"",
                f"demo/_x.cpython-{number}-x86_64-linux-gnu.so": build_elf(exports=["PyInit__x"]),
            },
            tag=f"cp{number}-cp{number}-manylinux_2_17_x86_64",
            requires=["helper>=1,<2", "gone; sys_platform == 'win32'"],
            requires_python=">=3.9",
            data={"scripts/demo": b"#!python\n", "data/share/demo.txt": b""},
        )
    build_wheel(wheels, "helper", files={"helper/__init__.py": b"", "helper/LICENSE": b""})
    return manylayers.IndexSettings(no_index=True, find_links=(str(wheels),))


@pytest.mark.parametrize("output", ["layer.zip", "layer/"])
@pytest.mark.parametrize(
    ("layout", "pythons"),
    [("lib", ["3.12"]), ("lib", ["3.12", "3.13"]), ("flat", ["3.12"]), ("function", ["3.12"])],
)
def test_a_layer_of_ours_has_nothing_to_tell(
    tmp_path: Path, index: manylayers.IndexSettings, layout: str, pythons: list[str], output: str
) -> None:
    built = manylayers.build(
        ["demo"],
        python=pythons,
        layout=layout,
        output=f"{tmp_path}/{output}",
        index=index,
        cache_folder=tmp_path / "cache",
    )
    assert built.findings == ()
    path = f"{tmp_path}/{output}"
    for python in pythons:
        if layout == "function":
            checked = manylayers.check(function=path, python=python)
        else:
            checked = manylayers.check(path, python=python)
        assert checked.findings == ()
