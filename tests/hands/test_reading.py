"""Files of somebody else: whole, bounded, and no pipe is waited for that nobody writes to."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from socket import AF_UNIX, socket

import pytest

from manylayers.hands.reading import OtherKindError, content, read_whole

pytestmark = pytest.mark.skipif(os.name != "posix", reason="pipes and devices of POSIX")


def test_a_pipe_that_nobody_writes_to_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="nobody writes to this pipe"):
        read_whole(tmp_path / "pipe")


@pytest.mark.parametrize("parts", [(b"requests\n",), (b"a" * 70_000, b"b" * 70_000), ()])
def test_a_pipe_that_somebody_writes_to_is_waited_for(parts: tuple[bytes, ...]) -> None:
    ours, theirs = os.pipe()
    go_on = threading.Event()

    def write() -> None:
        with os.fdopen(theirs, "wb") as pipe:
            for part in (b"first", *parts):
                go_on.wait(10)
                pipe.write(part)

    writer = threading.Thread(target=write)
    writer.start()
    threading.Timer(0.1, go_on.set).start()
    assert read_whole(Path(f"/dev/fd/{ours}")) == b"first" + b"".join(parts)
    writer.join()
    os.close(ours)


def test_what_has_no_end_is_read_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("manylayers.hands.reading.LARGEST", 1000)
    with pytest.raises(OSError, match="larger than 1,000 bytes"):
        read_whole(Path("/dev/zero"))


def test_only_a_file_is_opened_and_what_else_is_there_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A pipe without a writer would be waited for; one comes, so that this test ends either way."""
    monkeypatch.chdir(tmp_path)  # the path of a socket has a hundred characters at most
    Path("file").write_bytes(b"content")
    Path("link").symlink_to("file")
    assert content(Path("file")) == content(Path("link")) == b"content"
    os.mkfifo("pipe")
    Path("device").symlink_to("/dev/zero")
    threading.Thread(target=Path("pipe").write_bytes, args=(b"",), daemon=True).start()
    told = {}
    with socket(AF_UNIX) as listening:
        listening.bind("socket")
        for name in ("pipe", "device", "socket", "."):
            with pytest.raises(OtherKindError) as caught:
                content(Path(name))
            told[name] = caught.value.strerror
    other = "it is a device, pipe or socket"
    assert told == {"pipe": other, "device": other, "socket": other, ".": "it is a folder"}
    with pytest.raises(FileNotFoundError):
        content(Path("nothing"))
