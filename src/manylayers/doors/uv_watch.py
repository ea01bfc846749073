"""Looking after uv while it works: what an index can't make it do is to hang, or to fill memory.

uv has a timeout between bytes, four attempts and no limit of size. So its log is read along: where
nothing new comes, or memory grows meanwhile, what it asked for last is asked for once more, by our
own session, which knows how slow is too slow, and how large too large. Only where that is so is uv
ended: a long search for versions is silent too, and may take a gigabyte. It is ended as well where
it gets a wheel whole that we have not looked into, and where one unpacks to more than it may.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit

from manylayers.doors.uv_log import Wheels, asked
from manylayers.doors.uv_unpacking import largest, refuse_bomb, unpacking, written
from manylayers.errors import NetworkError
from manylayers.errors.places import IndexPageError, ProgramError
from manylayers.formats.kept_page import LARGEST_PAGE
from manylayers.formats.zip_records import UNSUSPICIOUS
from manylayers.hands.urls import asked_for, host_of
from manylayers.hands.web import SLOWEST_BYTES, TooSlowError, WebSession, pieces

SILENCE = 4.0
"""Seconds without a new line in the log; whole resolutions take less."""
LOOK_AGAIN = 30.0
MOST_LOOKED_AT = 16
"""URLs asked for anew at a time: uv asks for many at once, the last ones are under way."""
GROWTH = 96 << 20
"""Bytes more in memory since the last line of the log: more than the largest page takes."""
WHEEL_GROWTH = 24 << 20
"""The same where wheels are read: the metadata of the index have some 200 kB at most."""
PIECE = 1 << 20
"""Bytes read at once."""
MOST_MEMORY = 3 << 30
"""Bytes. The search for versions of some 400 packages that had no answer took a third of it."""


class UnseenWheelsError(Exception):
    """uv was about to unpack the wheels at ``urls``, which nobody has looked into."""

    def __init__(self, urls: list[str]) -> None:
        super().__init__(*urls)
        self.urls = urls


class Watch:
    """Looks after one run of uv. Called again and again with its process id and what it said."""

    def __init__(
        self, session: WebSession, cache: Path, seen: Mapping[str, int | None] | None = None
    ) -> None:
        """``seen`` are the wheels that were looked into: their bytes by URL, as the log has it."""
        self._session, self._cache = session, cache
        self._seen = {} if seen is None else seen
        self._wheels = Wheels()
        self._heard = 0
        self._since = time.monotonic()
        self._patience = SILENCE
        self._held = 0
        self._found: list[NetworkError] = []

    def __call__(self, pid: int, said: bytes) -> None:
        """Raises NetworkError, ProgramError, UnsafeWheelError or UnseenWheelsError to end uv."""
        now, memory = time.monotonic(), _memory(pid)
        self._hold_wheels(pid, said, grown=memory - self._held)
        if self._found:
            raise self._found[0]
        if memory > MOST_MEMORY:
            raise _too_much()
        if len(said) > self._heard:
            self._heard, self._patience = len(said), SILENCE
        elif now - self._since > self._patience or memory - self._held > GROWTH:
            self._patience = LOOK_AGAIN
            for url in asked(said)[-MOST_LOOKED_AT:]:
                threading.Thread(target=self._look, args=(url,), daemon=True).start()
        else:
            return
        self._since, self._held = now, memory

    def _hold_wheels(self, pid: int, said: bytes, *, grown: int) -> None:
        folders = unpacking(pid, self._cache)
        whole = self._wheels.whole(said, unpacks=bool(folders))
        swelling = self._wheels.last(MOST_LOOKED_AT) if grown > WHEEL_GROWTH else []
        if unseen := [url for url in dict.fromkeys(whole + swelling) if url not in self._seen]:
            raise UnseenWheelsError(unseen)
        if written(pid) > UNSUSPICIOUS and (wheel := largest(folders)):
            refuse_bomb(wheel, {url: self._seen[url] for url in whole})

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
    """Whether it may be large: metadata is held to what a page may have."""
    return urlsplit(url).path.endswith((".whl", ".tar.gz", ".zip"))
