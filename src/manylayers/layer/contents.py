"""The files of a layer, by their path under ``/opt``, and where each comes from."""

from collections.abc import Iterable
from typing import NamedTuple, NewType

from manylayers.formats.wheel import WheelMember

LayerPath = NewType("LayerPath", str)
"""A path under ``/opt``: POSIX separators, relative, on every host."""


class Copied(NamedTuple):
    """A file whose deflated bytes are taken over from a wheel as they are.

    ``wheel`` is the SHA-256 (hex) of the wheel file, ``distribution`` its normalized name.
    """

    path: LayerPath
    wheel: str
    distribution: str
    member: WheelMember

    @property
    def size(self) -> int:
        """Bytes when unzipped."""
        return self.member.size

    @property
    def executable(self) -> bool:
        return self.member.executable


class Written(NamedTuple):
    """A file whose bytes we make: a RECORD that had to change, a script with a new shebang."""

    path: LayerPath
    distribution: str
    content: bytes
    executable: bool = False

    @property
    def size(self) -> int:
        """Bytes when unzipped."""
        return len(self.content)


Entry = Copied | Written


class LeftOut(NamedTuple):
    """A file, or a package of ``files``, that a rule kept out. ``size`` is unzipped bytes."""

    what: str
    distribution: str
    rule: str
    reason: str
    size: int = 0
    files: int = 1


class Layer(NamedTuple):
    """The files of one layer, sorted by path; no two have the same path."""

    entries: tuple[Entry, ...]

    @property
    def size(self) -> int:
        """Unzipped bytes, as Lambda counts them against its limit."""
        return unzipped_size(self.entries)


def unzipped_size(entries: Iterable[Entry]) -> int:
    """Bytes of all ``entries`` when unzipped."""
    return sum(
        [one.member.size if isinstance(one, Copied) else len(one.content) for one in entries]
    )
