"""Two packages with one Python file that differs in nothing that runs: an old namespace package."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import warnings
from collections.abc import Mapping
from pathlib import Path

import pytest

import manylayers
from manylayers.doors.archive import read_member, verify_wheel
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.errors.layers import OverlapError
from manylayers.formats.record import read_record
from manylayers.formats.wheel import WheelMember
from manylayers.layer.contents import Copied, Written
from manylayers.layer.plan import Plan, place_wheels, plan_layer
from manylayers.options import Layout
from manylayers.target import find_target
from wheel_builder import build_wheel, digest

PY312 = find_target("3.12", "x86_64")
EXTEND = b"__path__ = __import__('pkgutil').extend_path(__path__, __name__)\n"
SPACE = "space/__init__.py"


def planned(folder: Path, *contents: Mapping[str, bytes], **more: object) -> Plan:
    """The plan for wheels named one, two, three with ``contents``; ``more`` is of the last."""
    paths = {}
    facts = []
    for name, files in zip(("one", "two", "three"), contents, strict=False):
        own = more if files is contents[-1] else {}
        path = build_wheel(folder, name, files=files, **own)  # type: ignore[arg-type]
        facts.append(verify_wheel(path, filename=path.name))
        paths[facts[-1].sha256] = path

    def read(sha256: str, member: WheelMember) -> bytes:
        return read_member(paths[sha256], member)

    placements = place_wheels({PY312: facts}, Layout.FLAT)
    return plan_layer(placements, scripts=False, left_out=(), read=read)


def both(folder: Path, one: bytes, two: bytes, path: str = SPACE) -> Plan:
    return planned(folder, {path: one}, {path: two})


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (EXTEND, b"# of two\n" + EXTEND),
        (EXTEND, EXTEND.replace(b"'", b'"').replace(b"\n", b"\r\n")),
        (b"", b"# nothing\n"),
        (b'"""One."""\n' + EXTEND, EXTEND),
        (b'"""One."""\n' + EXTEND, b'"""Two."""\n' + EXTEND),
    ],
)
def test_the_first_stays_and_the_other_is_told(tmp_path: Path, one: bytes, two: bytes) -> None:
    plan = both(tmp_path, one, two)
    (kept,) = [entry for entry in plan.layer.entries if entry.path == f"python/{SPACE}"]
    assert isinstance(kept, Copied)
    assert (kept.distribution, kept.member.sha256) == ("one", digest(one))
    (left,) = plan.left_out
    assert (left.what, left.distribution, left.rule, left.size) == (
        SPACE,
        "two",
        "same-program",
        len(two),
    )
    assert left.reason == "that of one is the same program, comments and docstring aside"


def test_the_others_record_lists_the_file_that_is_there(tmp_path: Path) -> None:
    plan = both(tmp_path, EXTEND, EXTEND + b"# of two\n")
    (record,) = [entry for entry in plan.layer.entries if isinstance(entry, Written)]
    assert record.path == "python/two-1.0.dist-info/RECORD"
    (row,) = [row for row in read_record(record.content.decode()) if row.path == SPACE]
    assert (row.hash, row.size) == (("sha256", digest(EXTEND)), len(EXTEND))


def test_a_third_package_keeps_to_the_first_too(tmp_path: Path) -> None:
    spaces = [{SPACE: EXTEND + comment} for comment in (b"", b"# of two\n", b"# of three\n")]
    plan = planned(tmp_path, *spaces)
    assert [left.distribution for left in plan.left_out] == ["two", "three"]
    records = [entry.content for entry in plan.layer.entries if isinstance(entry, Written)]
    assert [digest(EXTEND) in record.decode() for record in records] == [True, True]


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (b"x = 1\n", b"x = 2\n"),
        (b"x = 1\n", b"x = True\n"),
        (b'"""1"""\nprint(__doc__)\n', b'"""2"""\nprint(__doc__)\n'),
        (b"def f():\n '1'\n", b"def f():\n '2'\n"),
        (b"# coding: latin-1\nx = '\xc3\xa9'\n", b"# coding: utf-8\nx = '\xc3\xa9'\n"),
        (b"#!/bin/one\n", b"#!/bin/two\n"),
        (b"x = \n", b"x = \n# two\n"),
        (b"x = '\0'\n", b"x = '\0' # two\n"),
        (b"# coding: nonsense\n", b"# coding: nonsense\n\n"),
        (b"(" * 60_000, b"(" * 60_000 + b"#"),
        (b"-" * 60_000 + b"1", b"-" * 60_000 + b"1#"),
        (b"a" + b".a" * 30_000, b"a" + b".a" * 30_000 + b"#"),
        (b"0x" + b"f" * 60_000, b"0x" + b"f" * 60_000 + b"#"),
        (b"#" * 65_536, b"#" * 65_537),
    ],
)
def test_what_may_be_another_program_is_refused(tmp_path: Path, one: bytes, two: bytes) -> None:
    with pytest.raises(OverlapError, match="one and two bring the same path"):
        both(tmp_path, one, two)


def test_other_files_are_no_programs(tmp_path: Path) -> None:
    with pytest.raises(OverlapError):
        both(tmp_path, b"# 1\n", b"# 2\n", path="space/notes.txt")


def test_a_program_that_one_of_them_may_not_run_is_another(tmp_path: Path) -> None:
    with pytest.raises(OverlapError):
        planned(tmp_path, {SPACE: b""}, {SPACE: b"# 2\n"}, executable=[f"{SPACE}"])


def test_one_real_clash_refuses_them_all(tmp_path: Path) -> None:
    with pytest.raises(OverlapError) as caught:
        planned(tmp_path, {SPACE: b"", "x.py": b"1"}, {SPACE: b"# 2\n", "x.py": b"2"})
    assert caught.value.pairs == {("one", "two"): (f"python/{SPACE}", "python/x.py")}


def test_a_wheel_with_the_file_twice_is_refused(tmp_path: Path) -> None:
    with pytest.raises(OverlapError):
        planned(tmp_path, {SPACE: b""}, {SPACE: b"# 2\n"}, data={f"purelib/{SPACE}": b"# 3\n"})
    with pytest.raises(UnsafeWheelError):
        planned(tmp_path, {SPACE: b"# 2\n"}, data={f"purelib/{SPACE}": b"# 3\n"})


def test_so_many_are_not_read(tmp_path: Path) -> None:
    one = {f"space/m{number}.py": b"" for number in range(33)}
    with pytest.raises(OverlapError):
        planned(tmp_path, one, dict.fromkeys(one, b"# 2\n"))


def test_other_peoples_backslashes_are_no_news(tmp_path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert both(tmp_path, b"x = '\\d'\n", b"x = '\\d' # two\n").left_out


def test_a_plan_without_a_clash_loads_no_parser() -> None:
    code = (
        "import sys\n"
        "from test_plan import planned, some_facts\n"
        "for name in ('ast', 'manylayers.layer.same_program'): sys.modules[name] = None\n"
        "planned(some_facts('one', {'x.py': b''}), some_facts('two', {'x.py': b''}))"
    )
    here = Path(__file__).parent
    subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(map(str, (here, here.parent)))},
    )


@pytest.fixture
def index(wheels: Path) -> manylayers.IndexSettings:
    build_wheel(wheels, "one", files={SPACE: EXTEND, "space/one.py": b"value = 1\n"})
    build_wheel(
        wheels, "two", files={SPACE: b"# of two\n" + EXTEND, "space/two.py": b"value = 2\n"}
    )
    return manylayers.IndexSettings(no_index=True, find_links=(str(wheels),))


def test_the_layer_is_imported_and_gives_no_finding(
    tmp_path: Path, index: manylayers.IndexSettings
) -> None:
    layer = f"{tmp_path}/layer/"
    built = manylayers.build(
        ["one", "two"],
        python="3.12",
        layout="flat",
        output=layer,
        index=index,
        cache_folder=tmp_path / "cache",
    )
    assert [(left.distribution, left.rule) for left in built.left_out] == [("two", "same-program")]
    assert built.findings == manylayers.check(layer, python="3.12").findings == ()
    code = (
        f"import sys; sys.path.insert(0, {layer + 'python'!r});"
        "from space import one, two; print([one.value, two.value])"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, check=True, timeout=60
    )
    assert json.loads(done.stdout) == [1, 2]


def test_the_order_of_requirements_changes_no_byte(
    tmp_path: Path, index: manylayers.IndexSettings
) -> None:
    made = []
    for number, asked in enumerate((["one", "two"], ["two", "one"])):
        output = tmp_path / f"{number}.zip"
        manylayers.build(
            asked, python="3.12", output=output, index=index, cache_folder=tmp_path / "cache"
        )
        made.append(output.read_bytes())
    assert made[0] == made[1]
