"""Lambda's limits, seen from a byte below and a byte above."""

from __future__ import annotations

from made_layers import a_layer, a_scene
from manylayers.checks.size import certainly_too_large, over_the_limit, through_s3, too_large

LIMIT = 262_144_000


def test_a_layer_of_exactly_the_limit_is_right() -> None:
    assert list(too_large(LIMIT, [("demo", LIMIT)])) == []


def test_one_byte_over_the_limit_is_an_error_that_names_the_three_largest() -> None:
    packages = [("small", 1), ("large", 200_000_000), ("middle", 60_000_000), ("other", 2_144_000)]
    (finding,) = too_large(LIMIT + 1, packages)
    assert (finding.code, finding.severity) == ("S301", "error")
    assert "262,144,001 bytes unzipped, 1 over" in finding.message
    assert "large 200,000,000, middle 60,000,000, other 2,144,000" in finding.message
    assert "small" not in finding.message


def test_of_a_layer_without_metadata_the_largest_files_are_named() -> None:
    data = a_layer("python/a.bin", "python/b.py")
    large = data.files[0]._replace(size=LIMIT)
    (finding,) = over_the_limit(a_scene(data._replace(files=(large, data.files[1]))))
    assert "largest: python/a.bin 262,144,000, python/b.py 6" in finding.message


def test_packed_bytes_within_the_limit_prove_nothing() -> None:
    assert list(certainly_too_large([("demo", LIMIT)])) == []


def test_packed_bytes_far_over_the_limit_end_it_before_any_download() -> None:
    (finding,) = certainly_too_large([("torch", 539_000_000), ("nvidia-cudnn-cu12", 519_000_000)])
    assert finding.code == "S301"
    assert "1,058,000,000 bytes even before unzipping" in finding.message
    assert "1 of the 2 packages is for GPUs" in finding.message
    assert "CPU build" in finding.remedy


def test_all_that_comes_for_gpus_is_counted_unzipped_too() -> None:
    names = ("nvidia-cudnn-cu12", "cuda-toolkit", "triton", "torch")
    (finding,) = too_large(LIMIT + 1, [(name, 1) for name in names])
    assert "3 of the 4 packages are for GPUs, which Lambda lacks" in finding.message
    assert "CPU build" in finding.remedy


def test_files_whose_size_nobody_told_do_not_count() -> None:
    assert list(certainly_too_large([("demo", None), ("other", 1)])) == []


def test_a_zip_over_50_mib_has_to_go_through_s3() -> None:
    assert list(through_s3(52_428_800)) == []
    (finding,) = through_s3(52_428_801)
    assert (finding.code, finding.severity) == ("S302", "note")
