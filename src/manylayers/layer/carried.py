"""What a layer or a function's zip carries, whoever made it: what checks look at.

A plan becomes one before a byte is written, and any zip or folder when it is read; a check sees no
difference.
"""

from typing import NamedTuple

from manylayers.formats.native import NativeFacts
from manylayers.layer.contents import LayerPath


class CarriedFile(NamedTuple):
    """One file, or a link, at its path under ``/opt``; for a function under ``/var/task``.

    ``sha256`` is of its bytes, as RECORD writes it (URL-safe base64 without padding). ``mode`` has
    type and permission bits as ``os.stat`` gives them, 0 where the archive has none for this
    system. ``link`` is where a symbolic link points to, else empty. ``content`` is kept of the
    few small files that checks read (``KEPT``), else empty; of bytecode the first 16 bytes.
    """

    path: LayerPath
    size: int
    sha256: str
    mode: int
    link: str = ""
    native: NativeFacts | None = None
    content: bytes = b""


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
    are sentences about the archive itself that harm nobody.
    """

    label: str
    files: tuple[CarriedFile, ...]
    distributions: tuple[CarriedDistribution, ...]
    packed: int | None = None
    oddities: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        """Unzipped bytes, as Lambda counts them against its limit."""
        return sum(file.size for file in self.files)
