"""What a wheel says of itself: file name, WHEEL, METADATA and RECORD must be of one mind."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from email import message_from_string

import pytest

from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.formats.wheel_reading import (
    WheelContents,
    check_wheel,
    find_dist_info,
    headers,
    same_version,
)
from manylayers.formats.wheel_record import WheelFormatError

INFO = "my_demo-1.0.dist-info"
NAME = "my_demo-1.0-py3-none-any.whl"
METADATA = b"Metadata-Version: 2.1\nName: My.Demo\nVersion: 1.0\n"
WHEEL = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def digest(content: bytes, algorithm: str = "sha256") -> str:
    return urlsafe_b64encode(hashlib.new(algorithm, content).digest()).decode().rstrip("=")


def facts(
    files: Mapping[str, bytes] | None = None,
    record: str | None = None,
    *,
    metadata: bytes | None = METADATA,
    wheel: bytes | None = WHEEL,
    filename: str = NAME,
    info: str = INFO,
    unlisted: Mapping[str, bytes] | None = None,
) -> WheelFacts:
    contents = {"my_demo.py": b"value = 1\n"} if files is None else dict(files)
    contents |= {f"{info}/METADATA": metadata} if metadata is not None else {}
    contents |= {f"{info}/WHEEL": wheel} if wheel is not None else {}
    rows = [f"{path},sha256={digest(data)},{len(data)}" for path, data in contents.items()]
    text = "\n".join([*rows, f"{info}/RECORD,,\n"]) if record is None else record
    contents |= {f"{info}/RECORD": text.encode(), **(unlisted or {})}
    members = tuple(
        WheelMember(path, 0, len(data), len(data), 0, 0, False, digest(data))  # noqa: FBT003
        for path, data in contents.items()
    )
    return check_wheel(
        WheelContents(
            filename=filename,
            sha256="ab" * 32,
            size=1234,
            members=members,
            read=lambda member: contents[member.path],
        )
    )


def test_the_facts_are_those_of_file_name_and_metadata() -> None:
    told = facts(
        metadata=METADATA
        + b"Requires-Python: >=3.8\nRequires-Dist: idna\nRequires-Dist: rich (>=1)\n\nName: body\n"
    )
    assert (told.name, told.version, told.filename) == ("my-demo", "1.0", NAME)
    assert (told.dist_info, told.data) == (INFO, "my_demo-1.0.data")
    assert (told.requires_python, told.requires) == (">=3.8", ("idna", "rich (>=1)"))
    assert (told.sha256, told.size, told.pure) == ("ab" * 32, 1234, True)
    assert (told.record_complete, told.warnings) == (True, ())


@pytest.mark.parametrize("words", [b"True", b"TRUE", b"true"])
def test_purity_is_read_in_any_case(words: bytes) -> None:
    assert facts(wheel=b"Wheel-Version: 1.0\nRoot-Is-Purelib: " + words).pure


@pytest.mark.parametrize("text", [b"Root-Is-Purelib: false\n", b""])
def test_a_wheel_that_does_not_say_pure_is_not(text: bytes) -> None:
    assert not facts(wheel=b"Wheel-Version: 1.0\n" + text).pure


def test_a_later_minor_version_of_the_format_is_accepted_and_told() -> None:
    assert facts(wheel=b"Wheel-Version: 1.9\n").warnings == ("its Wheel-Version is 1.9",)


@pytest.mark.parametrize(
    ("wheel", "words"),
    [
        (None, "it has no my_demo-1.0.dist-info/WHEEL"),
        (b"", "Wheel-Version '' can't be read"),
        (b"Wheel-Version: one\n", "Wheel-Version 'one' can't be read"),
        (b"Wheel-Version: 2.0\n", "Wheel-Version is 2.0, only 1.x is known"),
        (b"Wheel-Version: 1" + b"0" * 5000 + b".0\n", "Wheel-Version"),
        (b"Wheel-Version: 1.0 \xff\n", "Wheel-Version '1.0 \\ufffd' can't be read"),
    ],
)
def test_a_wheel_of_no_known_format_is_refused(wheel: bytes | None, words: str) -> None:
    with pytest.raises(WheelFormatError, match=words):
        facts(wheel=wheel)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        (None, "it has no my_demo-1.0.dist-info/METADATA"),
        (b"", "METADATA has no Name or no Version"),
        (b"Name: my-demo\n", "METADATA has no Name or no Version"),
        (b"\nName: my-demo\nVersion: 1.0\n", "METADATA has no Name or no Version"),
        (b"Name: other\nVersion: 1.0\n", "METADATA is of 'other', its file name of my-demo"),
        (b"Name: my-demo\nVersion: 1.1\n", "METADATA says version '1.1', its file name 1.0"),
        (b"Name: my-demo\nVersion: " + b"1" * 5000, "METADATA says version '1111"),
        (b"Name: my-demo\xff\nVersion: 1.0\n", "METADATA is of 'my-demo"),
    ],
)
def test_metadata_that_is_not_of_the_file_is_refused(metadata: bytes | None, words: str) -> None:
    with pytest.raises(WheelFormatError, match=words):
        facts(metadata=metadata)


@pytest.mark.parametrize(
    "filename",
    [
        "my_demo-1.0-py3-none-any.zip",
        "my_demo-1.0.whl",
        "my_demo--py3-none-any.whl",
        "a-b-1.0-1-py3-none-any.whl",
    ],
)
def test_a_file_name_of_no_wheel_is_refused(filename: str) -> None:
    with pytest.raises(WheelFormatError, match="name-version-python-abi-platform"):
        facts(filename=filename)


def test_a_build_number_in_the_file_name_is_accepted() -> None:
    assert facts(filename="my_demo-1.0-7-py3-none-any.whl").version == "1.0"


@pytest.mark.parametrize(
    ("paths", "words"),
    [
        ([], "one .dist-info folder, and has none"),
        (["vendored/my_demo-1.0.dist-info/METADATA"], "has none"),
        (["a-1.dist-info/X", "b-1.dist-info/X"], "has 2: a-1.dist-info, b-1.dist-info"),
        (["other-1.0.dist-info/X"], "is not that of my-demo 1.0"),
        (["my_demo-2.0.dist-info/X"], "is not that of my-demo 1.0"),
        (["my_demo.dist-info/X"], "is not that of my-demo 1.0"),
    ],
)
def test_the_one_dist_info_folder_must_be_the_wheels_own(paths: list[str], words: str) -> None:
    with pytest.raises(WheelFormatError, match=words):
        find_dist_info(dict.fromkeys(paths), "my-demo", "1.0")


@pytest.mark.parametrize("folder", ["my_demo-1.0", "My.Demo-1.0", "my-demo-1.0.0"])
def test_other_spellings_of_the_dist_info_folder_are_found(folder: str) -> None:
    paths = {f"{folder}.dist-info/METADATA": None, "my_demo/x.dist-info/y": None}
    assert find_dist_info(paths, "my-demo", "1.0") == f"{folder}.dist-info"


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("1.0", "1.0.0", True),
        ("1.0+local_1", "1.0+local.1", True),
        ("2024a", "2024a0", True),
        ("1.0", "1.1", False),
        ("not a version", "not a version", True),
        ("not a version", "1.0", False),
        ("1" * 5000, "1.0", False),
    ],
)
def test_versions_are_compared_by_meaning(one: str, other: str, same: bool) -> None:  # noqa: FBT001
    assert same_version(one, other) is same
    assert same_version(other, one) is same


def test_headers_are_read_up_to_the_first_blank_line() -> None:
    text = "Name : a\r\nSummary: one\r\n  two\r\nbad\r\nCLASSIFIER: a\r\nClassifier: b\r\n\r\nX: y"
    assert headers(text) == {
        "name": ["a"],
        "summary": ["one\ntwo"],
        "classifier": ["a", "b"],
    }


@pytest.mark.parametrize("blanks", ["        ", "\t", " "])
def test_a_licence_text_with_blank_lines_in_it_ends_no_headers(blanks: str) -> None:
    text = f"Name: a\nLicense: one\n{blanks}\n  two\nRequires-Python: >=3.9\n\nX: y"
    assert headers(text) == dict(email_headers(text))
    assert headers(text)["requires-python"] == [">=3.9"]


def email_headers(text: str) -> Iterator[tuple[str, list[str]]]:
    """What Python's own reader of mail finds, a licence's lines stripped as ours are."""
    for name, value in message_from_string(text).items():
        yield name.lower(), ["\n".join(line.strip() for line in value.split("\n"))]


@pytest.mark.parametrize("scheme", ["purelib", "platlib", "headers", "scripts", "data"])
def test_files_of_known_schemes_are_accepted_and_move_record(scheme: str) -> None:
    assert not facts({f"my_demo-1.0.data/{scheme}/x": b"1"}).record_complete


@pytest.mark.parametrize("path", ["my_demo-1.0.data/x", "my_demo-1.0.data/etc/x"])
def test_files_of_no_scheme_are_refused(path: str) -> None:
    with pytest.raises(WheelFormatError, match=f"{path} is in no scheme"):
        facts({path: b"1"})


@pytest.mark.parametrize(
    ("record", "words"),
    [
        ("gone.py,,\n", r"RECORD lists 'gone\.py', which is not in it"),
        ("../my_demo.py,,\n", "which is not in it"),
        ("my_demo.py,sha256=AAAA,10\n", r"my_demo\.py has another sha256 than RECORD says"),
        ("my_demo.py,sha256=,10\n", r"my_demo\.py has another sha256 than RECORD says"),
        ("my_demo.py,sha512=AAAA,10\n", r"my_demo\.py has another sha512 than RECORD says"),
        ("my_demo.py,,11\n", r"my_demo\.py has 10 bytes, RECORD says 11"),
        ("my_demo.py,md5=abc,10\n", r"a 'md5' for my_demo\.py; sha256 or better is asked"),
        ("my_demo.py,sha1=abc,10\n", "sha256 or better"),
        ("my_demo.py,shake_128=abc,10\n", "sha256 or better"),
        ("my_demo.py\n", "line 1 of RECORD has 1 fields"),
        ('"' + "x" * 200_000, "RECORD"),
    ],
)
def test_a_record_that_does_not_fit_is_refused(record: str, words: str) -> None:
    with pytest.raises(WheelFormatError, match=words):
        facts(record=record)


@pytest.mark.parametrize("algorithm", ["sha384", "sha512"])
def test_stronger_hashes_are_computed(algorithm: str) -> None:
    right = digest(b"value = 1\n", algorithm)
    line = f"my_demo.py,{algorithm}={right},10\n"
    assert not facts(record=line).record_complete


def test_files_that_record_does_not_list_are_told_up_to_three() -> None:
    told = facts(unlisted={f"extra{number}.py": b"" for number in range(5)})
    assert not told.record_complete
    assert told.warnings == ("RECORD does not list extra0.py, extra1.py, extra2.py and 2 more",)


def test_signatures_of_record_need_no_line() -> None:
    assert facts(unlisted={f"{INFO}/RECORD.jws": b"signed"}).warnings == ()


def test_a_wheel_without_record_is_refused() -> None:
    member = WheelMember(f"{INFO}/WHEEL", 0, 0, 0, 0, 0, False, "")  # noqa: FBT003
    texts = {"WHEEL": WHEEL, "METADATA": METADATA}
    other = WheelMember(f"{INFO}/METADATA", 0, 0, 0, 0, 0, False, "")  # noqa: FBT003
    contents = WheelContents(
        filename=NAME,
        sha256="",
        size=0,
        members=(member, other),
        read=lambda member: texts[member.path.rpartition("/")[2]],
    )
    with pytest.raises(WheelFormatError, match=r"it has no my_demo-1\.0\.dist-info/RECORD"):
        check_wheel(contents)


def test_a_text_too_large_to_be_metadata_is_never_read() -> None:
    def read(member: WheelMember) -> bytes:
        raise AssertionError(member.path)

    member = WheelMember(f"{INFO}/WHEEL", 0, 9, 1 << 30, 0, 8, False, "")  # noqa: FBT003
    contents = WheelContents(filename=NAME, sha256="", size=0, members=(member,), read=read)
    with pytest.raises(WheelFormatError, match="WHEEL has 1,073,741,824 bytes, over 16,777,216"):
        check_wheel(contents)


def test_a_description_may_be_in_any_encoding() -> None:
    assert facts(metadata=METADATA + b"\ncaf\xe9\n").warnings == ()


@pytest.mark.parametrize("end", [b"\r\n", b"\r", b"\n"])
def test_lines_may_end_as_on_any_system(end: bytes) -> None:
    text = METADATA + b"Requires-Dist: idna\n\nRequires-Dist: body\n"
    assert facts(metadata=text.replace(b"\n", end)).requires == ("idna",)


def test_only_line_ends_of_mail_end_a_header() -> None:
    assert headers("Author: x\u2028Name: evil\x0bName: worse\rName: good") == {
        "author": ["x\u2028Name: evil\x0bName: worse"],
        "name": ["good"],
    }


def test_headers_of_a_million_lines_are_refused_unread() -> None:
    with pytest.raises(WheelFormatError, match=r"METADATA has 3,000,\d+ bytes of headers"):
        facts(metadata=METADATA + b" x\n" * 1_000_000)


@pytest.mark.parametrize(
    ("wheel", "warning"),
    [
        (
            b"Root-Is-Purelib: maybe\n",
            "WHEEL says Root-Is-Purelib: 'maybe', which is taken for false",
        ),
        (
            b"Tag: cp39-cp39-win_amd64\n",
            "its file name has the tag py3-none-any, its WHEEL 'cp39-cp39-win_amd64'",
        ),
        (
            b"Tag: py2-none-any\n",
            "its file name has the tag py3-none-any, its WHEEL 'py2-none-any'",
        ),
        (b"Tag: odd\n", "its file name has the tag py3-none-any, its WHEEL 'odd'"),
    ],
)
def test_oddities_of_wheel_that_harm_nobody_are_told(wheel: bytes, warning: str) -> None:
    assert facts(wheel=b"Wheel-Version: 1.0\n" + wheel).warnings == (warning,)


def test_more_tags_than_the_file_name_has_are_no_oddity() -> None:
    assert facts(wheel=WHEEL + b"Tag: py2-none-any\n").warnings == ()


@pytest.mark.parametrize("line", ["idna >>= 1 ; ((", "idna; " + "(" * 100, "-e ."])
def test_a_requirement_that_can_not_be_read_is_told(line: str) -> None:
    (warning,) = facts(metadata=METADATA + b"Requires-Dist: " + line.encode()).warnings
    assert warning.startswith("METADATA has a Requires-Dist that can't be read: ")
    assert len(warning) < 200


def test_the_data_folder_of_another_package_is_refused() -> None:
    with pytest.raises(WheelFormatError, match=r"other-1\.0\.data/purelib/x is in the data folder"):
        facts({"other-1.0.data/purelib/x": b"1"})


def test_lines_without_a_hash_are_told_and_record_is_written_anew() -> None:
    told = facts(record=f"my_demo.py,,\n{INFO}/METADATA,,\n{INFO}/WHEEL,,\n{INFO}/RECORD,,\n")
    assert told.warnings == (f"RECORD gives no hash of my_demo.py, {INFO}/METADATA, {INFO}/WHEEL",)
    assert not told.record_complete


def test_a_record_of_an_old_tool_is_understood() -> None:
    files = {"demo/__init__.py": b"1"}
    lines = [f"demo\\__init__.py,sha256={digest(b'1')},1", "demo/,,", f"./{INFO}/METADATA,,"]
    told = facts(files, record="\n".join(lines))
    assert not told.record_complete
    assert "demo/__init__.py" not in str(told.warnings)


def test_a_file_listed_twice_must_be_right_twice() -> None:
    line = f"my_demo.py,sha256={digest(b'value = 1' + bytes([10]))},10\n"
    assert not facts(record=line * 2).record_complete
    with pytest.raises(WheelFormatError, match="another sha256"):
        facts(record=line + "my_demo.py,sha256=AAAA,10\n")


def test_a_record_of_far_too_many_lines_is_refused_unread() -> None:
    with pytest.raises(WheelFormatError, match="RECORD has far more lines than the 4 files"):
        facts(record="my_demo.py,,\n" * 1000)
