"""``manylayers explain`` as people call it: quoted, piped, by mistake."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

import manylayers
from command import run
from elf_builder import build_elf
from manylayers.cli.main import root
from manylayers.render.schema import document_schema
from manylayers.report.explain import ExplainReport

GLIBC = (
    "[ERROR] Runtime.ImportModuleError: Unable to import module 'main': /lib64/libc.so.6: version "
    "`GLIBC_2.28' not found (required by /var/task/cryptography/hazmat/bindings/_rust.abi3.so)\n"
    "Traceback (most recent call last):"
)
OWN = "[ERROR] KeyError: 'user_id'\nTraceback:\n  File \"/var/task/app.py\", line 9, in handler"


def piped(*words: str, text: bytes, folder: Path) -> subprocess.CompletedProcess[bytes]:
    done = subprocess.run(
        [sys.executable, "-m", "manylayers", "explain", *words],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        input=text,
        capture_output=True,
        check=False,
        timeout=60,
    )
    assert b"Traceback" not in done.stderr
    return done


def test_a_quoted_line_is_explained_with_commands_to_copy(tmp_path: Path) -> None:
    said = run("explain", GLIBC, folder=tmp_path)
    assert said.status == 0
    for told in (
        "glibc-too-old: cryptography/hazmat/bindings/_rust.abi3.so",
        "glibc 2.28",
        "have it: python3.12, python3.13",
        "have not: python3.8, python3.9, python3.10, python3.11",
        "    manylayers build cryptography --python 3.11\n",
        "B203",
        "paramiko/paramiko#2108",
    ):
        assert told in said.out


@pytest.mark.parametrize("words", [("-",), ()])
def test_a_piped_log_is_explained_alike(tmp_path: Path, words: tuple[str, ...]) -> None:
    quoted = run("explain", GLIBC, folder=tmp_path).out
    log = json.dumps({"timestamp": 1, "message": GLIBC}).encode()
    assert piped(*words, text=log, folder=tmp_path).stdout.decode() == quoted


def test_the_document_has_what_was_captured(tmp_path: Path) -> None:
    document = run("explain", "--json", GLIBC, folder=tmp_path).json
    Draft202012Validator(document_schema(ExplainReport)).validate(document)
    assert (document["id"], document["codes"]) == ("glibc-too-old", ["B203"])
    assert document["captured"]["package"] == "cryptography"
    assert document["captured"]["version"] == "2.28"
    assert document["captured"]["path"].endswith("/_rust.abi3.so")
    assert (document["has_it"][0], document["lacks_it"][-1]) == ("python3.12", "python3.11")
    assert document["assumed"] == "--python 3.11"


def test_an_unknown_text_is_called_unknown(tmp_path: Path) -> None:
    said = run("explain", OWN, folder=tmp_path)
    assert said.status == 0
    assert "unknown: this text is not known; KeyError in app.py, line 9" in said.out
    assert "the function's own code" in said.out
    assert "manylayers check layer.zip" in said.out
    assert "this text is not known" in run("explain", "x" * 5000, folder=tmp_path).out
    told = run("explain", "hello", "--json", folder=tmp_path).json
    assert (told["id"], told["cause"], told["source"]) == (
        "unknown",
        "this text is not known",
        None,
    )


@pytest.mark.parametrize("text", ["", "  \n", "\x1b[0m", '""'])
def test_an_empty_text_is_a_mistake(tmp_path: Path, text: str) -> None:
    said = run("explain", text, folder=tmp_path)
    assert (said.status, "there is no text to explain" in said.err) == (2, True)
    assert piped(text=text.encode(), folder=tmp_path).returncode == 2


def test_the_text_that_is_given_as_an_example_is_explained(tmp_path: Path) -> None:
    hint = run("explain", "", folder=tmp_path).err.partition("manylayers ")[2]
    assert run(*shlex.split(hint), "--json", folder=tmp_path).json["id"] == "module-missing"


def test_options_name_the_function_s_target(tmp_path: Path) -> None:
    words = ("--python", "3.13", "--arch", "aarch64", "No module named 'cv2'")
    said = run("explain", *words, folder=tmp_path)
    assert "manylayers build opencv-python-headless --python 3.13 --arch arm64\n" in said.out
    assert "does not tell" not in said.out
    assert run("explain", "--python", "3.99", "x", folder=tmp_path).status == 2


def test_words_without_quotes_and_lines_that_begin_with_a_dash_are_text(tmp_path: Path) -> None:
    said = run("explain", "No", "module", "named", "numpy", folder=tmp_path)
    assert said.out.startswith("module-missing: numpy ")
    said = run("explain", "- ERROR No module named 'numpy'", "--json", folder=tmp_path)
    assert said.json["id"] == "module-missing"
    assert run("explain", "--jsn", "x", folder=tmp_path).status == 2


def test_a_file_for_a_text_is_told(tmp_path: Path) -> None:
    (tmp_path / "error.log").write_text(GLIBC)
    said = run("explain", "error.log", folder=tmp_path)
    assert (said.status, "manylayers explain - < error.log" in said.err) == (2, True)


@pytest.mark.parametrize("words", [("-",), ()])
def test_an_input_that_is_closed_has_no_text(tmp_path: Path, words: tuple[str, ...]) -> None:
    command = [sys.executable, "-m", "manylayers", "explain", *words]
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&-', "sh", *command],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, "there is no text to explain" in done.stderr) == (2, True)


@pytest.mark.parametrize("text", [b"\0\xff\xfe\xfa" * 9, b"\xff\xfe" + "x".encode("utf-16-le")])
def test_bytes_of_any_kind_are_no_bug(tmp_path: Path, text: bytes) -> None:
    done = piped("--json", text=text, folder=tmp_path)
    assert json.loads(done.stdout)["id"] == "unknown"


def test_an_error_deep_in_ten_megabytes_is_found(tmp_path: Path) -> None:
    noise = b"2024-05-05T12:00:00Z INFO all is well\n" * 130_000
    done = piped("--json", text=noise + GLIBC.encode() + b"\n" + noise, folder=tmp_path)
    assert json.loads(done.stdout)["captured"]["package"] == "cryptography"


def test_a_command_never_carries_what_a_log_smuggled_in() -> None:
    text = "version `GLIBC_2.28' not found (required by /var/task/a;reboot/x.so)"
    report = manylayers.explain(text)
    assert report.captured.package is None
    commands = [remedy.command for remedy in report.remedies if remedy.command]
    assert not any("reboot" in command for command in commands)


def test_the_library_takes_text_and_bytes() -> None:
    assert manylayers.explain(GLIBC) == manylayers.explain(GLIBC.encode())
    report: manylayers.ExplainReport = manylayers.explain("No module named 'x'", python="cp313")
    assert report.remedies[0].command == "manylayers check layer.zip --python 3.13"
    with pytest.raises(manylayers.ManylayersError, match="no text"):
        manylayers.explain(b"\0")


def test_a_layer_is_looked_into_for_what_the_text_names(tmp_path: Path) -> None:
    name = "pydantic_core/_pydantic_core.cpython-311-x86_64-linux-gnu.so"
    with zipfile.ZipFile(tmp_path / "my layer.zip", "w") as archive:
        archive.writestr(f"python/{name}", build_elf())
    text = "No module named 'pydantic_core._pydantic_core'"
    words = ("explain", text, "--layer", "my layer.zip")
    said = run(*words, "--python", "3.12", folder=tmp_path)
    assert (said.status, said.err) == (0, "")
    assert f"{name} is for Python 3.11; your function runs 3.12\n" in said.out
    assert "manylayers check 'my layer.zip' --python 3.12\n" in said.out
    document = run(*words, "--json", folder=tmp_path).json
    Draft202012Validator(document_schema(ExplainReport)).validate(document)
    assert "does your function run python3.11 on x86_64?" in document["seen"][0]


def test_a_layer_is_checked_for_the_cause_and_for_an_unknown_text_whole(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        archive.writestr("httplib2/__init__.py", b"")  # in the root, and with mode 0600

    def codes(text: str) -> list[str]:
        said = run("explain", text, "--layer", "layer.zip", "--json", folder=tmp_path)
        return [finding["code"] for finding in said.json["findings"]]

    assert codes("No module named 'httplib2'") == ["L102"]
    assert codes("unheard of") == ["L102", "L105"]
    assert codes("[Errno 38] Function not implemented") == []


def test_a_finding_in_a_layer_is_told_with_its_command_and_no_layer_is_written_over(
    tmp_path: Path,
) -> None:
    with zipfile.ZipFile(tmp_path / "layer.zip", "w") as archive:
        archive.writestr("httplib2/__init__.py", "")
    words = ("explain", "No module named 'httplib2'", "--layer", "layer.zip")
    said = run(*words, folder=tmp_path)
    assert "error L102: packages lie in the root" in said.out
    assert "  move them to python/: manylayers fix layer.zip -o NEW.zip\n" in said.out
    assert (
        "module-missing: httplib2 lies in a folder that the runtime does not search\n" in said.out
    )
    assert "manylayers build" not in said.out


def test_what_is_no_layer_is_told(tmp_path: Path) -> None:
    (tmp_path / "layer.zip").write_text("no zip")
    assert run("explain", "x", "--layer", "layer.zip", folder=tmp_path).status == 5
    assert run("explain", "x", "--layer", "gone.zip", folder=tmp_path).status == 2


@pytest.mark.parametrize("words", [(), ("--json",)])
def test_a_log_of_which_the_rest_was_not_read_says_so(
    monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setattr("manylayers.cli.explain.LONGEST", 1000)
    whole, more = (b"%s\n" % GLIBC.encode()).ljust(1000, b"."), b"!"
    said = CliRunner().invoke(root, ["explain", *words], input=whole)
    assert (said.exit_code, "were read" in said.output) == (0, False)
    said = CliRunner().invoke(root, ["explain", *words], input=whole + more)
    assert (said.exit_code, "glibc-too-old" in said.stdout) == (0, True)
    told = said.stdout if words else said.stderr
    assert "only the first 16 MB of the log were read" in told
