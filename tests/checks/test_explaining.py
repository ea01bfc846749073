"""Each known error is known by its own text, tells the truth, and its commands exist."""

from __future__ import annotations

import re

import click
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from known_texts import accepted
from manylayers.checks.aiming import way_out, with_glibc
from manylayers.checks.catalogue import known_codes
from manylayers.checks.clues import Clues, gathered, package_of_module, package_of_path
from manylayers.checks.explaining import Looked, filled, helpful
from manylayers.checks.finding import Finding
from manylayers.checks.recognising import Recognised, recognise
from manylayers.facts.explanations import KnownError, explanations
from manylayers.formats.log_text import plain

ERRORS = explanations().errors


def of(error: KnownError) -> str:
    return f"{ERRORS.index(error)}-{error.id}"


@pytest.mark.parametrize("error", ERRORS, ids=of)
def test_every_row_recognises_its_own_example_and_no_earlier_one_does(error: KnownError) -> None:
    found = recognise(plain(error.example))
    assert found is not None
    assert found.error is error
    assert found.clues.package or not error.package


@pytest.mark.parametrize("error", ERRORS, ids=of)
def test_an_example_is_found_in_a_long_log_by_a_sign(error: KnownError) -> None:
    assert [sign for sign in explanations().signs if sign in error.example]


@pytest.mark.parametrize("error", ERRORS, ids=of)
def test_a_row_is_whole(error: KnownError) -> None:
    assert error.steps
    assert re.fullmatch(r"[\w.-]+/[\w.-]+(?:#\d+|: [\w./-]+)", error.source)
    assert set(error.codes) <= set(known_codes())
    assert not error.cause.endswith(".")


@pytest.mark.parametrize("error", ERRORS, ids=of)
def test_every_place_is_filled_and_every_command_is_accepted(error: KnownError) -> None:
    found = recognise(plain(error.example))
    assert found is not None
    way = way_out(found, None, None)
    cause, steps = filled(found, way)
    assert "{" not in cause + "".join(step.do + step.run for step in steps)
    for step in steps:
        accepted(step.run)


def test_what_a_text_does_not_tell_has_words_that_fit() -> None:
    for error in ERRORS:
        found = Recognised(error, Clues())
        cause, steps = filled(found, way_out(found, None, None))
        told = [cause, *(text for step in steps for text in step)]
        assert not [text for text in told if re.search(r"(?<!\| )\bNone\b|[{}]", text)], error.id
        for step in steps:
            accepted(step.run)


@pytest.mark.parametrize(
    ("version", "told"),
    [
        ("2.5", "have not: none"),
        ("2.99", "have it: no runtime; have not: python3.8, "),
        (None, "with glibc that is newer, "),
    ],
)
def test_a_glibc_that_all_or_none_have_is_told_so(version: str | None, told: str) -> None:
    error = next(one for one in ERRORS if one.id == "glibc-too-old")
    found = Recognised(error, Clues(version=version))
    assert told in filled(found, way_out(found, None, None))[0]


def test_a_command_that_is_not_there_is_not_accepted() -> None:
    with pytest.raises(click.ClickException):
        accepted("manylayers build numpy --slim")


def test_the_runtimes_with_a_glibc_are_told_from_those_without() -> None:
    has, lacks = with_glibc("2.28")
    assert (has[0], lacks[-1]) == ("python3.12", "python3.11")
    assert with_glibc("2.38")[0] == ()
    assert with_glibc("2.17")[1] == ()
    assert with_glibc("2.26")[1] == ()  # Amazon Linux 2 has just that
    assert with_glibc("2.34")[0][0] == "python3.12"
    assert with_glibc(None) == ((), ())


@pytest.mark.parametrize(
    ("path", "package"),
    [
        ("/var/task/cryptography/hazmat/bindings/_rust.abi3.so", "cryptography"),
        ("/opt/python/lib/python3.12/site-packages/numpy.libs/libgfortran.so.5", "numpy"),
        ("/opt/python/PIL/_imaging.cpython-312-x86_64-linux-gnu.so", "pillow"),
        ("/var/task/rusty_rlp.cpython-37m-x86_64-linux-gnu.so", "rusty-rlp"),
        ("/usr/lib/python3/dist-packages/yaml/_yaml.so", "pyyaml"),
        ("/opt/bin/git", None),
        ("/opt/lib/libgdal.so.26", None),
        ("libpq-3d107b13.so.5.11", None),
        ("/var/task/libpq.so.5", None),
        ("/var/task/libcst.py", "libcst"),
        ("/opt/python/$(reboot)/x.so", None),
    ],
)
def test_a_file_tells_its_package(path: str, package: str | None) -> None:
    assert package_of_path(path) == package


@pytest.mark.parametrize(
    ("module", "package"),
    [
        ("cv2", "opencv-python-headless"),
        ("google.cloud.storage.blob", "google-cloud-storage"),
        ("numpy.core._multiarray_umath", "numpy"),
        ("_cffi_backend", "cffi"),
        ("aws_xray_sdk.core", "aws-xray-sdk"),
        ("__", None),
        ("imghdr", None),
        ("slack", "slackclient"),
        ("azure.identity.aio", "azure-identity"),
        ("win32api", None),
        ("0a1b2c3d4e5f6a7b8c9d__mypyc", None),
        ("json.decoder", None),
    ],
)
def test_a_module_tells_its_package(module: str, package: str | None) -> None:
    assert package_of_module(module) == package


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("No module named 'numpy' /var/lang/lib/python3.13/x.py", "--python 3.13"),
        ("No module named 'numpy' Python Version: 3.9", "--python 3.9"),
        ("No module named 'numpy' python3.7", "--python 3.12"),
        ("No module named 'numpy' arm64 python3.11", "--python 3.11 --arch arm64"),
        (
            "/var/task/x/y.cpython-310-aarch64-linux-gnu.so: invalid ELF header",
            "--python 3.10 --arch arm64",
        ),
        ("ld-linux-aarch64.so.1: cannot open shared object file", "--python 3.12 --arch x86_64"),
        ("/opt/bin/x: cannot execute binary file", "--python 3.12 --arch arm64"),
        ("GLIBC_2.28' not found (required by /var/task/x/y.abi3.so)", "--python 3.11"),
        ("GLIBC_2.38' not found (required by /var/task/x/y.abi3.so)", "--python 3.14"),
        ("GLIBC_2.17' not found", "--python 3.12"),
    ],
)
def test_commands_are_for_the_target_that_the_text_tells(text: str, target: str) -> None:
    found = recognise(text)
    assert found is not None
    _, steps = filled(found, way_out(found, None, None))
    assert any(step.run.endswith(target) for step in steps), steps


def test_a_runtime_that_has_the_glibc_is_doubted_to_be_the_texts() -> None:
    found = recognise("GLIBC_2.28' not found (required by /var/task/x/y.abi3.so)")
    assert found is not None
    assert "python3.12 has it, so" in filled(found, way_out(found, "3.12", None))[0]
    assert "has it, so" not in filled(found, way_out(found, "3.11", None))[0]
    assert "has it, so" not in filled(found, way_out(found, None, None))[0]


def test_no_row_builds_what_a_finding_s_own_command_builds() -> None:
    finding = Finding("B201", "error", "it is for macOS", "x", "manylayers build x==1 -o NEW.zip")
    looked = Looked(findings=(finding,), verdict="wrong")
    for error in ERRORS:
        left = helpful(error, looked)
        assert left
        assert not [
            step for step in left if step.run.startswith(("manylayers build ", "manylayers fix "))
        ]


def test_a_package_that_was_asked_for_keeps_its_name_and_a_module_gets_its_package() -> None:
    for text, package in (
        ("No matching distribution found for Multi_Part", "multi-part"),
        ("No matching distribution found for multipart", "multipart"),
        ("No module named 'multipart'", "python-multipart"),
        ("Unable to import module 'app': cv2: invalid ELF header", "opencv-python-headless"),
    ):
        found = recognise(text)
        assert found is not None
        assert found.clues.package == package


@pytest.mark.parametrize(
    ("text", "path", "package"),
    [
        ("import module 'app': numpy: invalid ELF header", "numpy", "numpy"),
        ("/opt/python/lxml/etree.so: undefined symbol: x", "/opt/python/lxml/etree.so", "lxml"),
        ("OSError: invalid ELF header", None, None),
        ("sh: git: cannot execute binary file", "git", None),
    ],
)
def test_what_stands_before_an_error_is_a_file_or_a_package(
    text: str, path: str | None, package: str | None
) -> None:
    found = recognise(text)
    assert found is not None
    assert (found.clues.path, found.clues.package) == (path, package)


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("ModuleNotFoundError: No module named 'requests'", "requests"),
        ("ModuleNotFoundError in app.py: ModuleNotFoundError: No module named 'cv2'", "cv2"),
        (
            "numpy C-extensions failed. No module named 'numpy._core._multiarray_umath'",
            "numpy._core._multiarray_umath",
        ),
        ("ModuleNotFoundError", None),
    ],
)
def test_the_place_that_names_a_module_tells_more_than_one_before(
    text: str, module: str | None
) -> None:
    found = recognise(text)
    assert found is not None
    assert found.clues.module == module


@pytest.mark.parametrize(
    ("text", "command", "never"),
    [
        ("RequestId: 1 Error: Runtime exited with error: signal: killed", "--memory-size", "check"),
        ("2024-05-05T12:00:00Z 1 Task timed out after 3.01 seconds", "--timeout", "report"),
        ("No module named 'imghdr'", "standard-imghdr", "setuptools"),
        ("No module named 'cgi'", "legacy-cgi", "standard-cgi"),
        ("Building wheel for psycopg2 (setup.py) did not run", "psycopg2-binary", "NAME"),
        ("PythonPipBuilder:ResolveDependencies - list index out of range", "build -r", "NAME"),
        ("[Errno 13] Permission denied: '/var/task/app.py'", "--function", "fix"),
    ],
)
def test_the_way_out_is_that_of_the_cause_and_not_of_its_kind(
    text: str, command: str, never: str
) -> None:
    found = recognise(plain(text))
    assert found is not None
    commands = " ".join(step.run for step in filled(found, way_out(found, None, None))[1])
    assert command in commands
    assert f" {never}" not in commands


@pytest.mark.parametrize(
    ("line", "package"),
    [
        ("Unable to import module 'orders': No module named 'orders.db'", None),
        ("Unable to import module 'orders': No module named 'redis.db'", "redis"),
        ("File '/var/task/app.py' File '/opt/python/lxml/html.py' OSError: odd", "lxml"),
        ("File '/opt/python/lxml/html.py' File '/opt/python/PIL/x.py' OSError: odd", "pillow"),
        ("File '/var/task/app.py' OSError: odd", None),
    ],
)
def test_a_package_is_told_by_a_module_or_the_last_file_that_ran_and_never_by_the_handler(
    line: str, package: str | None
) -> None:
    found = re.search("named '(.*)'", line)
    assert gathered(line, {"module": found[1]} if found else {}).package == package


@pytest.mark.parametrize(
    ("text", "module"),
    [
        ("cannot import name '_imaging' from 'PIL' (/opt/python/PIL/__init__.py)", "PIL._imaging"),
        ("cannot import name 'cygrpc'", "cygrpc"),
        ("name '_mysql' is not defined", None),
    ],
)
def test_a_part_of_a_module_is_told_with_it(text: str, module: str | None) -> None:
    found = recognise(text)
    assert found is not None
    assert found.clues.module == module


def test_a_timeout_after_a_quick_start_is_the_functions_own() -> None:
    report = "REPORT RequestId: 1 Duration: 3000.00 ms Init Duration: 250.10 ms"
    text = "2024-05-05T12:00:00Z 1 Task timed out after 3.00 seconds"
    for line in (f"{report} {text}", f"{text} {report}"):
        found = recognise(line)
        assert found is not None
        assert found.error.id == "init-timeout"
        assert "done after 250 ms" in filled(found, way_out(found, None, None))[0]
    slow = recognise("INIT_REPORT Init Duration: 9998.20 ms Phase: init Status: timeout")
    assert slow is not None
    assert "cold start" in slow.error.cause


def test_what_is_asked_for_wins_over_what_the_text_tells() -> None:
    found = recognise("No module named 'numpy' arm64 python3.11")
    assert found is not None
    way = way_out(found, "3.13", "x86_64")
    assert (way.python, way.architecture, way.assumed) == ("3.13", "x86_64", False)


PIECES = st.sampled_from(
    [
        "lib",
        "a.",
        "/",
        "No module named '",
        "import module '",
        ".so",
        ": ",
        "(required by ",
        "_",
        "x",
    ]
)


@settings(max_examples=12, deadline=None)
@given(st.lists(PIECES, min_size=1, max_size=4).map("".join))
def test_every_search_comes_to_an_end(unit: str) -> None:
    """A pattern that backtracks without bound would not, on twenty thousand characters."""
    recognise((unit * 20_000)[:20_000])
