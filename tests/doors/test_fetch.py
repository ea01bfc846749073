"""Fetching from servers that misbehave: whole and right, or one sentence with file and host."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from manylayers.doors.fetch import Fetcher
from manylayers.errors import HashMismatchError, NetworkError, StoreError
from manylayers.formats.pins import DistributionFile
from manylayers.hands.web import WebSession
from unruly_server import Answer, Request, serving

NAME = "demo-1.0-py3-none-any.whl"
BODY = bytes(range(256)) * 2000
HASH = sha256(BODY).hexdigest()


class Fetch:
    """One download from a server that answers as told."""

    def __init__(self, folder: Path) -> None:
        self.place = folder / "tmp" / "x.part"
        self.place.parent.mkdir()
        self.waited: list[float] = []
        self.counted = 0

    def __call__(self, answer: Answer, *, hashed: bool = True, size: int | None = None) -> str:
        with serving(answer) as server:
            hashes = {"sha256": HASH} if hashed else {}
            file = DistributionFile(
                filename=NAME, url=f"{server.url}/{NAME}", hashes=hashes, size=size
            )
            fetcher = Fetcher(WebSession({}, sleep=self.waited.append))
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


@pytest.mark.parametrize("content_range", ["bytes 0-511999/512000", "bytes 7-511999/512000", "x"])
def test_a_rest_that_is_another_part_is_begun_again(fetch: Fetch, content_range: str) -> None:
    def answer(request: Request) -> None:
        if not asked_from(request):
            part(request, 0, ending=1000)
        else:
            request.give(206, BODY, Content_Range=content_range)

    assert fetch(answer) == HASH
    assert fetch.counted == len(BODY)


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


def test_more_than_was_promised_is_not_read(fetch: Fetch) -> None:
    with pytest.raises(NetworkError, match=r"sends more for demo-.* than the 10 bytes"):
        fetch(lambda request: request.give(200, BODY), size=10)


@pytest.mark.parametrize(
    ("headers", "words"),
    [
        ({"Content_Type": "text/html; charset=utf-8"}, "sent text/html; charset=utf-8 instead of"),
        ({"Content_Type": "application/json"}, "sent application/json instead of"),
        ({"Content_Encoding": "gzip"}, "sent a gzip encoded body instead of"),
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
