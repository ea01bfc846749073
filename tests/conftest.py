"""Fences for every test: no home, no cache and no settings but the test's own."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("calm", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("calm")

OURS = ("UV_", "PIP_", "MANYLAYERS_", "AWS_")
OTHERS = ("NO_COLOR", "FORCE_COLOR", "COLUMNS", "LINES", "NETRC")
LOOPBACK = ("127.0.0.1", "::1", "localhost")


@pytest.fixture(autouse=True, scope="session")
def compiled_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Bytecode for the hundreds of processes to come, though none is wanted beside the sources."""
    with pytest.MonkeyPatch.context() as patch:
        if os.environ.get("PYTHONDONTWRITEBYTECODE"):
            patch.delenv("PYTHONDONTWRITEBYTECODE")
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("bytecode")))
        yield


@pytest.fixture(autouse=True)
def fenced(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An environment without anybody's settings; sockets to this machine only, unless `real`."""
    for name in os.environ:
        if name.startswith(OURS) or name in OTHERS:
            monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("USERPROFILE", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    if request.node.get_closest_marker("real") is None:
        monkeypatch.setattr(socket.socket, "connect", _loopback_only(socket.socket.connect))


def _loopback_only(connect: object) -> object:
    def guarded(self: socket.socket, address: object) -> object:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family != socket.AF_UNIX and host not in LOOPBACK:
            raise AssertionError(f"a test not marked real would reach {host}")
        return connect(self, address)  # type: ignore[operator]

    return guarded


@pytest.fixture
def wheels(tmp_path: Path) -> Path:
    """A folder for wheels of the test's own."""
    folder = tmp_path / "wheels"
    folder.mkdir()
    return folder
