"""Files of somebody else: whole, bounded, and no pipe is waited for that nobody writes to."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from manylayers.hands.reading import other_kind, read_whole

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


def test_what_is_no_file_has_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    os.mkfifo(tmp_path / "pipe")
    places = (tmp_path / "file", tmp_path, tmp_path / "pipe", Path("/dev/zero"))
    kind = "a device, pipe or socket"
    assert [other_kind(path) for path in places] == ["", "a folder", kind, kind]
