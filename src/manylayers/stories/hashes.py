"""The hashes somebody wrote beside a requirement, held against the files that could be taken."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from manylayers.errors import HashNotAllowedError, NoWheelError
from manylayers.formats.pins import DistributionFile, Pin, Root
from manylayers.layer.releases import files_of
from manylayers.stories.needs import Lists


def allowed_hashes(roots: Iterable[Root]) -> dict[str, frozenset[str]]:
    """Normalized name to the ``algorithm:hex`` strings that its lines allow; all lines count."""
    allowed: dict[str, frozenset[str]] = {}
    for root in roots:
        if root.hashes:
            allowed[root.name] = allowed.get(root.name, frozenset()) | root.hashes
    return allowed


def allowed_files(
    pin: Pin, hashes: Mapping[str, frozenset[str]], index: Lists
) -> tuple[DistributionFile, ...]:
    """The files of ``pin`` that its hashes allow, all of them where none were written.

    Raises HashNotAllowedError when no file of the release has any of the hashes, NoWheelError when
    only files that can't be used have one.
    """
    wanted = hashes.get(pin.name)
    if not wanted:
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
        hint="the file on the index changed, or the hash is mistyped: lock anew and compare",
        details=(
            *(f"allowed: {value}" for value in sorted(wanted)[:6]),
            *(f"{file.filename}: sha256:{file.sha256}" for file in pin.files[:6]),
        ),
    )
