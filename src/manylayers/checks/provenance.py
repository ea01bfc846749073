"""P: whether the files are those that were installed, by the RECORD of each distribution."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from manylayers.checks.finding import Finding, Severity
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, some
from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile
from manylayers.layer.foreign import INSTALLER_FILES
from manylayers.layer.junk import is_junk
from manylayers.layer.searching import is_module
from manylayers.layer.shares import at_the_top


def changed(scene: Scene) -> Iterator[Finding]:
    """P701: a file has another hash than RECORD says."""
    for carried in carriers(scene):
        there = {file.path: file for file in carried.files}
        owners = _owners(carried)
        for one in carried.distributions:
            other = [
                path
                for path, digest in (one.files or {}).items()
                if digest and path in there and _differs(there[path], digest) and owners[path] == 1
            ]
            if other:
                yield _finding(
                    "P701",
                    "warning",
                    place(scene, carried, other[0]),
                    f"{count(len(other), 'file')} of {one.name} {one.version} changed since it "
                    f"was installed, by RECORD: {some(other)}",
                    "strip and other tools change files; install it anew to be sure",
                )


def _differs(file: CarriedFile, digest: str) -> bool:
    return file.sha256 != digest and not file.path.endswith("/RECORD")


def _owners(carried: Carried) -> Mapping[str, int]:
    counted: dict[str, int] = {}
    for one in carried.distributions:
        for path in one.files or ():
            counted[path] = counted.get(path, 0) + 1
    return counted


def unlisted(scene: Scene) -> Iterator[Finding]:
    """P702: files among those of a distribution that no RECORD knows."""
    for carried in carriers(scene):
        known = {path for one in carried.distributions for path in one.files or ()}
        folders = {_top(path, one) for one in carried.distributions for path in one.files or ()}
        folders.discard("")
        strange = [
            file.path
            for file in carried.files
            if file.path not in known
            and not folders.isdisjoint(_above(file.path))
            and not _is_by_the_way(file.path)
        ]
        if strange:
            yield _finding(
                "P702",
                "note",
                place(scene, carried, strange[0]),
                f"{count(len(strange), 'file')} in folders of packages that no RECORD lists: "
                f"{some(strange)}",
                "see whether somebody meant to put them there",
            )


def _above(path: str) -> Iterator[str]:
    """The folders on the way to ``path``, each with its slash."""
    end = path.find("/")
    while end >= 0:
        yield path[: end + 1]
        end = path.find("/", end + 1)


def _top(path: str, one: CarriedDistribution) -> str:
    """The package's own folder, with a slash; empty for a file that lies beside others."""
    site = one.dist_info.rpartition("/")[0]
    rest = path.removeprefix(f"{site}/") if site else path
    first, slash, _ = rest.partition("/")
    if not slash or (site and rest == path) or first == "bin":
        return ""
    return f"{site}/{first}/" if site else f"{first}/"


def _is_by_the_way(path: str) -> bool:
    """Bytecode, what installers write beside RECORD, and what another check tells of."""
    name = path.rpartition("/")[2]
    return path.endswith(".pyc") or name in INSTALLER_FILES or is_junk(path)


def missing(scene: Scene) -> Iterator[Finding]:
    """P703: RECORD lists what is not there: a warning for modules, a note for the rest.

    Bytecode and programs are left out of most layers, and nobody misses them.
    """
    for carried in carriers(scene):
        there = {file.path for file in carried.files}
        for one in at_the_top(carried.distributions):
            gone = [path for path in one.files or () if _is_gone(path, there)]
            if gone:
                yield _missing(scene, carried, one, gone)


def _is_gone(path: str, there: Collection[str]) -> bool:
    """Bytecode in the place of a module does what the module would do."""
    return path not in there and f"{path}c" not in there and not _often_left(path)


def _often_left(path: str) -> bool:
    folders = f"/{path.rpartition('/')[0]}/"
    return (
        path.endswith((".pyc", "/RECORD", ".jws", ".p7s"))
        or "/bin/" in folders
        or "/__pycache__/" in folders
        or ".dist-info/" in path
    )


def _missing(
    scene: Scene, carried: Carried, one: CarriedDistribution, gone: Sequence[str]
) -> Finding:
    modules = [path for path in gone if is_module(path) and not _is_test(path)]
    return _finding(
        "P703",
        "warning" if modules else "note",
        place(scene, carried, one.dist_info),
        f"{count(len(gone), 'file')} of {one.name} {one.version} missing that RECORD "
        f"lists: {some(modules or gone)}",
        "install it anew, unless they were left out on purpose",
    )


def _is_test(path: str) -> bool:
    return "/tests/" in path or "/test/" in path


def _finding(code: str, severity: Severity, where: str, message: str, remedy: str) -> Finding:
    return Finding(code=code, severity=severity, place=where, message=message, remedy=remedy)
