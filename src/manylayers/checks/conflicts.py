"""C402 to C405: layers, function and runtime merged, and what hides or spoils what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, groupby

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import count, place, some
from manylayers.facts.tables import sdk
from manylayers.layer.carried import Carried, CarriedFile
from manylayers.layer.contents import LayerPath
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


def _split(scene: Scene) -> Iterator[Finding]:
    """A package with ``__init__.py`` ends the search: what lies in a later folder is not found."""
    paths = merged(scene.layers)
    site, shared = roots(scene.target)
    first, second = top_names(paths, site), top_names(paths, shared)
    twice = {found.name for found in _installed(scene) if found.root == site}
    for name in sorted(first.keys() & second.keys() - {"lib"}):
        seen = {path.removeprefix(site) for path in first[name]}
        hidden = sorted(path for path in second[name] if path.removeprefix(shared) not in seen)
        if f"{name}/__init__.py" in seen and hidden:
            carried = paths[LayerPath(hidden[0])].carried
            if twice.isdisjoint(_owners(carried).get(hidden[0], ())):  # else C403 is about both
                yield _split_finding(scene, carried, f"{site}{name}", hidden)


def _split_finding(scene: Scene, carried: Carried, hiding: str, hidden: Sequence[str]) -> Finding:
    return Finding(
        code="C404",
        severity="warning",
        place=place(scene, carried, hidden[0]),
        message=f"{hiding}/__init__.py ends the search for that package, so "
        f"{count(len(hidden), 'module')} of it in another folder can not be imported: "
        f"{some(hidden)}",
        remedy="put all parts of the package into one folder",
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
    """The botocore of old Pythons' runtimes asks for urllib3 1, and finds the layer's first."""
    if scene.target.facts.python < URLLIB3_2_SINCE and not found.version.startswith("1."):
        yield Finding(
            code="C405",
            severity="warning",
            place=place(scene, found.carried, found.distribution.dist_info),
            message=f"{found} is in {found.carried.label}, and the botocore of "
            f"{scene.target.runtime} needs urllib3<1.27 (cannot import name 'DEFAULT_CIPHERS')",
            remedy="ask for urllib3<2, or add boto3",
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
