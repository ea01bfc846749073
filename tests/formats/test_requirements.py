"""Requirements files as people have them, down to roots with their origins."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest
from pip._internal.network.session import PipSession
from pip._internal.req.req_file import parse_requirements

from manylayers.errors import BadRequirementsError, NeedsArchiveError, UsageError
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


def test_files_that_include_each_other_end_there() -> None:
    files: dict[str, str | bytes] = {
        "reqs/main.txt": "-r other.txt\nrequests\n",
        "reqs/other.txt": "-r main.txt\nidna\n",
    }
    assert lines(files) == ["idna", "requests"]


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(UsageError, match=r"gone\.txt can not be read: no such file"):
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


@pytest.mark.parametrize("option", ["--prefer-binary", "--only-binary=:all:", "--require-hashes"])
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
        ("[project]", "TOML"),
        ("requests --hash=sha256:abc", "no sha256"),
        (f"requests --hash=md5:{A}", "not 'md5'"),
    ],
)
def test_common_slips_get_their_own_advice(line: str, words: str) -> None:
    with pytest.raises(BadRequirementsError) as caught:
        read(main(line))
    assert words in caught.value.details[0]


def test_a_zip_is_told_from_a_list() -> None:
    with pytest.raises(UsageError, match="is a zip file"):
        read(main(b"PK\x03\x04"))


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
