"""Fetching from servers that misbehave: whole and right, or one sentence with file and host."""

from __future__ import annotations

import contextlib
import os
from hashlib import sha256
from pathlib import Path
from typing import NoReturn

import pytest

from fake_time import FakeTime
from manylayers.doors.fetch import RENEWING_BYTES, Fetcher
from manylayers.errors import InputError, NetworkError
from manylayers.errors.inputs import HashMismatchError
from manylayers.errors.places import StoreError
from manylayers.formats.pins import DistributionFile
from manylayers.hands.web import TooSlowError, WebSession
from unruly_server import Answer, Request, serving

NAME = "demo-1.0-py3-none-any.whl"
BODY = bytes(range(256)) * 2000
HASH = sha256(BODY).hexdigest()


class Fetch:
    """One download from a server that answers as told."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "tmp" / "x.part"
        self.place.parent.mkdir()
        self.time = FakeTime()
        self.waited = self.time.waited
        self.counted = 0

    def __call__(self, answer: Answer, *, hashed: bool = True, size: int | None = None) -> str:
        with serving(answer) as server:
            hashes = {"sha256": HASH} if hashed else {}
            file = DistributionFile(
                filename=NAME, url=f"{server.url}/{NAME}", hashes=hashes, size=size
            )
            fetcher = Fetcher(WebSession({}, sleep=self.time.sleep, clock=self.time.clock))
            return fetcher.fetch(file, self.place, on_bytes=self.count)

    def count(self, amount: int) -> None:
        self.counted += amount


@pytest.fixture
def fetch(tmp_path: Path) -> Fetch:
    return Fetch(tmp_path)


def part(request: Request, start: int, *, ending: int | None = None) -> None:
    """From ``start`` on, broken off before ``ending``."""
    request.send_response(206 if start else 200)
    request.send_header("Content-Length", str(len(BODY) - start))
    if start:
        request.send_header("Content-Range", f"bytes {start}-{len(BODY) - 1}/{len(BODY)}")
    request.end_headers()
    request.wfile.write(BODY[start:ending])


def asked_from(request: Request) -> int:
    return int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))


def test_a_download_that_broke_off_goes_on_where_it_was(fetch: Fetch) -> None:
    starts: list[int] = []

    def answer(request: Request) -> None:
        starts.append(asked_from(request))
        part(request, starts[-1], ending=None if len(starts) > 2 else starts[-1] + 100_000)

    assert fetch(answer) == HASH
    assert starts == [0, 100_000, 200_000]
    assert fetch.place.read_bytes() == BODY
    assert fetch.counted == len(BODY)


def breaking_once(then: Answer) -> Answer:
    """The whole file broken off at first and right afterwards; ``then`` for asked-for parts."""
    asked: list[str] = []

    def answer(request: Request) -> None:
        if asked_from(request):
            then(request)
        else:
            part(request, 0, ending=None if asked else 1000)
        asked.append(request.path)

    return answer


@pytest.mark.parametrize(
    ("status", "content_range"),
    [
        (206, "bytes 0-511999/512000"),
        (206, "bytes 7-511999/512000"),
        (206, "x"),
        (206, ""),
        (416, "bytes */512000"),
        (204, ""),
    ],
)
def test_a_rest_that_is_another_part_is_begun_again(
    fetch: Fetch, status: int, content_range: str
) -> None:
    def other(request: Request) -> None:
        request.give(status, b"not these bytes", Content_Range=content_range)

    assert fetch(breaking_once(other)) == HASH
    assert fetch.counted == len(BODY)


@pytest.mark.parametrize("name", ["ETag", "Last_Modified"])
@pytest.mark.parametrize("heeds", [True, False])
def test_a_file_that_changed_in_between_is_begun_again(
    fetch: Fetch, name: str, *, heeds: bool
) -> None:
    conditions: list[str | None] = []
    old = bytes(len(BODY))

    def answer(request: Request) -> None:
        conditions.append(request.headers.get("If-Range"))
        if len(conditions) == 1:
            request.give(200, old[:1000], Content_Length=str(len(old)), **{name: '"old"'})
        elif asked_from(request) and not heeds:
            told = f"bytes 1000-{len(BODY) - 1}/{len(BODY)}"
            request.give(206, BODY[1000:], Content_Range=told, **{name: '"new"'})
        else:
            request.give(200, BODY, **{name: '"new"'})

    assert fetch(answer) == HASH
    assert conditions == [None, '"old"'] + [None] * (not heeds)


def test_a_weak_etag_is_no_condition(fetch: Fetch) -> None:
    def rest(request: Request) -> None:
        assert "If-Range" not in request.headers
        part(request, 1000)

    def answer(request: Request) -> None:
        if asked_from(request):
            rest(request)
        else:
            request.give(200, BODY[:1000], Content_Length=str(len(BODY)), ETag='W/"x"')

    assert fetch(answer) == HASH


def test_a_server_that_knows_no_ranges_is_asked_for_all_again(fetch: Fetch) -> None:
    def answer(request: Request) -> None:
        part(request, 0, ending=None if "Range" in request.headers else 1000)

    assert fetch(answer) == HASH


def test_a_body_without_a_length_is_taken_to_its_end(fetch: Fetch) -> None:
    def answer(request: Request) -> None:
        request.send_response(200)
        request.end_headers()
        request.wfile.write(BODY)

    assert fetch(answer) == HASH


def test_a_line_that_always_breaks_is_given_up(fetch: Fetch) -> None:
    def answer(request: Request) -> None:
        start = asked_from(request)
        part(request, start, ending=start + 10)

    with pytest.raises(NetworkError, match="broke off 5 times: 50 bytes came, 512,000 were") as it:
        fetch(answer)
    assert (NAME in it.value.message, "127.0.0.1" in it.value.message) == (True, True)


def test_other_bytes_are_a_wrong_hash(fetch: Fetch) -> None:
    with pytest.raises(HashMismatchError) as caught:
        fetch(lambda request: request.give(200, BODY[:-1] + b"x"))
    assert caught.value.exit_status == 5
    assert NAME in caught.value.message


def test_a_line_that_brings_much_each_time_may_break_often(fetch: Fetch) -> None:
    much = BODY * 30
    step = RENEWING_BYTES + 1
    starts: list[int] = []

    def answer(request: Request) -> None:
        starts.append(asked_from(request))
        told = f"bytes {starts[-1]}-{len(much) - 1}/{len(much)}"
        body = much[starts[-1] : starts[-1] + step]
        length = str(len(much) - starts[-1])
        request.give(206, body, Content_Length=length, Content_Range=told)

    with pytest.raises(HashMismatchError):
        fetch(answer)
    assert len(starts) == -(-len(much) // step) > 10


def test_a_server_that_begins_again_each_time_is_given_up(fetch: Fetch) -> None:
    asked: list[str] = []

    def answer(request: Request) -> None:
        asked.append(request.path)
        request.give(200, bytes(RENEWING_BYTES), Content_Length=str(10**7))

    with pytest.raises(NetworkError, match="broke off 5 times"):
        fetch(answer)
    assert len(asked) == 5


def test_a_length_that_is_none_is_passed_over(fetch: Fetch) -> None:
    def answer(request: Request) -> None:
        request.wfile.write(b"HTTP/1.0 200 OK\r\nContent-Length: \xb2\r\n\r\n" + BODY)

    assert fetch(answer) == HASH


@pytest.mark.parametrize("length", [None, 10**12])
def test_a_body_without_end_is_not_taken(
    fetch: Fetch, monkeypatch: pytest.MonkeyPatch, length: int | None
) -> None:
    monkeypatch.setattr("manylayers.doors.fetch.LARGEST_FILE", 1 << 20)

    def answer(request: Request) -> None:
        told = f"Content-Length: {length}\r\n" if length else ""
        request.wfile.write(f"HTTP/1.0 200 OK\r\n{told}\r\n".encode())
        with contextlib.suppress(OSError):
            while True:
                request.wfile.write(BODY)

    with pytest.raises(NetworkError, match=f"sends more than 1,048,576 bytes for {NAME}"):
        fetch(answer, hashed=False)
    assert fetch.counted <= 1 << 20


def test_less_than_was_promised_is_told_at_once(fetch: Fetch) -> None:
    with pytest.raises(NetworkError, match=r"sends 10 bytes for demo-.*, not the 512,000 promised"):
        fetch(lambda request: request.give(200, BODY[:10]), size=len(BODY))
    assert fetch.waited == []


def test_a_drip_is_told_and_not_asked_again(fetch: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    def dripping(*_: object) -> NoReturn:
        fetch.time.now += 20
        raise TooSlowError("21 bytes came in 20 seconds")

    monkeypatch.setattr("manylayers.doors.fetch.pieces", dripping)
    with pytest.raises(NetworkError, match="broke off: 21 bytes came in 20 seconds"):
        fetch(lambda request: request.give(200, BODY))
    assert fetch.waited == []


def test_more_than_was_promised_is_not_read(fetch: Fetch) -> None:
    with pytest.raises(NetworkError, match=r"sends more for demo-.* than the 10 bytes"):
        fetch(lambda request: request.give(200, BODY), size=10)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Content_Type": "text/html; charset=utf-8"}, "sent text/html instead of"),
        ({"Content_Type": "application/json"}, "sent application/json instead of"),
        ({"Content_Encoding": "gzip"}, "sent a packed body instead of"),
        ({"Content_Encoding": "deflate"}, "sent a packed body instead of"),
        ({"Content_Type": "text/html\x1b[2J"}, "sent text/html instead of"),
        ({"Content_Encoding": "\x1b[2J"}, "sent a packed body instead of"),
        ({"Content_Encoding": "br"}, "sent a packed body instead of"),
    ],
)
def test_what_is_no_wheel_is_told_without_a_hash_too(
    fetch: Fetch, headers: dict[str, str], words: str
) -> None:
    with pytest.raises(NetworkError, match=words):
        fetch(lambda request: request.give(200, b"<html>", **headers), hashed=False)


def test_a_disk_that_refuses_is_no_broken_line(fetch: Fetch) -> None:
    fetch.place = Path("/dev/full")
    with pytest.raises(StoreError, match="no space left on device"):
        fetch(lambda request: request.give(200, BODY))
    assert fetch.waited == []


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")
def test_a_pipe_in_the_place_of_a_local_wheel_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / NAME)
    file = DistributionFile(filename=NAME, url=(tmp_path / NAME).as_uri())
    with pytest.raises(InputError, match="can not be read: it is a device, pipe or socket"):
        Fetcher(WebSession({})).fetch(file, tmp_path / "x.part")


def test_a_local_wheel_in_a_place_that_can_not_be_is_refused(tmp_path: Path) -> None:
    file = DistributionFile(filename=NAME, url=f"file:///a%00b/{NAME}")
    with pytest.raises(InputError, match="can not be read: embedded null byte"):
        Fetcher(WebSession({})).fetch(file, tmp_path / "x.part")
