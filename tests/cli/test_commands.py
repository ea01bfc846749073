"""A stranger's first five minutes: every command, every way to get it wrong."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from command import offline, run
from manylayers.cli.wheels import asked_targets
from manylayers.target import all_runtimes, runtime_name
from wheel_builder import build_wheel


@pytest.mark.parametrize(
    ("words", "status", "text"),
    [
        ((), 0, "Usage: manylayers"),
        (("--help",), 0, "manylayers lock -r requirements.txt --python 3.12"),
        (("--version",), 0, "manylayers 0."),
        (("build", "--help"), 0, "manylayers build pandas lxml --python 3.11 --arch arm64"),
        (("lock", "--help"), 0, "--check"),
        (("wheels", "--help"), 0, "--link"),
        (("runtimes", "--help"), 0, "--json"),
        (("explain", "--help"), 0, "aws logs tail /aws/lambda/NAME | manylayers explain"),
        (("buld",), 2, "Did you mean 'build'?"),
        (("build",), 2, "manylayers build requests --python 3.12"),
        (("diff", "a.zip", "b.zip", "--format", "json"), 2, "--json writes JSON"),
        (("lock", "requests", "--format", "json"), 2, "--json writes JSON"),
        (("report", "a.zip", "--format", "json"), 2, "--json writes JSON"),
        (("build",), 2, "there is no pyproject.toml"),
        (("build", "demo"), 2, "add it, for example --python 3.12"),
        (("lock", "demo"), 2, "add it, for example --python 3.12"),
        (("build", "demo", "--python", "3.7"), 2, "deprecated since 2023-12-04"),
        (("build", "demo", "--python", "3.99"), 2, "3.12, 3.13, 3.14"),
        (("build", "demo", "--python", "3.12", "--arch", "sparc"), 2, "x86_64 or arm64"),
        (("build", "-r", "nofile.txt", "--python", "3.12"), 2, "nofile.txt can not be read"),
        (("build", "demo", "--python", "3.12", "-o", "layer.tar"), 2, "layer.tar.zip"),
        (("build", "demo", "--python", "3.12", "--layout", "odd"), 2, "lib, flat, function"),
        (("build", "demo=1", "--python", "3.12"), 2, "write `==`"),
        (("build", "demo", "--python", "3.12", "-f", "gone"), 2, "gone is no folder"),
        (("build", "./gone-1.0-py3-none-any.whl", "--python", "3.12"), 2, "is not there"),
        (("build", "demo", "--arch", "arm64", "--arch", "x86_64"), 2, "once for each"),
        (("wheels", "demo>=1"), 2, "'demo>=1' is neither NAME nor NAME==VERSION"),
        (("wheels", "demo[all]==1"), 2, "manylayers wheels numpy==2.2.6"),
        (("build", "requirements.txt", "--python", "3.12"), 2, "write -r requirements.txt"),
        (("build", "pyproject.toml", "--python", "3.12"), 2, "write --project pyproject.toml"),
        (("build", "pylock.toml", "--python", "3.12"), 2, "write --lock pylock.toml"),
        (("build", "-r", "pylock.x.toml", "--python", "3.12"), 2, "write --lock pylock.x.toml"),
        (("build", "--lock", "pylock.toml", "demo"), 2, "no requirement can stand beside it"),
        (("build", "--lock", "gone.toml", "--python", "3.12"), 2, "gone.toml can not be read"),
        (("build", "demo", "--python", "3.12", "--exclude-newer", "soon"), 2, "neither a date"),
        (("build", "--nope"), 2, "No such option"),
        (("wheels", "demo", "--link"), 2, "--link prints one link"),
        (("lock", "demo", "--python", "3.12", "--check"), 2, "is not there"),
        (("build", "git+https://host/x.git", "--python", "3.12"), 3, "is no wheel"),
        (("build", "nope", "--python", "3.12", "--no-index"), 3, "no index knows a package 'nope'"),
    ],
)
def test_every_slip_has_its_sentence_and_status(
    tmp_path: Path, words: tuple[str, ...], status: int, text: str
) -> None:
    said = run(*words, folder=tmp_path, COLUMNS="40")  # no line of uv's may be broken by it
    assert (said.status, text in said.out + said.err) == (status, True), said.out + said.err
    assert not (tmp_path / "layer.zip").exists()


@pytest.mark.parametrize(
    ("pythons", "arch", "targets"),
    [
        (("3.12", "3.13"), None, ["python3.12 x86_64", "python3.13 x86_64"]),
        (("3.12",), "arm64", ["python3.12 arm64"]),
        ((), "aarch64", [f"{runtime_name(row)} arm64" for row in all_runtimes()]),
        ((), None, []),
    ],
)
def test_wheels_are_looked_up_for_the_runtimes_and_the_processor_that_are_named(
    pythons: tuple[str, ...], arch: str | None, targets: list[str]
) -> None:
    assert [str(target) for target in asked_targets(pythons, arch, link=False)] == targets


def test_a_folder_with_a_project_among_the_requirements_is_pointed_to_its_option(
    tmp_path: Path,
) -> None:
    (tmp_path / "pyproject.toml").write_text("[project]\nname='x'\nversion='1'\n")
    said = run("build", ".", "--python", "3.12", folder=tmp_path)
    assert (said.status, "write --project ." in said.err) == (2, True), said.err


def test_a_cache_folder_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    words = ("build", "demo", "--python", "3.12", "--no-index", "--cache-dir", "file")
    said = run(*words, folder=tmp_path)
    assert said.status == 2
    assert "name another with --cache-dir" in said.err


def test_runtimes_are_listed(tmp_path: Path) -> None:
    said = run("runtimes", folder=tmp_path)
    lines = said.out.splitlines()
    assert lines[0].split() == ["runtime", "python", "system", "glibc", "architectures", "status"]
    assert any(line.startswith("python3.11") and "2.26" in line for line in lines)
    assert any("deprecated since 2024-10-14" in line for line in lines)
    assert any("preview" in line for line in lines)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_is_printed(tmp_path: Path, shell: str) -> None:
    said = run("completion", shell, folder=tmp_path)
    assert said.status == 0
    assert "_MANYLAYERS_COMPLETE" in said.out


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("manylayers build --python 3.1", ["3.10", "3.11", "3.12", "3.13", "3.14", "3.15"]),
        ("manylayers lock --arch a", ["arm64"]),
        ("manylayers build --layout f", ["flat", "function"]),
    ],
)
def test_a_shell_completes_values(tmp_path: Path, line: str, offered: list[str]) -> None:
    said = run(
        folder=tmp_path,
        COMP_WORDS=line,
        COMP_CWORD=str(len(line.split()) - 1),
        _MANYLAYERS_COMPLETE="bash_complete",
    )
    assert [row.partition(",")[2] for row in said.out.split()] == offered


@pytest.mark.parametrize("option", ["-r", "-c", "--lock", "-o", "--project", "--find-links"])
def test_a_shell_completes_files_where_an_option_takes_one(tmp_path: Path, option: str) -> None:
    said = run(
        folder=tmp_path,
        COMP_WORDS=f"manylayers build {option} requ",
        COMP_CWORD="3",
        _MANYLAYERS_COMPLETE="bash_complete",
    )
    assert said.out.strip() == "file,requ"


def test_an_error_in_json_has_its_code_and_way_out(tmp_path: Path) -> None:
    said = run("build", "demo", "--python", "3.7", "--json", folder=tmp_path)
    assert said.status == 2
    document = said.json
    assert (document["schema"], document["code"]) == ("manylayers.error/1", "usage")
    assert "supported" in document["hint"]


def test_quiet_says_nothing_but_errors(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    said = offline("build", "demo", "--python", "3.12", "-q", folder=tmp_path, wheels=wheels)
    assert (said.status, said.out, said.err) == (0, "", "")
    assert run("build", "demo", "-q", folder=tmp_path).err.startswith("error: ")


def test_verbose_says_the_steps(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    said = offline("build", "demo", "--python", "3.12", "-v", folder=tmp_path, wheels=wheels)
    assert "resolving for python3.12 x86_64" in said.err


def test_colours_come_when_forced_and_never_against_no_color(tmp_path: Path) -> None:
    assert "\x1b[1m" in run("runtimes", folder=tmp_path, FORCE_COLOR="1").out
    plain = run("runtimes", folder=tmp_path, FORCE_COLOR="1", NO_COLOR="1").out
    assert "\x1b" not in plain + run("runtimes", folder=tmp_path).out


def test_lock_in_both_formats_and_check(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    for output, kind in (("pylock.toml", "pylock"), ("linked.txt", "requirements")):
        words = ("lock", "demo", "--python", "3.12", "--format", kind, "-o", output)
        assert offline(*words, folder=tmp_path, wheels=wheels).status == 0
        before = (tmp_path / output).read_bytes()
        assert offline(*words, folder=tmp_path, wheels=wheels).status == 0
        assert (tmp_path / output).read_bytes() == before
        assert offline(*words, "--check", folder=tmp_path, wheels=wheels).status == 0
        (tmp_path / output).write_bytes(before + b"# by hand\n")
        assert offline(*words, "--check", folder=tmp_path, wheels=wheels).status == 1


def test_several_targets_have_a_lock_each(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    words = ("lock", "demo", "--python", "3.12", "--python", "3.13", "--json")
    said = offline(*words, folder=tmp_path, wheels=wheels)
    assert said.status == 0
    assert [one["path"] for one in said.json["locked"]] == [
        "pylock.python312-x86_64.toml",
        "pylock.python313-x86_64.toml",
    ]


def test_a_lock_never_overwrites_its_input(tmp_path: Path, wheels: Path) -> None:
    (tmp_path / "requirements.txt").write_text("demo\n")
    words = ("lock", "-r", "requirements.txt", "--python", "3.12", "--format", "requirements")
    said = offline(*words, folder=tmp_path, wheels=wheels)
    assert (said.status, "is one of the inputs" in said.err) == (2, True)
    assert (tmp_path / "requirements.txt").read_text() == "demo\n"


def test_a_lock_that_pip_installs_as_it_is(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, requires=["helper"])
    build_wheel(wheels, "helper")
    words = ("lock", "demo", "--python", "3.12", "--format", "requirements", "-o", "linked.txt")
    assert offline(*words, folder=tmp_path, wheels=wheels).status == 0
    command = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--require-hashes"]
    command += ["--no-index", "--target", "t", "-r", "linked.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {path.name for path in (tmp_path / "t").glob("*.py")} == {"demo.py", "helper.py"}


def test_wheels_counts_the_misfits_and_names_them_when_verbose(
    tmp_path: Path, wheels: Path
) -> None:
    tags = ("win32", "win_amd64", "win_arm64", "manylinux_2_17_x86_64")
    names = [build_wheel(wheels, tag=f"cp312-cp312-{tag}").name for tag in tags]
    words = ("wheels", "demo", "--python", "3.12")
    lines = offline(*words, folder=tmp_path, wheels=wheels).out.splitlines()
    assert lines[1].startswith(names[3])
    assert [line.strip().partition(" like ")[0] for line in lines[2:]] == [
        "fits python3.12 (x86_64)",
        "no:",
        "3 files",
    ]
    every = offline(*words, "-v", folder=tmp_path, wheels=wheels).out
    assert [name for name in names if name not in every] == []


def test_wheels_shows_who_fits_and_prints_a_link(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, tag="cp311-cp311-manylinux_2_28_x86_64")
    path = build_wheel(wheels, tag="cp312-cp312-manylinux_2_28_x86_64")
    said = offline("wheels", "demo", "--python", "3.11", folder=tmp_path, wheels=wheels)
    assert "needs glibc 2.28, python3.11 has 2.26" in said.out
    words = ("wheels", "demo", "--python", "3.12", "--link")
    assert offline(*words, folder=tmp_path, wheels=wheels).out.strip() == path.as_uri()


def test_names_that_would_steer_a_terminal_are_shown_harmless(tmp_path: Path) -> None:
    said = run("build", "\x1b[31mred", "--python", "3.12", folder=tmp_path)
    assert "\x1b" not in said.out + said.err


def test_wheels_asks_where_the_layers_of_the_project_come_from(
    tmp_path: Path, wheels: Path
) -> None:
    build_wheel(wheels, "demo")
    table = f"[tool.manylayers]\nfind-links = ['{wheels.name}']\n"
    (tmp_path / "pyproject.toml").write_text(table)
    said = run("wheels", "demo", "--no-index", folder=tmp_path)
    assert (said.status, "demo-1.0-py3-none-any.whl" in said.out) == (0, True), said.err


def test_a_warm_build_imports_nothing_heavy(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, requires_python=">=3.8,!=3.9.*,!=3.10.0,<4")
    assert offline("lock", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels).status == 0
    assert run("build", "--lock", "pylock.toml", folder=tmp_path).status == 0
    code = (
        "import sys; from manylayers.cli.program import main; "
        "status = main(['build', '--lock', 'pylock.toml', '-q']); "
        "print(status, *[name for name in ('requests', 'rich', 'pypi_simple', 'packaging', "
        "'platformdirs', 'filelock', 'email', 'asyncio', 'uv', 'csv', 'concurrent.futures', "
        "'difflib', 'manylayers.config.misplaced', 'manylayers.layer.weighing', "
        "'manylayers.formats.record', 'manylayers.formats.wheel_reading', "
        "'manylayers.formats.zip_records', 'manylayers.render.progress', "
        "'manylayers.stories.needs') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / ".cache")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split() == ["0"], done.stdout + done.stderr


@pytest.mark.skipif(os.name != "posix", reason="signals are POSIX")
def test_an_interrupt_ends_it_quietly_with_130(tmp_path: Path) -> None:
    server = subprocess.Popen(
        [sys.executable, "-c", _SILENT_SERVER], stdout=subprocess.PIPE, text=True
    )
    assert server.stdout is not None
    port = server.stdout.readline().strip()
    try:
        child = subprocess.Popen(
            [sys.executable, "-m", "manylayers", "build", "demo", "--python", "3.12",
             "--index-url", f"http://127.0.0.1:{port}/simple"],
            cwd=tmp_path,
            env={**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / ".cache")},
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        assert server.stdout.readline() == "asked\n"
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        _, told = child.communicate(timeout=20)
        assert (child.returncode, "Traceback" in told) == (130, False), told
        assert time.monotonic() - begun < 5
    finally:
        server.kill()
        server.wait()
        server.stdout.close()
    assert not (tmp_path / "layer.zip").exists()


_SILENT_SERVER = """
import socket, time
server = socket.create_server(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
kept = []
server.settimeout(30)
try:
    while True:
        kept.append(server.accept())
        print("asked", flush=True)
except TimeoutError:
    pass
"""


def test_a_document_is_the_only_thing_on_standard_output(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    said = offline("build", "demo", "--python", "3.8", "--json", folder=tmp_path, wheels=wheels)
    assert json.loads(said.out)["findings"][0]["code"] == "R501"
