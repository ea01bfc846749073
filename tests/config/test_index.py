"""Where packages are looked for, and the places that are none."""

from __future__ import annotations

from pathlib import Path

import pytest

from manylayers.config.flags import Flags
from manylayers.config.index import join_index
from manylayers.errors import UsageError


@pytest.mark.parametrize(
    "url",
    [
        "htp://me:secret@host/simple",
        "https://me:secret@host:99999/simple",
        "https://me:secret@[host/simple",
        "https://",
        "nonsense",
        "corp=ftp://me:secret@host/simple",
    ],
)
@pytest.mark.parametrize("variable", ["", "UV_DEFAULT_INDEX", "UV_INDEX_URL", "UV_INDEX"])
def test_an_index_that_can_not_be_asked_is_named(url: str, variable: str) -> None:
    flags = Flags() if variable else Flags(index_url=url)
    with pytest.raises(UsageError, match=r"no URL of an index|neither a URL") as caught:
        join_index(flags, {variable: url} if variable else {})
    assert "secret" not in caught.value.message


def test_a_slash_in_a_password_is_told_without_it() -> None:
    with pytest.raises(UsageError, match="is no URL of an index") as caught:
        join_index(Flags(index_url="https://bob:sec/ret@host/simple"), {})
    assert "ret" not in caught.value.message
    assert "in a password / as %2F" in caught.value.hint


@pytest.mark.parametrize("login", ["bob:sec ret", "bob:se ret/x", "bob:s?ec ret", "se://ret ret"])
@pytest.mark.parametrize("flag", ["index_url", "extra_index_urls", "find_links"])
def test_a_url_with_a_blank_is_refused_without_its_password(login: str, flag: str) -> None:
    url = f"https://{login}@host/simple"
    value = url if flag == "index_url" else (url,)
    with pytest.raises(UsageError, match="is no URL of an index") as caught:
        join_index(Flags(**{flag: value}), {})  # type: ignore[arg-type]
    assert caught.value.message == "https://****@host/simple is no URL of an index"
    assert "a blank in it is written as %20" in caught.value.hint


@pytest.mark.parametrize("text", ["bob:secret@host/simple", "secret@host", "b:secret@host"])
@pytest.mark.parametrize("flag", ["index_url", "find_links"])
def test_what_is_no_url_is_told_without_its_credentials(text: str, flag: str) -> None:
    value = text if flag == "index_url" else (text,)
    with pytest.raises(UsageError, match=r" \*\*\*\*@host|^\*\*\*\*@host") as caught:
        join_index(Flags(**{flag: value}), {})  # type: ignore[arg-type]
    assert "secret" not in caught.value.message


def test_a_query_with_a_blank_is_not_repeated() -> None:
    with pytest.raises(UsageError, match="is no URL of an index") as caught:
        join_index(Flags(index_url="https://bob:word@host/simple?token=sec ret"), {})
    assert caught.value.message == "https://****@host/simple is no URL of an index"


def test_a_folder_may_be_an_index(tmp_path: Path) -> None:
    assert join_index(Flags(index_url=str(tmp_path)), {}).default_url == tmp_path.as_uri()


@pytest.mark.parametrize("variable", ["", "UV_FIND_LINKS"])
def test_links_in_a_folder_that_is_not_there_are_told(variable: str) -> None:
    flags = Flags() if variable else Flags(find_links=("nodir",))
    with pytest.raises(UsageError, match="--find-links nodir is no folder"):
        join_index(flags, {variable: "nodir"} if variable else {})


def test_a_named_index_takes_its_credentials_from_the_environment() -> None:
    environment = {
        "UV_INDEX": "my-corp=https://host/simple https://other/simple",
        "UV_INDEX_MY_CORP_USERNAME": "me",
        "UV_INDEX_MY_CORP_PASSWORD": "p@ss",
    }
    assert join_index(Flags(), environment).extra_urls == (
        "https://me:p%40ss@host/simple",
        "https://other/simple",
    )
