"""Ways out of the program that nobody takes on purpose: a bug, and a command line that is none."""

from __future__ import annotations

import json

import pytest

from manylayers.cli.program import BUG, _run


@pytest.mark.parametrize(
    ("words", "traced"), [((), False), (("-v", "--json"), False), (("-vv",), True)]
)
def test_a_bug_is_told_as_one_with_its_own_status_and_without_a_secret(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: tuple[str, ...],
    *,
    traced: bool,
) -> None:
    def broken() -> None:
        raise ValueError("odd: http://bob:s3cret@host/x")

    monkeypatch.setattr("manylayers.api.looking_up.list_runtimes", broken)
    assert _run(["runtimes", *words]) == BUG == 70
    out, err = capsys.readouterr()
    bug, hint, *trace = err.splitlines()
    assert bug.startswith("error: this is a bug in manylayers: ValueError: odd: http://")
    assert "-vv and report what it prints" in hint
    assert ("Traceback" in "".join(trace), out) == (traced, "")
    assert bool(trace) == traced
    assert "s3cret" not in err


@pytest.mark.parametrize(
    ("words", "command"),
    [
        (("build", "--nope"), "manylayers build"),
        (("cache", "prune", "--nope"), "manylayers cache prune"),
        (("--nope",), "manylayers"),
        (("buld",), "manylayers"),
    ],
)
def test_a_misused_command_names_its_own_help(
    capsys: pytest.CaptureFixture[str], words: tuple[str, ...], command: str
) -> None:
    assert _run([*words, "--json"]) == 2
    assert json.loads(capsys.readouterr().out)["hint"] == f"look at `{command} --help`"
