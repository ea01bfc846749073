"""Reading PEP 751 locks: what is in one, and which of its packages a target gets.

Locks of others are validated by `packaging.pylock`. Our own are plain enough to be read without
it: no markers, one wheel a package. That keeps a warm build from importing what it has no use for.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple
from urllib.parse import urlsplit

from manylayers.errors import UsageError
from manylayers.errors.inputs import LockError
from manylayers.errors.resolving import LockForOthersError, NeedsArchiveError, PythonMismatchError
from manylayers.formats.pins import DistributionFile, Pin, bare_url, filename_of, normalized
from manylayers.formats.pylock_ours import as_written_here, target_marker
from manylayers.formats.text import NotTextError, read_toml

CHECKED = frozenset({"sha256", "sha384", "sha512"})
"""One of these must be there: what is fetched is held against it."""

Kind = Literal["wheels", "archive", "vcs", "directory"]


class LockedPackage(NamedTuple):
    """One entry of ``packages``; ``where`` is the place of what is no file (vcs, directory)."""

    name: str
    version: str
    kind: Kind
    files: tuple[DistributionFile, ...] = ()
    where: str = ""
    marker: str | None = None
    requires_python: str | None = None
    index_url: str | None = None

    @property
    def pin(self) -> Pin:
        return Pin(
            name=self.name,
            version=self.version,
            files=self.files,
            direct=self.kind == "archive",
            index_url=self.index_url,
            requires_python=self.requires_python,
        )


class Lock(NamedTuple):
    """A lock as read. ``source`` names it in errors. ``target`` is what our own locks say they
    are for: Lambda's runtime and architecture."""

    source: str
    packages: tuple[LockedPackage, ...]
    requires_python: str | None = None
    environments: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    default_groups: tuple[str, ...] = ()
    target: tuple[str, str] | None = None


def read_pylock(data: bytes, source: str, folder: Path) -> Lock:
    """The lock in ``data``. Relative paths in it start at ``folder``, which must be absolute.

    Raises LockError, naming ``source`` and the place, for what is not a valid lock.
    """
    try:
        document = read_toml(data)
    except NotTextError as error:
        raise LockError(
            f"{source} is not a lock: {error}", hint="write it anew: manylayers lock"
        ) from error
    if not as_written_here(document):
        _validate(document, source)
    try:
        return _lock(document, source, folder)
    except ValueError as error:
        raise _no_lock(source, error) from error


def _validate(document: Mapping[str, Any], source: str) -> None:
    from packaging.pylock import Pylock, PylockValidationError

    try:
        Pylock.from_dict(document)
    except PylockValidationError as error:
        raise _no_lock(source, error) from error


def _no_lock(source: str, error: Exception) -> LockError:
    return LockError(
        f"{source} is not a lock as PEP 751 has it: {' '.join(str(error).split())}",
        hint="write it anew with the tool that made it, or with manylayers lock",
    )


def _lock(document: Mapping[str, Any], source: str, folder: Path) -> Lock:
    return Lock(
        source=source,
        packages=tuple(_package(entry, folder) for entry in document["packages"]),
        requires_python=document.get("requires-python"),
        environments=tuple(document.get("environments", ())),
        extras=tuple(document.get("extras", ())),
        groups=tuple(document.get("dependency-groups", ())),
        default_groups=tuple(document.get("default-groups", ())),
        target=_target(document.get("tool", {}).get("manylayers")),
    )


def _target(ours: object) -> tuple[str, str] | None:
    if ours is None:
        return None
    table = ours if isinstance(ours, dict) else {}
    runtime, architecture = table.get("runtime"), table.get("architecture")
    if not isinstance(runtime, str) or not isinstance(architecture, str):
        raise ValueError("[tool.manylayers] must tell runtime and architecture")  # noqa: TRY004
    return runtime, architecture


def _package(entry: Mapping[str, Any], folder: Path) -> LockedPackage:
    kind, files, where = _contents(entry, folder)
    return LockedPackage(
        name=entry["name"],
        version=entry.get("version", ""),
        kind=kind,
        files=files,
        where=where,
        marker=entry.get("marker"),
        requires_python=entry.get("requires-python"),
        index_url=bare_url(entry["index"]) if "index" in entry else None,
    )


def _contents(
    entry: Mapping[str, Any], folder: Path
) -> tuple[Kind, tuple[DistributionFile, ...], str]:
    if "vcs" in entry:
        return "vcs", (), str(entry["vcs"].get("url") or entry["vcs"].get("path"))
    if "directory" in entry:
        return "directory", (), str(entry["directory"]["path"])
    if "archive" in entry:
        file = _file(entry["archive"], folder)
        return ("archive", (file,), file.url)
    tables = list(entry.get("wheels", ()))
    if "sdist" in entry:
        tables.append(entry["sdist"])
    return "wheels", tuple(_file(table, folder) for table in tables), ""


def _file(table: Mapping[str, Any], folder: Path) -> DistributionFile:
    path = table.get("path")
    url = table["url"] if path is None else (folder / path.replace("\\", "/")).as_uri()
    if urlsplit(url).scheme not in ("https", "http", "file"):
        raise ValueError(f"{url} is no link to fetch")
    filename = table.get("name") or filename_of(url)
    hashes = {key.lower(): value.lower() for key, value in table["hashes"].items()}
    return DistributionFile(
        filename=filename,
        url=url,
        hashes=hashes,
        size=table.get("size"),
        upload_time=table.get("upload-time"),
    )


def all_pins(lock: Lock) -> tuple[Pin, ...]:
    """Every package, no marker looked at: for a lock made for one target by the resolver."""
    _refuse_what_is_no_file(lock.packages, lock.source)
    return tuple(package.pin for package in lock.packages)


def select_pins(
    lock: Lock,
    *,
    marker_environment: Mapping[str, str],
    python_full_version: str,
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
) -> tuple[Pin, ...]:
    """The packages a target gets, steps as in PEP 751, "Installation".

    Raises PythonMismatchError or LockForOthersError when the lock is not for this target, LockError
    when it names a package twice, NeedsArchiveError for sources that are no files.
    """
    _refuse_unknown(lock, extras, groups)
    _hold_python(lock.requires_python, python_full_version, lock.source)
    _hold_environment(lock, marker_environment)
    context = {
        **marker_environment,
        "extras": frozenset(map(normalized, extras)),
        "dependency_groups": frozenset(map(normalized, groups or lock.default_groups)),
    }
    chosen: dict[str, LockedPackage] = {}
    for package in lock.packages:
        if package.marker and not _applies(package.marker, context, "lock_file"):
            continue
        _hold_python(
            package.requires_python, python_full_version, f"{package.name} in {lock.source}"
        )
        if package.name in chosen:
            raise LockError(
                f"{lock.source} has {package.name} twice for this target",
                hint="write it anew with the tool that made it",
            )
        chosen[package.name] = package
    _refuse_what_is_no_file(chosen.values(), lock.source)
    _refuse_unchecked(chosen.values(), lock.source)
    return tuple(package.pin for package in chosen.values())


def _refuse_unknown(lock: Lock, extras: Sequence[str], groups: Sequence[str]) -> None:
    for kind, wanted, known in (
        ("extra", extras, lock.extras),
        ("dependency group", groups, (*lock.groups, *lock.default_groups)),
    ):
        for name in wanted:
            if normalized(name) not in map(normalized, known):
                there = ", ".join(known) or "none"
                raise UsageError(f"{lock.source} has no {kind} {name!r}", hint=f"it has {there}")


def _hold_python(requires_python: str | None, python_full: str, who: str) -> None:
    if requires_python is None:
        return
    wanted = requires_python.removeprefix("==").removesuffix(".*")
    if requires_python == f"=={wanted}.*" and python_full.startswith(f"{wanted}."):
        return  # what our own locks say: no need to import packaging to read it
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(requires_python).contains(python_full, prereleases=True):
        raise PythonMismatchError(
            f"{who} is for Python {requires_python}, the target has {python_full}",
            hint="name another runtime with --python, or lock again for this one",
        )


def _hold_environment(lock: Lock, environment: Mapping[str, str]) -> None:
    if not lock.environments or _ours(environment) in lock.environments:
        return
    if not any(_applies(marker, environment, "requirement") for marker in lock.environments):
        raise LockForOthersError(
            f"{lock.source} is for other systems: {'; '.join(lock.environments)[:300]}",
            hint="lock again for this target: manylayers lock",
        )


def _ours(environment: Mapping[str, str]) -> str:
    return target_marker(environment["python_version"], environment["platform_machine"])


def _applies(marker: str, environment: Mapping[str, Any], context: str) -> bool:
    from packaging.markers import Marker

    return Marker(marker).evaluate(dict(environment), context=context)  # type: ignore[arg-type]


def _refuse_unchecked(packages: Iterable[LockedPackage], source: str) -> None:
    for package in packages:
        for file in package.files:
            if not CHECKED & file.hashes.keys():
                raise LockError(
                    f"{source} has no hash for {file.filename} that can be trusted: "
                    f"{', '.join(file.hashes) or 'none at all'}",
                    hint=f"write it anew with one of {', '.join(sorted(CHECKED))}",
                )


def _refuse_what_is_no_file(packages: Iterable[LockedPackage], source: str) -> None:
    wrong = [
        package
        for package in packages
        if package.kind in ("vcs", "directory")
        or (package.kind == "archive" and not package.files[0].is_wheel)
    ]
    if wrong:
        raise NeedsArchiveError(
            f"{source}: {', '.join(package.name for package in wrong)} has no wheel there",
            hint="publish a wheel of it, or build one and name it as a file",
            details=tuple(f"{p.name}: {p.kind} {p.where}".rstrip() for p in wrong),
        )
