"""Wheels that nobody should unpack, met by a whole build: the sentence, the status, the cost."""

from __future__ import annotations

import os
import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from command import Said, offline, run
from loopback import Shelf, serving
from manylayers.doors.store import UV
from wheel_builder import build_wheel

MIB = 1 << 20
GIB = 1 << 30
DEMO = "demo-1.0-py3-none-any.whl"


def zeros(size: int) -> bytes:
    """A deflate stream of ``size`` (a multiple of 1 MiB) zeros, without inflating it here."""
    stream = zlib.compressobj(9, wbits=-15)
    packed = stream.compress(b"\0" * MIB) + stream.flush(zlib.Z_FULL_FLUSH)
    again = stream.compress(b"\0" * MIB) + stream.flush(zlib.Z_FULL_FLUSH)
    return packed + again * (size // MIB - 1) + stream.flush()


def bomb(folder: Path, size: int, declared: int) -> Path:
    """A wheel with a member that inflates to ``size`` zeros and declares ``declared`` bytes."""
    path = build_wheel(folder, files={"bomb.bin": b"12345678"}, stored=True)
    data = path.read_bytes()
    packed = zeros(size)
    told = struct.pack("<H", 8), struct.pack("<LL", len(packed), declared)
    name = data.index(b"bomb.bin")
    local = bytearray(data[: name + 8])
    local[8:10], local[18:26] = told
    rest = bytearray(data[name + 16 :])
    grown = len(local) + len(packed) - name - 16
    place = rest.index(b"PK\x01\x02")
    first = place
    while rest[place : place + 4] == b"PK\x01\x02":
        (offset,) = struct.unpack_from("<L", rest, place + 42)
        struct.pack_into("<L", rest, place + 42, offset + grown if offset else 0)
        place += 46 + sum(struct.unpack_from("<3H", rest, place + 28))
    rest[first + 10 : first + 12], rest[first + 20 : first + 28] = told
    (directory,) = struct.unpack_from("<L", rest, len(rest) - 6)
    struct.pack_into("<L", rest, len(rest) - 6, directory + grown)
    path.write_bytes(bytes(local) + packed + bytes(rest))
    return path


def resolver_ran(folder: Path) -> bool:
    """Whether the resolver was asked, which would have unpacked the bomb: it leaves a cache."""
    return (folder / ".cache" / UV).exists()


@pytest.mark.parametrize(
    ("declared", "words"),
    [(3 * GIB, "a zip bomb"), (1000, "inflates to more than the 1,000 bytes declared")],
)
def test_a_bomb_is_refused_before_the_resolver_unpacks_it(
    tmp_path: Path, wheels: Path, declared: int, words: str
) -> None:
    bomb(wheels, 3 * GIB, declared)
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 5, said.err
    assert said.err.startswith("error: demo-1.0-py3-none-any.whl is refused: bad archive: ")
    assert words in said.err
    assert not resolver_ran(tmp_path)
    assert not (tmp_path / "layer.zip").exists()


def test_a_bomb_that_is_needed_by_another_wheel_is_refused(tmp_path: Path, wheels: Path) -> None:
    bomb(wheels, GIB, GIB)
    build_wheel(wheels, "asks", requires=["demo>=1"])
    said = offline("build", "asks", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert (said.status, "a zip bomb" in said.err) == (5, True)
    assert not resolver_ran(tmp_path)


def test_a_bomb_linked_directly_is_refused(tmp_path: Path, wheels: Path) -> None:
    path = bomb(wheels, GIB, GIB)
    said = offline("build", str(path), "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert (said.status, "a zip bomb" in said.err) == (5, True)
    assert not resolver_ran(tmp_path)


def by_index(folder: Path, shelf: Shelf, requirement: str = "demo") -> Said:
    """A build over an index on this machine; ``{host}`` in ``requirement`` is where it is."""
    with serving(shelf) as host:
        asked = requirement.format(host=host)
        index = ("--index-url", f"http://{host}/simple")
        return run("build", asked, "--python", "3.12", *index, folder=folder)


def weight(folder: Path) -> int:
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())


@pytest.mark.parametrize("requirement", ["demo", "demo @ http://{host}/files/" + DEMO])
def test_a_bomb_of_an_index_without_hashes_is_refused_before_the_resolver_has_unpacked_it(
    tmp_path: Path, wheels: Path, requirement: str
) -> None:
    bomb(wheels, 3 * GIB, 3 * GIB)
    said = by_index(tmp_path, Shelf(wheels=wheels, hashes=False), requirement)
    assert said.status == 5, said.err
    assert said.err.startswith(f"error: {DEMO} is refused: bad archive: it would unzip from ")
    assert "a zip bomb" in said.err
    assert weight(tmp_path / ".cache") < MIB
    assert not (tmp_path / "layer.zip").exists()


def test_a_wheel_that_lies_about_its_size_is_refused_without_a_hash_too(
    tmp_path: Path, wheels: Path
) -> None:
    bomb(wheels, 3 * GIB, 1000)
    said = by_index(tmp_path, Shelf(wheels=wheels, hashes=False))
    assert said.status == 5, said.err
    assert f"{DEMO} is refused: bad archive: bomb.bin inflates to more than" in said.err


def test_wheels_of_an_index_without_hashes_are_built(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, "asks", requires=["demo"], files={"asks.bin": os.urandom(8 * MIB)})
    build_wheel(wheels, "demo", files={"demo.bin": os.urandom(8 * MIB)})
    with serving(Shelf(wheels=wheels, hashes=False)) as host:
        words = ("build", "asks", "--python", "3.12", "--index-url", f"http://{host}/simple")
        for _ in range(2):
            said = run(*words, folder=tmp_path)
            assert said.status == 0, said.err


def test_a_bomb_of_a_version_that_nobody_asked_for_is_nobodys_business(
    tmp_path: Path, wheels: Path
) -> None:
    bomb(wheels, GIB, GIB)
    build_wheel(wheels, "demo", "2.0")
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 0, said.err


def test_what_the_resolver_can_not_read_we_read_and_name_the_member(
    tmp_path: Path, wheels: Path
) -> None:
    path = build_wheel(wheels)
    data = path.read_bytes()
    path.write_bytes(data.replace(b"demo.py", b"evil.py", 1))
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 5
    assert said.err.splitlines()[0] == (
        "error: demo-1.0-py3-none-any.whl is refused: bad archive: "
        "demo.py has another name in its local header"
    )


def test_a_requirement_that_the_resolver_can_not_read_is_told(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, requires=["!odd"])
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 5
    assert said.err.startswith("error: demo 1.0 can not be read: ")
    assert f"{DEMO}: METADATA has a Requires-Dist that can't be read: '!odd'" in said.err


@pytest.mark.parametrize("network", [(), ("--offline",)])
@pytest.mark.parametrize("gone", ["RECORD", "WHEEL"])
def test_a_wheel_without_a_file_of_its_own_is_named_and_not_the_resolvers_cache(
    tmp_path: Path, wheels: Path, gone: str, network: tuple[str, ...]
) -> None:
    path = build_wheel(wheels)
    with zipfile.ZipFile(path) as whole:
        kept = [(one, whole.read(one)) for one in whole.infolist() if one.filename != gone_of(gone)]
    with zipfile.ZipFile(path, "w") as less:
        for one, content in kept:
            less.writestr(one, content)
    said = offline("build", "demo", "--python", "3.12", *network, folder=tmp_path, wheels=wheels)
    assert said.status == 5, said.err
    assert f"demo-1.0-py3-none-any.whl is refused: it has no {gone_of(gone)}" in said.err


def gone_of(name: str) -> str:
    return f"demo-1.0.dist-info/{name}"


def test_an_empty_archive_is_refused(tmp_path: Path, wheels: Path) -> None:
    zipfile.ZipFile(wheels / "demo-1.0-py3-none-any.whl", "w").close()
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert (said.status, "demo-1.0-py3-none-any.whl" in said.err) == (5, True)


def test_what_is_odd_about_a_wheel_is_told_and_built(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels, record="demo-1.0.dist-info/RECORD,,\n")
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert said.status == 0
    assert "warning: demo-1.0-py3-none-any.whl: RECORD does not list demo.py, " in said.err


def test_a_zip_is_not_written_where_a_directory_is(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    (tmp_path / "layer.zip").mkdir()
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels)
    assert (said.status, "is a directory" in said.err) == (5, True)
    assert not any((tmp_path / "layer.zip").iterdir())
