"""Our reading of wheels against `zipfile` and `installer`: the script that does it for a corpus."""

from __future__ import annotations

import sys
from pathlib import Path
from zipfile import ZipFile

import pytest
from compare_reading import Compared, compared, contents_differ, headers_differ, main, wheels

from manylayers.doors.archive import verify_wheel
from manylayers.doors.store import Store
from wheel_builder import build_wheel
from wheel_samples import NAME, samples


def of_samples(folder: Path) -> list[Compared]:
    found = []
    for sample in samples():
        (folder / NAME).write_bytes(sample)
        found.append(compared(folder / NAME, NAME))
    return found


def test_the_samples_are_read_as_zipfile_and_installer_read_them(tmp_path: Path) -> None:
    for one in of_samples(tmp_path):
        assert (one.refused, one.differences, one.theirs, one.members) == ("", [], [], 6)


def test_programs_data_and_large_members_are_read_alike(tmp_path: Path) -> None:
    path = build_wheel(
        tmp_path,
        files={"demo.py": b"", "tool.sh": b"#!/bin/sh\n", "large.bin": bytes(range(256)) * 9000},
        data={"scripts/run": b"#!python\n", "purelib/more.py": b"x = 1\n"},
        executable=["tool.sh"],
    )
    assert compared(path, path.name).differences == []


def test_a_record_that_leaves_a_file_out_is_told_by_both(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, record="demo-1.0.dist-info/RECORD,,\n")
    one = compared(path, path.name)
    assert one.differences == []
    assert len(one.theirs) == 3
    assert one.warnings == (
        "RECORD does not list demo.py, demo-1.0.dist-info/METADATA, demo-1.0.dist-info/WHEEL",
    )


def test_a_difference_would_be_told(tmp_path: Path) -> None:
    path = build_wheel(tmp_path, executable=["demo.py"])
    facts = verify_wheel(path, filename=path.name)
    first, *others = facts.members
    wrong = facts._replace(members=(first._replace(crc=1, executable=False), *others[1:]))
    with ZipFile(path) as archive:
        assert [line.partition(":")[0] for line in headers_differ(archive, wrong)] == [
            others[0].path,
            "demo.py",
        ]
        assert list(contents_differ(archive, wrong)) == [
            "demo.py: installer has other bytes or another mode",
            f"{others[0].path}: only installer has it",
        ]


def test_wheels_of_a_store_have_their_real_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = build_wheel(tmp_path)
    store = Store(tmp_path / "store")
    with store.partial() as partial:
        partial.write_bytes(path.read_bytes())
        stored = store.adopt(partial, verify_wheel(path, filename=path.name))
    assert list(wheels([tmp_path / "store"])) == [(stored.path, path.name)]
    monkeypatch.setattr(sys, "argv", ["compare_reading.py", str(tmp_path / "store")])
    assert main() == 0
    assert "1 wheels" in capsys.readouterr().out
