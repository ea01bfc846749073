"""What stories need of the world, as Protocols: real doors have it, and fakes in tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from os import stat_result
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from manylayers.doors.index import ProjectListing
from manylayers.doors.output import WrittenArchive
from manylayers.doors.question import Question
from manylayers.doors.resolve import Answer
from manylayers.doors.store import StoredWheel
from manylayers.doors.store_parts import Part
from manylayers.doors.store_useless import Useless
from manylayers.formats.pins import DistributionFile
from manylayers.formats.pylock import Lock
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.carried import Carried
from manylayers.layer.contents import Layer

if TYPE_CHECKING:  # of a repair alone
    from manylayers.doors.packing import Packed


class Resolves(Protocol):
    """Answers a question, or raises UnresolvableError, NetworkError, OfflineError."""

    def resolve(self, question: Question) -> Answer: ...


class Lists(Protocol):
    """All files of a project on its index, or ProjectNotFoundError; those in folders alone."""

    def listing(self, name: str) -> ProjectListing: ...

    def local(self, name: str) -> tuple[DistributionFile, ...]: ...


class Fetches(Protocol):
    """Brings one file to a path, its hash checked on the way; gives the SHA-256 (hex)."""

    def fetch(
        self,
        file: DistributionFile,
        destination: Path,
        *,
        on_bytes: Callable[[int], None] = ...,
    ) -> str: ...


class Stores(Protocol):
    """Keeps verified wheels by their content."""

    def find(self, sha256: str) -> StoredWheel | None: ...

    def unsure(self, sha256: str) -> Path | None: ...

    def learn(self, facts: WheelFacts) -> StoredWheel: ...

    def partial(self) -> AbstractContextManager[Path]: ...

    def adopt(self, partial: Path, facts: WheelFacts) -> StoredWheel: ...

    def lock(self, key: str) -> AbstractContextManager[object]: ...


class Cares(Protocol):
    """Looks after a store: the same folder, seen as files that may be of no use or damaged."""

    @property
    def folder(self) -> Path: ...

    @property
    def resolver_cache(self) -> Path: ...

    def exists(self) -> bool: ...

    def parts(self) -> tuple[Part, ...]: ...

    def measure(self, path: Path) -> int: ...

    def strangers(self) -> tuple[str, ...]: ...

    def useless(self, older_than: float | None) -> Iterator[Useless]: ...

    def everything(self) -> Iterator[Useless]: ...

    def wheels(self) -> list[Path]: ...

    def pages(self) -> list[Path]: ...

    def readings(self) -> list[Path]: ...

    def digest(self, path: Path) -> str | None: ...

    def facts(self, wheel: Path) -> WheelFacts | None: ...

    def is_known(self, wheel: Path) -> bool: ...

    def is_whole(self, page: Path) -> bool: ...

    def is_sealed(self, reading: Path) -> bool: ...

    def drop(self, path: Path) -> bool: ...

    def drop_seen(self, wheel: Path, seen: stat_result | None) -> bool: ...

    def drop_facts(self, wheel: Path) -> bool: ...

    def is_ours(self) -> bool: ...

    def in_use(self) -> bool: ...

    def take_away(self, path: Path) -> bool: ...

    def close(self) -> None: ...


class Archives(Protocol):
    """Reads wheels with distrust."""

    def verify_wheel(
        self, path: Path, *, filename: str, sha256: str | None = None
    ) -> WheelFacts: ...

    def refuse_bomb(self, path: Path, *, filename: str) -> tuple[str, ...]: ...

    def read_member(self, path: Path, member: WheelMember) -> bytes: ...


class Layers(Protocol):
    """Reads any layer or function, zip or folder."""

    def read_layer(self, path: Path) -> Carried: ...


class Readings(Protocol):
    """Keeps what was read of layers, by the SHA-256 (hex) of the zip."""

    def recall(self, sha256: str) -> bytes | None: ...

    def keep(self, sha256: str, reading: bytes) -> None: ...


class Digests(Protocol):
    """The SHA-256 (hex) of a file; ``None`` for a folder, or what can't be read."""

    def __call__(self, path: Path, /) -> str | None: ...


class Packs(Protocol):
    """Says where the bytes of a layer's files lie, as long as the block lasts."""

    def packed(self, source: Path, carried: Carried) -> AbstractContextManager[Packed]: ...


class Outputs(Protocol):
    """Writes zips and folders whole or not at all."""

    def write_zip(
        self, destination: Path, layer: Layer, wheel_path: Callable[[str], Path]
    ) -> WrittenArchive: ...

    def write_folder(
        self, destination: Path, layer: Layer, wheel_path: Callable[[str], Path]
    ) -> None: ...


class Files(Protocol):
    """Small files of the user's: read whole, or replaced whole."""

    def read(self, path: Path) -> bytes | None: ...

    def write(self, path: Path, content: bytes) -> None: ...


class Locks(Protocol):
    """Reads a PEP 751 lock."""

    def read_lock_file(self, path: Path) -> Lock: ...


class Alike(Protocol):
    """Compares two files byte by byte."""

    def same(self, one: Path, other: Path) -> bool: ...


class Reads(Files, Protocol):
    """Small files, and the SHA-256 (hex) of any; ``None`` for a folder."""

    def sha256(self, path: Path) -> str | None: ...
