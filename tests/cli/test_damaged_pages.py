"""Index pages with every kind of damage: the right layer comes out, or one sentence about it."""

from __future__ import annotations

import json
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

import pytest

import manylayers
from command import run
from index_app import HTML, JSON, Reply, serving
from wheel_builder import build_wheel, metadata

WHEEL = "demo-1.0-py3-none-any.whl"
META = {"api-version": "1.1"}


def page(files: object = (), **keys: object) -> Reply:
    told = {"meta": META, "name": "demo", "versions": ["1.0"], "files": files, **keys}
    return Reply(body=json.dumps(told).encode(), kind=JSON)


def of(file: dict[str, object], **keys: object) -> Reply:
    """A page of one file, some of whose keys are others."""
    return page([{**file, **{name.replace("_", "-"): value for name, value in keys.items()}}])


def text(body: str | bytes, kind: str = JSON) -> Reply:
    return Reply(body=body if isinstance(body, bytes) else body.encode(), kind=kind)


Damage = Callable[[dict[str, object]], Reply]
REFUSED: dict[str, Damage] = {
    "empty": lambda _: text(""),
    "cut short": lambda file: text(of(file).body[:-9]),
    "a list": lambda _: text("[]"),
    "nested": lambda _: text("[" * 100_000),
    "no list of files": lambda _: page({"a": 1}),
    "files that are none": lambda _: page([1]),
    "no files": lambda _: text(json.dumps({"meta": META, "name": "demo"})),
    "an endless number": lambda file: text(of(file).body.replace(b"799", b"9" * 5000)),
    "a fraction of bytes": lambda file: of(file, size=1.5),
    "fewer bytes than none": lambda file: of(file, size=-1),
    "no address": lambda file: of(file, url=None),
    "an address that is none": lambda file: of(file, url=f"http://[bad/{WHEEL}"),
    "an address of this machine": lambda file: of(file, url=f"file:///somewhere/{WHEEL}"),
    "a script for an address": lambda file: of(file, url="javascript:alert(1)"),
    "no name": lambda file: of(file, filename=7),
    "half a hash": lambda file: of(file, hashes={"sha256": "abc"}),
    "a hash of other letters": lambda file: of(file, hashes={"sha256": "z" * 64}),
    "no table of hashes": lambda file: of(file, hashes=[]),
    "a number for a reason": lambda file: of(file, yanked=7),
    "a list of Pythons": lambda file: of(file, requires_python=[]),
    "a time that is none": lambda file: of(file, upload_time="yesterday"),
    "a year that is none": lambda file: of(file, upload_time="0000-01-01T00:00:00Z"),
    "other metadata": lambda file: of(file, core_metadata={"sha256": "0" * 64}),
    "another type": lambda file: of(file)._replace(kind="text/plain"),
    "no type": lambda file: of(file)._replace(kind=""),
    "a type that is none": lambda file: of(file)._replace(kind="\x1b[2J"),
    "packed, but not so": lambda file: of(file)._replace(headers={"Content-Encoding": "gzip"}),
    "no bytes of a text": lambda file: text(of(file).body.replace(b"1.0", b"\xff\xfe")),
    "no links": lambda _: text("<html>", HTML),
    "a hash in a link that is none": lambda _: text(f"<a href='{WHEEL}#sha256=ab'>{WHEEL}", HTML),
    "other names": lambda file: of(file, filename="demo.whl"),
}
TAKEN: dict[str, Damage] = {
    "as it is": of,
    "cut short behind the link": lambda file: text(link(file)[:-5], HTML),
    "keys nobody knows": lambda file: of(file, colour="red"),
    "a minor version nobody knows": lambda file: page([file], meta={"api-version": "1.99"}),
    "capitals": lambda file: of(file, hashes={"sha256": str(digest(file)).upper()}),
    "no hashes": lambda file: of(file, hashes={}),
    "versions that are none": lambda file: page([file], versions=["x.y"]),
    "other things behind a link": lambda file: text(link(file) + "<div>" * 100, HTML),
    "bytes of no letters": lambda file: text(link(file).encode() + b"\xff\xfe\x00", HTML),
}


def link(file: dict[str, object]) -> str:
    address = f"{file['url']}#sha256={digest(file)}"
    return f"<a data-core-metadata='true' href='{address}'>{file['filename']}</a></html>"


def digest(file: dict[str, object]) -> object:
    hashes = file["hashes"]
    assert isinstance(hashes, dict)
    return hashes["sha256"]


@pytest.fixture
def wheel(wheels: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What the page is about; no fault is waited out, as damage does not pass."""
    monkeypatch.setenv("UV_HTTP_RETRIES", "0")
    monkeypatch.setattr("manylayers.hands.patience.FIRST_PAUSE", 0.0)
    return build_wheel(wheels)


class Came(NamedTuple):
    """What a build and then a look at the wheels came to: a layer, or errors."""

    layer: bytes
    errors: list[manylayers.ManylayersError]


def built(
    damage: Damage, wheel: Path, folder: Path, known: bytes = metadata("demo", "1.0", ())
) -> Came:
    with serving() as app:
        octets = "application/octet-stream"
        app.replies[f"/files/{WHEEL}"] = Reply(body=wheel.read_bytes(), kind=octets)
        app.replies[f"/files/{WHEEL}.metadata"] = Reply(body=known, kind=octets)
        file: dict[str, object] = {
            "filename": WHEEL,
            "url": f"{app.root}/files/{WHEEL}",
            "hashes": {"sha256": sha256(wheel.read_bytes()).hexdigest()},
            "size": len(wheel.read_bytes()),
            "core-metadata": True,
        }
        app.replies["/simple/demo/"] = damage(file)
        told = {
            "index": manylayers.IndexSettings(default_url=f"{app.root}/simple"),
            "cache_folder": folder / "store",
        }
        layer, errors = folder / "layer.zip", []
        try:
            manylayers.build(["demo"], python="3.12", output=layer, **told)  # type: ignore[arg-type]
        except manylayers.ManylayersError as error:
            errors.append(error)
        try:
            manylayers.wheels("demo", python=["3.12"], **told)  # type: ignore[arg-type]
        except manylayers.ManylayersError as error:
            errors.append(error)
        return Came(layer.read_bytes() if layer.exists() else b"", errors)


@pytest.mark.parametrize("damage", REFUSED)
def test_a_damaged_page_is_told_in_one_sentence(damage: str, wheel: Path, tmp_path: Path) -> None:
    layer, errors = built(REFUSED[damage], wheel, tmp_path)
    assert (layer, bool(errors)) == (b"", True)
    for error in errors:
        assert (error.exit_status in (3, 4, 5), bool(error.hint)) == (True, True), error
        assert "127.0.0.1" in error.message or "index" in error.message
        assert len(error.message) < 600
        assert not {"\x1b", "contradict"} & {*error.message, *error.message.split()}
        assert not error.message.endswith(("Error", "Exception")), (
            "the name of a class is no reason"
        )


@pytest.mark.parametrize(
    "body", [b"", b"<html>who are you?</html>", b"Name: other\nVersion: 1.0\n"]
)
def test_metadata_that_is_none_is_told_with_the_package(
    body: bytes, wheel: Path, tmp_path: Path
) -> None:
    layer, errors = built(of, wheel, tmp_path, known=b"Metadata-Version: 2.1\n" * bool(body) + body)
    assert layer == b""
    assert [error.exit_status for error in errors] == [5]
    assert "demo" in errors[0].message
    assert "can not be read: " in errors[0].message


def test_no_index_has_a_file_of_this_machine_read(wheel: Path, tmp_path: Path) -> None:
    layer, errors = built(lambda file: of(file, url=wheel.as_uri()), wheel, tmp_path)
    assert (layer, len(errors)) == (b"", 2)
    assert all("a file of this machine" in error.message for error in errors)


@pytest.mark.parametrize("damage", TAKEN)
def test_what_harms_nobody_is_taken(damage: str, wheel: Path, tmp_path: Path) -> None:
    layer, errors = built(TAKEN[damage], wheel, tmp_path)
    assert (errors, layer[:2]) == ([], b"PK")


def test_a_reader_of_pages_says_nothing_past_us(tmp_path: Path) -> None:
    with serving() as app:
        app.replies["/simple/demo/"] = Reply()
        index = ("--index-url", f"{app.root}/simple")
        said = run("wheels", "demo", "--python", "3.12", *index, folder=tmp_path)
    lines = [line.partition(": ")[0] for line in said.err.splitlines()]
    assert lines == ["error", "hint"], said.err
