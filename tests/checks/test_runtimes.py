"""What is said of a target itself, and of a layer that carries the SDK."""

from __future__ import annotations

from manylayers.checks.runtimes import lifecycle, shipped_sdk
from manylayers.target import find_target


def test_a_deprecated_runtime_says_since_when() -> None:
    (finding,) = lifecycle(find_target("3.8", "x86_64"))
    assert (finding.code, finding.severity) == ("R501", "warning")
    assert finding.message == "python3.8 is deprecated since 2024-10-14"


def test_a_preview_says_so() -> None:
    (finding,) = lifecycle(find_target("3.15", "arm64"))
    assert finding.code == "R502"


def test_a_supported_runtime_needs_no_words() -> None:
    assert list(lifecycle(find_target("3.12", "x86_64"))) == []


def test_a_layer_with_boto3_is_told_what_that_costs() -> None:
    packages = [("boto3", "1.43", 1_000), ("botocore", "1.43", 20_000), ("requests", "2", 5)]
    (finding,) = shipped_sdk(find_target("3.12", "x86_64"), packages)
    assert (finding.code, finding.severity) == ("C401", "note")
    assert "21,000 bytes" in finding.message
    assert "1.42.97 was seen there" in finding.message
    assert "--exclude-runtime" in finding.remedy


def test_a_part_of_the_sdk_without_boto3_is_told_too() -> None:
    packages = [("botocore", "1.44.8", 20_000), ("six", "1", 5)]
    (finding,) = shipped_sdk(find_target("3.12", "x86_64"), packages)
    assert "botocore 1.44.8 and what it needs are 20,005 bytes" in finding.message


def test_a_library_below_the_sdk_alone_is_not_the_sdk() -> None:
    assert list(shipped_sdk(find_target("3.12", "x86_64"), [("urllib3", "2", 5)])) == []
