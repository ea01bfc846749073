"""A build over a store that was damaged, made read-only or filled up, and one that is killed."""

from __future__ import annotations

import functools
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from command import Said, offline, run
from manylayers.doors.store import default_cache_folder
from manylayers.errors.places import StoreError
from wheel_builder import build_wheel

NAME = "demo-1.0-py3-none-any.whl"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002 - the base's name


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a lock that names a loopback server, and a store filled from it."""
    folder = tmp_path_factory.mktemp("filled")
    (wheels := folder / "wheels").mkdir()
    build_wheel(wheels, files={"demo.bin": random.Random(1).randbytes(100_000)})
    said = offline("lock", "demo", "--python", "3.12", folder=folder, wheels=wheels)
    assert said.status == 0, said.err
    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=wheels))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    lock = folder / "pylock.toml"
    text = lock.read_text(encoding="utf-8")
    link = f'url = "http://127.0.0.1:{server.server_port}/{NAME}"'
    lock.write_text(text.replace(f'path = "wheels/{NAME}"', link), encoding="utf-8")
    try:
        assert build(folder).status == 0
        yield folder
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def shop(tmp_path: Path, filled: Path) -> Path:
    """The same in a folder of the test's own, with all times as they were."""
    shutil.copytree(filled, tmp_path, dirs_exist_ok=True)
    return tmp_path


def build(folder: Path, *words: str) -> Said:
    return run("build", "--lock", "pylock.toml", *words, folder=folder)


def entry(folder: Path, suffix: str) -> Path:
    return next((folder / ".cache" / "wheels-v1").glob(f"*/*{suffix}"))


def flipped(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[:60] + bytes([data[60] ^ 1]) + data[61:])


DAMAGES = [
    flipped,
    lambda path: os.truncate(path, 0),
    lambda path: os.truncate(path, 100),
    lambda path: path.write_bytes(path.read_bytes() + b"more"),
    lambda path: path.write_bytes(b'{"facts":1}'),
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_wheel_is_fetched_again_online_and_named_offline(
    shop: Path, damage: Callable[[Path], None]
) -> None:
    sound = (shop / "layer.zip").read_bytes()
    (shop / "layer.zip").unlink()
    damage(entry(shop, ".whl"))
    said = build(shop, "--offline")
    assert said.status == 4
    assert f"{NAME} is damaged in the store, and --offline forbids fetching it" in said.err
    assert not (shop / "layer.zip").exists()
    assert build(shop).status == 0
    assert (shop / "layer.zip").read_bytes() == sound
    assert build(shop, "--offline").status == 0


@pytest.mark.parametrize("damage", [*DAMAGES, Path.unlink])
def test_damaged_facts_are_read_again_without_a_network(
    shop: Path, damage: Callable[[Path], None]
) -> None:
    sound = (shop / "layer.zip").read_bytes()
    damage(entry(shop, ".facts"))
    assert build(shop, "--offline").status == 0
    assert (shop / "layer.zip").read_bytes() == sound


def test_a_store_restored_with_other_times_still_builds(shop: Path) -> None:
    os.utime(entry(shop, ".whl"), (1, 1))
    assert build(shop, "--offline").status == 0


@pytest.mark.skipif(sys.platform != "linux", reason="a bind mount of a user namespace")
@pytest.mark.parametrize("age", [None, 1])
def test_a_read_only_store_with_what_is_needed_builds(shop: Path, age: int | None) -> None:
    if age is not None:
        os.utime(entry(shop, ".whl"), (age, age))
    assert inside(shop, "mount --bind -o ro .cache .cache").returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="a bind mount of a user namespace")
def test_a_read_only_store_is_enough_to_resolve_over_a_folder(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    assert offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels).status == 0
    words = ["demo", "--python", "3.12", "--no-index", "--find-links", "wheels"]
    done = inside(tmp_path, "mount --bind -o ro .cache .cache", what=" ".join(words))
    assert done.returncode == 0, done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a tmpfs of a user namespace")
def test_a_full_disk_under_the_output_is_one_sentence(shop: Path) -> None:
    (shop / "full").mkdir()
    done = inside(
        shop, "mount -t tmpfs -o size=64k none full", "-o", "full/layer.zip", "; ls -A full"
    )
    assert "full/layer.zip can not be written: no space left on device" in done.stderr
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a tmpfs of a user namespace")
@pytest.mark.parametrize("limit", ["size=4k", "size=64k", "nr_inodes=3"])
def test_a_full_disk_under_an_output_folder_keeps_the_old_one(shop: Path, limit: str) -> None:
    (shop / "full").mkdir()
    done = inside(
        shop,
        f"mount -t tmpfs -o {limit} none full && mkdir full/layer",
        *("-o", "full/layer/", "; find full -mindepth 1"),
    )
    assert "full/layer can not be written: no space left on device" in done.stderr
    assert done.stdout.split() == ["full/layer"]
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a mount of a user namespace")
@pytest.mark.parametrize("output", ["closed/layer.zip", "closed/layer/"])
def test_a_read_only_output_folder_is_one_sentence(shop: Path, output: str) -> None:
    (shop / "closed").mkdir()
    done = inside(shop, "mount --bind -o ro closed closed", "-o", output)
    assert done.returncode == 5
    assert f"{output.rstrip('/')} can not be written: read-only file system" in done.stderr
    assert len(done.stderr.splitlines()) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="a mount of a user namespace")
def test_a_mounted_folder_can_not_be_replaced_and_the_way_out_is_told(shop: Path) -> None:
    (shop / "mounted").mkdir()
    done = inside(shop, "mount -t tmpfs none mounted", "-o", "mounted/")
    assert done.returncode == 5
    assert "name a folder inside it" in done.stderr
    assert [path.name for path in shop.glob(".*")] == [".cache"]


RESOLVED = "demo --python 3.12 --no-index --find-links wheels"


@pytest.mark.skipif(sys.platform != "linux", reason="a tmpfs of a user namespace")
@pytest.mark.parametrize("limit", ["size=4k", "size=100k", "nr_inodes=2", "nr_inodes=40"])
def test_a_store_that_fills_while_it_resolves_is_one_sentence(
    tmp_path: Path, wheels: Path, limit: str
) -> None:
    build_wheel(wheels, files={f"demo_{n}.bin": bytes(5_000) for n in range(40)})
    (tmp_path / ".cache").mkdir()
    done = inside(tmp_path, f"mount -t tmpfs -o {limit} none .cache", what=RESOLVED)
    assert done.returncode == 4
    assert "can not be written: no space left on device\n" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert not (tmp_path / "layer.zip").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="a tmpfs of a user namespace")
@pytest.mark.parametrize("limit", ["size=4k", "nr_inodes=2"])
def test_a_full_folder_for_temporary_files_is_one_sentence(
    tmp_path: Path, wheels: Path, limit: str
) -> None:
    build_wheel(wheels)
    (tmp_path / "tmp").mkdir()
    mount = f"mount -t tmpfs -o {limit} none tmp && export TMPDIR=$PWD/tmp"
    done = inside(tmp_path, mount, "; ls -A tmp", what=RESOLVED)
    assert "temporary files can not be written: no space left on device" in done.stderr
    assert (done.stdout, len(done.stderr.splitlines())) == ("", 2)


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of a shell")
def test_a_limit_on_files_that_ends_the_resolver_is_one_sentence(
    tmp_path: Path, wheels: Path
) -> None:
    build_wheel(wheels)
    done = inside(tmp_path, "ulimit -f 1", what=RESOLVED)
    assert (done.returncode, len(done.stderr.splitlines())) == (4, 2)
    assert "ended by SIGXFSZ" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="a tmpfs of a user namespace")
def test_a_full_disk_under_the_store_is_one_sentence(shop: Path) -> None:
    shutil.rmtree(shop / ".cache")
    (shop / ".cache").mkdir()
    (shop / "layer.zip").unlink()
    done = inside(
        shop, "mount -t tmpfs -o size=64k none .cache", "", "; find .cache -name '*.part'"
    )
    assert "the cache folder .cache can not be written: no space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 2
    assert done.stdout == ""
    assert not (shop / "layer.zip").exists()


def inside(
    folder: Path, mount: str, *more: str, what: str = "--lock pylock.toml"
) -> subprocess.CompletedProcess[str]:
    """A quiet build from the lock with something mounted, in a user namespace of its own."""
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode:
        pytest.skip("no user namespaces here")
    program = f"{sys.executable} -m manylayers build {what} -q {' '.join(more)}"
    return subprocess.run(
        ["unshare", "-rm", "sh", "-c", f"{mount} && {program}"],
        cwd=folder,
        env={**os.environ, "MANYLAYERS_CACHE_DIR": ".cache"},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_a_home_that_can_not_be_written_is_one_sentence(tmp_path: Path, wheels: Path) -> None:
    build_wheel(wheels)
    (tmp_path / "file").write_bytes(b"")
    said = offline(
        "build",
        "demo",
        "--python",
        "3.12",
        folder=tmp_path,
        wheels=wheels,
        MANYLAYERS_CACHE_DIR=str(tmp_path / "file" / "cache"),
    )
    assert (said.status, len(said.err.splitlines())) == (4, 2), said.err
    assert "the cache folder" in said.err


@pytest.mark.parametrize("home", ["/dev/null", "/dev/null/home"])
@pytest.mark.skipif(os.name != "posix", reason="a device as home")
def test_a_home_that_is_no_folder_is_one_sentence(tmp_path: Path, wheels: Path, home: str) -> None:
    build_wheel(wheels)
    nowhere = {"HOME": home, "XDG_CACHE_HOME": "", "MANYLAYERS_CACHE_DIR": ""}
    said = offline("build", "demo", "--python", "3.12", folder=tmp_path, wheels=wheels, **nowhere)
    assert (said.status, len(said.err.splitlines())) == (4, 2), said.err
    assert "can not be written: not a directory\n" in said.err
    words = ("build", "demo", "--python", "3.12", "--cache-dir", ".cache")
    assert offline(*words, folder=tmp_path, wheels=wheels, **nowhere).status == 0


def test_a_user_without_a_home_is_told_what_to_name(monkeypatch: pytest.MonkeyPatch) -> None:
    def homeless(*_: object, **__: object) -> Path:
        raise RuntimeError("could not determine the home directory")

    monkeypatch.setattr("platformdirs.user_cache_path", homeless)
    with pytest.raises(StoreError, match="there is no home folder") as caught:
        default_cache_folder({})
    assert "--cache-dir" in caught.value.hint


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_an_interrupt_leaves_no_file_of_a_download_that_hangs(tmp_path: Path) -> None:
    class Hanging(Quiet):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "1000000")
            self.end_headers()
            self.wfile.write(b"x" * 1000)
            self.wfile.flush()
            over.wait(30)

    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), Hanging)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "pylock.toml").write_text(
        'lock-version = "1.0"\ncreated-by = "test"\n[[packages]]\nname = "demo"\nversion = "1.0"\n'
        f'wheels = [{{ name = "{NAME}", url = "http://127.0.0.1:{server.server_port}/{NAME}", '
        f'hashes = {{ sha256 = "{"0" * 64}" }} }}]\n',
        encoding="utf-8",
    )
    child = subprocess.Popen(
        [sys.executable, "-m", "manylayers", "build", "--lock", "pylock.toml", "--python", "3.12"],
        cwd=tmp_path,
        env={**os.environ, "MANYLAYERS_CACHE_DIR": str(tmp_path / ".cache")},
        stderr=subprocess.PIPE,
    )
    try:
        for _ in range(300):
            if any((tmp_path / ".cache").glob("tmp/*.part")):
                break
            time.sleep(0.05)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        assert child.wait(10) == 130
    finally:
        child.kill()
        child.communicate()
        over.set()
        server.shutdown()
        server.server_close()
    assert not list((tmp_path / ".cache").glob("**/*.part"))
    assert not (tmp_path / "layer.zip").exists()
