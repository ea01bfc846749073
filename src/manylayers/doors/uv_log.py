"""uv's log, read as it grows: what it asks for, and which wheels it takes whole to look into them.

Where an index tells a wheel's hash, uv reads its metadata beside it, or from its end, for which it
sends a HEAD first. Of a wheel without one it makes the hash itself: it is got whole, and unpacked
on the way. uv's wording is no interface: a change of it shows in `tests/doors/test_uv_watch.py`.
"""

from __future__ import annotations

import re

from manylayers.hands.urls import without_login

LOG = "uv_client=debug"
"""What ``RUST_LOG`` says to uv, so that it tells what it asks for."""

_ASKING = re.compile(
    r"^DEBUG (?:No cache entry for|Sending [^:\n]*request for): (https?://\S+)$", re.MULTILINE
)
_WHEELS = re.compile(
    r"^DEBUG (Sending fresh HEAD|Sending fresh GET|Found modified)"
    r" (?:request|response) for: (https?://[^\s?#]+\.whl(?:[?#]\S*)?)$",
    re.MULTILINE,
)
_ENDLESS = re.compile(r"(?<!\S)(\S{2000})\S+(\S{2})")
"""Words beyond the longest path or URL: names that somebody made so, twice in what uv says."""
_LINES = re.compile(r"^(?:TRACE|DEBUG|INFO|WARN|ERROR) .*\n?", re.MULTILINE)


def without_log(said: str) -> str:
    """What uv said, without its log, and without the rest of words that have no end."""
    return _ENDLESS.sub(r"\1…\2", _LINES.sub("", said))


def asked(said: bytes) -> list[str]:
    """The URLs that uv asked for, each once, the last one last."""
    found = _ASKING.findall(said.decode("utf-8", "replace"))
    return [without_login(url) for url in reversed(dict.fromkeys(reversed(found)))]


class Wheels:
    """The wheels that uv asks for, by what it has said so far."""

    def __init__(self) -> None:
        self._read = 0
        self._ends: set[str] = set()
        self._begun: dict[str, bool] = {}
        self._asked: dict[str, None] = {}

    def whole(self, said: bytes, *, unpacks: bool) -> list[str]:
        """URLs of those that it gets whole, without credentials; queries are masked by uv.

        An answer that differs from the one uv has kept may be to a HEAD as well: it counts where
        uv ``unpacks`` something.
        """
        end = said.rfind(b"\n") + 1
        for what, url in _WHEELS.findall(said[self._read : end].decode("utf-8", "replace")):
            self._asked[url] = None
            if what.endswith("HEAD"):
                self._ends.add(url)
            else:
                self._begun[url] = self._begun.get(url, False) or what.endswith("GET")
        self._read = max(self._read, end)
        return [
            without_login(url)
            for url, surely in self._begun.items()
            if url not in self._ends and (surely or unpacks)
        ]

    def last(self, most: int) -> list[str]:
        """URLs of those it asked for last, be it for their end alone."""
        return [without_login(url) for url in list(self._asked)[-most:]]
