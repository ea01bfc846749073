"""A plan as what it will carry once it is written: what checks look at before that."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any

from manylayers.formats.wheel import WheelMember
from manylayers.formats.zip_writing import FILE_MODE, PROGRAM_MODE
from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile, kept_bytes
from manylayers.layer.contents import Copied, LayerPath, Written
from manylayers.layer.plan import Plan
from manylayers.layer.spread import digest

TEXTS = (".pth", ".pyc")
"""Files of which checks read something, apart from metadata, which is known already."""


def carried_plan(plan: Plan, label: str, read: Callable[[str, WheelMember], bytes]) -> Carried:
    """What the layer will carry; ``read`` is called for the rare files whose text checks read."""
    entries = plan.layer.entries
    plain = [entry for entry in entries if isinstance(entry, Copied)]
    files = _copied(plain)
    if len(plain) < len(entries):
        written = [_written(entry) for entry in entries if isinstance(entry, Written)]
        files = sorted(files + written, key=itemgetter(0))
    return Carried(
        label=label,
        files=tuple(_with_texts(files, plain, read)),
        distributions=tuple(_distributions(plan, files)),
    )


_new_file: Any = partial(tuple.__new__, CarriedFile)


def _copied(entries: Sequence[Copied]) -> list[CarriedFile]:
    """A file for each, column by column: a warm build comes by here with thousands of them."""
    members = [entry.member for entry in entries]
    modes = [PROGRAM_MODE if member.executable else FILE_MODE for member in members]
    sizes, hashes, natives = (map(itemgetter(place), members) for place in (3, 7, 8))
    paths = map(itemgetter(0), entries)
    rows = zip(paths, sizes, hashes, modes, repeat(""), natives, repeat(b""))
    return list(map(_new_file, rows))


def _written(entry: Written) -> CarriedFile:
    return CarriedFile(
        path=entry.path,
        size=entry.size,
        sha256=digest(entry),
        mode=PROGRAM_MODE if entry.executable else FILE_MODE,
        content=entry.content[: kept_bytes(entry.path)],
    )


def _with_texts(
    files: Iterable[CarriedFile],
    entries: Iterable[Copied],
    read: Callable[[str, WheelMember], bytes],
) -> Iterable[CarriedFile]:
    """``files`` with the content of those that checks read."""
    texts = {entry.path: entry for entry in entries if entry.path.endswith(TEXTS)}
    if not texts:
        return files
    return [
        file._replace(content=read(source.wheel, source.member)[: kept_bytes(file.path)])
        if (source := texts.get(file.path))
        else file
        for file in files
    ]


def _distributions(plan: Plan, files: Iterable[CarriedFile]) -> Iterator[CarriedDistribution]:
    """Every distribution as often as it lies in the layer, with the files that its RECORD lists."""
    owned: dict[str, dict[LayerPath, str]] = {package.facts.name: {} for package in plan.packages}
    for entry, file in zip(plan.layer.entries, files, strict=True):
        owned[entry.distribution][file.path] = file.sha256
    for package in plan.packages:
        facts = package.facts
        listed = owned[facts.name]
        sites = {f"{target.site_packages}/" for target in package.targets} | {"python/", ""}
        for site in sorted(sites):
            if f"{site}{facts.dist_info}/RECORD" in listed:
                yield CarriedDistribution(
                    name=facts.name,
                    version=facts.version,
                    dist_info=LayerPath(f"{site}{facts.dist_info}"),
                    requires=facts.requires,
                    requires_python=facts.requires_python,
                    files=listed,
                )
