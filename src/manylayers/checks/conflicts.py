"""C402 to C405: layers, function and runtime merged, and what hides or spoils what."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby
from operator import itemgetter
from typing import NamedTuple

from manylayers.checks.finding import Finding
from manylayers.checks.namespaces import extends
from manylayers.checks.scene import Scene
from manylayers.checks.wording import count, place, some
from manylayers.facts.tables import sdk
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.merging import Installed, first_of_each, installed, merged
from manylayers.layer.requirements import Need, needs
from manylayers.layer.runtime_packages import CORE, URLLIB3_2_SINCE
from manylayers.layer.searching import roots, top_names


def overwritten(scene: Scene) -> Iterator[Finding]:
    """C402: of two layers with one path the later one's file stays, and its bytes are others."""
    for earlier, later in combinations(scene.layers, 2):
        before, after = _owners(earlier), _owners(later)
        lost = [
            path
            for path in _clashes(earlier, later)
            if before.get(path, set()).isdisjoint(after.get(path, set()))
        ]
        if lost:
            yield Finding(
                code="C402",
                severity="warning",
                place=place(scene, later, lost[0]),
                message=f"{later.label} overwrites {count(len(lost), 'file')} of {earlier.label} "
                f"with other content: {some(lost)}",
                remedy="build one layer of both, or leave the package out of one",
            )


def _clashes(earlier: Carried, later: Carried) -> list[str]:
    before = {file.path: file for file in earlier.files}
    return [
        file.path
        for file in later.files
        if (other := before.get(file.path))
        and _differ(other, file)
        and not _is_record_keeping(file.path)
    ]


def _differ(one: CarriedFile, other: CarriedFile) -> bool:
    return (one.sha256, one.link) != (other.sha256, other.link)


def _is_record_keeping(path: str) -> bool:
    return ".dist-info/" in path or ".egg-info/" in path or path.endswith(".pyc")


def _owners(carried: Carried) -> dict[str, set[str]]:
    """The names of the distributions that say a path is theirs."""
    owners: dict[str, set[str]] = {}
    for one in carried.distributions:
        for path in one.files or ():
            owners.setdefault(path, set()).add(one.name)
    return owners


def _installed(scene: Scene) -> tuple[Installed, ...]:
    return installed(scene.target, scene.layers, scene.function)


def two_versions(scene: Scene) -> Iterator[Finding]:
    """C403: one distribution in two versions: the first on ``sys.path`` is taken, and warns none.

    An error between layers, which nobody orders on purpose; a warning where a function brings its
    own, and for what an installer left behind in one folder.
    """
    every = sorted(_installed(scene), key=lambda found: found.name)
    for name, group in groupby(every, key=lambda found: found.name):
        first, *others = group
        other = next((found for found in others if found.version != first.version), None)
        if other is not None:
            yield _two_versions(scene, name, first, other)


def _two_versions(scene: Scene, name: str, first: Installed, other: Installed) -> Finding:
    between_layers = first.carried is not other.carried and bool(first.root)
    where = _left_behind(first, other)
    if first.root != other.root:
        where = f"{_whose(first)} is found first, since sys.path has its folder first"
    return Finding(
        code="C403",
        severity="error" if between_layers else "warning",
        place=place(scene, first.carried, first.distribution.dist_info),
        message=f"{name} is there in two versions, {first.version} in {_whose(first)} and "
        f"{other.version} in {_whose(other)}; {where}",
        remedy=_one_version(name, first, other),
    )


def _one_version(name: str, first: Installed, other: Installed) -> str:
    if first.carried is other.carried:
        return f"build {first.carried.label} anew, with one {name}"
    return f"build one layer of both, or ask for {name}=={first.version} in both"


def _whose(found: Installed) -> str:
    folder = found.root.rstrip("/") or "its root"
    return f"{found.carried.label} ({folder})"


def _left_behind(first: Installed, other: Installed) -> str:
    if first.carried is other.carried:
        return "an upgrade over what was there leaves such a mixture"
    return f"both lie in one folder, files of {first.carried.label} stayed"


def spoilt(scene: Scene) -> Iterator[Finding]:
    """C404: a package half overwritten by another version, or split over two folders."""
    for earlier, later in combinations(scene.layers, 2):
        names = {one.name for one in earlier.distributions}
        for name in sorted(names & {one.name for one in later.distributions}):
            yield from _half_overwritten(scene, name, earlier, later)
    yield from _split(scene)


def _half_overwritten(
    scene: Scene, name: str, earlier: Carried, later: Carried
) -> Iterator[Finding]:
    before, after = _files_of(name, earlier), _files_of(name, later)
    if not before or not after:
        return
    lost = [
        path for path, file in before.items() if path in after and after[path].sha256 != file.sha256
    ]
    left = [path for path in before if path not in after]
    if lost and left:
        yield Finding(
            code="C404",
            severity="error",
            place=place(scene, later, lost[0]),
            message=f"{name} of {earlier.label} is half overwritten by that of {later.label}: "
            f"{count(len(lost), 'file')} replaced, {count(len(left), 'file')} left, "
            f"for example {left[0]}",
            remedy=f"build one layer of both, or ask for one version of {name} in both",
        )


def _files_of(name: str, carried: Carried) -> dict[str, CarriedFile]:
    own = {path for one in carried.distributions if one.name == name for path in one.files or ()}
    return {
        file.path: file
        for file in carried.files
        if file.path in own and not _is_record_keeping(file.path)
    }


class _Searched(NamedTuple):
    """A folder of ``sys.path``, and the modules of each name in it by their place from there."""

    root: str
    names: Mapping[str, Mapping[str, Carried]]


def _split(scene: Scene) -> Iterator[Finding]:
    """What is found first ends the search: of its package, no part in a later folder is found."""
    for first, later in combinations(_searched(scene), 2):
        twice = {found.name for found in _installed(scene) if found.root == first.root}
        for name in sorted(first.names.keys() & later.names.keys() - {"lib"}):
            seen = first.names[name]
            hidden = {path: of for path, of in later.names[name].items() if path not in seen}
            ending = _ending(name, seen, hidden)
            if not ending or extends(first.root + ending, seen[ending]):
                continue
            path, carried = min(hidden.items(), key=itemgetter(0))
            owners = _owners(carried).get(later.root + path, set())
            if twice.isdisjoint(owners):  # else C403 is about both
                hiding = place(scene, seen[ending], first.root + ending)
                paths = [later.root + one for one in sorted(hidden)]
                certain = bool(owners) and ending == f"{name}.py"
                finding = _split_finding(hiding, place(scene, carried, paths[0]), paths)
                yield finding._replace(severity="error") if certain else finding


def _searched(scene: Scene) -> Iterator[_Searched]:
    """The folders in their order: the function's own, then those of the layers."""
    if scene.function:
        own = ((file.path, scene.function) for file in scene.function.files)
        yield _folder("", dict(own))
    paths = {str(path): found.carried for path, found in merged(scene.layers).items()}
    for root in roots(scene.target):
        yield _folder(root, paths)


def _folder(root: str, paths: Mapping[str, Carried]) -> _Searched:
    names = top_names(paths, root).items()
    return _Searched(
        root, {name: {one.removeprefix(root): paths[one] for one in those} for name, those in names}
    )


def _ending(name: str, seen: Collection[str], hidden: Collection[str]) -> str:
    """What ends the search for ``name`` too early: its package, or a module instead of one."""
    if hidden and f"{name}/__init__.py" in seen:
        return f"{name}/__init__.py"
    return f"{name}.py" if f"{name}.py" in seen and f"{name}/__init__.py" in hidden else ""


def _split_finding(hiding: str, where: str, hidden: Sequence[str]) -> Finding:
    return Finding(
        code="C404",
        severity="warning",
        place=where,
        message=f"{hiding} is found first and ends the search for that name, so "
        f"{count(len(hidden), 'module')} of it in another folder can not be imported: "
        f"{some(hidden)}",
        remedy="put all parts of the package into one folder, or rename what is another's",
    )


def mixed_sdk(scene: Scene) -> Iterator[Finding]:
    """C405: a part of the AWS SDK that meets the other part in the runtime."""
    there = first_of_each(_installed(scene))
    core = {name: there[name] for name in sorted(CORE & there.keys())}
    if core and "botocore" not in core:
        yield _mixed(scene, core, "botocore")
    elif core and "boto3" not in core:
        yield _mixed(scene, core, "boto3")
    elif not core and "urllib3" in there:
        yield from _newer_urllib3(scene, there["urllib3"])


def _newer_urllib3(scene: Scene, found: Installed) -> Iterator[Finding]:
    """The botocore of old Pythons' runtimes asks for urllib3 1, and finds the layer's first.

    Imported on Python 3.9 with urllib3 2.6.3: 1.29.100 fails, 1.29.136 to 1.42.97 work. All that
    runtimes have by now is newer.
    """
    if scene.target.facts.python < URLLIB3_2_SINCE and not found.version.startswith("1."):
        yield Finding(
            code="C405",
            severity="note",
            place=place(scene, found.carried, found.distribution.dist_info),
            message=f"{found} is in {found.carried.label}, and the botocore of "
            f"{scene.target.runtime} asks for urllib3<1.27; only those before 1.29.136 fail with 2",
            remedy="ask for urllib3<2, or add boto3, to be sure",
        )


def _mixed(scene: Scene, core: Mapping[str, Installed], missing: str) -> Finding:
    name, found = next(iter(core.items()))
    seen = sdk().seen.get(scene.target.facts.python)
    told = f" ({seen} was seen there)" if seen else ""
    return Finding(
        code="C405",
        severity="warning",
        place=place(scene, found.carried, found.distribution.dist_info),
        message=f"{found} is in {found.carried.label} and {missing} is not: {missing} comes from "
        f"the runtime{told}, while this {name} is found before the runtime's own, since "
        f"{_where(found)} comes before /var/runtime"
        f"{_whether_it_fits(scene, found, missing, seen)}",
        remedy=f"name {missing} too where {found.carried.label} is built, or add --exclude-runtime "
        "there, which leaves all of the SDK to the runtime",
    )


def _where(found: Installed) -> str:
    return f"/opt/{found.root}".removesuffix("/") if found.root else "/var/task"


def _whether_it_fits(scene: Scene, found: Installed, missing: str, seen: str | None) -> str:
    need = _need(needs(found.distribution.requires, scene.target), missing)
    if need is None or seen is None:
        return ""
    fits = "meets" if need.met_by(seen) else "does not meet"
    return f"; the one seen {fits} {found.name}'s {need.text}"


def _need(every: Iterable[Need], name: str) -> Need | None:
    return next((need for need in every if need.name == name), None)
