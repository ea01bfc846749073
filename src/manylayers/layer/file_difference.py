"""Whether a file is as it was, and whether a function can tell.

What neither Python nor a function looks at may differ unnoticed: what installers note in
``.dist-info``, and bytecode that lies beside its source, which is taken for what its source says.
"""

import re
from collections.abc import Container, Mapping
from typing import Literal, NamedTuple

from manylayers.layer.carried import CarriedFile
from manylayers.layer.kinds import Kind, is_metadata, kind_of
from manylayers.layer.shares import source_of

FileFate = Literal["added", "removed", "changed", "mode"]
Files = Mapping[str, CarriedFile]

_IMPORTED = re.compile(r"\.(?:pyi?|pyc|so(?:\.\d+)*)$")
"""Nobody runs these as programs; some installers mark them as such, some do not."""
_ASKED = ("METADATA", "PKG-INFO", "entry_points.txt")
"""What `importlib.metadata` answers from; the rest of a ``.dist-info`` is for installers."""


class FileDifference(NamedTuple):
    """One path that is not as it was; ``package`` is empty where it is no distribution's.

    ``mode`` says that only permissions differ. ``old`` and ``new`` are bytes, ``None`` where it
    is not there.
    """

    path: str
    package: str
    kind: Kind
    fate: FileFate
    old: int | None
    new: int | None
    noticeable: bool


def compare_file(
    path: str, before: Files, after: Files, *, package: str, described: Container[str]
) -> FileDifference | None:
    """What became of ``path``, where it would be now; ``None`` where it is as it was.

    A file that is gone is told where it was. ``described`` are METADATA files that answer the
    same as before.
    """
    old, new = before.get(path), after.get(path)
    fate, some = _fate(old, new), new or old
    if fate is None or some is None:
        return None
    return FileDifference(
        path=some.path,
        package=package,
        kind=kind_of(some),
        fate=fate,
        old=old.size if old else None,
        new=new.size if new else None,
        noticeable=fate == "mode" or (path not in described and _matters(path, before, after)),
    )


def _fate(old: CarriedFile | None, new: CarriedFile | None) -> FileFate | None:
    if old is None or new is None:
        return "added" if old is None else "removed"
    if (old.sha256, old.size, old.link) != (new.sha256, new.size, new.link):
        return "changed"
    return "mode" if _access(old) != _access(new) else None


def _access(file: CarriedFile) -> tuple[bool, bool]:
    """Whether Lambda's user may read the file, and may run it where it is something to run."""
    if not file.mode:
        return True, False
    runs = bool(file.mode & 0o001) and not _IMPORTED.search(file.path)
    return bool(file.mode & 0o004), runs and not is_metadata(file.path)


def _matters(path: str, before: Files, after: Files) -> bool:
    if is_metadata(path):
        return path.rpartition("/")[2] in _ASKED
    if source_of(path) != path:
        return False
    source = path.removesuffix("c")
    return not (path.endswith(".pyc") and source in before and source in after)
