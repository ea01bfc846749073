"""Looking after uv while it works: what an index can't make it do is to hang, or to fill memory.

uv has a timeout between bytes, four attempts and no limit of size. So its log is read along: where
nothing new comes, or memory grows meanwhile, what it asked for last is asked for once more, by our
own session, which knows how slow is too slow, and how large too large. Only where that is so is uv
ended: a long search for versions is silent too, and may take a gigabyte. Where a wheel that it
unpacks grows large, what the wheel weighs is asked, and uv ended at a bomb.
"""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

from manylayers.doors.uv_unpacking import (
    UNSUSPICIOUS,
    Unpacked,
    largest,
    refuse_bomb,
    unpacking,
    written,
)
from manylayers.errors import ManylayersError, NetworkError
from manylayers.errors.places import IndexPageError, ProgramError
from manylayers.formats.kept_page import LARGEST_PAGE
from manylayers.hands.urls import asked_for, host_of, without_login
from manylayers.hands.web import SLOWEST_BYTES, TooSlowError, WebSession, pieces

LOG = "uv_client=debug"
"""What ``RUST_LOG`` says to uv, so that it tells what it asks for."""
SILENCE = 4.0
"""Seconds without a new line in the log; whole resolutions take less."""
LOOK_AGAIN = 30.0
MOST_LOOKED_AT = 16
"""URLs asked for anew at a time: uv asks for many at once, the last ones are under way."""
GROWTH = 96 << 20
"""Bytes more in memory since the last line of the log: more than the largest page takes."""
PIECE = 1 << 20
"""Bytes read at once."""
MOST_MEMORY = 3 << 30
"""Bytes. The search for versions of some 400 packages that had no answer took a third of it."""

_ASKING = re.compile(
    r"^DEBUG (?:No cache entry for|Sending [^:\n]*request for): (https?://\S+)$", re.MULTILINE
)
_LOG_LINES = re.compile(r"^(?:TRACE|DEBUG|INFO|WARN|ERROR) .*\n?", re.MULTILINE)


def without_log(said: str) -> str:
    """What uv said, without its log."""
    return _LOG_LINES.sub("", said)


class Watch:
    """Looks after one run of uv. Called again and again with its process id and what it said."""

    def __init__(self, session: WebSession, cache: Path) -> None:
        self._session, self._cache = session, cache
        self._weights: dict[str, int | None] = {}
        self.unpacked: set[Path] = set()
        """Folders that uv was seen to unpack large wheels in; there still if it was ended."""
        self._heard = 0
        self._since = time.monotonic()
        self._patience = SILENCE
        self._held = 0
        self._found: list[NetworkError] = []

    def __call__(self, pid: int, said: bytes) -> None:
        """Raises NetworkError, ProgramError or UnsafeWheelError where uv should not go on."""
        if written(pid) > UNSUSPICIOUS and (folders := unpacking(pid, self._cache)):
            self.unpacked |= folders
            if wheel := largest(folders):
                self._hold(wheel, said)
        if self._found:
            raise self._found[0]
        now, memory = time.monotonic(), _memory(pid)
        if memory > MOST_MEMORY:
            raise _too_much()
        if len(said) > self._heard:
            self._heard, self._patience = len(said), SILENCE
        elif now - self._since > self._patience or memory - self._held > GROWTH:
            self._patience = LOOK_AGAIN
            for url in _asked(said)[-MOST_LOOKED_AT:]:
                threading.Thread(target=self._look, args=(url,), daemon=True).start()
        else:
            return
        self._since, self._held = now, memory

    def _hold(self, wheel: Unpacked, said: bytes) -> None:
        """Hold a large wheel against what those weigh that uv asked for."""
        for url in _asked(said):
            if url.partition("?")[0].endswith(".whl") and url not in self._weights:
                self._weights[url] = self._weight(url)
        refuse_bomb(wheel, self._weights)

    def _weight(self, url: str) -> int | None:
        """Bytes that the server promises for ``url``; ``None`` where it does not tell."""
        try:
            with self._session.get(url, {}, self._session.patience(attempts=1)) as response:
                return int(response.headers["Content-Length"])
        except (ManylayersError, LookupError, ValueError):
            return None

    def _look(self, url: str) -> None:
        """Whether ``url`` hangs, or is a page that does not end.

        What fails at once is left to uv, which asks again itself.
        """
        began = time.monotonic()
        enough = SLOWEST_BYTES if _is_file(url) else LARGEST_PAGE
        try:
            with self._session.get(url, {}, self._session.patience(attempts=1)) as response:
                came = 0
                for piece in pieces(response, PIECE):
                    came += len(piece)
                    if came > enough:
                        break
            if came > LARGEST_PAGE:
                self._found.append(_endless(url))
        except TooSlowError as error:
            self._found.append(_hangs(url, str(error)))
        except NetworkError as error:
            if time.monotonic() - began >= self._session.timeout:
                self._found.append(error)
        except Exception:  # noqa: BLE001 - a look that fails otherwise tells nothing
            return


def _asked(said: bytes) -> list[str]:
    """The URLs that uv asked for, each once, the last one last."""
    found = _ASKING.findall(said.decode("utf-8", "replace"))
    return [without_login(url) for url in reversed(dict.fromkeys(reversed(found)))]


def _memory(pid: int) -> int:
    """Bytes of the process in memory; 0 where the system does not tell in ``/proc``."""
    try:
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):
        return 0
    import resource

    return int(pages) * resource.getpagesize()


def _hangs(url: str, reason: str) -> NetworkError:
    return NetworkError(
        f"{host_of(url)} is too slow with {asked_for(url)}: {reason}",
        hint="try again later, or ask who runs the index",
    )


def _endless(url: str) -> IndexPageError:
    return IndexPageError(
        f"{host_of(url)} sends more than {LARGEST_PAGE:,} bytes for {asked_for(url)}",
        hint="check that --index-url is the simple API of that host, and ask who runs it",
    )


def _too_much() -> ProgramError:
    return ProgramError(
        f"the resolver was ended at {MOST_MEMORY >> 30} GiB of memory",
        hint="pin the packages that have many versions",
    )


def _is_file(url: str) -> bool:
    return urlsplit(url).path.endswith((".whl", ".metadata", ".tar.gz", ".zip"))
