"""An index of one's own, as shops run them: who gets in, what a page may look like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from command import Said, run
from loopback import HTML, JSON, Shelf, serving
from manylayers.doors.question import Question, uv_arguments, uv_environment
from manylayers.options import IndexSettings
from wheel_builder import build_wheel

BUILD = ("build", "demo", "--python", "3.12")
LOGIN = "bob:s3cr3t%40%2F"
SECRET = "s3cr3t"


@pytest.fixture
def demo(wheels: Path) -> Path:
    build_wheel(wheels, "demo", "1.0", requires=["helper"])
    build_wheel(wheels, "demo", "2.0", requires=["helper"])
    build_wheel(wheels, "helper", "1.0")
    return wheels


@pytest.fixture
def guarded(demo: Path) -> Iterator[str]:
    with serving(Shelf(wheels=demo, password="bob:s3cr3t@/")) as host:
        yield host


def tells_no_secret(said: Said, folder: Path) -> bool:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return SECRET not in said.out + said.err and not any(
        SECRET.encode() in path.read_bytes() for path in files
    )


def test_a_password_in_the_url_opens_pages_and_files(tmp_path: Path, guarded: str) -> None:
    said = run(*BUILD, "--index-url", f"http://{LOGIN}@{guarded}/simple", folder=tmp_path)
    assert said.status == 0, said.err
    assert tells_no_secret(said, tmp_path)


def test_a_named_index_takes_its_password_from_the_environment(
    tmp_path: Path, guarded: str
) -> None:
    login = {"UV_INDEX_CORP_USERNAME": "bob", "UV_INDEX_CORP_PASSWORD": "s3cr3t@/"}
    index = {"UV_DEFAULT_INDEX": f"corp=http://{guarded}/simple"}
    said = run(*BUILD, "-vv", folder=tmp_path, **index, **login)
    assert said.status == 0, said.err
    assert tells_no_secret(said, tmp_path)


def test_a_password_in_netrc_opens_pages_and_files(tmp_path: Path, guarded: str) -> None:
    netrc = tmp_path.parent / "netrc"
    netrc.write_text("machine 127.0.0.1 login bob password s3cr3t@/\n")
    index = ("--index-url", f"http://{guarded}/simple")
    said = run(*BUILD, *index, folder=tmp_path, NETRC=str(netrc))
    assert said.status == 0, said.err


def test_a_lock_holds_no_password_and_is_built_with_it(tmp_path: Path, guarded: str) -> None:
    index = ("--index-url", f"http://{LOGIN}@{guarded}/simple")
    said = run("lock", "demo", "--python", "3.12", *index, folder=tmp_path)
    assert said.status == 0, said.err
    assert tells_no_secret(said, tmp_path)
    # Elsewhere: the resolver may have had the wheels looked into, which are in this store then.
    elsewhere = {"MANYLAYERS_CACHE_DIR": str(tmp_path / "elsewhere")}
    refused = run("build", "--lock", "pylock.toml", folder=tmp_path, **elsewhere)
    assert refused.status == 4, refused.err
    built = run("build", "--lock", "pylock.toml", *index, folder=tmp_path, **elsewhere)
    assert built.status == 0, built.err


def test_a_wrong_password_is_told_without_it(tmp_path: Path, guarded: str) -> None:
    said = run(*BUILD, "--index-url", f"http://bob:{SECRET}@{guarded}/simple", folder=tmp_path)
    assert said.status == 4
    assert "401" in said.err
    assert tells_no_secret(said, tmp_path)


def test_two_indexes_of_one_host_each_have_their_own_password() -> None:
    from manylayers.hands.credentials import Credentials

    session = Credentials({})
    session.remember("https://a:1@host/one/simple")
    session.remember("https://b:2@host/two/simple")
    assert session.of("https://host/one/files/x.whl") == ("a", "1")
    assert session.of("https://host/two/files/x.whl") == ("b", "2")
    assert session.of("https://other/one/files/x.whl") is None


@pytest.mark.parametrize("kind", [HTML, JSON])
@pytest.mark.parametrize("shelf", [Shelf, partial(Shelf, hashes=False)])
def test_pages_of_either_kind_with_and_without_hashes(
    tmp_path: Path, demo: Path, kind: str, shelf: type[Shelf]
) -> None:
    there = shelf(wheels=demo, kind=kind, yanked=("demo-2.0-py3-none-any.whl",))
    with serving(there) as host:
        said = run(*BUILD, "--index-url", f"http://{host}/simple", "--json", folder=tmp_path)
    assert said.status == 0, said.err
    assert [(p["name"], p["version"]) for p in said.json["packages"]] == [
        ("demo", "1.0"),
        ("helper", "1.0"),
    ]


def test_a_page_that_is_no_index_page_is_the_indexs_fault(tmp_path: Path, demo: Path) -> None:
    with serving(Shelf(wheels=demo, head='<base href="/files/">')) as host:
        said = run(*BUILD, "--index-url", f"http://{host}/simple", folder=tmp_path)
    assert said.status == 4
    assert "contradict" not in said.err


def test_a_page_of_links_behind_a_password_is_read(tmp_path: Path, guarded: str) -> None:
    pages = [f"http://{LOGIN}@{guarded}/simple/{name}/" for name in ("demo", "helper")]
    said = run(*BUILD, "--no-index", "-f", pages[0], "-f", pages[1], folder=tmp_path)
    assert said.status == 0, said.err
    assert tells_no_secret(said, tmp_path)


def test_a_password_is_in_no_childs_arguments() -> None:
    place = "http://bob:word@host/links/"
    settings = IndexSettings(default_url="http://bob:word@host/simple", find_links=(place, "w"))
    question = Question(requirements=(), constraints=(), python_full="3.12.1", platform="x")
    assert not [word for word in uv_arguments(question, settings, Path("c")) if "word" in word]
    assert uv_environment(settings, {})["UV_FIND_LINKS"] == f"{place},w"
