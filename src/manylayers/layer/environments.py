"""What a virtual environment has for the machine that it was made on, and no other."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from manylayers.layer.carried import CarriedFile
from manylayers.layer.links import end_of

_INTERPRETER = re.compile(r"(?:.*/)?bin/python[^/]*")
_MARK = "pyvenv.cfg"


def is_interpreter(path: str) -> bool:
    """Whether it is called as the Python of a virtual environment is, which nobody calls there."""
    return bool(_INTERPRETER.fullmatch(path))


def left_behind(by_path: Mapping[str, CarriedFile]) -> Iterator[str]:
    """Links to a Python that is not in the layer, and ``lib64``, which is ``lib`` once more."""
    for path, file in by_path.items():
        if file.link and is_interpreter(path) and end_of(path, by_path).file is None:
            yield path
    for path in by_path:
        if path == _MARK or path.endswith(f"/{_MARK}"):
            yield from _lib64(path.removesuffix(_MARK), by_path)


def _lib64(top: str, by_path: Mapping[str, CarriedFile]) -> Iterator[str]:
    """The link; or the copies of files that ``zip`` makes of it where it follows links."""
    for path, file in by_path.items():
        if path == f"{top}lib64" and file.link == "lib":
            yield path
        elif path.startswith(f"{top}lib64/"):
            other = by_path.get(f"{top}lib/{path.removeprefix(f'{top}lib64/')}")
            if other and (other.sha256, other.link) == (file.sha256, file.link):
                yield path
