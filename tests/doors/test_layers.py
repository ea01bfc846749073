"""Any layer read whole: what tools make, what people break, what attackers write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from made_layers import installed, write_layer, write_tree
from manylayers.doors.layers import read_layer
from manylayers.errors import UsageError
from manylayers.errors.layers import UnsafeLayerError
from manylayers.hands.digest import zip_digest
from wheel_builder import Pipe, digest

FILES = installed("demo", "1.0") | {
    "python/big.bin": bytes(range(256)) * 9000,
    "python/\u00e4.txt": b"umlaut",
    "otel-instrument": b"#!/bin/sh\n",
}


def test_a_zip_is_read_with_hashes_sizes_modes_and_metadata(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "layer.zip", FILES, {"otel-instrument": 0o100755})
    layer = read_layer(path)
    assert {file.path: (file.size, file.sha256) for file in layer.files} == {
        name: (len(content), digest(content)) for name, content in FILES.items()
    }
    assert [file.path for file in layer.files] == sorted(FILES)
    assert [f.mode for f in layer.files if f.path == "otel-instrument"] == [0o100755]
    (demo,) = layer.distributions
    assert (demo.name, demo.version) == ("demo", "1.0")
    assert demo.files is not None
    assert demo.files.keys() <= FILES.keys()
    assert (layer.packed, layer.size) == (path.stat().st_size, sum(map(len, FILES.values())))


def test_a_folder_gives_what_its_zip_gives(tmp_path: Path) -> None:
    folder = write_tree(tmp_path / "layer", FILES)
    for path in folder.rglob("*"):
        path.chmod(0o755 if path.is_dir() else 0o644)
    zipped = read_layer(write_layer(tmp_path / "layer.zip", FILES))
    read = read_layer(folder)
    assert read.files == zipped.files
    assert read.distributions == zipped.distributions
    assert read.packed is None


def by_zip(folder: Path, path: Path) -> None:
    subprocess.run(["zip", "-qr", str(path), "."], cwd=folder, check=True)


def by_zip_from_a_pipe(folder: Path, path: Path) -> None:
    done = subprocess.run(["zip", "-qr", "-", "."], cwd=folder, check=True, stdout=subprocess.PIPE)
    path.write_bytes(done.stdout)


def by_7z(folder: Path, path: Path) -> None:
    subprocess.run(["7zz", "a", "-bso0", str(path), "."], cwd=folder, check=True)


def by_shutil(folder: Path, path: Path) -> None:
    shutil.make_archive(str(path.with_suffix("")), "zip", folder)


def by_a_stream(folder: Path, path: Path) -> None:
    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            archive.write(folder / name, name)
    path.write_bytes(pipe.data)


def by_windows(folder: Path, path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.comment = b"made elsewhere"
        for name in FILES:
            info = zipfile.ZipInfo(name)
            info.create_system, info.external_attr = 0, 0x20
            archive.writestr(info, (folder / name).read_bytes(), zipfile.ZIP_STORED)


@pytest.mark.parametrize(
    ("program", "make"),
    [
        ("zip", by_zip),
        ("zip", by_zip_from_a_pipe),
        ("7zz", by_7z),
        ("", by_shutil),
        ("", by_a_stream),
        ("", by_windows),
    ],
)
def test_what_tools_make_is_read(
    tmp_path: Path, program: str, make: Callable[[Path, Path], None]
) -> None:
    if program and not shutil.which(program):
        pytest.skip(f"no {program} here")
    make(write_tree(tmp_path / "tree", FILES), tmp_path / "layer.zip")
    layer = read_layer(tmp_path / "layer.zip")
    assert {file.path: file.sha256 for file in layer.files} == {
        name: digest(content) for name, content in FILES.items()
    }


def test_links_stay_links_in_zip_and_folder(tmp_path: Path) -> None:
    zipped = write_layer(tmp_path / "l.zip", {"python/a": b"b.py"}, {"python/a": 0o120777})
    (link,) = read_layer(zipped).files
    assert link.link == "b.py"
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a").symlink_to("b.py")
    (link,) = read_layer(folder).files
    assert (link.link, stat.S_ISLNK(link.mode)) == ("b.py", True)


def test_a_zip_of_unix_without_modes_has_files_nobody_may_read(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "l.zip", {"a.py": b""}, {"a.py": 0o100644})
    data = path.read_bytes()
    path.write_bytes(data.replace((0o100644 << 16).to_bytes(4, "little"), bytes(4)))
    (file,) = read_layer(path).files
    assert file.mode == 0o100000


def test_folders_are_kept_with_their_modes(tmp_path: Path) -> None:
    files = {"python/": b"", "python/a.py": b""}
    layer = read_layer(write_layer(tmp_path / "l.zip", files, {"python/": 0o40644}))
    assert layer.folders == (("python", 0o40644),)
    assert [file.path for file in layer.files] == ["python/a.py"]


def test_backslashes_stay_in_names(tmp_path: Path) -> None:
    path = tmp_path / "l.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename, info.create_system = "python\\a.py", 0
        archive.writestr(info, b"")
    assert [file.path for file in read_layer(path).files] == ["python\\a.py"]


@pytest.mark.parametrize("name", ["../a.py", "..\\a.py", "/a.py", "C:\\a.py", "a\x00b.py"])
def test_names_that_leave_the_layer_are_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / "bad.zip"
    with zipfile.ZipFile(path, "w") as archive:
        info = zipfile.ZipInfo("x")
        info.filename = name
        archive.writestr(info, b"")
    with pytest.raises(UnsafeLayerError, match=r"bad\.zip is refused: bad zip archive: the name"):
        read_layer(path)


def test_a_flipped_byte_is_refused_with_its_member(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "bad.zip", FILES)
    data = bytearray(path.read_bytes())
    data[data.index(b"otel-instrument") + 20] ^= 1
    path.write_bytes(data)
    with pytest.raises(UnsafeLayerError, match="otel-instrument"):
        read_layer(path)


def test_a_link_of_a_megabyte_is_refused(tmp_path: Path) -> None:
    path = write_layer(tmp_path / "bad.zip", {"a": b"x" * (1 << 20)}, {"a": 0o120777})
    with pytest.raises(UnsafeLayerError, match="a is a link of 1,048,576 bytes"):
        read_layer(path)


@pytest.mark.parametrize("content", [b"", b"<html>", b"PK\x05\x06" + bytes(18)])
def test_what_is_no_zip_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "l.zip").write_bytes(content)
    with pytest.raises(UnsafeLayerError, match=r"l\.zip is refused: bad zip archive: it "):
        read_layer(tmp_path / "l.zip")


def test_nothing_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"gone\.zip can not be read: no such file"):
        read_layer(tmp_path / "gone.zip")


def test_an_empty_folder_and_a_pipe_in_one_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnsafeLayerError, match="empty folder"):
        read_layer(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UnsafeLayerError, match="pipe is a device"):
        read_layer(tmp_path)


def test_of_many_large_texts_only_the_first_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("manylayers.doors.layers.MOST_KEPT", 150)
    files = {f"python/{name}-1.dist-info/METADATA": b"Name: x\n" * 10 for name in "abc"}
    layer = read_layer(write_layer(tmp_path / "l.zip", files))
    assert [len(file.content) for file in layer.files] == [80, 70, 0]


def test_a_pipe_and_a_device_are_refused_before_they_are_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", Path("/dev/zero")):
        assert zip_digest(path) is None
        with pytest.raises(UsageError, match="is a device, pipe or socket"):
            read_layer(path)


def test_what_has_no_end_of_a_zip_is_not_hashed(tmp_path: Path) -> None:
    with (tmp_path / "huge.zip").open("wb") as file:
        file.truncate(1 << 40)
    assert zip_digest(tmp_path / "huge.zip") is None
    path = write_layer(tmp_path / "layer.zip", FILES)
    assert zip_digest(path) == sha256(path.read_bytes()).hexdigest()
