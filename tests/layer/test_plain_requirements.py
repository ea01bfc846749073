"""The plain way to read requirements never says of one that it is met when it is not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from manylayers.layer.plain_requirements import plainly_met
from manylayers.layer.requirements import needs
from manylayers.target import find_target

TARGET = find_target("3.12", "x86_64")
THERE = {"helper": "2.0", "pre": "2.0rc1", "post": "2.0.post1", "local": "2.0+cpu", "cal": "2026.1"}


@pytest.mark.parametrize(
    "line",
    [
        "helper",
        "Helper[fast] >=1.5,<3",
        "helper!=1.9",
        "helper==2.0.0",
        "post>=1.9",
        "cal>=2017.4.17",
        'tzdata; sys_platform == "win32" or sys_platform == "emscripten"',
        "tomli>=1; python_version < '3.11'",
        "colorama; platform_system == 'Windows' and python_version >= '3.8'",
        "pytest; extra == 'dev'",
        "brotli>=1.2; (platform_python_implementation == 'CPython') and extra == 'brotli'",
    ],
)
def test_what_most_wheels_say_is_plain(line: str) -> None:
    assert plainly_met([line], THERE, TARGET)


@pytest.mark.parametrize(
    "line",
    [
        "gone",
        "gone; python_version >= '3.8'",
        "gone; extra == ''",
        "gone; extra == 'fast' or os_name == 'posix'",
        "helper<2",
        "helper>2",
        "helper==1.0",
        "pre>=2.0",
        "local==2.0",
        "helper~=2.0",
        "helper==2.*",
        "helper @ file:///x.whl",
        "helper>=" + "9" * 5000,
        "not one !",
        "gone; python_version > '3.9' or sys_platform == 'win32'",
        "gone; (os_name == 'posix') and python_version >= '3.8'",
        "gone; (sys_platform == 'win32' and os_name == 'nt') or os_name == 'posix'",
    ],
)
def test_what_is_unmet_or_not_plain_is_left_to_the_parser(line: str) -> None:
    assert not plainly_met([line], THERE, TARGET)


names = st.sampled_from([*THERE, "gone"])
numbers = st.sampled_from(["1", "2", "2.0", "2.0.1", "3", "2026", "2.0rc1", "2.0.post1", "2.*"])
bounds = st.lists(
    st.builds(
        "{}{}".format, st.sampled_from(["==", ">=", "<=", "<", ">", "!=", "~=", "==="]), numbers
    ),
    max_size=2,
).map(",".join)
clauses = st.builds(
    "{} {} '{}'".format,
    st.sampled_from(["python_version", "python_full_version", "sys_platform", "extra", "os_name"]),
    st.sampled_from(["==", "!=", "<", ">=", "in"]),
    st.sampled_from(["3.8", "3.12", "3.12.0", "3.13", "linux", "win32", "posix", "fast", ""]),
)
markers = st.lists(
    clauses
    | st.sampled_from(["and", "or"]).flatmap(
        lambda word: st.tuples(clauses, clauses).map(f" {word} ".join)
    ),
    max_size=1,
)
lines = st.builds(
    lambda name, bound, marker: f"{name}{bound}" + (f"; {marker[0]}" if marker else ""),
    names,
    bounds,
    markers,
)


@given(lines)
def test_the_plain_way_agrees_with_the_specification(line: str) -> None:
    if plainly_met([line], THERE, TARGET):
        for need in needs([line], TARGET):
            assert need.name in THERE
            assert need.met_by(THERE[need.name])
