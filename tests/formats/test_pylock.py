"""Locks read and written: PEP 751, ours and others'."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.pylock import Pylock

from manylayers.errors import LockError, LockForOthersError, NeedsArchiveError, PythonMismatchError
from manylayers.formats.pins import DistributionFile, Pin
from manylayers.formats.pylock import Lock, read_pylock, select_pins, target_marker
from manylayers.formats.pylock_writing import (
    LockedFor,
    LockedWheel,
    is_ours,
    linked_pins,
    write_linked_requirements,
    write_pylock,
)
from manylayers.target import find_target

HERE = Path("/project").absolute()
TARGET = find_target("3.12", "x86_64")
FOR = LockedFor(
    runtime="python3.12",
    architecture="x86_64",
    python="3.12",
    marker=target_marker("3.12", "x86_64"),
)
SHA = "a" * 64


def a_wheel(name: str = "demo", version: str = "1.0", url: str = "") -> LockedWheel:
    filename = f"{name}-{version}-py3-none-any.whl"
    return LockedWheel(
        name=name,
        version=version,
        file=DistributionFile(
            filename=filename,
            url=url or f"https://host/{filename}",
            hashes={"sha256": SHA},
            size=123,
            upload_time=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
        ),
    )


def selected(
    lock: Lock, target: str = "3.12", arch: str = "x86_64", **more: tuple[str, ...]
) -> tuple[Pin, ...]:
    wanted = find_target(target, arch)
    return select_pins(
        lock,
        marker_environment=wanted.marker_environment,
        python_full_version=wanted.python_full,
        **more,
    )


def foreign(packages: str, head: str = "") -> Lock:
    text = f'lock-version = "1.0"\ncreated-by = "somebody"\n{head}\n{packages}'
    return read_pylock(text.encode(), "pylock.toml", HERE)


def wheels_of(name: str) -> str:
    """The wheels of a package as a lock of somebody's has them."""
    url = f"https://host/{name}-1-py3-none-any.whl"
    return f'wheels = [{{url = "{url}", hashes = {{sha256 = "{SHA}"}}}}]'


def test_what_is_written_is_valid_and_read_back_the_same() -> None:
    data = write_pylock([a_wheel("zeta"), a_wheel("alpha")], FOR, HERE)
    Pylock.from_dict(tomllib.loads(data.decode()))
    lock = read_pylock(data, "pylock.toml", HERE)
    assert lock.target == ("python3.12", "x86_64")
    pins = selected(lock)
    assert [(pin.name, pin.version) for pin in pins] == [("alpha", "1.0"), ("zeta", "1.0")]
    assert pins[0].files[0].sha256 == SHA
    assert pins[0].files[0].size == 123


def test_our_own_locks_are_read_as_packaging_reads_them() -> None:
    data = write_pylock([a_wheel("zeta"), a_wheel("alpha")], FOR, HERE)
    theirs = Pylock.from_dict(tomllib.loads(data.decode()))
    ours = read_pylock(data, "pylock.toml", HERE)
    assert [(p.name, p.version, p.files[0].filename) for p in ours.packages] == [
        (str(p.name), str(p.version), (p.wheels or [])[0].filename) for p in theirs.packages
    ]


def test_a_local_wheel_is_named_by_its_way_from_the_lock(tmp_path: Path) -> None:
    place = tmp_path / "wheels" / "demo-1.0-py3-none-any.whl"
    folder = tmp_path / "locks" / "deep"
    data = write_pylock([a_wheel(url=place.as_uri())], FOR, folder)
    assert b'path = "../../wheels/demo-1.0-py3-none-any.whl"' in data
    (pin,) = selected(read_pylock(data, "pylock.toml", folder))
    assert Path(pin.files[0].url.removeprefix("file://")).resolve() == place.resolve()


def test_no_credential_is_written() -> None:
    wheel = a_wheel(url="https://me:secret@host/demo-1.0-py3-none-any.whl#x")
    for data in (write_pylock([wheel], FOR, HERE), write_linked_requirements([wheel], FOR)):
        assert b"secret" not in data
        assert b"https://host/demo-1.0-py3-none-any.whl" in data


def test_linked_requirements_are_sorted_lines_that_tell_their_pins_again() -> None:
    data = write_linked_requirements([a_wheel("zeta"), a_wheel("alpha")], FOR)
    first, *lines = data.decode().splitlines()
    assert first == "# Locked by manylayers for python3.12 x86_64."
    assert lines[0] == f"alpha @ https://host/alpha-1.0-py3-none-any.whl --hash=sha256:{SHA}"
    assert linked_pins(data) == (("alpha", "1.0"), ("zeta", "1.0"))


def test_our_files_are_known_again_and_others_are_not() -> None:
    assert is_ours(write_pylock([], FOR, HERE))
    assert is_ours(write_linked_requirements([], FOR))
    assert not is_ours(b"requests\n")


@given(st.text(max_size=40))
def test_any_text_survives_the_writing(text: str) -> None:
    wheel = LockedWheel(
        name="demo",
        version="1.0",
        file=DistributionFile(
            filename=f"{text}.whl", url="https://host/x.whl", hashes={"sha256": SHA}
        ),
    )
    data = write_pylock([wheel], FOR, HERE)
    table = tomllib.loads(data.decode("utf-8", "surrogatepass"))["packages"][0]["wheels"][0]
    assert table["name"] == f"{text}.whl"


def test_markers_of_packages_are_the_targets() -> None:
    text = "".join(
        f'[[packages]]\nname = "{name}"\nversion = "1"\nmarker = "{marker}"\n{wheels_of(name)}\n'
        for name, marker in (
            ("arm", "platform_machine == 'aarch64'"),
            ("intel", "platform_machine == 'x86_64'"),
            ("windows", "sys_platform == 'win32'"),
        )
    )
    assert [pin.name for pin in selected(foreign(text))] == ["intel"]
    assert [pin.name for pin in selected(foreign(text), arch="arm64")] == ["arm"]


def test_extras_and_groups_are_taken_when_asked_for() -> None:
    text = "".join(
        f'[[packages]]\nname = "{name}"\nversion = "1"\nmarker = "{marker}"\n{wheels_of(name)}\n'
        for name, marker in (("excel", "'excel' in extras"), ("dev", "'dev' in dependency_groups"))
    )
    head = 'extras = ["excel"]\ndependency-groups = ["dev"]'
    assert selected(foreign(text, head)) == ()
    assert [pin.name for pin in selected(foreign(text, head), extras=("excel",))] == ["excel"]
    assert [pin.name for pin in selected(foreign(text, head), groups=("dev",))] == ["dev"]
    with pytest.raises(LockError, match="no extra 'word'") as caught:
        selected(foreign(text, head), extras=("word",))
    assert "excel" in caught.value.hint


def test_a_lock_for_other_pythons_says_so() -> None:
    with pytest.raises(PythonMismatchError, match=r">=3\.13"):
        selected(foreign("packages = []", 'requires-python = ">=3.13"'))


def test_our_lock_for_another_python_or_machine_says_so() -> None:
    lock = read_pylock(write_pylock([a_wheel()], FOR, HERE), "pylock.toml", HERE)
    with pytest.raises(PythonMismatchError):
        selected(lock, "3.13")
    with pytest.raises(LockForOthersError, match="is for other systems") as caught:
        selected(lock, arch="arm64")
    assert caught.value.exit_status == 3


def test_a_name_twice_for_one_target_is_refused() -> None:
    entry = f'[[packages]]\nname = "demo"\nversion = "1"\n{wheels_of("demo")}\n'
    with pytest.raises(LockError, match="has demo twice"):
        selected(foreign(entry + entry))


@pytest.mark.parametrize(
    "source",
    [
        '[packages.vcs]\ntype = "git"\nurl = "https://host/x.git"\ncommit-id = "abc"',
        '[packages.directory]\npath = "."',
        f'[packages.archive]\nurl = "https://host/x.tar.gz"\nhashes = {{sha256 = "{SHA}"}}',
    ],
)
def test_what_is_no_file_is_named(source: str) -> None:
    with pytest.raises(NeedsArchiveError, match="demo has no wheel there") as caught:
        selected(foreign(f'[[packages]]\nname = "demo"\n{source}\n'))
    assert caught.value.exit_status == 3


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not toml [", "is not a lock"),
        (b"\xff\xfe", "is not a lock"),
        (b"x = 1", "lock-version"),
        (b'lock-version = "2.0"\ncreated-by = "x"\npackages = []', "2.0"),
        (b'lock-version = "1.0"\ncreated-by = "manylayers"\npackages = 1', "packages"),
        (b'lock-version = "1.0"\ncreated-by = "manylayers"\n[[packages]]\nname = 1', "name"),
    ],
)
def test_what_is_no_lock_is_told_with_its_place(data: bytes, words: str) -> None:
    with pytest.raises(LockError, match=words) as caught:
        read_pylock(data, "pylock.toml", HERE)
    assert "pylock.toml" in caught.value.message
    assert caught.value.exit_status == 5
