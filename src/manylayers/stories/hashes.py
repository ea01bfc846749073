"""The hashes somebody wrote beside a requirement, held against the files that could be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from manylayers.errors.inputs import HashNotAllowedError, UnhashedError
from manylayers.errors.resolving import NoWheelError
from manylayers.formats.pins import DistributionFile, Pin, Root
from manylayers.layer.releases import Chosen, files_of
from manylayers.stories.links import applies
from manylayers.stories.needs import Lists
from manylayers.target import Target


def allowed_hashes(roots: Iterable[Root], target: Target) -> dict[str, frozenset[str]]:
    """Normalized name to the ``algorithm:hex`` strings that all its lines allow, as with pip.

    Lines are requirements and constraints whose markers are true; those without hashes allow any.
    """
    allowed: dict[str, frozenset[str]] = {}
    for root in roots:
        if root.hashes and applies(root, target):
            allowed[root.name] = allowed.get(root.name, root.hashes) & root.hashes
    return allowed


def refuse_unhashed(chosen: Iterable[Chosen], hashes: Mapping[str, frozenset[str]]) -> None:
    """Raise UnhashedError for all of ``chosen`` that no line has a hash for."""
    bare = [one for one in chosen if one.name not in hashes]
    if bare:
        raise UnhashedError(
            packages=tuple(one.name for one in bare),
            details=tuple(
                f"{one.name}=={one.version}"
                + (f" --hash=sha256:{one.file.sha256}" if one.file.sha256 else " has no --hash")
                for one in bare
            ),
        )


def allowed_files(
    pin: Pin, hashes: Mapping[str, frozenset[str]], index: Lists
) -> tuple[DistributionFile, ...]:
    """The files of ``pin`` that its hashes allow, all of them where none were written.

    Raises HashNotAllowedError when no file of the release has any of the hashes, NoWheelError when
    only files that can't be used have one.
    """
    wanted = hashes.get(pin.name)
    if wanted is None:
        return pin.files
    allowed = tuple(file for file in pin.files if has_one_of(file, wanted))
    if allowed or not pin.files:
        return allowed
    raise _none_allowed(pin, wanted, index)


def has_one_of(file: DistributionFile, hashes: Iterable[str]) -> bool:
    """Whether one of ``hashes`` (``algorithm:hex``) is the file's own."""
    own = {f"{algorithm}:{value}" for algorithm, value in file.hashes.items()}
    return not own.isdisjoint(hashes)


def _none_allowed(
    pin: Pin, wanted: frozenset[str], index: Lists
) -> HashNotAllowedError | NoWheelError:
    files = () if pin.direct else files_of(index.listing(pin.name).files, pin.name, pin.version)
    others = [file.filename for file in files if has_one_of(file, wanted)]
    if others:
        return NoWheelError(
            f"the hashes for {pin.name} {pin.version} are of files that do not fit the target",
            packages=(pin.name,),
            hint="write the hash of a wheel that fits, or lock anew: manylayers lock",
            details=tuple(f"{name}: its hash is allowed" for name in others[:6]),
        )
    return HashNotAllowedError(
        f"no file of {pin.name} {pin.version} has a hash that the requirements allow",
        hint="the file changed, the hash is mistyped or of another version: lock anew and compare",
        details=(
            f"allowed: {', '.join(sorted(wanted)[:6])}"
            if wanted
            else "the lines for it have no hash in common",
            "; ".join(f"{file.filename}: sha256:{file.sha256}" for file in pin.files[:6]),
        ),
    )
