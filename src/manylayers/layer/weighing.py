"""What weighs how much: the bytes of each distribution in layers that somebody made."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # a warm build weighs no layer
    from manylayers.layer.carried import Carried


def package_sizes(every: Iterable[Carried]) -> list[tuple[str, int]]:
    """Names of distributions with the bytes of the files that their RECORDs list, all copies."""
    sizes: dict[str, int] = {}
    for carried in every:
        by_path = {file.path: file.size for file in carried.files}
        for one in carried.distributions:
            listed = sum(by_path.get(path, 0) for path in one.files or ())
            sizes[one.name] = sizes.get(one.name, 0) + listed
    return list(sizes.items())
