"""Looking after uv while it works: what an index can't make it do is to hang, or to fill memory.

uv has a timeout between bytes, four attempts and no limit of size. So its log is read along: where
nothing new comes, what it asked for last is asked for once more, by our own session, which knows
how slow is too slow. Only where that hangs too is uv ended.
"""

from __future__ import annotations

import re
import threading
import time
from pathlib import Path

from manylayers.errors import NetworkError
from manylayers.errors.places import IndexPageError
from manylayers.hands.urls import asked_for, host_of, without_credentials
from manylayers.hands.web import SLOWEST_BYTES, TooSlowError, WebSession, pieces

LOG = "uv_client=debug"
"""What ``RUST_LOG`` says to uv, so that it tells what it asks for."""
SILENCE = 4.0
"""Seconds without a new line in the log; whole resolutions take less."""
LOOK_AGAIN = 30.0
MOST_LOOKED_AT = 4
"""URLs asked for anew at a time: uv asks for many at once, the last ones are under way."""
MOST_MEMORY = 320 << 20
"""Bytes. A resolution of 150 packages takes 110 MB; a page without end takes all there is."""

_ASKING = re.compile(
    r"^DEBUG (?:No cache entry for|Sending [^:\n]*request for): (https?://\S+)$", re.MULTILINE
)
_LOG_LINES = re.compile(r"^(?:TRACE|DEBUG|INFO|WARN|ERROR) .*\n?", re.MULTILINE)


def without_log(said: str) -> str:
    """What uv said, without its log."""
    return _LOG_LINES.sub("", said)


class Watch:
    """Looks after one run of uv. Called again and again with its process id and what it said."""

    def __init__(self, session: WebSession) -> None:
        self._session = session
        self._heard = 0
        self._since = time.monotonic()
        self._patience = SILENCE
        self._found: list[NetworkError] = []

    def __call__(self, pid: int, said: bytes) -> None:
        """Raises NetworkError or IndexPageError where uv should not go on."""
        if _memory(pid) > MOST_MEMORY:
            raise _too_much(_asked(said))
        if self._found:
            raise self._found[0]
        now = time.monotonic()
        if len(said) > self._heard:
            self._heard, self._since, self._patience = len(said), now, SILENCE
        elif now - self._since > self._patience:
            self._since, self._patience = now, LOOK_AGAIN
            for url in _asked(said)[-MOST_LOOKED_AT:]:
                threading.Thread(target=self._look, args=(url,), daemon=True).start()

    def _look(self, url: str) -> None:
        """Whether ``url`` hangs. What fails at once is left to uv, which asks again itself."""
        began = time.monotonic()
        try:
            with self._session.get(url, {}, self._session.patience(attempts=1)) as response:
                came = 0
                for piece in pieces(response, SLOWEST_BYTES):
                    came += len(piece)
                    if came > SLOWEST_BYTES:
                        break
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
    return [without_credentials(url) for url in reversed(dict.fromkeys(reversed(found)))]


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


def _too_much(asked: list[str]) -> IndexPageError:
    what = f"{host_of(asked[-1])} sends for {asked_for(asked[-1])}" if asked else "the index sends"
    return IndexPageError(
        f"the resolver was ended at {MOST_MEMORY >> 20} MiB of memory: what {what} has no end",
        hint="check that --index-url is the simple API of that host, and ask who runs it",
    )
