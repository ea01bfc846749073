"""An index that hangs, fills memory or gives bombs while the resolver asks it: ended, and named."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path

import pytest

from fake_time import FakeTime
from manylayers.doors import uv_unpacking, uv_watch
from manylayers.doors.question import Question
from manylayers.doors.resolve import RESOLVE_SECONDS, Answer, Look, Resolver
from manylayers.doors.uv_log import Wheels, without_log
from manylayers.errors import NetworkError
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.errors.places import IndexPageError, ProgramError
from manylayers.hands.web import WebSession
from manylayers.options import IndexSettings
from unruly_server import Answer as Answers
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
@pytest.mark.parametrize("endless", ["/simple/demo/", "demo-1.0-py3-none-any.whl.metadata"])
def test_what_has_no_end_does_not_fill_memory(
    ask: Ask, monkeypatch: pytest.MonkeyPatch, endless: str
) -> None:
    monkeypatch.setattr(uv_watch, "GROWTH", 16 << 20)
    monkeypatch.setattr(uv_watch, "LARGEST_PAGE", 4 << 20)
    told = f"href='{WHEEL}#sha256={'ab' * 32}' data-core-metadata='true'"

    def answer(request: Request) -> None:
        if not request.path.endswith(endless):
            request.give(200, f"<a {told}>{WHEEL}</a>".encode(), Content_Type="text/html")
            return
        request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n")
        while True:
            request.wfile.write(b" " * (1 << 16))

    with (
        serving(answer) as server,
        pytest.raises(IndexPageError, match="sends more than 4,194,304 bytes") as caught,
    ):
        ask(server.url)
    assert endless in caught.value.message


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


WHEEL = "demo-1.0-py3-none-any.whl"


class Looks:
    """A look that keeps what it was asked to look into, and says that it was so large."""

    def __init__(self, size: int | None = None) -> None:
        self.size = size
        self.urls: list[str] = []
        self.done = threading.Event()

    def __call__(self, urls: Sequence[str]) -> list[int | None]:
        self.urls += urls
        self.done.set()
        return [self.size for _ in urls]


def resolver(folder: Path, url: str, look: Look) -> Resolver:
    settings = IndexSettings(default_url=f"{url}/simple")
    return Resolver(settings, folder / "uv", os.environ, look=look)


def resolve(folder: Path, url: str, look: Look, requirement: str = "demo") -> Answer:
    question = QUESTION._replace(requirements=(requirement,))
    return resolver(folder, url, look).resolve(question)


def an_index(wheel: bytes, fragment: str = "", after: threading.Event | None = None) -> Answers:
    """Answers with a page of ``wheel`` alone, whose link ends with ``fragment``.

    The wheel itself is given ``after`` something: a small one would be unpacked before the log
    is looked at.
    """
    page = f'<a href="../../{WHEEL}{fragment}">{WHEEL}</a>'.encode()

    def answer(request: Request) -> None:
        if ".whl" in request.path:
            if after:
                after.wait(20)
            request.give(200, wheel)
        else:
            request.give(200, page, Content_Type="text/html")

    return answer


def test_a_wheel_without_a_hash_is_looked_into_once_before_it_is_unpacked(
    tmp_path: Path, wheels: Path
) -> None:
    look = Looks()
    wheel = build_wheel(wheels, "demo").read_bytes()
    with serving(an_index(wheel, after=look.done)) as server:
        twice = resolver(tmp_path, server.url, look)
        answers = [twice.resolve(QUESTION) for _ in range(2)]
    assert [[pin.name for pin in answer.pins] for answer in answers] == [["demo"], ["demo"]]
    assert look.urls == [f"{server.url}/{WHEEL}"]


def test_wheels_without_hashes_that_never_end_are_given_up(tmp_path: Path, wheels: Path) -> None:
    """All starts of the resolver share the time of one."""
    time_passes, looked = FakeTime(), threading.Event()

    def look(urls: Sequence[str]) -> list[int | None]:
        time_passes.sleep(RESOLVE_SECONDS)
        looked.set()
        return [None for _ in urls]

    wheel = build_wheel(wheels, "demo").read_bytes()
    with serving(an_index(wheel, after=looked)) as server:
        settings = IndexSettings(default_url=f"{server.url}/simple")
        asked = Resolver(settings, tmp_path / "uv", os.environ, look=look, clock=time_passes.clock)
        with pytest.raises(ProgramError, match="ever more wheels without a hash for 600") as caught:
            asked.resolve(QUESTION)
    assert "pin the packages" in caught.value.hint


def test_wheels_are_looked_into_in_the_order_in_which_the_resolver_got_them(tmp_path: Path) -> None:
    urls = [f"http://h/{letter}.whl" for letter in "hbgcfdea"]
    log = "".join(f"DEBUG Sending fresh GET request for: {url}\n" for url in urls)
    watch = uv_watch.Watch(WebSession({}), tmp_path)
    with pytest.raises(uv_watch.UnseenWheelsError) as caught:
        watch(os.getpid(), log.encode())
    assert caught.value.urls == urls


def test_a_wheel_that_is_refused_is_not_unpacked(tmp_path: Path, wheels: Path) -> None:
    looked = threading.Event()

    def look(_: Sequence[str]) -> list[int | None]:
        looked.set()
        raise UnsafeWheelError(WHEEL, "a zip bomb")

    wheel = build_wheel(wheels, "demo").read_bytes()
    with (
        serving(an_index(wheel, after=looked)) as server,
        pytest.raises(UnsafeWheelError),
    ):
        resolve(tmp_path, server.url, look)
    assert not list((tmp_path / "uv").rglob("demo.py"))


def test_a_wheel_with_a_hash_is_not_unpacked_and_not_looked_into(
    tmp_path: Path, wheels: Path
) -> None:
    wheel = build_wheel(wheels, "demo").read_bytes()
    look = Looks()
    answer = an_index(wheel, f"#sha256={sha256(wheel).hexdigest()}")

    def slowly(request: Request) -> None:
        time.sleep(0.2)
        answer(request)

    with serving(slowly) as server:
        resolve(tmp_path, server.url, look)
    assert look.urls == []
    assert not list((tmp_path / "uv").rglob("demo.py"))


def test_words_without_end_are_cut_and_others_are_not() -> None:
    assert without_log(f"error: `{'n' * 9_000_000}`: why\n") == f"error: `{'n' * 1999}…`: why\n"
    said = f"error: {'p' * 2000} {'q' * 2000}\n"
    assert without_log(said) == said


@pytest.mark.skipif(not Path("/proc/self/statm").exists(), reason="the system does not tell")
def test_metadata_that_fill_memory_are_looked_into_though_the_wheel_has_a_hash(
    tmp_path: Path, wheels: Path
) -> None:
    wheel = build_wheel(wheels, "demo", requires=["x" * (64 << 20)]).read_bytes()
    said: list[str] = []

    def look(urls: Sequence[str]) -> list[int | None]:
        said.extend(urls)
        raise UnsafeWheelError(WHEEL, "a zip bomb")

    fragment = f"#sha256={sha256(wheel).hexdigest()}"
    with (
        serving(an_index(wheel, fragment)) as server,
        pytest.raises(UnsafeWheelError),
    ):
        resolve(tmp_path, server.url, look)
    assert said == [f"{server.url}/{WHEEL}"]


def test_a_link_is_looked_into_with_the_password_and_signature_that_the_log_hides(
    tmp_path: Path, wheels: Path
) -> None:
    look = Looks()
    wheel = build_wheel(wheels, "demo").read_bytes()
    with serving(an_index(wheel, after=look.done)) as server:
        link = f"{server.url.replace('://', '://bob:s3cret@')}/{WHEEL}?sig=abc"
        resolve(tmp_path, server.url, look, f"demo @ {link}")
    assert look.urls == [link]


@pytest.mark.skipif(not Path("/proc/self/io").exists(), reason="the system does not tell")
def test_another_file_than_was_looked_into_does_not_fill_the_disk(
    tmp_path: Path, wheels: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (uv_watch, uv_unpacking):
        monkeypatch.setattr(module, "UNSUSPICIOUS", 8 << 20)
    bomb = build_wheel(wheels, "demo", files={"demo/zeros.bin": bytes(256 << 20)}).read_bytes()
    with (
        serving(an_index(bomb)) as server,
        pytest.raises(UnsafeWheelError, match="a zip bomb") as caught,
    ):
        resolve(tmp_path, server.url, Looks(1000))
    assert caught.value.filename == WHEEL
    assert not list((tmp_path / "uv").rglob("zeros.bin"))


@pytest.mark.parametrize("weights", [{}, {"http://h/a-1.0.whl": 9 << 20}, {"http://h/a.whl": None}])
def test_a_large_wheel_is_no_bomb(weights: dict[str, int | None], tmp_path: Path) -> None:
    uv_unpacking.refuse_bomb(uv_unpacking.Unpacked(tmp_path, 400 << 20), weights)


@pytest.mark.parametrize(
    ("said", "whole"),
    [
        ("DEBUG Sending fresh GET request for: http://h/a.whl\n", ["http://h/a.whl"]),
        ("DEBUG Sending fresh GET request for: http://h/a.whl?s=****\n", ["http://h/a.whl?s=****"]),
        ("DEBUG Sending fresh GET request for: http://h/a.whl", []),
        ("DEBUG Sending fresh GET request for: http://h/a.whl.metadata\n", []),
        (
            """DEBUG Sending fresh HEAD request for: http://h/a.whl
DEBUG Sending fresh GET request for: http://h/a.whl
""",
            [],
        ),
        ("DEBUG Found not-modified response for: http://h/a.whl\n", []),
    ],
)
def test_the_log_tells_which_wheels_are_got_whole(said: str, whole: list[str]) -> None:
    assert Wheels().whole(said.encode(), unpacks=True) == whole


@pytest.mark.parametrize("unpacks", [True, False])
def test_a_new_answer_counts_where_something_is_unpacked(*, unpacks: bool) -> None:
    said = b"DEBUG Found modified response for: http://h/a.whl\n"
    assert bool(Wheels().whole(said, unpacks=unpacks)) is unpacks


def test_the_last_ones_are_told_be_it_for_their_end_alone() -> None:
    wheels, line = Wheels(), "DEBUG Sending fresh HEAD request for: http://bob@h/{}.whl\n"
    wheels.whole("".join(map(line.format, "abc")).encode(), unpacks=False)
    assert wheels.last(2) == ["http://h/b.whl", "http://h/c.whl"]


def test_a_log_that_comes_in_pieces_is_read_once() -> None:
    wheels, line = Wheels(), b"DEBUG Sending fresh GET request for: http://h/a.whl\n"
    assert wheels.whole(line[:50], unpacks=False) == []
    assert wheels.whole(line, unpacks=False) == ["http://h/a.whl"]
