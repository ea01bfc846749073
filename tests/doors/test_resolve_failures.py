"""What is made of the resolver's own words: who could not be read, and why, in one sentence."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from manylayers.doors import resolve
from manylayers.doors.question import Question
from manylayers.doors.uv_failures import failure, subject
from manylayers.errors import NetworkError
from manylayers.errors.inputs import UnreadableWheelError
from manylayers.errors.places import IndexPageError, OfflineError, ProgramError, StoreError
from manylayers.errors.resolving import UnresolvableError
from manylayers.options import IndexSettings

EXTRACT = """\
error: Failed to download `demo==1.0`
  cause: Failed to extract archive: demo-1.0-py3-none-any.whl
  cause: Invalid zip file structure
  cause: unexpected end of file
"""
FORMAT = """\
error: No solution found when resolving dependencies
  cause: Because demo==1.0 has an invalid package format and you require demo==1.0, we can
         conclude that your requirements are unsatisfiable.

         hint: The structure of `demo` (v1.0) was invalid:
           Failed to read from zip file
"""


@pytest.mark.parametrize(
    ("said", "reason"),
    [(EXTRACT, "unexpected end of file"), (FORMAT, "Failed to read from zip file")],
)
def test_a_wheel_it_could_not_read_is_named_with_the_deepest_reason(said: str, reason: str) -> None:
    error = failure(said)
    assert isinstance(error, UnreadableWheelError)
    assert (error.subject, error.details) == (("demo", "1.0"), ())
    assert error.message == f"demo 1.0 can not be read: {reason}"


METADATA = """\
error: No solution found when resolving dependencies
  cause: Because demo==1.0 has invalid metadata and {}, we can conclude that it fails.

hint: Metadata for `demo` (v1.0) could not be parsed:
  Metadata field Name not found
"""


@pytest.mark.parametrize("why", ["only demo==1.0 is available", "you require demo==1.0"])
def test_metadata_that_is_none_is_told_where_it_alone_stands_in_the_way(why: str) -> None:
    error = failure(METADATA.format(why))
    assert isinstance(error, UnreadableWheelError)
    assert error.subject == ("demo", "1.0")
    assert error.message == (
        "demo 1.0 can not be read: its metadata is none: Metadata field Name not found"
    )
    assert isinstance(failure(METADATA.format("demo>1.0 depends on x")), UnresolvableError)


def test_metadata_of_another_package_is_no_contradiction() -> None:
    error = failure("error: Package metadata name `other` does not match given name `demo`\n")
    assert isinstance(error, UnreadableWheelError)
    assert "`other` does not match given name `demo`" in error.message


def test_a_link_it_could_not_read_is_named() -> None:
    link = "file:///somewhere/demo-1.0-py3-none-any.whl"
    assert subject(f"error: Failed to download `demo @ {link}`") == ("demo", link)
    assert subject("error: nothing of the kind") == ("", "")


def test_a_page_it_could_not_read_is_named() -> None:
    error = failure(
        "error: Received some unexpected JSON from `http://user:secret@127.0.0.1/simple/demo/`\n"
        "  cause: EOF while parsing a value at line 1 column 56\n"
    )
    assert isinstance(error, IndexPageError)
    assert error.message == (
        "the index page http://****@127.0.0.1/simple/demo/ can't be used: "
        "EOF while parsing a value at line 1 column 56"
    )


def test_a_refusing_index_is_told_in_one_sentence() -> None:
    error = failure(
        "error: Request failed after 3 retries in 8.5s\n"
        "  cause: Failed to fetch: `http://127.0.0.1/simple/demo/`\n"
        "  cause: HTTP status server error (500 Internal Server Error)\n"
    )
    assert isinstance(error, NetworkError)
    assert error.details == ()
    assert error.message == "127.0.0.1 answered 500 for /simple/demo/"


def test_where_a_redirect_led_is_told_with_who_sent_us_there() -> None:
    error = failure(
        "error: Failed to fetch: http://bob:secret@index/simple/demo/\n"
        "  cause: error sending request for url (http://other/page?token=secret)\n"
        "  cause: Connection refused (os error 111)\n"
    )
    assert error.message == (
        "other, to which index redirects, did not give page: Connection refused (os error 111)"
    )


def test_a_redirect_that_can_not_be_followed_is_told_with_its_host() -> None:
    error = failure(
        "error: Failed to fetch: http://index/simple/demo/\n"
        "  cause: Invalid HTTP 302 Found 'Location' value `ftp://bob:secret@h/x`: no scheme\n"
    )
    assert error.message.startswith("index redirects /simple/demo/ to where it can not be")
    assert "secret" not in error.message


def test_a_type_that_is_no_type_is_not_repeated() -> None:
    error = failure(
        'error: Unsupported `Content-Type` "text/\x1b[2J" for `http://index/simple/demo/`\n'
    )
    assert isinstance(error, IndexPageError)
    assert error.message.endswith("can't be used: it is of no known type")


@pytest.mark.parametrize(
    ("said", "told"),
    [
        (
            "Could not parse absolute URL `http://[bad/x.whl` as a valid URL\n  cause: IPv6",
            "http://[bad/x.whl: IPv6",
        ),
        (
            "Failed to fetch: javascript:alert(1)\n  cause: URL scheme is not allowed",
            "javascript:alert(1): URL scheme is not allowed",
        ),
        (
            "failed to open file `/etc/x.whl`: No such file or directory (os error 2)",
            "/etc/x.whl: no such file or directory",
        ),
        ("Could not parse base URL ``\n  cause: it is empty", "an empty one: it is empty"),
    ],
)
def test_a_link_that_can_not_be_used_is_the_indexs_fault(said: str, told: str) -> None:
    error = failure(f"error: {said}\n")
    assert isinstance(error, IndexPageError)
    assert error.message == f"an index page has a link that can't be used, {told}"


def test_other_metadata_than_the_index_promised_is_a_wrong_hash() -> None:
    error = failure(
        "error: Hash mismatch for package metadata at `http://h/f/x.whl.metadata`\n\n"
        "Expected:\n  sha256:00\n\nComputed:\n  sha256:11\n"
    )
    assert error.exit_status == 5
    assert error.message == "x.whl.metadata from h has another hash than was promised"
    assert error.details == ("expected sha256:00", "actual   sha256:11")


def test_what_a_server_made_endless_is_told_in_a_few_hundred_letters() -> None:
    long = "x" * 100_000
    for said in (
        f"Failed to fetch: http://h/{long}\n  cause: {long}",
        f"Failed to fetch: ftp://h/{long}\n  cause: {long}",
        f"Received some unexpected JSON from `http://h/`\n  cause: {long}",
        f"No solution\n  cause: Because demo==1.0 has an invalid package format\n  hint: {long}",
    ):
        assert len(failure(f"error: {said}\n").message) < 700


def test_its_hints_at_its_own_options_are_not_passed_on() -> None:
    error = failure(
        "error: No solution found when resolving dependencies\n"
        "  cause: Because a needs b, it fails.\n\n"
        "         hint: The `--python-version` value could be higher.\n"
    )
    assert isinstance(error, UnresolvableError)
    assert error.details == ("Because a needs b, it fails.",)


def test_what_it_lacks_offline_is_told_in_one_line() -> None:
    error = failure(
        "error: No solution found when resolving dependencies\n"
        "  cause: Because demo was not found in the cache\n         and you require demo.\n\n"
        "         hint: Packages were unavailable because the network was disabled.\n"
    )
    assert isinstance(error, OfflineError)
    assert error.details == ("Because demo was not found in the cache and you require demo.",)


@pytest.mark.parametrize(
    ("cause", "told"),
    [
        (
            "`RECORD` file is invalid\n  cause: CSV parse error: record 0",
            "CSV parse error: record 0",
        ),
        ("The wheel is invalid: Multiple .dist-info directories found: a, b", "directories found"),
    ],
)
def test_a_wheel_that_the_resolver_can_not_read_is_no_fault_of_the_index(
    cause: str, told: str
) -> None:
    error = failure(f"error: Failed to download `demo==1.0`\n  cause: {cause}\n")
    assert isinstance(error, UnreadableWheelError)
    assert error.subject == ("demo", "1.0")
    assert told in error.message


@pytest.mark.parametrize("reason", ["No space left on device", "Permission denied"])
def test_a_place_in_the_cache_is_named_from_its_root(reason: str) -> None:
    text = f"error: Failed\n  cause: failed to open `/some where/uv-v1/.tmp/x`: {reason}\n"
    error = failure(text)
    assert isinstance(error, StoreError)
    assert "the cache folder /some where/uv-v1 can" in error.message


def test_a_name_without_end_in_what_the_resolver_says_costs_no_time() -> None:
    """Some thousands of seconds, if each of its characters were a place to start from."""
    place = f"`/cache/uv-v1/.tmp/{'n' * 2_000_000}`: File name too long (os error 36)"
    text = f"error: Failed to extract archive: demo.whl\n  cause: failed to open file {place}\n"
    assert isinstance(failure(text), UnreadableWheelError)


def test_a_full_folder_for_temporary_files_is_no_contradiction() -> None:
    error = failure(
        "Resolved 12 packages in 19ms\n"
        "error: failed to write to file `/tmp/.manylayers.0123456789abcdef.part/.tmpYNSCM6`: "
        "No space left on device (os error 28)\n"
    )
    assert isinstance(error, StoreError)
    assert "the folder for temporary files can not be written: no space left" in error.message
    assert "TMPDIR" in error.hint


QUESTION = Question(
    requirements=("demo",), constraints=(), python_full="3.12.0", platform="x86_64-manylinux_2_28"
)


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize(
    ("signal", "told"),
    [("KILL", "SIGKILL, as systems do when memory runs out"), ("SEGV", "SIGSEGV"), ("40", "40")],
)
def test_a_resolver_that_was_killed_is_told_with_the_signal(
    signal: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "uv"
    program.write_text(f"#!/bin/sh\necho warning: unfinished >&2\nkill -{signal} $$\n")
    program.chmod(0o755)
    monkeypatch.setattr(resolve, "uv_program", lambda: str(program))
    resolver = resolve.Resolver(IndexSettings(), tmp_path / "uv-v1", os.environ)
    with pytest.raises(ProgramError, match=f"the resolver uv was ended by .*{told}") as caught:
        resolver.resolve(QUESTION)
    assert (caught.value.exit_status, "build from a lock" in caught.value.hint) == (4, True)


@pytest.mark.skipif(os.name != "posix", reason="a shell's program")
def test_a_damaged_cache_that_another_run_removes_meanwhile_is_made_anew(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache, program = tmp_path / "uv-v1", tmp_path / "uv"
    cache.mkdir()
    program.write_text(f"""#!/bin/sh
if rmdir {cache} 2>/dev/null; then
    echo 'error: Could not acquire lock' >&2
    echo '  cause: failed to open file `{cache}/.lock`: Is a directory (os error 21)' >&2
    exit 2
fi
printf 'lock-version = "1.0"\\ncreated-by = "uv"\\npackages = []\\n' > pylock.toml
""")
    program.chmod(0o755)
    monkeypatch.setattr(resolve, "uv_program", lambda: str(program))
    resolver = resolve.Resolver(IndexSettings(), cache, os.environ)
    assert resolver.resolve(QUESTION).pins == ()


def test_no_folder_for_temporary_files_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "nowhere"))
    resolver = resolve.Resolver(IndexSettings(), tmp_path / "uv-v1", os.environ)
    with pytest.raises(StoreError, match="temporary files can not be written: no such file"):
        resolver.resolve(QUESTION)
