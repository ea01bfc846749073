"""A build from its input to what it says, with doors that keep what was asked of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from fakes import Heard, World, a_file, world
from manylayers.errors import NetworkError, UsageError
from manylayers.errors.layers import EmptyLayerError, LayerTooLargeError, OverlapError
from manylayers.errors.places import OfflineError
from manylayers.errors.resolving import NewerGlibcError, NoWheelError
from manylayers.formats.pins import DistributionFile, Origin, Root
from manylayers.formats.pylock import Lock, LockedPackage
from manylayers.formats.wheel import WheelFacts
from manylayers.options import Asked, BuildOptions, Destination, Layout, Locked
from manylayers.report.build import BuildReport
from manylayers.stories.build import build
from manylayers.stories.progress import Silence
from manylayers.target import find_target

PY312 = find_target("3.12", "x86_64")
PURE = {"demo": ("demo-1.0-py3-none-any.whl",)}


def place(**more: tuple[str | DistributionFile, ...]) -> World:
    projects = {**PURE, **{name.replace("_", "-"): files for name, files in more.items()}}
    versions = dict.fromkeys(projects, "1.0")
    return world(projects, lambda _: versions)


def options(*targets: str, **more: object) -> BuildOptions:
    root = Root(requirement="demo", origin=Origin(source="command line"))
    fields: dict[str, object] = {
        "name": "layer",
        "targets": tuple(find_target(target, "x86_64") for target in targets or ("3.12",)),
        "source": Asked(roots=(root,)),
        "destination": Destination(path=Path("layer.zip")),
    }
    return BuildOptions(**fields | more)  # type: ignore[arg-type]


def built(there: World, *targets: str, **more: object) -> BuildReport:
    return build(options(*targets, **more), there.doors, Silence())


def test_a_build_says_what_it_did() -> None:
    report = built(place(helper=("helper-1.0-py3-none-any.whl",)))
    assert [(row.name, row.requested) for row in report.packages] == [
        ("demo", True),
        ("helper", False),
    ]
    assert report.output is not None
    assert (report.output.sha256, report.output.kind) == ("f" * 64, "zip")
    assert report.output.code_sha256 == "/" * 42 + "8="
    assert report.unzipped == sum(row.unzipped or 0 for row in report.packages)
    assert report.targets[0].glibc == "2.34"


def test_each_step_is_said_as_it_begins() -> None:
    heard = Heard()
    build(options(), place().doors, heard)
    assert heard.steps == ["resolving for python3.12 x86_64", "writing layer.zip"]


def test_the_next_command_publishes_for_the_runtime() -> None:
    command = built(place()).next_command
    assert "--compatible-runtimes python3.12 --compatible-architectures x86_64" in command


def test_what_is_too_large_goes_through_a_bucket_first() -> None:
    command = built(place()).next_command
    assert command.startswith("aws s3 cp layer.zip s3://BUCKET/ && aws lambda publish-layer")
    assert "--content S3Bucket=BUCKET,S3Key=layer.zip" in command


def test_the_next_command_can_be_pasted_whatever_the_file_is_called() -> None:
    command = built(place(), destination=Destination(path=Path("my layer.zip"))).next_command
    assert command.startswith("aws s3 cp 'my layer.zip' s3://BUCKET/ && ")
    assert "S3Key='my layer.zip'" in command


def test_what_is_in_the_store_is_not_fetched_again() -> None:
    there = place()
    built(there)
    built(there)
    assert there.fetcher.fetched == ["demo-1.0-py3-none-any.whl"]


def test_a_dry_run_fetches_and_writes_nothing() -> None:
    there = place()
    report = built(there, dry_run=True)
    assert (there.fetcher.fetched, there.archive.written) == ([], [])
    assert (report.output, report.unzipped, report.download) == (None, None, 1000)
    assert report.packages[0].wheel == "demo-1.0-py3-none-any.whl"


def test_a_dry_run_does_not_know_what_the_index_does_not_tell() -> None:
    sizeless = place(helper=(a_file("helper-1.0-py3-none-any.whl", size=None),))
    assert built(sizeless, dry_run=True).download is None


def test_a_dry_run_over_a_full_store_knows_the_size() -> None:
    there = place()
    real = built(there)
    assert built(there, dry_run=True).unzipped == real.unzipped


def test_offline_names_the_file_that_is_missing() -> None:
    with pytest.raises(
        OfflineError, match=r"demo-1\.0-py3-none-any\.whl .* --offline forbids"
    ) as caught:
        built(replace_offline(place()))
    assert caught.value.exit_status == 4


def replace_offline(there: World) -> World:
    there.offline = True
    return there


def test_a_layer_over_the_limit_is_not_written() -> None:
    there = place()
    there.archive.size = 262_144_001
    with pytest.raises(LayerTooLargeError, match="over Lambda's 262,144,000") as caught:
        built(there)
    assert there.archive.written == []
    assert caught.value.exit_status == 1


def test_what_would_make_it_fit_is_told_by_rule_and_package() -> None:
    there = place()
    there.archive.contents = {"demo": {"demo/__init__.py": b"", "demo/tests/test_all.py": b""}}
    there.archive.size = 100_000_000
    with pytest.raises(LayerTooLargeError) as caught:
        built(there)
    (told,) = caught.value.details
    assert "tests 100,000,000 (demo 100,000,000)" in told
    assert [finding.code for finding in caught.value.findings] == ["S301", "S304"]  # type: ignore[attr-defined]
    with pytest.raises(LayerTooLargeError) as caught:
        built(there, ignore=("S304",))
    assert caught.value.details == ()


def test_who_has_a_use_for_more_than_lambda_takes_may_ignore_the_limit() -> None:
    there = place()
    there.archive.size = 262_144_001
    assert "S301" not in [finding.code for finding in built(there, ignore=("S3",)).findings]
    torch = place(torch=(a_file("torch-1.0-py3-none-any.whl", size=900_000_000),))
    assert built(torch, ignore=("S301",)).output


def test_a_download_that_can_not_fit_is_never_begun() -> None:
    there = place(torch=(a_file("torch-1.0-py3-none-any.whl", size=900_000_000),))
    with pytest.raises(LayerTooLargeError, match="even before unzipping"):
        built(there)
    assert there.fetcher.fetched == []


def test_two_packages_with_one_path_are_refused() -> None:
    there = place(other=("other-1.0-py3-none-any.whl",))
    there.archive.contents = {"demo": {"shared.txt": b"1"}, "other": {"shared.txt": b"2"}}
    with pytest.raises(OverlapError, match="demo and other"):
        built(there)


def test_a_deprecated_runtime_is_told_once() -> None:
    codes = [finding.code for finding in built(place(), "3.9").findings]
    assert codes.count("R501") == 1


def test_what_the_runtime_has_is_left_out_when_asked() -> None:
    there = place(boto3=("boto3-1.0-py3-none-any.whl",), urllib3=("urllib3-1.0-py3-none-any.whl",))
    there.archive.requires = {"demo": ("urllib3",)}
    report = built(there, exclude_runtime=True)
    assert [row.name for row in report.packages] == ["demo", "urllib3"]
    assert [left.distribution for left in report.left_out] == ["boto3"]
    assert any("urllib3 stays: demo needs it" in text for text in report.warnings)


def test_of_many_files_that_one_rule_leaves_out_a_few_are_named(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    there = place()
    whole = there.archive.verify_wheel

    def with_programs(*where: Any, **told: Any) -> WheelFacts:
        return whole(*where, **told)._replace(record_complete=False)

    monkeypatch.setattr(there.archive, "verify_wheel", with_programs)
    programs = {f"demo-1.0.data/scripts/tool{number}": b"" for number in range(5)}
    there.archive.contents = {"demo": {"demo.py": b"", **programs}}
    (left,) = built(there).left_out
    assert (left.distribution, left.files, len(left.examples)) == ("demo", 5, 3)


def test_a_layer_with_the_sdk_is_told_so() -> None:
    report = built(place(boto3=("boto3-1.0-py3-none-any.whl",)))
    assert "C401" in [finding.code for finding in report.findings]


def test_nothing_left_is_no_layer() -> None:
    with pytest.raises(EmptyLayerError, match="nothing to write"):
        built(world({}, lambda _: {}))


def test_several_pythons_make_one_layer() -> None:
    there = place(
        native=(
            "native-1.0-cp312-cp312-manylinux_2_17_x86_64.whl",
            "native-1.0-cp313-cp313-manylinux_2_17_x86_64.whl",
        )
    )
    report = built(there, "3.12", "3.13")
    assert [row.runtimes for row in report.packages] == [
        ("python3.12", "python3.13"),
        ("python3.12",),
        ("python3.13",),
    ]
    (layer,) = there.archive.written
    tops = {
        entry.path.rpartition("/")[0].removesuffix("/native-1.0.dist-info")
        for entry in layer.entries
    }
    assert "python" in tops


def test_the_next_command_is_one_that_a_shell_and_lambda_take() -> None:
    there = place()
    there.archive.zip_size = 1_000
    report = built(there, name="my.shop", destination=Destination(path=Path("a b") / "l.zip"))
    place_of_zip = Path("a b", "l.zip")
    assert f"--layer-name my-shop --zip-file 'fileb://{place_of_zip}' " in report.next_command
    large = built(place(), layout=Layout.FUNCTION).next_command
    assert large.endswith("--function-name layer --s3-bucket BUCKET --s3-key layer.zip")


def test_the_function_layout_has_its_own_next_command() -> None:
    report = built(place(), layout=Layout.FUNCTION)
    _, _, command = report.next_command.partition(" && ")
    assert command.startswith("aws lambda update-function-code")
    assert command.endswith("--s3-bucket BUCKET --s3-key layer.zip")


def test_a_file_that_holds_another_package_is_refused() -> None:
    there = world({"demo": (a_file("other-1.0-py3-none-any.whl"),)}, lambda _: {"demo": "1.0"})
    with pytest.raises(Exception, match="should be demo, and holds other") as caught:
        built(there)
    assert getattr(caught.value, "exit_status", None) == 5


def test_a_failed_fetch_is_the_builds_failure() -> None:
    there = place(second=("second-1.0-py3-none-any.whl",))

    def fail(*_: object, **__: object) -> str:
        raise NetworkError("the line is dead", hint="wait")

    there.fetcher.fetch = fail  # type: ignore[method-assign]
    with pytest.raises(NetworkError, match="the line is dead"):
        built(there)
    assert there.archive.written == []


def lock_of(*filenames: str, marker: str | None = None) -> Locked:
    packages = tuple(
        LockedPackage(
            name=filename.split("-")[0],
            version=filename.split("-")[1],
            kind="wheels",
            files=(a_file(filename),),
            marker=marker,
        )
        for filename in filenames
    )
    return Locked(lock=Lock(source="pylock.toml", packages=packages))


def test_a_lock_needs_no_resolver() -> None:
    there = place()
    report = built(there, source=lock_of("demo-1.0-py3-none-any.whl"))
    assert [row.name for row in report.packages] == ["demo"]
    assert there.resolver.asked == []


def test_a_lock_without_a_wheel_for_the_target_says_what_it_has() -> None:
    with pytest.raises(
        NoWheelError, match=r"no wheel for python3.12 x86_64 of demo 1\.0"
    ) as caught:
        built(place(), source=lock_of("demo-1.0-cp311-cp311-manylinux_2_17_x86_64.whl"))
    assert "for Python 3.11" in caught.value.details[0]
    assert "manylayers lock --python 3.12" in caught.value.hint


def test_a_lock_for_a_newer_glibc_says_that() -> None:
    with pytest.raises(NewerGlibcError):
        built(place(), "3.11", source=lock_of("demo-1.0-cp311-cp311-manylinux_2_28_x86_64.whl"))


def test_an_unknown_extra_of_a_lock_is_refused() -> None:
    locked = lock_of("demo-1.0-py3-none-any.whl")._replace(extras=("nope",))
    with pytest.raises(UsageError):
        built(place(), source=locked)
