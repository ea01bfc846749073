"""How two layers or locks differ, as values; their field names are the JSON document's keys."""

from typing import Literal, NamedTuple

from manylayers.layer.difference import PackageFate
from manylayers.layer.file_difference import FileFate
from manylayers.layer.kinds import Kind
from manylayers.layer.verdict import Verdict


class SideReport(NamedTuple):
    """One of the two, ``zip``, ``folder`` or ``lock``. ``None`` is what a lock does not tell."""

    path: str
    kind: Literal["zip", "folder", "lock"]
    packages: int
    files: int | None
    unzipped: int | None
    zip_size: int | None


class PackageChange(NamedTuple):
    """A package that is not as it was; what is ``None`` is not there, or not known.

    ``old_wheel`` and ``new_wheel`` are build number and tags. Sizes are unzipped bytes, between
    two locks those of the wheels. A package added or removed has one on the other side too where
    files of it lie without metadata. ``files`` counts those that are not as they were.
    """

    name: str
    change: PackageFate
    noticeable: bool
    old_version: str | None
    new_version: str | None
    old_wheel: str | None
    new_wheel: str | None
    old_folder: str | None
    new_folder: str | None
    old_size: int | None
    new_size: int | None
    files: int | None


class FileChange(NamedTuple):
    """A file that is not as it was; ``package`` is empty where it belongs to none."""

    path: str
    package: str
    kind: Kind
    change: FileFate
    noticeable: bool
    old_size: int | None
    new_size: int | None


class DiffReport(NamedTuple):
    """What ``diff`` has to say. ``same_bytes`` compares the files themselves.

    ``verdict`` is whether a function can tell the difference: ``same`` is the same content,
    ``unknown`` a lock beside a layer with the same packages. ``because`` says why.
    """

    schema: Literal["manylayers.diff/1"]
    old: SideReport
    new: SideReport
    same_bytes: bool
    verdict: Verdict
    because: tuple[str, ...]
    packages: tuple[PackageChange, ...]
    files: tuple[FileChange, ...]

    @property
    def differs(self) -> bool:
        """Whether anything inside differs; dates and order of a zip do not count."""
        return bool(self.packages or self.files)
