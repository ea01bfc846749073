"""What --exclude-runtime leaves out, and what keeps a package in."""

from __future__ import annotations

from made_facts import some_facts
from manylayers.formats.wheel import WheelFacts
from manylayers.layer.runtime_packages import leave_out_sdk, unmet_by_runtime
from manylayers.target import find_target

TARGET = find_target("3.12", "x86_64")
UNSEEN = find_target("3.11", "x86_64")
SDK = tuple(
    some_facts(name)
    for name in ("boto3", "botocore", "s3transfer", "jmespath", "python-dateutil", "six", "urllib3")
)


def names(facts: tuple[WheelFacts, ...]) -> set[str]:
    return {one.name for one in facts}


def test_the_whole_sdk_goes_when_nobody_else_needs_a_part() -> None:
    kept, out, remarks = leave_out_sdk((*SDK, some_facts("orjson")), TARGET, frozenset({"boto3"}))
    assert names(kept) == {"orjson"}
    assert {entry.distribution for entry in out} == names(SDK)
    assert all(entry.files == len(SDK[0].members) for entry in out)
    assert all("moves without notice" in entry.reason for entry in out)
    assert remarks == ()


def test_urllib3_stays_when_requests_needs_it_and_the_remark_says_why() -> None:
    requests = some_facts("requests", requires=("urllib3<3,>=1.26", "idna"))
    kept, _, remarks = leave_out_sdk((*SDK, requests), TARGET, frozenset())
    assert names(kept) == {"requests", "urllib3"}
    assert remarks == (
        "urllib3 stays: requests needs it, and the runtime's version of it is not known",
    )


def test_a_pin_that_the_runtime_does_not_meet_is_told() -> None:
    lines = ["boto3==1.34.0", "botocore>=1.40", 's3transfer<0.1; python_version < "3.9"', "six==1"]
    assert list(unmet_by_runtime(lines, names(SDK), TARGET)) == [
        "boto3==1.34.0 was asked for; the runtime's boto3 is used instead (1.42.97 was seen there)"
    ]
    assert list(unmet_by_runtime(lines, (), TARGET)) == []


def test_a_requirement_of_another_system_keeps_nothing() -> None:
    other = some_facts("other", requires=('urllib3; sys_platform == "win32"', "six; extra == 'x'"))
    kept, _, _ = leave_out_sdk((*SDK, other), TARGET, frozenset())
    assert names(kept) == {"other"}


def test_a_requirement_made_to_be_unreadable_keeps_nothing() -> None:
    endless = "9" * 5000
    lines = (f"six; python_full_version > '{endless}'", f"six{endless}", "idna (")
    kept, _, _ = leave_out_sdk((*SDK, some_facts("odd", requires=lines)), TARGET, frozenset())
    assert names(kept) == {"odd"}
    for name, staying in {"urllib3": {"odd", "urllib3"}, "boto3": {"odd"}}.items():
        bounded = some_facts("odd", requires=(f"{name}>={endless}",))
        kept, _, _ = leave_out_sdk((*SDK, bounded), TARGET, frozenset())
        assert names(kept) == staying


def test_all_of_the_sdk_stays_when_somebody_pins_a_part_of_it() -> None:
    pinning = some_facts("aiobotocore", requires=("botocore<1.40.71,>=1.40.46",))
    kept, out, remarks = leave_out_sdk((*SDK, pinning), TARGET, frozenset())
    assert names(kept) == names(SDK) | {"aiobotocore"}
    assert (out, remarks) == ((), ("the AWS SDK stays: aiobotocore bounds its version",))


def test_a_bound_that_the_seen_version_meets_is_none() -> None:
    loose = some_facts("loose", requires=("boto3<2,>=1.20",))
    kept, out, _ = leave_out_sdk((*SDK, loose), TARGET, frozenset())
    assert names(kept) == {"loose"}
    (boto3,) = (entry for entry in out if entry.distribution == "boto3")
    assert boto3.reason.startswith("the runtime has it, also for loose")


def test_where_no_version_was_seen_only_a_lower_bound_is_trusted() -> None:
    loose = some_facts("loose", requires=("boto3>=1.20",))
    bounded = some_facts("bounded", requires=("boto3<2",))
    assert names(leave_out_sdk((*SDK, loose), UNSEEN, frozenset())[0]) == {"loose"}
    assert "boto3" in names(leave_out_sdk((*SDK, bounded), UNSEEN, frozenset())[0])


def test_a_library_somebody_asked_for_by_name_stays() -> None:
    kept, _, remarks = leave_out_sdk(SDK, TARGET, frozenset({"six"}))
    assert names(kept) == {"six"}
    assert remarks[0].startswith("six stays: you ask for it")


def test_every_bound_on_the_sdk_counts_not_only_the_last() -> None:
    twice = some_facts("twice", requires=("boto3<1.20", "boto3>=1.0"))
    kept, _, remarks = leave_out_sdk((*SDK, twice), TARGET, frozenset())
    assert "boto3" in names(kept)
    assert remarks == ("the AWS SDK stays: twice bounds its version",)


def test_the_same_library_written_another_way_is_the_same() -> None:
    user = some_facts("user", requires=("Python_DateUtil>=2", "nonsense !!"))
    assert "python-dateutil" in names(leave_out_sdk((*SDK, user), TARGET, frozenset())[0])


def test_without_any_of_it_nothing_changes() -> None:
    alone = (some_facts("orjson"),)
    assert leave_out_sdk(alone, TARGET, frozenset()) == (alone, (), ())
