"""Where files go, what stays out, and what happens when two packages want one path."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

import pytest

from made_facts import some_facts
from manylayers.doors.archive import read_member, verify_wheel
from manylayers.errors import UsageError
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.errors.layers import OverlapError
from manylayers.formats.record import read_record
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import Copied, Written
from manylayers.layer.plan import Plan, place_wheels, plan_layer
from manylayers.layer.scripts import console_scripts
from manylayers.options import Layout
from manylayers.target import find_target
from wheel_builder import build_wheel, digest

PY311 = find_target("3.11", "x86_64")
PY312 = find_target("3.12", "x86_64")
SITE = "python/lib/python3.12/site-packages"


def nothing_read(sha256: str, member: WheelMember) -> bytes:
    raise AssertionError(f"{member.path} of {sha256} should not be opened")


def planned(*facts: WheelFacts, layout: Layout = Layout.LIB, scripts: bool = False) -> Plan:
    placements = place_wheels({PY312: facts}, layout)
    return plan_layer(placements, scripts=scripts, left_out=(), read=nothing_read)


def paths(plan: Plan) -> list[str]:
    return [entry.path for entry in plan.layer.entries]


@pytest.mark.parametrize(
    ("layout", "folder"),
    [(Layout.LIB, f"{SITE}/"), (Layout.FLAT, "python/"), (Layout.FUNCTION, "")],
)
def test_each_layout_has_its_folder(layout: Layout, folder: str) -> None:
    plan = planned(some_facts(files={"demo/x.py": b""}), layout=layout)
    names = ["demo-1.0.dist-info/METADATA", "demo-1.0.dist-info/RECORD", "demo/x.py"]
    assert paths(plan) == [f"{folder}{name}" for name in names]


def test_a_right_record_is_copied_and_nothing_is_opened() -> None:
    plan = planned(some_facts())
    assert all(isinstance(entry, Copied) for entry in plan.layer.entries)


def test_purelib_platlib_and_data_go_where_pip_puts_them_for_a_target() -> None:
    files = {
        "demo-1.0.data/purelib/pure.py": b"1",
        "demo-1.0.data/platlib/plat.py": b"2",
        "demo-1.0.data/data/share/demo.txt": b"3",
        "demo-1.0.data/headers/demo.h": b"4",
    }
    plan = planned(some_facts(files=files, record_complete=False), layout=Layout.FLAT)
    for name in ("pure.py", "plat.py", "share/demo.txt", "include/demo/demo.h"):
        assert f"python/{name}" in paths(plan)


def test_programs_stay_out_and_are_told() -> None:
    facts = some_facts(files={"demo-1.0.data/scripts/run": b"#!python\n"}, record_complete=False)
    (left,) = planned(facts).left_out
    assert (left.what, left.rule, left.size) == ("demo-1.0.data/scripts/run", "scripts", 9)


def test_a_record_written_anew_lists_exactly_what_is_in_the_layer() -> None:
    files = {
        "demo/x.py": b"x",
        "demo-1.0.data/purelib/moved.py": b"y",
        "demo-1.0.data/scripts/s": b"",
    }
    plan = planned(some_facts(files=files, record_complete=False))
    (record,) = [entry for entry in plan.layer.entries if isinstance(entry, Written)]
    rows = {row.path: row for row in read_record(record.content.decode())}
    assert {f"{SITE}/{path}" for path in rows} == set(paths(plan))
    assert rows["moved.py"].hash == ("sha256", digest(b"y"))
    assert rows["moved.py"].size == 1
    assert rows["demo-1.0.dist-info/RECORD"].hash is None


def test_programs_come_along_when_asked_for(tmp_path: Path) -> None:
    path = build_wheel(
        tmp_path,
        data={"scripts/tool": b"#!python\nprint(1)\n", "scripts/native": b"\x7fELF"},
        entry_points="[console_scripts]\ndemo = demo:main.run [extra]\n",
    )
    facts = verify_wheel(path, filename=path.name)
    plan = plan_layer(
        place_wheels({PY312: (facts,)}, Layout.LIB),
        scripts=True,
        left_out=(),
        read=lambda _, member: read_member(path, member),
    )
    found = {str(entry.path): entry for entry in plan.layer.entries}
    tool, demo, native = found["bin/tool"], found["bin/demo"], found["bin/native"]
    assert isinstance(tool, Written)
    assert tool.content == b"#!/var/lang/bin/python3.12\nprint(1)\n"
    assert isinstance(demo, Written)
    assert b"from demo import main\n" in demo.content
    assert b"sys.exit(main.run())" in demo.content
    assert isinstance(native, Copied)
    assert all(entry.executable for entry in (tool, demo, native))
    record = found[f"{SITE}/demo-1.0.dist-info/RECORD"]
    assert isinstance(record, Written)
    assert b"../../../../bin/tool,sha256=" in record.content


def with_programs(tmp_path: Path, entry_points: str, **data: bytes) -> Plan:
    scripts = {f"scripts/{name}": content for name, content in data.items()}
    path = build_wheel(tmp_path, entry_points=entry_points, data=scripts)
    facts = verify_wheel(path, filename=path.name)
    return plan_layer(
        place_wheels({PY312: (facts,)}, Layout.LIB),
        scripts=True,
        left_out=(),
        read=lambda _, member: read_member(path, member),
    )


@pytest.mark.parametrize(
    "line",
    [
        "../../x = demo:main",
        "/abs = demo:main",
        "a\\b = demo:main",
        ".. = demo:main",
        "x = demo",
        "x = demo:main()",
        "x = demo:main\n  import os",
        "x = demo; import os:main",
    ],
)
def test_a_program_that_is_none_is_refused_with_its_wheel(tmp_path: Path, line: str) -> None:
    with pytest.raises(
        UnsafeWheelError, match=r"demo-1\.0-py3-none-any\.whl .* (names the|has a) program"
    ):
        with_programs(tmp_path, f"[console_scripts]\n{line}\n")


def test_entry_points_that_can_not_be_read_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeWheelError, match=r"entry_points\.txt can't be read"):
        with_programs(tmp_path, "[console_scripts\nx\n")


def test_of_a_script_and_an_entry_point_with_one_name_the_entry_point_stays(
    tmp_path: Path,
) -> None:
    plan = with_programs(tmp_path, "[console_scripts]\ndemo = demo:main\n", demo=b"#!python\n")
    (program,) = [entry for entry in plan.layer.entries if entry.path == "bin/demo"]
    assert isinstance(program, Written)
    assert b"from demo import main\n" in program.content


def test_spaces_around_a_programs_colon_do_not_matter(tmp_path: Path) -> None:
    plan = with_programs(tmp_path, "[console_scripts]\nDemo-2.x = demo.sub : main.run\n")
    (program,) = [entry for entry in plan.layer.entries if entry.path == "bin/Demo-2.x"]
    assert isinstance(program, Written)
    assert b"from demo.sub import main\n" in program.content


def test_programs_of_several_pythons_run_under_whichever_is_there(tmp_path: Path) -> None:
    wheels = {}
    for target, tag in ((PY311, "cp311-cp311"), (PY312, "cp312-cp312")):
        path = build_wheel(
            tmp_path,
            files={"demo.so": tag.encode()},
            tag=f"{tag}-manylinux_2_17_x86_64",
            data={"scripts/tool": b"#!python\n"},
            entry_points="[console_scripts]\ndemo = demo:main\n",
        )
        wheels[target] = (verify_wheel(path, filename=path.name), path)
    paths = {facts.sha256: path for facts, path in wheels.values()}
    plan = plan_layer(
        place_wheels({target: (facts,) for target, (facts, _) in wheels.items()}, Layout.LIB),
        scripts=True,
        left_out=(),
        read=lambda sha256, member: read_member(paths[sha256], member),
    )
    programs = [entry for entry in plan.layer.entries if entry.path.startswith("bin/")]
    assert [entry.path for entry in programs] == ["bin/demo", "bin/tool"]
    for entry in programs:
        assert isinstance(entry, Written)
        assert entry.content.startswith(b"#!/var/lang/bin/python3\n")


def test_two_wheels_of_one_package_with_other_programs_are_told_apart() -> None:
    with pytest.raises(OverlapError, match="two wheels of demo bring the same path"):
        planned(some_facts(files={"x.py": b"1"}), some_facts(files={"x.py": b"2"}))


def test_the_same_bytes_at_one_path_are_one_file() -> None:
    plan = planned(
        some_facts("one", {"shared/__init__.py": b""}),
        some_facts("two", {"shared/__init__.py": b""}),
    )
    assert paths(plan).count(f"{SITE}/shared/__init__.py") == 1


def test_other_bytes_at_one_path_name_both_packages_and_the_path() -> None:
    with pytest.raises(OverlapError, match="one and two bring the same path") as caught:
        planned(some_facts("one", {"shared.txt": b"1"}), some_facts("two", {"shared.txt": b"2"}))
    assert caught.value.pairs == {("one", "two"): (f"{SITE}/shared.txt",)}
    assert caught.value.exit_status == 1


def test_all_pairs_that_clash_are_told_at_once() -> None:
    with pytest.raises(OverlapError) as caught:
        planned(
            some_facts("one", {"x.txt": b"1"}),
            some_facts("two", {"x.txt": b"2", "y.txt": b"2"}),
            some_facts("three", {"y.txt": b"3"}),
        )
    assert list(caught.value.pairs) == [("one", "two"), ("two", "three")]


@pytest.mark.parametrize(
    ("file", "other"), [("x.py", "x.py"), ("x.py", "x.py/y.py"), ("x/y.py", "x")]
)
def test_a_wheel_at_odds_with_itself_is_named_with_its_file(file: str, other: str) -> None:
    files = {file: b"1", f"one-1.0.data/purelib/{other}": b"2"}
    with pytest.raises(UnsafeWheelError, match=r"one-1\.0-\S+ is refused: it brings two files to"):
        planned(some_facts("one", files, record_complete=False), some_facts("two"))


def test_a_wheel_at_odds_with_itself_is_named_where_each_python_has_its_own() -> None:
    files = {"x.py": b"1", "one-1.0.data/purelib/x.py": b"2"}
    wheels = {
        PY311: (some_facts("one", files, tag="cp311-cp311-any", record_complete=False),),
        PY312: (some_facts("one", tag="cp312-cp312-any"),),
    }
    placements = place_wheels(wheels, Layout.LIB)
    with pytest.raises(UnsafeWheelError, match=r"one-1\.0-cp311-\S+ is refused: it brings"):
        plan_layer(placements, scripts=False, left_out=(), read=nothing_read)


def test_one_packages_file_at_anothers_folder_is_an_overlap() -> None:
    with pytest.raises(OverlapError):
        planned(some_facts("one", {"shared": b"1"}), some_facts("two", {"shared/x.py": b"2"}))


def test_several_pythons_share_what_they_all_chose_and_keep_the_rest_apart() -> None:
    pure = some_facts("pure")
    native = {
        target: some_facts("native", {"native.so": target.python.encode()}, tag=tag)
        for target, tag in (
            (PY311, "cp311-cp311-manylinux_2_17_x86_64"),
            (PY312, "cp312-cp312-manylinux_2_17_x86_64"),
        )
    }
    wheels = {target: (pure, native[target]) for target in (PY311, PY312)}
    plan = plan_layer(
        place_wheels(wheels, Layout.LIB), scripts=False, left_out=(), read=nothing_read
    )
    assert "python/pure.py" in paths(plan)
    for version in ("3.11", "3.12"):
        assert f"python/lib/python{version}/site-packages/native.so" in paths(plan)
    assert sum(path.endswith("pure.py") for path in paths(plan)) == 1


def test_a_layout_with_one_folder_refuses_wheels_of_one_python_among_several() -> None:
    wheels = {PY311: (some_facts("only"),), PY312: ()}
    with pytest.raises(UsageError, match=r"is for 3\.11 alone"):
        place_wheels(wheels, Layout.FLAT)


def test_layer_paths_are_posix_strings_also_for_a_windows_host() -> None:
    for path in paths(planned(some_facts(files={"demo/sub/x.py": b""}))):
        assert "\\" not in path
        assert PureWindowsPath(path).as_posix() == path
        assert not PureWindowsPath(path).is_absolute()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[console_scripts]\n../../evil = demo:main\n", "names the program '../../evil'"),
        ("[console_scripts]\n/bin/sh = demo:main\n", "names the program '/bin/sh'"),
        ("[console_scripts]\ndemo = demo\n", "a program demo without a function: 'demo'"),
        ("[console_scripts]\ndemo = a:b; import os\n", "a program demo without a function"),
        ("demo = demo:main\n", "can't be read"),
        ("[console_scripts]\nd\xe9mo = demo:main\n", "is not UTF-8"),
    ],
)
def test_entry_points_that_are_no_programs_are_refused_with_scripts(text: str, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        console_scripts(text.encode("latin-1"))
