"""The index as a listing: either kind of page, several places, what is kept, what is refused."""

from __future__ import annotations

import logging
import os
from base64 import b64encode
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from index_app import IndexApp, Offer, Page, Reply, html_page, json_page, serving
from manylayers.config.flags import Flags
from manylayers.config.index import join_index
from manylayers.doors.index import Index, ProjectListing
from manylayers.errors import NetworkError
from manylayers.errors.places import IndexPageError, OfflineError
from manylayers.errors.resolving import ProjectNotFoundError
from manylayers.formats.pins import DistributionFile
from manylayers.hands.web import WebSession
from manylayers.options import IndexSettings
from wheel_builder import build_wheel

WHEEL = "demo-1.0-py3-none-any.whl"
NEWER = "demo-2.0-py3-none-any.whl"
DIGEST = "ab" * 32
# No test here speaks TLS, and reading all of certifi's certificates takes longer than the test.
TRUSTING = {"SSL_CERT_DIR": str(Path(__file__).parent)}
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def app() -> Iterator[IndexApp]:
    with serving() as served:
        yield served


@pytest.fixture(params=[html_page, json_page], ids=["html", "json"])
def page(request: pytest.FixtureRequest) -> Page:
    made: Page = request.param
    return made


Open = Callable[..., Index]


@pytest.fixture
def opened(tmp_path: Path) -> Open:
    """Opens an index anew, as another run of the program would: the pages kept are the same."""

    def open_index(default: str | None = None, **settings: object) -> Index:
        told = IndexSettings(default_url=default, **settings)  # type: ignore[arg-type]
        session = WebSession(TRUSTING, offline=told.offline, sleep=lambda _: None)
        return Index(told, session, tmp_path / "pages")

    return open_index


def only(listing: ProjectListing) -> DistributionFile:
    (file,) = listing.files
    return file


def names(listing: ProjectListing) -> list[str]:
    return [file.filename for file in listing.files]


def kept(folder: Path) -> list[bytes]:
    return [path.read_bytes() for path in folder.rglob("*") if path.is_file()]


@pytest.mark.parametrize(
    "link", [f"{WHEEL}?a=b&X-Amz-Signature=secret", f"https://bob:secret@host/{WHEEL}"]
)
def test_a_page_whose_links_let_everybody_in_is_not_kept(
    app: IndexApp, opened: Open, page: Page, link: str, tmp_path: Path
) -> None:
    replies = [page(Offer(WHEEL)), page(Offer(WHEEL, url=link))]
    app.replies["/simple/demo/"] = list(replies)
    index = f"{app.root}/simple"
    assert only(opened(index).listing("demo")).filename == WHEEL
    assert kept(tmp_path)
    assert only(opened(index).listing("demo")).url.endswith(link)
    assert kept(tmp_path) == []


@pytest.mark.parametrize(
    "reply", [Reply(body=b'{"files": [', kind="application/json"), Reply(kind="text/a/secret")]
)
def test_a_page_that_can_not_be_read_is_not_kept(
    app: IndexApp, opened: Open, page: Page, tmp_path: Path, reply: Reply
) -> None:
    """It would be asked for with its ETag, and stay for ever where that is not changed."""
    tag = {"ETag": '"1"'}
    app.replies["/simple/demo/"] = [reply._replace(headers=tag), page(Offer(WHEEL))]
    with pytest.raises(IndexPageError, match="demo/ can't be used: ") as caught:
        opened(f"{app.root}/simple").listing("demo")
    assert ("secret" in caught.value.message, kept(tmp_path)) == (False, [])
    assert only(opened(f"{app.root}/simple").listing("demo")).filename == WHEEL


def test_a_page_of_the_type_that_we_write_for_no_page_is_a_page(
    app: IndexApp, opened: Open
) -> None:
    app.replies["/simple/demo/"] = Reply(kind="absent")
    with pytest.raises(IndexPageError, match="it is of no known type"):
        opened(f"{app.root}/simple").listing("demo")


def test_where_a_page_was_moved_to_is_kept_without_its_signature(
    app: IndexApp, opened: Open, page: Page, tmp_path: Path
) -> None:
    moved = {"Location": "/there/demo/?sig=secret"}
    app.replies["/simple/demo/"] = Reply(status=302, headers=moved)
    app.replies["/there/demo/?sig=secret"] = page(Offer(WHEEL))
    assert (
        only(opened(f"{app.root}/simple").listing("demo")).url == f"{app.root}/there/demo/{WHEEL}"
    )
    assert not any(b"secret" in text for text in kept(tmp_path))


def test_the_query_of_an_index_goes_with_each_page(app: IndexApp, opened: Open, page: Page) -> None:
    app.replies["/simple/demo/?key=secret"] = page(Offer(WHEEL))
    listing = opened(f"{app.root}/simple/?key=secret").listing("demo")
    assert (only(listing).filename, listing.index_url) == (WHEEL, f"{app.root}/simple/")


# -- what a page says ------------------------------------------------------------------------------


def test_either_kind_of_page_tells_the_same_of_a_file(
    app: IndexApp, opened: Open, page: Page
) -> None:
    app.replies["/simple/demo/"] = page(
        Offer(
            WHEEL,
            hashes={"sha256": DIGEST},
            requires_python=">=3.9,<4",
            yanked="broken on < 3.12",
            core_metadata=True,
        )
    )
    assert opened(f"{app.root}/simple").listing("demo") == ProjectListing(
        name="demo",
        index_url=f"{app.root}/simple",
        files=(
            DistributionFile(
                filename=WHEEL,
                url=f"{app.root}/simple/demo/{WHEEL}",
                hashes={"sha256": DIGEST},
                requires_python=">=3.9,<4",
                yanked="broken on < 3.12",
            ),
        ),
    )


@pytest.mark.parametrize(
    ("written", "reached"),
    [
        (WHEEL, f"/simple/demo/{WHEEL}"),
        (f"../../files/{WHEEL}", f"/files/{WHEEL}"),
        (f"/files/{WHEEL}", f"/files/{WHEEL}"),
        ("demo-1.0%2Bcpu-py3-none-any.whl", "/simple/demo/demo-1.0%2Bcpu-py3-none-any.whl"),
        ("a folder/demo.whl?key=1&more=2", "/simple/demo/a%20folder/demo.whl?key=1&more=2"),
    ],
)
def test_a_relative_link_starts_at_its_page(
    app: IndexApp, opened: Open, page: Page, written: str, reached: str
) -> None:
    app.replies["/simple/demo/"] = page(Offer(WHEEL, url=written))
    assert only(opened(f"{app.root}/simple/").listing("demo")).url == f"{app.root}{reached}"


def test_a_base_element_is_where_relative_links_start(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL), head='<base href="/mirror/wheels/">')
    file = only(opened(f"{app.root}/simple").listing("demo"))
    assert file.url == f"{app.root}/mirror/wheels/{WHEEL}"


def test_links_of_a_page_that_moved_start_at_its_new_place(
    app: IndexApp, opened: Open, page: Page
) -> None:
    app.replies["/simple/demo/"] = Reply(status=302, headers={"Location": "/new/demo/"})
    app.replies["/new/demo/"] = page(Offer(WHEEL))
    file = only(opened(f"{app.root}/simple").listing("demo"))
    assert file.url == f"{app.root}/new/demo/{WHEEL}"


@pytest.mark.parametrize(
    ("told", "meant"), [(None, None), ("", ""), ("broken build", "broken build")]
)
def test_a_file_is_yanked_with_a_reason_or_without(
    app: IndexApp, opened: Open, page: Page, told: str | None, meant: str | None
) -> None:
    app.replies["/simple/demo/"] = page(Offer(WHEEL, yanked=told))
    assert only(opened(f"{app.root}/simple").listing("demo")).yanked == meant


def test_a_hash_is_read_in_lower_case(app: IndexApp, opened: Open, page: Page) -> None:
    app.replies["/simple/demo/"] = page(Offer(WHEEL, hashes={"sha256": DIGEST.upper()}))
    assert only(opened(f"{app.root}/simple").listing("demo")).sha256 == DIGEST


def test_a_fragment_that_is_no_hash_is_not_taken_for_one(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL, hashes={"egg": "demo"}))
    file = only(opened(f"{app.root}/simple").listing("demo"))
    assert (file.hashes, file.url) == ({}, f"{app.root}/simple/demo/{WHEEL}")


def test_json_tells_size_and_upload_time_too(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = json_page(
        Offer(WHEEL, size=1234, upload_time="2026-03-01T12:00:00.5Z"),
        Offer(NEWER, upload_time="2026-03-01T13:00:00+01:00"),
    )
    first, second = opened(f"{app.root}/simple").listing("demo").files
    assert (first.size, first.upload_time) == (1234, NOON.replace(microsecond=500_000))
    assert (second.size, second.upload_time) == (None, NOON)


def test_json_is_asked_for_first_and_html_taken_too(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    opened(f"{app.root}/simple").listing("demo")
    accepted = app.asked[0].headers["Accept"].replace(" ", "").split(",")
    assert accepted[0] == "application/vnd.pypi.simple.v1+json"
    assert any(kind.startswith("text/html") for kind in accepted)


def test_a_name_is_asked_for_as_indexes_spell_it(app: IndexApp, opened: Open, page: Page) -> None:
    app.replies["/simple/typing-extensions/"] = page(Offer("typing_extensions-4.0.tar.gz"))
    listing = opened(f"{app.root}/simple").listing("Typing_.Extensions")
    assert (listing.name, app.paths) == ("typing-extensions", ["/simple/typing-extensions/"])


def test_a_newer_minor_version_of_the_page_format_is_read_as_it_is(
    app: IndexApp, opened: Open
) -> None:
    app.replies["/simple/demo/"] = json_page(Offer(WHEEL), version="1.99")
    assert names(opened(f"{app.root}/simple").listing("demo")) == [WHEEL]


def test_pages_read_one_after_the_other_leave_nothing_behind(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    silenced = []
    for _ in range(2):
        opened(f"{app.root}/simple").listing("demo")
        silenced.append(list(logging.getLogger("bs4").handlers))
    assert silenced[0] == silenced[1]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (json_page(version="2.0"), "greater major component"),
        (Reply(body=b"{", kind="application/json"), "it is no whole JSON: Expecting"),
        (
            Reply(body=b'{"files": 1}', kind="application/vnd.pypi.simple.v1+json"),
            "name: Field required",
        ),
        (Reply(body=b"[" * 100_000, kind="application/json"), "it is nested too deeply"),
        (html_page(Offer(WHEEL, url=f"file:///{WHEEL}")), "to a file of this machine"),
        (Reply(body=b"<A>" * 100_001), "it has more than 100,000 links"),
        (Reply(body=b"hello", kind="text/plain"), "it is text/plain"),
        (Reply(body=b"<a>", headers={"Content-Length": "99"}), "it broke off"),
        (Reply(body=b"<![" * 9, kind="text/html"), "no reader takes its HTML"),
        (Reply(body=b"<!--" * 90_000, kind="text/html"), "more than 2,000 comments"),
    ],
)
def test_what_is_no_index_page_is_refused_with_its_address(
    app: IndexApp, opened: Open, reply: Reply, reason: str
) -> None:
    app.replies["/simple/demo/"] = reply
    with pytest.raises(IndexPageError, match=reason) as caught:
        opened(f"http://bob:s3cret@{app.root.removeprefix('http://')}/simple").listing("demo")
    assert f"{app.root}/simple/demo/" in caught.value.message
    assert "s3cret" not in f"{caught.value.message}{caught.value.hint}"
    assert caught.value.exit_status == 4


# -- several indexes -------------------------------------------------------------------------------


def test_extra_indexes_come_first_and_the_first_that_has_the_name_counts(
    app: IndexApp, opened: Open, page: Page
) -> None:
    app.replies["/corp/demo/"] = page(Offer(WHEEL))
    app.replies["/simple/demo/"] = page(Offer(NEWER))
    index = opened(f"{app.root}/simple", extra_urls=(f"{app.root}/none", f"{app.root}/corp/"))
    listing = index.listing("demo")
    assert (names(listing), listing.index_url) == ([WHEEL], f"{app.root}/corp/")
    assert app.paths == ["/none/demo/", "/corp/demo/"]


def test_a_name_that_no_index_has_is_not_found(app: IndexApp, opened: Open) -> None:
    with pytest.raises(ProjectNotFoundError, match="no index knows a package 'demo'") as caught:
        opened(f"{app.root}/simple", extra_urls=(f"{app.root}/corp",)).listing("Demo")
    assert caught.value.exit_status == 3
    assert app.paths == ["/corp/demo/", "/simple/demo/"]


@pytest.mark.parametrize(("status", "way_out"), [(401, "credentials"), (403, "may not read")])
def test_an_index_that_refuses_is_never_passed_over_for_the_next(
    app: IndexApp, opened: Open, status: int, way_out: str
) -> None:
    app.replies["/corp/demo/"] = Reply(status=status)
    app.replies["/simple/demo/"] = html_page(Offer(NEWER))
    with pytest.raises(NetworkError, match=f"answered {status}") as caught:
        opened(f"{app.root}/simple", extra_urls=(f"{app.root}/corp",)).listing("demo")
    assert way_out in caught.value.hint
    assert "/simple/demo/" not in app.paths


def test_a_fault_that_passes_is_waited_out(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = [Reply(status=503), Reply(status=429), html_page(Offer(WHEEL))]
    assert names(opened(f"{app.root}/simple").listing("demo")) == [WHEEL]


def test_a_name_is_asked_for_once_in_a_run(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    index = opened(f"{app.root}/simple")
    assert index.listing("demo") is index.listing("DEMO")
    assert len(app.asked) == 1


def test_an_index_can_be_a_folder_of_pages(tmp_path: Path, opened: Open) -> None:
    folder = tmp_path / "simple" / "demo"
    folder.mkdir(parents=True)
    (folder / "index.html").write_bytes(html_page(Offer(WHEEL)).body)
    listing = opened((tmp_path / "simple").as_uri()).listing("demo")
    assert only(listing).url == (folder / WHEEL).as_uri()


# -- find-links ------------------------------------------------------------------------------------


def test_a_folder_gives_the_files_of_the_name_and_no_others(wheels: Path, opened: Open) -> None:
    path = build_wheel(wheels, "my-demo")
    for other in ("my-demo-extra", "my", "demo"):
        build_wheel(wheels, other, "9.0")
    (wheels / "my_demo-0.9.tar.gz").write_bytes(b"")
    (wheels / "my_demo-1.0.txt").write_bytes(b"")
    (wheels / "my_demo-1.0-py3-none-any.whl.d").mkdir()
    listing = opened(no_index=True, find_links=(str(wheels),)).listing("My.Demo")
    assert names(listing) == ["my_demo-0.9.tar.gz", path.name]
    assert listing.files[1].url == path.as_uri()
    assert listing.files[1].size == path.stat().st_size


def test_a_folder_may_be_named_by_a_file_url(wheels: Path, opened: Open) -> None:
    path = build_wheel(wheels)
    assert names(opened(no_index=True, find_links=(wheels.as_uri(),)).listing("demo")) == [
        path.name
    ]


def test_a_page_of_links_gives_the_files_of_the_name_and_no_others(
    app: IndexApp, opened: Open, page: Page
) -> None:
    app.replies["/stable.html"] = page(
        Offer("demo_extra-9.0-py3-none-any.whl"),
        Offer(WHEEL, url=f"v1/{WHEEL}"),
        Offer("other-3.0-py3-none-any.whl"),
    )
    listing = opened(no_index=True, find_links=(f"{app.root}/stable.html",)).listing("demo")
    assert only(listing).url == f"{app.root}/v1/{WHEEL}"
    assert listing.index_url is None


def test_a_link_is_known_by_where_it_leads_whatever_its_text(app: IndexApp, opened: Open) -> None:
    link = f'<a href="../files/{WHEEL}#sha256={DIGEST}"><b>Download</b></a><a href="../">up</a>'
    app.replies["/simple/demo/"] = Reply(body=link.encode())
    file = only(opened(f"{app.root}/simple").listing("demo"))
    assert (file.filename, file.sha256) == (WHEEL, DIGEST)


def test_links_and_index_are_offered_together(app: IndexApp, wheels: Path, opened: Open) -> None:
    build_wheel(wheels)
    app.replies["/simple/demo/"] = html_page(Offer(NEWER))
    listing = opened(f"{app.root}/simple", find_links=(str(wheels),)).listing("demo")
    assert names(listing) == [WHEEL, NEWER]


def test_links_do_without_an_index_that_lacks_the_name(
    app: IndexApp, wheels: Path, opened: Open
) -> None:
    build_wheel(wheels)
    assert names(opened(f"{app.root}/simple", find_links=(str(wheels),)).listing("demo")) == [WHEEL]


def test_no_index_asks_no_index(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(NEWER))
    with pytest.raises(ProjectNotFoundError):
        opened(f"{app.root}/simple", no_index=True).listing("demo")
    assert app.asked == []


def test_a_folder_that_is_not_there_is_said(tmp_path: Path, opened: Open) -> None:
    with pytest.raises(IndexPageError, match="nowhere is no folder"):
        opened(no_index=True, find_links=(str(tmp_path / "nowhere"),)).listing("demo")


def test_a_page_of_links_that_is_not_there_is_said(app: IndexApp, opened: Open) -> None:
    with pytest.raises(NetworkError, match="answered 404"):
        opened(no_index=True, find_links=(f"{app.root}/gone.html",)).listing("demo")


# -- a date in the past ----------------------------------------------------------------------------


def test_what_is_newer_or_of_unknown_age_is_as_if_it_were_not_there(
    app: IndexApp, opened: Open
) -> None:
    app.replies["/simple/demo/"] = json_page(
        Offer("demo-1.0.tar.gz", upload_time="2026-03-01T11:59:59Z"),
        Offer("demo-2.0.tar.gz", upload_time="2026-03-01T12:00:00Z"),
        Offer("demo-3.0.tar.gz"),
    )
    listing = opened(f"{app.root}/simple", exclude_newer=NOON).listing("demo")
    assert names(listing) == ["demo-1.0.tar.gz"]


def test_a_folders_files_have_no_age(wheels: Path, opened: Open) -> None:
    build_wheel(wheels)
    index = opened(no_index=True, find_links=(str(wheels),), exclude_newer=NOON)
    assert names(index.listing("demo")) == [WHEEL]


# -- pages that are kept ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ({"ETag": '"abc"'}, "If-None-Match"),
        ({"Last_Modified": "Sun, 01 Mar 2026 12:00:00 GMT"}, "If-Modified-Since"),
    ],
)
def test_a_page_that_did_not_change_is_not_sent_again(
    app: IndexApp, opened: Open, page: Page, told: dict[str, str], asked: str
) -> None:
    app.replies["/simple/demo/"] = page(Offer(WHEEL), **told)
    first = opened(f"{app.root}/simple").listing("demo")
    assert opened(f"{app.root}/simple").listing("demo") == first
    assert app.asked[1].headers[asked] == next(iter(told.values()))


def test_a_page_that_changed_takes_the_place_of_the_old(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL), ETag='"one"')
    opened(f"{app.root}/simple").listing("demo")
    app.replies["/simple/demo/"] = html_page(Offer(NEWER), ETag='"two"')
    assert names(opened(f"{app.root}/simple").listing("demo")) == [NEWER]
    assert names(opened(f"{app.root}/simple", offline=True).listing("demo")) == [NEWER]


def test_offline_a_page_is_as_it_was_last_seen_and_nobody_is_asked(
    app: IndexApp, opened: Open, page: Page
) -> None:
    app.replies["/simple/demo/"] = page(Offer(WHEEL, hashes={"sha256": DIGEST}))
    seen = opened(f"{app.root}/simple").listing("demo")
    assert opened(f"{app.root}/simple", offline=True).listing("demo") == seen
    assert len(app.asked) == 1


def test_offline_a_page_never_seen_is_named(app: IndexApp, opened: Open) -> None:
    with pytest.raises(OfflineError, match="the index page of demo is not in the store") as caught:
        opened(f"{app.root}/simple", offline=True).listing("demo")
    assert caught.value.hint == "run it once without --offline"
    assert app.asked == []


def test_offline_an_index_known_to_lack_the_name_stands_in_nobodys_way(
    app: IndexApp, opened: Open
) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    places = {"extra_urls": (f"{app.root}/corp",)}
    seen = opened(f"{app.root}/simple", **places).listing("demo")
    assert opened(f"{app.root}/simple", **places, offline=True).listing("demo") == seen


def test_offline_a_page_that_went_is_not_there_any_more(app: IndexApp, opened: Open) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    opened(f"{app.root}/simple").listing("demo")
    del app.replies["/simple/demo/"]
    for offline in (False, True):
        with pytest.raises(ProjectNotFoundError):
            opened(f"{app.root}/simple", offline=offline).listing("demo")


@pytest.mark.parametrize("rubbish", [b"", b"no json\n<a>", b"[]\n", b'{"url": "x"}\n'])
def test_a_kept_page_that_is_damaged_is_asked_for_again(
    tmp_path: Path, app: IndexApp, opened: Open, rubbish: bytes
) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL), ETag='"one"')
    opened(f"{app.root}/simple").listing("demo")
    (kept,) = (tmp_path / "pages").iterdir()
    kept.write_bytes(rubbish)
    assert names(opened(f"{app.root}/simple").listing("demo")) == [WHEEL]
    assert "If-None-Match" not in app.asked[-1].headers


@pytest.mark.parametrize("wrong", ["folder", "link", "pipe", "file for the folder"])
def test_what_stands_where_a_page_is_kept_makes_room(
    tmp_path: Path, app: IndexApp, opened: Open, wrong: str
) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL), ETag='"one"')
    seen = opened(f"{app.root}/simple").listing("demo")
    (kept,) = (tmp_path / "pages").iterdir()
    kept.unlink()
    if wrong == "folder":
        (kept / "below").mkdir(parents=True)
    elif wrong == "link":
        kept.symlink_to(kept)
    elif wrong == "pipe":
        os.mkfifo(kept)
    else:
        kept.parent.rmdir()
        kept.parent.touch()
    assert opened(f"{app.root}/simple").listing("demo") == seen
    assert opened(f"{app.root}/simple", offline=True).listing("demo") == seen


def test_no_byte_of_a_kept_page_is_flipped_unseen(
    tmp_path: Path, app: IndexApp, opened: Open
) -> None:
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL), ETag='"one"')
    seen = opened(f"{app.root}/simple").listing("demo")
    (kept,) = (tmp_path / "pages").iterdir()
    sound = kept.read_bytes()
    for at in range(0, len(sound), 7):
        kept.write_bytes(sound[:at] + bytes([sound[at] ^ 1]) + sound[at + 1 :])
        with pytest.raises(OfflineError, match="is not in the store"):
            opened(f"{app.root}/simple", offline=True).listing("demo")
    assert opened(f"{app.root}/simple").listing("demo") == seen
    assert opened(f"{app.root}/simple", offline=True).listing("demo") == seen


def test_pages_that_can_not_be_kept_are_read_all_the_same(
    tmp_path: Path, app: IndexApp, opened: Open
) -> None:
    (tmp_path / "pages").write_text("a file where the folder should be")
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    assert names(opened(f"{app.root}/simple").listing("demo")) == [WHEEL]


# -- who gets in -----------------------------------------------------------------------------------

BOB = "Basic " + b64encode(b"bob:p@ss/word").decode()


@pytest.fixture
def guarded(app: IndexApp) -> IndexApp:
    app.authorization = BOB
    app.replies["/simple/demo/"] = html_page(Offer(WHEEL))
    return app


def test_credentials_in_the_url_go_with_the_question_and_nowhere_else(
    tmp_path: Path, guarded: IndexApp, opened: Open
) -> None:
    host = guarded.root.removeprefix("http://")
    listing = opened(f"http://bob:p%40ss%2Fword@{host}/simple").listing("demo")
    assert listing.index_url == f"{guarded.root}/simple"
    assert only(listing).url == f"{guarded.root}/simple/demo/{WHEEL}"
    (kept,) = (tmp_path / "pages").iterdir()
    assert b"ss" not in kept.read_bytes().split(b"\n")[1]


def test_credentials_come_from_netrc(
    tmp_path: Path, guarded: IndexApp, opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login bob password p@ss/word\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    assert names(opened(f"{guarded.root}/simple").listing("demo")) == [WHEEL]


def test_credentials_come_from_uvs_variables_for_a_named_index(
    tmp_path: Path, guarded: IndexApp
) -> None:
    environment = {
        "UV_DEFAULT_INDEX": f"corp-internal={guarded.root}/simple",
        "UV_INDEX_CORP_INTERNAL_USERNAME": "bob",
        "UV_INDEX_CORP_INTERNAL_PASSWORD": "p@ss/word",
        **TRUSTING,
    }
    settings = join_index(Flags(), environment)
    index = Index(settings, WebSession(environment), tmp_path)
    assert names(index.listing("demo")) == [WHEEL]


def test_without_credentials_the_way_to_give_them_is_told(guarded: IndexApp, opened: Open) -> None:
    with pytest.raises(NetworkError, match="answered 401") as caught:
        opened(f"{guarded.root}/simple").listing("demo")
    assert "UV_INDEX_NAME_USERNAME" in caught.value.hint
