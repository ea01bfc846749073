"""Locks read and written: PEP 751, ours and others'."""

from __future__ import annotations

import tomllib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.pylock import Pylock

from manylayers.errors import UsageError
from manylayers.errors.inputs import LockError
from manylayers.errors.resolving import LockForOthersError, NeedsArchiveError, PythonMismatchError
from manylayers.formats.pins import DistributionFile, Pin
from manylayers.formats.pylock import Lock, read_pylock, select_pins
from manylayers.formats.pylock_ours import as_written_here, target_marker
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
    assert [pin.name for pin in selected(foreign(text, head), extras=("Excel",))] == ["excel"]
    with pytest.raises(UsageError, match="no extra 'word'") as caught:
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


EDITS = [
    ('lock-version = "1.0"', "lock-version = 1.0"),
    (f'sha256 = "{SHA}"', ""),
    (f'sha256 = "{SHA}"', "sha256 = 3"),
    ("environments = [", "environments = [3, "),
    ('requires-python = "==3.12.*"', "requires-python = 3"),
    ('requires-python = "==3.12.*"', 'requires-python = "three"'),
    ('version = "1.0"\nwheels', 'version = "abc"\nwheels'),
    ('version = "1.0"\nwheels', 'version = "1.0"\nmarker = "x y"\nwheels'),
    ('version = "1.0"\nwheels', 'version = "1.0"\nrequires-python = 3\nwheels'),
    ("size = 123", "size = '123'"),
    ("https://host/", "https://[host/"),
    ('runtime = "python3.12"', "runtime = 3"),
    ('architecture = "x86_64"', ""),
    ('name = "demo"\n', 'name = "../demo"\n'),
    ('version = "1.0"\nwheels', 'version = "2.0"\nwheels'),
    ('name = "demo-1.0', 'name = "../demo-1.0'),
    ('name = "demo-1.0', 'name = "other-1.0'),
]


@pytest.mark.parametrize(("old", "new"), EDITS)
def test_a_lock_of_ours_is_believed_only_as_it_was_written(old: str, new: str) -> None:
    text = write_pylock([a_wheel()], FOR, HERE).decode()
    assert old in text
    with pytest.raises(LockError, match="is not a lock as PEP 751 has it"):
        read_pylock(text.replace(old, new).encode(), "pylock.toml", HERE)


def test_what_we_write_is_known_as_ours_and_an_edit_is_not() -> None:
    data = write_pylock([a_wheel(), a_wheel("zeta")], FOR, HERE).decode()
    assert as_written_here(tomllib.loads(data))
    edited = data.replace('version = "1.0"', 'version = "1.0"\nmarker = "python_version > \'3\'"')
    assert not as_written_here(tomllib.loads(edited))


@pytest.mark.parametrize("name", ["De_Mo", "de.mo"])
@pytest.mark.parametrize("version", ["1.0", "1!2.0+cu.118"])
def test_a_file_may_spell_its_name_as_it_likes(name: str, version: str) -> None:
    wheel = a_wheel(name, version)._replace(name="de-mo")
    assert as_written_here(tomllib.loads(write_pylock([wheel], FOR, HERE).decode()))


@pytest.mark.parametrize(
    "entry",
    [
        f"marker = \"python_full_version > '{'9' * 5000}'\"",
        f"requires-python = '>={'9' * 5000}'",
        f"version = '{'9' * 5000}'",
    ],
)
def test_a_number_that_python_does_not_read_is_refused_where_it_stands(entry: str) -> None:
    with pytest.raises(LockError, match="a number of more than 4,300 digits"):
        foreign(f'[[packages]]\nname = "demo"\n{entry}\n{wheels_of("demo")}')


@pytest.mark.parametrize("hashes", ["{foo = 'aa'}", "{md5 = 'aa'}"])
def test_a_hash_that_can_not_be_trusted_is_none(hashes: str) -> None:
    url = "https://host/demo-1-py3-none-any.whl"
    text = f'[[packages]]\nname = "demo"\nwheels = [{{url = "{url}", hashes = {hashes}}}]'
    with pytest.raises(LockError, match=r"no hash for demo-1-py3-none-any\.whl"):
        selected(foreign(text))


def test_no_credential_of_a_lock_is_repeated() -> None:
    text = (
        '[[packages]]\nname = "demo"\n'
        '[packages.vcs]\ntype = "git"\nurl = "https://me:secret@host/x.git"\ncommit-id = "a"'
    )
    with pytest.raises(NeedsArchiveError) as caught:
        selected(foreign(text))
    assert caught.value.details == ("demo: vcs https://****@host/x.git",)
    entry = f'[[packages]]\nname = "demo"\nindex = "https://me:secret@host/s"\n{wheels_of("demo")}'
    assert selected(foreign(entry))[0].index_url == "https://host/s"


def test_a_path_of_windows_is_read_on_any_host() -> None:
    name = "demo-1-py3-none-any.whl"
    text = f"wheels = [{{path = 'wheels\\{name}', hashes = {{sha256 = '{SHA}'}}}}]"
    (pin,) = selected(foreign(f'[[packages]]\nname = "demo"\n{text}'))
    assert pin.files[0].filename == name


def test_any_text_may_stand_in_a_file_of_links() -> None:
    data = b"demo @ https://[x/demo-1-y.whl --hash=x\nbad @ whatever.whl\nx @ a/--.whl\n"
    assert linked_pins(data) == (("demo", "1"),)
    assert linked_pins(b"De_Mo @ https://x/demo-1%2Bcpu-y.whl\n") == (("de-mo", "1+cpu"),)
