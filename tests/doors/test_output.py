"""Layers written as zips and folders: readable by everybody, whole or not at all."""

from __future__ import annotations

import operator
import os
import shutil
import subprocess
import zipfile
from contextlib import nullcontext
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from manylayers.doors import output
from manylayers.doors.archive import verify_wheel
from manylayers.doors.output import refuse_collisions, write_folder, write_zip
from manylayers.errors import UsageError
from manylayers.errors.places import (
    CollidingNamesError,
    ForeignFilesError,
    OutputError,
    StoreError,
)
from manylayers.formats.wheel import WheelMember
from manylayers.layer.contents import Copied, Layer, LayerPath, Written
from wheel_builder import build_wheel

FILES = {
    "demo/__init__.py": b"value = 1\n" * 50,
    "demo/run.sh": b"#!/bin/sh\n",
    "demo/data.bin": bytes(range(256)) * 5000,
    "demo/\u00e9.txt": b"name with an accent",
    "demo/empty": b"",
}


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    folder = tmp_path / "wheels"
    folder.mkdir()
    return build_wheel(folder, files=FILES, executable=["demo/run.sh"])


def layer_of(wheel: Path) -> Layer:
    facts = verify_wheel(wheel, filename=wheel.name)
    copied = [
        Copied(
            path=LayerPath(f"python/{m.path}"), wheel=facts.sha256, distribution="demo", member=m
        )
        for m in facts.members
        if not m.path.endswith("RECORD")
    ]
    record = "".join(f"{entry.path.removeprefix('python/')},,\n" for entry in copied)
    record += "demo-1.0.dist-info/RECORD,,\n"
    path = LayerPath("python/demo-1.0.dist-info/RECORD")
    written = Written(path=path, distribution="demo", content=record.encode())
    return Layer(entries=tuple(sorted([*copied, written], key=lambda entry: entry.path)))


def test_the_zip_holds_what_the_wheel_held(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "layer.zip"
    told = write_zip(target, layer_of(wheel), lambda _: wheel)
    assert told.sha256 == sha256(target.read_bytes()).hexdigest()
    assert told.size == target.stat().st_size
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None
        for name, content in FILES.items():
            assert archive.read(f"python/{name}") == content


def test_the_zip_is_plain(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "layer.zip"
    write_zip(target, layer_of(wheel), lambda _: wheel)
    with zipfile.ZipFile(target) as archive:
        infos = archive.infolist()
    assert [info.filename for info in infos] == sorted(info.filename for info in infos)
    for info in infos:
        mode = 0o100755 if info.filename.endswith("run.sh") else 0o100644
        assert (info.external_attr >> 16, info.create_system) == (mode, 3)
        assert (info.date_time, info.extra) == ((1980, 1, 1, 0, 0, 0), b"")
        assert bool(info.flag_bits & 0x800) == (not info.filename.isascii())
        assert info.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def test_members_keep_the_very_bytes_the_wheel_deflated(wheel: Path, tmp_path: Path) -> None:
    target = tmp_path / "layer.zip"
    layer = layer_of(wheel)
    write_zip(target, layer, lambda _: wheel)
    data, source = target.read_bytes(), wheel.read_bytes()
    for entry in layer.entries:
        if isinstance(entry, Copied):
            packed = source[entry.member.offset :][: entry.member.compressed_size]
            assert packed in data


@pytest.mark.parametrize(
    ("programs", "words"),
    [(("unzip",), ("-t",)), (("7z", "7zz", "7za"), ("t",)), (("bsdtar",), ("-tf",))],
    ids=["unzip", "7z", "bsdtar"],
)
def test_programs_of_others_find_nothing_wrong(
    wheel: Path, tmp_path: Path, programs: tuple[str, ...], words: tuple[str, ...]
) -> None:
    program = next(filter(shutil.which, programs), None)
    if program is None:
        pytest.skip(f"{programs[0]} is not installed")
    write_zip(tmp_path / "layer.zip", layer_of(wheel), lambda _: wheel)
    command = [program, *words, str(tmp_path / "layer.zip")]
    done = subprocess.run(command, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout


def test_more_members_than_a_plain_zip_can_count_are_written_as_zip64(tmp_path: Path) -> None:
    entries = tuple(
        Written(path=LayerPath(f"python/{number:06}"), distribution="demo", content=b"")
        for number in range(65_600)
    )
    write_zip(tmp_path / "many.zip", Layer(entries=entries), lambda _: Path())
    with zipfile.ZipFile(tmp_path / "many.zip") as archive:
        assert len(archive.infolist()) == 65_600


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(
        st.text(
            st.characters(exclude_characters="/\\\0", exclude_categories=("Cs", "Cc")),
            min_size=1,
            max_size=30,
        ).filter(lambda name: name not in (".", "..")),
        st.tuples(st.binary(max_size=2000), st.booleans()),
        max_size=20,
    )
)
def test_any_names_and_bytes_come_back_from_zipfile(
    tmp_path_factory: pytest.TempPathFactory, files: dict[str, tuple[bytes, bool]]
) -> None:
    entries = tuple(
        Written(path=LayerPath(name), distribution="demo", content=content, executable=executable)
        for name, (content, executable) in sorted(files.items())
    )
    target = tmp_path_factory.mktemp("any") / "layer.zip"
    write_zip(target, Layer(entries=entries), lambda _: Path())
    with zipfile.ZipFile(target) as archive:
        assert {info.filename: archive.read(info) for info in archive.infolist()} == {
            name: content for name, (content, _) in files.items()
        }


def test_a_failure_leaves_the_old_file_and_nothing_else(wheel: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    target = folder / "layer.zip"
    target.write_bytes(b"old")
    layer = layer_of(wheel)
    with pytest.raises(StoreError, match=r"gone\.whl can not be read any more: no such file"):
        write_zip(target, layer, lambda _: tmp_path / "gone.whl")
    assert target.read_bytes() == b"old"
    assert list(folder.iterdir()) == [target]


@pytest.mark.parametrize("replaced", [True, False])
@pytest.mark.parametrize("fault", [FileNotFoundError(2, "it went"), "of a person.txt"])
def test_a_folder_that_others_replace_meanwhile_is_looked_through_anew(
    tmp_path: Path,
    wheel: Path,
    monkeypatch: pytest.MonkeyPatch,
    fault: OSError | str,
    *,
    replaced: bool,
) -> None:
    layer, look, looks = layer_of(wheel), output._existing, list[Path]()
    write_folder(tmp_path / "out", layer, lambda _: wheel)

    def look_in_vain(folder: Path) -> list[str]:
        looks.append(folder)
        if len(looks) > 1:
            return look(folder)
        if replaced:
            folder.rename(tmp_path / "old")
            shutil.copytree(tmp_path / "old", folder)
        if isinstance(fault, OSError):
            raise fault
        return [*look(folder), fault]

    monkeypatch.setattr(output, "_existing", look_in_vain)
    with nullcontext() if replaced else pytest.raises((OutputError, ForeignFilesError)):
        write_folder(tmp_path / "out", layer, lambda _: wheel)
    assert len(looks) == 1 + replaced


def test_a_wheel_that_got_shorter_is_noticed(wheel: Path, tmp_path: Path) -> None:
    layer = layer_of(wheel)
    wheel.write_bytes(wheel.read_bytes()[:200])
    with pytest.raises(StoreError, match="changed while it was read"):
        write_zip(tmp_path / "layer.zip", layer, lambda _: wheel)
    with pytest.raises(StoreError, match="changed while it was read"):
        write_folder(tmp_path / "out", layer, lambda _: wheel)
    assert not (tmp_path / "layer.zip").exists()


def test_folders_above_the_output_are_made(wheel: Path, tmp_path: Path) -> None:
    write_zip(tmp_path / "new" / "deep" / "layer.zip", layer_of(wheel), lambda _: wheel)
    assert (tmp_path / "new" / "deep" / "layer.zip").is_file()


def test_a_file_where_a_folder_should_be_is_named(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="file can not be written") as caught:
        write_zip(tmp_path / "file" / "layer.zip", layer_of(wheel), lambda _: wheel)
    assert caught.value.exit_status == 5


def tree(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {
        path.relative_to(folder).as_posix(): (path.read_bytes(), path.stat().st_mode & 0o777)
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
def test_the_folder_is_the_unpacked_zip_under_any_umask(wheel: Path, tmp_path: Path) -> None:
    layer = layer_of(wheel)
    write_zip(tmp_path / "layer.zip", layer, lambda _: wheel)
    unpacked = tmp_path / "unpacked"
    command = ["unzip", "-q", str(tmp_path / "layer.zip"), "-d", str(unpacked)]
    subprocess.run(command, check=True, env={**os.environ, "LC_ALL": "C.UTF-8"})
    before = os.umask(0o077)
    try:
        write_folder(tmp_path / "folder", layer, lambda _: wheel)
    finally:
        os.umask(before)
    assert tree(tmp_path / "folder") == tree(unpacked)
    assert (tmp_path / "folder" / "python" / "demo").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "folder" / "python" / "demo" / "empty").stat().st_mtime == 315532800


def test_an_earlier_output_is_replaced(wheel: Path, tmp_path: Path) -> None:
    layer = layer_of(wheel)
    write_folder(tmp_path / "out", layer, lambda _: wheel)
    smaller = Layer(entries=layer.entries[:2])
    cache = tmp_path / "out" / "python" / "demo" / "__pycache__"
    cache.mkdir()
    (cache / "__init__.cpython-312.pyc").write_bytes(b"")
    write_folder(tmp_path / "out", smaller, lambda _: wheel)
    assert len(tree(tmp_path / "out")) == 2


def test_a_file_of_the_users_own_is_never_replaced(wheel: Path, tmp_path: Path) -> None:
    layer = layer_of(wheel)
    write_folder(tmp_path / "out", layer, lambda _: wheel)
    mine = tmp_path / "out" / "python" / "my_code.py"
    mine.write_bytes(b"mine")
    with pytest.raises(ForeignFilesError, match=r"python/my_code\.py") as caught:
        write_folder(tmp_path / "out", layer, lambda _: wheel)
    assert caught.value.exit_status == 2
    assert mine.read_bytes() == b"mine"


def test_a_file_where_the_folder_should_be_is_never_replaced(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_bytes(b"mine")
    with pytest.raises(ForeignFilesError):
        write_folder(tmp_path / "out", layer_of(wheel), lambda _: wheel)
    assert (tmp_path / "out").read_bytes() == b"mine"


def with_paths(*paths: str) -> Layer:
    return Layer(tuple(Written(LayerPath(path), "demo", b"") for path in sorted(paths)))


@pytest.mark.parametrize(
    "pair",
    [
        ("demo/README", "demo/readme"),
        ("demo/caf\u00e9.py", "demo/cafe\u0301.py"),
        ("Demo/a.py", "demo/b.py"),
        ("Demo/README", "demo/readme"),
    ],
)
def test_a_disk_that_takes_two_names_for_one_gets_neither(pair: tuple[str, str]) -> None:
    with pytest.raises(CollidingNamesError, match="are one file on this disk") as caught:
        refuse_collisions(with_paths(*pair), operator.eq)
    assert caught.value.hint == "write a .zip instead of a folder"
    refuse_collisions(with_paths(*pair), operator.ne)


def test_only_names_that_are_alike_are_tried_and_by_what_differs() -> None:
    tried: list[tuple[str, str]] = []
    long = "x" * 240

    def tells_apart(one: str, other: str) -> bool:
        tried.append((one, other))
        return True

    layer = with_paths("a/b.py", "b/b.py", f"{long}/{long}/a", f"{long}/{long}/A")
    refuse_collisions(layer, tells_apart)
    assert tried == [("A", "a")]


def test_this_disk_keeps_twins_or_says_that_it_can_not(tmp_path: Path) -> None:
    (tmp_path / "Probe").touch()
    layer = with_paths("demo/README", "demo/readme")
    if (tmp_path / "probe").exists():
        with pytest.raises(CollidingNamesError):
            write_folder(tmp_path / "out", layer, lambda _: tmp_path)
    else:
        write_folder(tmp_path / "out", layer, lambda _: tmp_path)
        assert sorted(path.name for path in (tmp_path / "out" / "demo").iterdir()) == [
            "README",
            "readme",
        ]


def test_a_failure_leaves_the_old_folder(wheel: Path, tmp_path: Path) -> None:
    layer = layer_of(wheel)
    write_folder(tmp_path / "out", layer, lambda _: wheel)
    before = tree(tmp_path / "out")
    broken = Layer(entries=(*layer.entries, _copied_from("gone")))
    with pytest.raises(StoreError):
        write_folder(
            tmp_path / "out", broken, lambda sha: wheel if sha != "gone" else tmp_path / "x"
        )
    assert tree(tmp_path / "out") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["out", "wheels"]


def _copied_from(sha: str) -> Copied:
    member = WheelMember("z", 0, 0, 0, 0, 0, False, "")  # noqa: FBT003
    return Copied(path=LayerPath("z"), wheel=sha, distribution="gone", member=member)


def test_a_link_is_followed_and_nothing_lies_beside_it(wheel: Path, tmp_path: Path) -> None:
    for name in ("real", "real.zip"):
        (tmp_path / "far").mkdir(exist_ok=True)
        (tmp_path / f"link-{name}").symlink_to(tmp_path / "far" / name)
    (tmp_path / "far" / "real").mkdir()
    write_folder(tmp_path / "link-real", layer_of(wheel), lambda _: wheel)
    write_zip(tmp_path / "link-real.zip", layer_of(wheel), lambda _: wheel)
    assert (tmp_path / "far" / "real" / "python" / "demo" / "empty").is_file()
    assert zipfile.is_zipfile(tmp_path / "far" / "real.zip")
    assert (tmp_path / "link-real").is_symlink()
    assert not list(tmp_path.glob(".*"))
    assert not list((tmp_path / "far").glob(".*"))


@pytest.mark.parametrize("place", [".", ".."])
def test_the_folder_one_stands_in_is_not_replaced(
    wheel: Path, tmp_path: Path, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    with pytest.raises(UsageError, match="can not be replaced"):
        write_folder(Path(place), layer_of(wheel), lambda _: wheel)


def test_a_folder_that_pip_filled_is_replaced(wheel: Path, tmp_path: Path) -> None:
    site = tmp_path / "layer" / "python"
    info = site / "demo-1.0.dist-info"
    for path in (info, site / "bin"):
        path.mkdir(parents=True)
    (site / "bin" / "demo").touch()
    (info / "RECORD").write_text("../../bin/demo,,\ndemo-1.0.dist-info/RECORD,,\n")
    write_folder(tmp_path / "layer", layer_of(wheel), lambda _: wheel)
    assert not (site / "bin").exists()
