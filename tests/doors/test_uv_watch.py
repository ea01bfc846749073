"""An index that hangs, or fills memory, while the resolver asks it: ended in time, and named."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from manylayers.doors import uv_unpacking, uv_watch
from manylayers.doors.resolve import Answer, Question, Resolver
from manylayers.doors.uv_watch import without_log
from manylayers.errors import NetworkError
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.errors.places import IndexPageError, ProgramError
from manylayers.hands.web import WebSession
from manylayers.options import IndexSettings
from unruly_server import Request, serving
from wheel_builder import build_wheel

QUESTION = Question(
    requirements=("demo",),
    constraints=(),
    python_full="3.12.11",
    platform="x86_64-manylinux_2_28",
)
Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """One question to uv over an index at a URL, whose silence is not borne for long."""
    monkeypatch.setattr(uv_watch, "SILENCE", 0.2)

    def ask_uv(url: str, **environment: str) -> Answer:
        settings = IndexSettings(default_url=f"{url}/simple")
        seen = {**os.environ, "UV_HTTP_RETRIES": "0", **environment}
        session = WebSession({"UV_HTTP_TIMEOUT": "0.5"})
        return Resolver(settings, tmp_path / "uv", seen, session).resolve(QUESTION)

    return ask_uv


def test_an_index_that_says_nothing_is_given_up(ask: Ask) -> None:
    over = threading.Event()

    def answer(_: Request) -> None:
        over.wait(20)

    with serving(answer) as server:
        login = server.url.replace("://", "://bob:s3cret@")
        with pytest.raises(NetworkError, match="for /simple/demo/: nothing came within") as caught:
            ask(login)
        over.set()
    assert "127.0.0.1" in caught.value.message
    assert "s3cret" not in f"{caught.value}{caught.value.hint}"


def test_an_index_that_drips_is_given_up(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manylayers.hands.web.SLOWEST_SECONDS", 0.5)
    over = threading.Event()

    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while not over.wait(0.1):
            request.wfile.write(b"<")

    with serving(answer) as server:
        with pytest.raises(NetworkError, match="is too slow with /simple/demo/"):
            ask(server.url)
        over.set()


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_a_page_without_end_does_not_fill_memory(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(uv_watch, "GROWTH", 16 << 20)
    monkeypatch.setattr(uv_watch, "LARGEST_PAGE", 4 << 20)

    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            request.wfile.write(b" " * (1 << 16))

    with (
        serving(answer) as server,
        pytest.raises(IndexPageError, match="sends more than 4,194,304 bytes") as caught,
    ):
        ask(server.url)
    assert "/simple/demo/" in caught.value.message


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_memory_alone_is_no_reason_to_end_it(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, wheels: Path
) -> None:
    monkeypatch.setattr(uv_watch, "GROWTH", 0)
    wheel = build_wheel(wheels, "demo").read_bytes()
    page = b'<a href="../../demo-1.0-py3-none-any.whl">demo-1.0-py3-none-any.whl</a>'

    def answer(request: Request) -> None:
        time.sleep(0.3)
        if request.path.endswith(".whl"):
            request.give(200, wheel)
        else:
            request.give(200, page, Content_Type="text/html")

    with serving(answer) as server:
        assert [pin.name for pin in ask(server.url).pins] == ["demo"]


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_a_resolver_that_takes_all_memory_is_ended(
    ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uv_watch, "MOST_MEMORY", 1 << 20)
    over = threading.Event()

    def answer(_: Request) -> None:
        over.wait(5)

    with serving(answer) as server:
        with pytest.raises(ProgramError, match="ended at 0 GiB of memory"):
            ask(server.url)
        over.set()


def test_what_fails_at_once_is_left_to_the_resolver(ask: Ask, wheels: Path) -> None:
    wheel = build_wheel(wheels, "demo").read_bytes()
    link = f"../../demo-1.0-py3-none-any.whl#sha256={sha256(wheel).hexdigest()}"
    page = f'<a href="{link}">demo-1.0-py3-none-any.whl</a>'.encode()
    faults = [503]

    def answer(request: Request) -> None:
        if request.path.endswith(".whl"):
            request.give(200, wheel)
        elif faults:
            request.give(faults.pop())
        else:
            request.give(200, page, Content_Type="text/html")

    with serving(answer) as server:
        assert [pin.name for pin in ask(server.url, UV_HTTP_RETRIES="1").pins] == ["demo"]


def test_the_log_is_no_part_of_what_is_said() -> None:
    said = "DEBUG No cache entry for: http://x/\nwarning: one\nWARN two\nerror: three\n"
    assert without_log(said) == "warning: one\nerror: three\n"


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not tell")
def test_a_bomb_does_not_fill_the_disk(
    ask: Ask, wheels: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("manylayers.hands.process.WATCHED_EVERY", 0.02)
    for module in (uv_watch, uv_unpacking):
        monkeypatch.setattr(module, "UNSUSPICIOUS", 8 << 20)
    bomb = build_wheel(wheels, "demo", files={"demo/zeros.bin": bytes(256 << 20)}).read_bytes()
    page = b'<a href="../../demo-1.0-py3-none-any.whl">demo-1.0-py3-none-any.whl</a>'

    def answer(request: Request) -> None:
        if request.path.endswith(".whl"):
            request.give(200, bomb)
        else:
            request.give(200, page, Content_Type="text/html")

    with serving(answer) as server, pytest.raises(UnsafeWheelError, match="a zip bomb") as caught:
        ask(server.url)
    assert caught.value.filename == "demo-1.0-py3-none-any.whl"
    assert not list((tmp_path / "uv").rglob("zeros.bin"))


@pytest.mark.parametrize("weights", [{}, {"http://h/a-1.0.whl": 9 << 20}, {"http://h/a.whl": None}])
def test_a_large_wheel_is_no_bomb(weights: dict[str, int | None], tmp_path: Path) -> None:
    uv_unpacking.refuse_bomb(uv_unpacking.Unpacked(tmp_path, 400 << 20), weights)
