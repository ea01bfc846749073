"""What a layer or a function's zip carries, whoever made it: what checks look at.

A plan becomes one before a byte is written, and any zip or folder when it is read; a check sees no
difference.
"""

from typing import NamedTuple

from manylayers.formats.native import NativeFacts
from manylayers.formats.wheel import LARGEST_METADATA
from manylayers.layer.contents import LayerPath

MOST_KEPT = 64 << 20
"""Bytes that are kept of one layer in all; of more, only the first files'."""
LARGEST_SCRIPT = 64 << 10
"""Bytes. A wrapper at the root of a layer has some hundred."""
BYTECODE_HEAD = 16
"""Bytes: magic number, flags, time and size of the source (PEP 552)."""


def kept_bytes(path: str) -> int:
    """How much of the file at ``path`` is kept as its content, 0 for nearly all."""
    folder, _, name = path.rpartition("/")
    if name.endswith(".pyc"):
        return BYTECODE_HEAD
    if folder.endswith((".dist-info", ".egg-info")):
        return LARGEST_METADATA if name in METADATA_NAMES else 0
    if name.endswith(".pth"):
        return LARGEST_METADATA
    return 0 if folder else LARGEST_SCRIPT


METADATA_NAMES = frozenset({"METADATA", "RECORD", "WHEEL", "PKG-INFO", "top_level.txt"})


class CarriedFile(NamedTuple):
    """One file, or a link, at its path under ``/opt``; for a function under ``/var/task``.

    ``sha256`` is of its bytes, as RECORD writes it (URL-safe base64 without padding). ``mode`` has
    type and permission bits as ``os.stat`` gives them, 0 where the archive has none for this
    system. ``link`` is where a symbolic link points to, else empty. ``content`` is kept of the
    few small files that checks read (``kept_bytes``), else empty.
    """

    path: LayerPath
    size: int
    sha256: str
    mode: int
    link: str = ""
    native: NativeFacts | None = None
    content: bytes = b""


class CarriedFolder(NamedTuple):
    """A folder that the archive has as a member of its own; ``mode`` as a file has it."""

    path: LayerPath
    mode: int


def is_program(path: str, file: CarriedFile) -> bool:
    """Whether ``file`` at ``path`` of a layer is there to be run, by what Lambda does with it.

    Each file right in ``extensions/`` is started, ``bin/`` is on the ``PATH`` of every function,
    and a script at the root is a wrapper, unless it is called like a source (``setup.py``).
    Scripts in ``bin/`` are mostly launchers, which pip puts there and no function calls.
    """
    folder, _, name = path.rpartition("/")
    if not folder:
        return file.content.startswith(b"#!") and "." not in name
    return folder == "extensions" or (folder == "bin" and file.native is not None)


class CarriedDistribution(NamedTuple):
    """An installed distribution, by the ``.dist-info`` folder at ``dist_info``.

    ``name`` is normalized. ``files`` maps the paths that its RECORD lists to the hashes there,
    empty strings where it gives none; ``None`` without a RECORD.
    """

    name: str
    version: str
    dist_info: LayerPath
    requires: tuple[str, ...] = ()
    requires_python: str | None = None
    files: dict[LayerPath, str] | None = None


class Carried(NamedTuple):
    """One layer or function. ``label`` is how the user named it; ``files`` are sorted by path.

    ``packed`` is the size of the zip in bytes, ``None`` for a folder and for a plan. ``oddities``
    are sentences about the archive itself that harm nobody. ``folders`` are those it names.
    """

    label: str
    files: tuple[CarriedFile, ...]
    distributions: tuple[CarriedDistribution, ...]
    packed: int | None = None
    oddities: tuple[str, ...] = ()
    folders: tuple[CarriedFolder, ...] = ()

    @property
    def size(self) -> int:
        """Unzipped bytes, as Lambda counts them against its limit."""
        return sum(file.size for file in self.files)
