"""Tables of facts: the scripts that write them, and that they agree with one another."""

from __future__ import annotations

import pytest
from write_sonames import table
from write_stdlib import joined, typeshed

from manylayers.facts.libraries import library
from manylayers.facts.systems import system_libraries
from manylayers.facts.tables import read_table

SYSTEMS = ("Amazon Linux 2", "Amazon Linux 2023")


@pytest.mark.parametrize("system", SYSTEMS)
def test_what_is_surely_there_is_there_in_the_long_table_too(system: str) -> None:
    known = system_libraries(system)
    rows = read_table("sonames.toml")["libraries"]
    assert all(rows[name][known.key].startswith("present") for name in known.libraries)


def test_a_library_that_no_table_has_is_absent_only_where_the_table_is_complete() -> None:
    assert library("libnobody.so.1", "Amazon Linux 2", "x86_64").presence == "absent"
    assert library("libnobody.so.1", "Amazon Linux 2023", "x86_64").presence == "unknown"


def test_a_library_of_one_processor_is_absent_on_the_other() -> None:
    assert library("libmvec.so.1", "Amazon Linux 2023", "x86_64").presence == "present"
    assert library("libmvec.so.1", "Amazon Linux 2023", "arm64").presence == "absent"


def test_collected_observations_become_a_line_a_library() -> None:
    row = {
        "al2": "present on x86_64 only",
        "al2_confidence": "observed",
        "al2023": "unknown",
        "al2023_confidence": "inferred",
        "arch": "x86_64",
        "amazon_linux": "AL2: old; AL2023: new-libs",
    }
    assert table({"libx.so.1": row}) == (
        '"libx.so.1" = { al2 = "present observed", al2023 = "unknown inferred", '
        'arch = "x86_64", package = "new-libs" }\n'
    )


VERSIONS = (
    "# comment\n_private: 3.0-\nabc: 3.0-\ncgi: 3.0-3.12\nos.path: 3.0-\nnew: 3.14-\nold: 3.0-3.6\n"
)


def test_spans_of_modules_are_read_and_completed() -> None:
    spans = typeshed(VERSIONS)
    assert spans == {"abc": (8, 15), "cgi": (8, 12), "new": (14, 15)}
    answers = [(8, [], ["sys"]), (10, ["abc", "gone", "this"], []), (13, ["abc", "this"], [])]
    assert joined(spans, answers) == {**spans, "gone": (8, 10), "this": (8, 15)}
