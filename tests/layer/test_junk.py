"""What other systems leave: known by its name, wherever it lies."""

from __future__ import annotations

import pytest

from manylayers.layer.junk import is_junk


@pytest.mark.parametrize(
    "path",
    [
        "__MACOSX/python/._demo.py",
        "__MACOSX\\python\\demo.py",
        "python/.DS_Store",
        "python\\Thumbs.db",
        "desktop.ini",
        "python/demo/._code.py",
    ],
)
def test_what_other_systems_leave_is_junk(path: str) -> None:
    assert is_junk(path)


@pytest.mark.parametrize(
    "path",
    ["__MACOSX", "python/.DS_Store/a.py", "python/my_desktop.ini", "python/._folder/a.py", "a._b"],
)
def test_what_only_sounds_like_it_is_none(path: str) -> None:
    assert not is_junk(path)
