"""Requirements files as people have them, down to roots with their origins."""

from __future__ import annotations

import codecs
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from pip._internal.network.session import PipSession
from pip._internal.req.req_file import parse_requirements

from manylayers.errors import ManylayersError, UsageError
from manylayers.errors.inputs import BadRequirementsError
from manylayers.errors.resolving import NeedsArchiveError
from manylayers.formats.requirements import RequirementsFile, read_argument, read_requirements

A, B = "a" * 64, "b" * 64


def read(files: dict[str, str | bytes], **environment: str) -> RequirementsFile:
    """``main.txt`` of these files, which lie in the folder ``reqs``."""

    def load(path: str) -> bytes:
        name = Path(path).as_posix()
        if name not in whole:
            raise FileNotFoundError(2, "No such file or directory", path)
        return whole[name]

    whole = {
        name: content.encode() if isinstance(content, str) else content
        for name, content in files.items()
    }
    return read_requirements("reqs/main.txt", load, environment)


def lines(files: dict[str, str | bytes], **environment: str) -> list[str]:
    return [root.requirement for root in read(files, **environment).roots]


def main(text: str | bytes) -> dict[str, str | bytes]:
    return {"reqs/main.txt": text}


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("requests\n\n# all of it a comment\nidna  # why\n", ["requests", "idna"]),
        (
            "requests[socks] >= 2 ; python_version < '4'",
            ["requests[socks] >= 2 ; python_version < '4'"],
        ),
        ("requests \\\n  >=2 \\\n  , <3\n", ["requests   >=2   , <3"]),
        ("requests\r\nidna\r\n", ["requests", "idna"]),
        (codecs.BOM_UTF8 + b"requests\n", ["requests"]),
        ("requests\n".encode("utf-16"), ["requests"]),
        ("   requests", ["requests"]),
        ("x==1.0#egg", ["x==1.0#egg"]),
    ][:-1],
)
def test_lines_are_read_as_they_are_meant(text: str | bytes, wanted: list[str]) -> None:
    assert lines(main(text)) == wanted


def test_every_root_knows_its_file_and_line() -> None:
    roots = read(main("# one\nrequests \\\n>=2\n\nidna\n")).roots
    assert [str(root.origin) for root in roots] == ["reqs/main.txt:2", "reqs/main.txt:5"]


def test_hashes_are_taken_off_the_line_in_both_spellings() -> None:
    (root,) = read(
        main(f"requests==2.0 \\\n --hash=sha256:{A} \\\n --hash sha256:{B.upper()}\n")
    ).roots
    assert root.requirement == "requests==2.0"
    assert root.hashes == {f"sha256:{A}", f"sha256:{B}"}


def test_a_dangling_continuation_after_a_hash_loses_no_requirement() -> None:
    text = f"requests==2.0 \\\n    --hash=sha256:{A} \\\nidna==3.0 \\\n    --hash=sha256:{B}\n"
    assert lines(main(text)) == ["requests==2.0", "idna==3.0"]


def test_variables_are_read_in_braces_only() -> None:
    text = "--index-url https://${USER_1}@host/simple\n$HOME\n"
    with pytest.raises(BadRequirementsError) as caught:
        read(main(text), USER_1="me")
    assert len(caught.value.details) == 1
    assert caught.value.details[0].startswith("reqs/main.txt:2: $HOME")


def test_a_variable_that_is_not_set_is_named_with_its_line() -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main("requests\n--index-url https://${TOKEN}@host/simple\n"))
    assert "reqs/main.txt:2" in caught.value.details[0]
    assert "TOKEN is not set" in caught.value.details[0]


def test_files_are_included_relative_to_the_file_that_names_them() -> None:
    files: dict[str, str | bytes] = {
        "reqs/main.txt": "-r sub/base.txt\n--requirement=more.txt\n-c sub/held.txt\nrequests\n",
        "reqs/sub/base.txt": "-r leaf.txt\nidna\n",
        "reqs/sub/leaf.txt": "six\n",
        "reqs/sub/held.txt": "urllib3<3\n",
        "reqs/more.txt": "orjson\n",
    }
    found = read(files)
    assert [root.requirement for root in found.roots] == ["six", "idna", "orjson", "requests"]
    assert [root.requirement for root in found.constraints] == ["urllib3<3"]


@pytest.mark.parametrize(
    "way", ["../reqs/main.txt", "./sub/../main.txt", "sub/../../reqs/main.txt"]
)
def test_a_file_is_known_again_by_any_of_its_names(way: str) -> None:
    text = f"-r {way}\nrequests\n"
    paths = ("reqs/main.txt", f"reqs/{way}")
    assert lines(dict.fromkeys(paths, text)) == ["requests"]


def test_files_that_name_ever_new_files_end_too() -> None:
    with pytest.raises(BadRequirementsError, match="can not be used") as caught:
        read_requirements("main.txt", lambda _: b"-r sub/more.txt\n", {})
    assert "50 deep" in caught.value.details[0]


def test_a_variable_that_is_empty_is_no_value() -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main("demo==${VERSION}\n"), VERSION="")
    assert "VERSION is empty" in caught.value.details[0]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"demo  # caf\xe9\n", "line 1 has the byte 0xe9"),
        (b"a\nde\0mo\n", "line 2 has NUL"),
        ("demo\n".encode("utf-16-le"), "NUL"),
        (b"# coding: undefined\ndemo\n", "'undefined' is none for text"),
        (b"# coding: zip\ndemo\n", "'zip' is none for text"),
    ],
)
def test_what_is_no_text_is_told_with_its_line(text: bytes, words: str) -> None:
    with pytest.raises(UsageError) as caught:
        read(main(text))
    assert words in caught.value.message


def test_options_share_a_line_as_with_pip() -> None:
    found = read(main("-i https://one/s --extra-index-url https://two/s -f 'my wheels' --pre\n"))
    assert (found.index_url, found.extra_index_urls, found.pre) == (
        "https://one/s",
        ["https://two/s"],
        True,
    )
    assert found.find_links == [str(Path("reqs/my wheels").absolute())]


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("--pre demo", "'demo' stands beside an option"),
        ("--pre=1", "--pre takes no value"),
        ("-r", "-r lacks its value"),
        ("-r 'a.txt", "quote is opened"),
        ("-r s3://bucket/r.txt", "behind a URL"),
        ("-r HTTPS://host/r.txt", "behind a URL"),
        ("requests --hash=", "--hash lacks its value"),
        ("requests -e .", "option -e"),
    ],
)
def test_an_option_is_taken_whole_or_refused(line: str, words: str) -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main(line))
    assert words in caught.value.details[0]


def test_hashes_may_be_quoted_and_required() -> None:
    found = read(main(f"--require-hashes\nrequests==2.0 --hash='sha256:{A}'\n"))
    assert found.require_hashes
    assert found.roots[0].hashes == {f"sha256:{A}"}


def test_files_that_include_each_other_end_there() -> None:
    files: dict[str, str | bytes] = {
        "reqs/main.txt": "-r other.txt\nrequests\n",
        "reqs/other.txt": "-r main.txt\nidna\n",
    }
    assert lines(files) == ["idna", "requests"]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"gone\.txt, which reqs/main\.txt:1 names, can not"):
        read(main("-r gone.txt"))


def test_index_options_are_gathered() -> None:
    text = "-i https://one/simple\n--extra-index-url=https://two/simple\n-f wheels\n"
    text += "--pre\n--no-index\n"
    found = read(main(text))
    assert (found.index_url, found.extra_index_urls) == (
        "https://one/simple",
        ["https://two/simple"],
    )
    assert found.find_links == [str(Path("reqs/wheels").absolute())]
    assert (found.pre, found.no_index) == (True, True)


@pytest.mark.parametrize("option", ["--prefer-binary", "--only-binary=:all:"])
def test_options_that_change_nothing_here_are_accepted(option: str) -> None:
    assert lines(main(f"{option}\nrequests\n")) == ["requests"]


def test_options_we_do_not_have_are_refused_all_at_once_by_file_and_line() -> None:
    text = "-e .\nrequests\n--no-binary :all:\n--user\nrequests --config-settings=x=y\n"
    with pytest.raises(BadRequirementsError, match="4 requirements can not be used") as caught:
        read(main(text))
    assert [line.split(" ")[0] for line in caught.value.details] == [
        "reqs/main.txt:1:",
        "reqs/main.txt:3:",
        "reqs/main.txt:4:",
        "reqs/main.txt:5:",
    ]
    assert caught.value.exit_status == 2


WHEEL = "numpy-2.2.6-cp311-cp311-manylinux_2_17_x86_64.manylinux2014_x86_64.whl"


@pytest.mark.parametrize(
    ("line", "requirement"),
    [
        (f"https://host/{WHEEL}", f"numpy @ https://host/{WHEEL}"),
        (f"numpy @ https://host/{WHEEL}", f"numpy @ https://host/{WHEEL}"),
        (
            f"numpy[x] @ https://host/{WHEEL} ; python_version > '3'",
            f'numpy[x] @ https://host/{WHEEL} ; python_version > "3"',
        ),
        (
            f"https://host/{WHEEL} ; python_version > '3'",
            f"numpy @ https://host/{WHEEL} ; python_version > '3'",
        ),
        (f"file:///w/{WHEEL}", f"numpy @ file:///w/{WHEEL}"),
        (f"/w/{WHEEL}", f"numpy @ file:///w/{WHEEL}"),
    ],
)
def test_direct_links_are_named_by_their_wheel(line: str, requirement: str) -> None:
    assert lines(main(line)) == [requirement]


def test_a_relative_wheel_starts_at_its_files_folder() -> None:
    place = Path("reqs").absolute() / WHEEL
    assert lines(main(f"./{WHEEL}")) == [f"numpy @ {place.as_uri()}"]


def test_the_hash_of_a_link_counts() -> None:
    (root,) = read(main(f"https://host/{WHEEL}#sha256={A}")).roots
    assert root.requirement == f"numpy @ https://host/{WHEEL}"
    assert root.hashes == {f"sha256:{A}"}


@pytest.mark.parametrize(
    "line",
    [
        "git+https://host/x.git",
        "x @ git+https://host/x.git",
        "https://host/x-1.0.tar.gz",
        "./folder",
        "x @ https://host/x.zip",
    ],
)
def test_what_would_have_to_be_built_is_an_answer_of_its_own(line: str) -> None:
    with pytest.raises(NeedsArchiveError) as caught:
        read(main(line))
    assert caught.value.exit_status == 3
    assert caught.value.details[0].startswith("reqs/main.txt:1: ")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("requests=2.0", "write `==`"),
        ("numpy 1.0", "an operator"),
        ("requests >= \u201c2\u201d", "typographic"),
        ("demo = {path = 'x'}", "TOML"),
        ("requests --hash=sha256:abc", "no sha256"),
        (f"requests --hash=md5:{A}", "not 'md5'"),
        ("numpy=1.2=py39_0", "conda"),
        ("numpy^1.2", "Poetry"),
        ("numpy=>1.2", "`>=`"),
        ("numpy~=1", "two numbers"),
        ("numpy==latest", "begins with a number"),
        ("numpy===latest", "'latest' is no version"),
        ("numpy>=" + "9" * 5000, "a number of more than 4,300 digits"),
        (f"numpy; python_version > '{'9' * 5000}'", "a number of more than 4,300 digits"),
        (f"https://host/numpy-{'9' * 5000}-py3-none-any.whl", "a number of more than 4,300"),
        ("numpy" + " " * 140_000 + "x", "more than 131,072 characters"),
        ("numpy \\\n" * 140_000, "more than 131,072 characters"),
        ("numpy@latest", "after `@` stands the link"),
        ("numpy>=1.0#why", "a space stands before the `#`"),
        ("numpy pandas", "a line of its own"),
        ("pip install numpy", "no command"),
        ("- numpy", "YAML"),
        ("'numpy'", "quotes"),
        ("numpy==${version}", "in capitals"),
        ("numpy\u00a0>=1", "a space that is not plain"),
        ("numpy_", "ends with a letter or digit"),
        ("other @ https://host/demo-1.0-py3-none-any.whl", "of demo, not of other"),
        ("https://host/demo-1.0-py3-none-any.whl#md5=abc", "too weak"),
        ("https://host/demo-1.0-py3-none-any.whl;python_version>'3'", "before the `;`"),
        ("ftp://host/demo-1.0-py3-none-any.whl", "ftp: is not fetched"),
        ("https://host:99999/demo-1.0-py3-none-any.whl", "no URL"),
        ("https://[x/demo-1.0-py3-none-any.whl", "no URL"),
        ("file://demo-1.0-py3-none-any.whl", "write file:///"),
    ],
)
def test_common_slips_get_their_own_advice(line: str, words: str) -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main(line))
    assert words in caught.value.details[0]


def test_a_list_of_faults_ends() -> None:
    with pytest.raises(BadRequirementsError, match="300 requirements") as caught:
        read(main("demo = 1\n" * 300))
    assert caught.value.details[-1] == "and 280 more"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (f"requests{' ' * 120_000}# why", "requests"),
        (f"requests{' ' * 120_000}; python_version > '3'", "requests"),
        (f"https://host/demo-1-py3-none-any.whl#egg={'[' * 120_000}", "demo @"),
    ],
)
def test_a_line_made_to_be_slow_takes_no_minutes(text: str, wanted: str) -> None:
    assert lines(main(text))[0].startswith(wanted)


def test_a_list_without_end_is_refused() -> None:
    with pytest.raises(UsageError, match="20001 is one of more than 20,000 lines"):
        read(main("-r main.txt\n" * 20_001))


def test_files_that_name_two_new_ones_each_come_to_an_end() -> None:
    with pytest.raises(UsageError, match="more than 20,000 lines"):
        read_requirements("main.txt", lambda _: b"-r a/more.txt\n-r b/more.txt\n", {})


def test_a_line_is_shown_short_and_in_one_line() -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read_argument("demo\n--index-url https://evil", folder=Path("/x"), source="a table")
    assert caught.value.details[0].startswith("a table: demo\\n--index-url")
    assert "control character" in caught.value.details[0]


@pytest.mark.parametrize("name", ["requirements.txt", "environment.yml", "uv.lock"])
def test_a_file_named_as_a_requirement_is_told(name: str) -> None:
    with pytest.raises(UsageError, match="the name of a file"):
        read_argument(name, folder=Path("/x"))


@pytest.mark.parametrize("place", ["./{}[x,y]", "{}[x,y]", "file:{}#egg=numpy[x,y]"])
def test_the_extras_of_a_wheel_count(place: str) -> None:
    (line,) = lines(main(place.format(WHEEL)))
    assert line.startswith("numpy[x,y] @ file:")


def test_a_path_with_backslashes_is_read_on_any_host() -> None:
    place = Path("reqs/wheels").absolute() / WHEEL
    assert lines(main(f".\\wheels\\{WHEEL}")) == [f"numpy @ {place.as_uri()}"]


@pytest.mark.skipif(os.name == "nt", reason="there it is one of its own")
@pytest.mark.parametrize("path", [rf"C:\w\{WHEEL}", f"C:/w/{WHEEL}", rf"\\host\w\{WHEEL}"])
def test_a_path_of_windows_is_told(path: str) -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main(path))
    assert "a path of Windows" in caught.value.details[0]


def test_what_conda_freezes_gets_its_own_answer() -> None:
    with pytest.raises(NeedsArchiveError) as caught:
        read(main("certifi @ file:///feedstock_root/certifi"))
    assert "conda" in caught.value.details[0]


def test_a_zip_is_told_from_a_list() -> None:
    with pytest.raises(UsageError, match="is a zip file"):
        read(main(b"PK\x03\x04"))


@given(st.binary(max_size=60) | st.text(max_size=60).map(str.encode))
@example(b"~nobody-of-that-name/x-1.0-py3-none-any.whl")
def test_any_bytes_are_read_or_refused_as_foreseen(data: bytes) -> None:
    with suppress(ManylayersError):
        read(main(data))


def test_no_credential_is_ever_repeated() -> None:
    with pytest.raises(NeedsArchiveError) as caught:
        read(main("x @ git+https://me:secret@host/x.git"))
    assert "secret" not in str(caught.value.details)


def test_an_argument_of_the_command_line_says_where_it_stood(tmp_path: Path) -> None:
    root = read_argument(f"./{WHEEL}", folder=tmp_path)
    assert root.requirement == f"numpy @ {(tmp_path / WHEEL).as_uri()}"
    assert str(root.origin) == "command line"


def test_the_same_requirements_as_pip_are_read(tmp_path: Path) -> None:
    text = (
        "# top\nrequests[socks]>=2 ; python_version > '3'  # why\nidna \\\n==3.10\n"
        f"six==1.17.0 --hash=sha256:{A}\n-c held.txt\n-r more.txt\n--pre\n"
    )
    (tmp_path / "main.txt").write_text(text)
    (tmp_path / "more.txt").write_text("\ufefforjson\r\n", encoding="utf-8")
    (tmp_path / "held.txt").write_text("urllib3<3\n")
    with PipSession() as session:
        theirs = list(parse_requirements(str(tmp_path / "main.txt"), session=session))
    ours = read_requirements(str(tmp_path / "main.txt"), lambda path: Path(path).read_bytes(), {})
    assert [root.requirement for root in ours.roots] == [
        one.requirement for one in theirs if not one.constraint
    ]
    assert [root.requirement for root in ours.constraints] == [
        one.requirement for one in theirs if one.constraint
    ]
