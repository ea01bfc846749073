"""Everything that can go wrong, as one tree: what happened, the way out, the exit status.

The fields are primitive, so that this module stands on nothing. A message is one lower-case
clause with the offending value in it and no period; ``hint`` says what to do; ``details`` are
further lines, one a fact. No error repeats a credential: each redacts what it is given.
"""

from __future__ import annotations

import re
from typing import ClassVar

_CREDENTIALS = re.compile(r"(\w:/{1,2})[^/\s]+@")
_SIGNED = re.compile(
    r"([?&][\w-]*(?:token|sig|signature|secret|password|credential|key)=)[^&#\s]+", re.IGNORECASE
)


def redacted(text: str) -> str:
    """``text`` without what stands before ``@`` in the URLs in it, and without signed queries."""
    return _SIGNED.sub(r"\1****", _CREDENTIALS.sub(r"\1****@", text))


class ManylayersError(Exception):
    """Base of every foreseen failure. ``code`` is stable, the wording is not."""

    code: ClassVar[str] = "error"
    exit_status: ClassVar[int] = 70

    def __init__(self, message: str, *, hint: str = "", details: tuple[str, ...] = ()) -> None:
        self.message = redacted(message)
        self.hint = redacted(hint)
        self.details = tuple(map(redacted, details))
        super().__init__(self.message)


class LayerError(ManylayersError):
    """The layer that would come out has errors; nothing was written."""

    code = "layer"
    exit_status = 1


class UsageError(ManylayersError):
    """What was asked makes no sense: an option, a configuration key, an input file's line."""

    code = "usage"
    exit_status = 2


class ResolutionError(ManylayersError):
    """The requirements have no answer for this target."""

    code = "resolution"
    exit_status = 3


class NetworkError(ManylayersError):
    """The network or the index failed, or ``--offline`` forbade asking it."""

    code = "network"
    exit_status = 4


class InputError(ManylayersError):
    """An input file is damaged, unsafe, or not what its hash says."""

    code = "input"
    exit_status = 5


# -- resolving and choosing --------------------------------------------------------------------


class UnresolvableError(ResolutionError):
    """The resolver found no answer; ``explanation`` is its own text."""

    code = "conflict"

    def __init__(self, explanation: str) -> None:
        super().__init__(
            "the requirements contradict each other",
            hint="loosen one of the requirements named above",
            details=tuple(explanation.strip().splitlines()),
        )
        self.explanation = explanation


class NoWheelError(ResolutionError):
    """Packages without a file that fits the target; ``packages`` names them, normalized."""

    code = "no-wheel"

    def __init__(
        self, message: str, *, packages: tuple[str, ...], hint: str, details: tuple[str, ...]
    ) -> None:
        super().__init__(message, hint=hint, details=details)
        self.packages = packages


class NewerGlibcError(NoWheelError):
    """Every version that was asked for needs a newer glibc than the runtime has."""

    code = "glibc"


class PythonMismatchError(ResolutionError):
    """The project, lock or package is for other Pythons than the target's."""

    code = "python"


class NoSuchVersionError(ResolutionError):
    """The package is on the index, the version asked for is not."""

    code = "version"


class UnhashedError(UsageError):
    """``--require-hashes`` was set, and packages come without one. ``packages`` names them."""

    code = "unhashed"

    def __init__(self, *, packages: tuple[str, ...], details: tuple[str, ...]) -> None:
        super().__init__(
            f"--require-hashes is set, and {', '.join(packages)} has no hash",
            hint="write them there too, once you trust them, or lock: manylayers lock",
            details=details,
        )
        self.packages = packages


class MissingFileError(UsageError):
    """A wheel that a requirement names by its path is not there."""

    code = "missing-file"


class HashNotAllowedError(InputError):
    """The requirements allow hashes that no file of the release has."""

    code = "hash"


class LinkMisfitError(NoWheelError):
    """A direct link is to a wheel that is not for the target."""

    code = "link-misfit"


class LayerTooLargeError(LayerError):
    """The layer is over Lambda's limit; ``findings`` (of `checks`) say by how much and why."""

    code = "too-big"

    def __init__(self, message: str, *, hint: str, findings: tuple[object, ...]) -> None:
        super().__init__(message, hint=hint)
        self.findings = findings


class UnfitLayerError(LayerError):
    """The layer would not do what it is for; ``findings`` (of `checks`) say why, all errors."""

    code = "unfit"

    def __init__(
        self,
        message: str,
        *,
        hint: str,
        details: tuple[str, ...] = (),
        findings: tuple[object, ...] = (),
    ) -> None:
        super().__init__(message, hint=hint, details=details)
        self.findings = findings


class EmptyLayerError(UsageError):
    """Nothing is left to put into the layer."""

    code = "empty"


class OverlapError(LayerError):
    """Two packages bring one path with different bytes. ``pairs`` maps the two to the paths."""

    code = "overlap"

    def __init__(self, *, pairs: dict[tuple[str, str], tuple[str, ...]]) -> None:
        first, second = next(iter(pairs))
        names = f"two wheels of {first}" if first == second else f"{first} and {second}"
        way_out = "build each --python on its own" if first == second else "leave one of them out"
        super().__init__(
            f"{names} bring the same path with different content",
            hint=f"a layer holds one file a path: {way_out}, or make two layers",
            details=tuple(
                f"{one} and {other}: {', '.join(paths[:3])}"
                + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
                for (one, other), paths in pairs.items()
            ),
        )
        self.pairs = pairs


# -- files and folders ---------------------------------------------------------------------------


class OutputError(ManylayersError):
    """The disk refused the output; what was there before is still there."""

    code = "output"
    exit_status = 5


class ForeignFilesError(UsageError):
    """The output folder holds files that no installer put there."""

    code = "foreign-files"


class UnsafeWheelError(InputError):
    """A wheel whose archive is crafted or broken in a way that no installer should accept."""

    code = "unsafe-wheel"

    def __init__(self, filename: str, reason: str) -> None:
        super().__init__(
            f"{filename} is refused: {reason}",
            hint="fetch it again, or tell who made it",
        )
        self.filename = filename
        self.reason = reason


class UnsafeLayerError(InputError):
    """A layer's zip or folder that is crafted, broken, or of no kind that could be read."""

    code = "unsafe-layer"

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(f"{label} is refused: {reason}", hint="make it anew, or tell who made it")
        self.label = label
        self.reason = reason


class UnrepairableError(LayerError):
    """There is more than one way to make a layer right, or none. Nothing was written."""

    code = "unrepairable"

    def __init__(self, label: str, reason: str) -> None:
        super().__init__(
            f"{label} can not be repaired without guessing: {reason}",
            hint="correct that where the layer is made",
        )


class DamagedWheelError(InputError):
    """A wheel that is not what its file name, RECORD or checksums say."""

    code = "damaged-wheel"


class UnreadableWheelError(DamagedWheelError):
    """The resolver could not read a wheel: ``subject`` is name, and version or link."""

    def __init__(self, subject: tuple[str, str], *, reason: str) -> None:
        what = " ".join(subject).strip() or "a wheel"
        super().__init__(
            f"{what} can not be read: {reason}", hint="fetch it again, or tell who made it"
        )
        self.subject = subject


# -- inputs and locks ----------------------------------------------------------------------------


class LockError(InputError):
    """A lock that can't be read, or that has nothing for the target."""

    code = "lock"


class LockForOthersError(ResolutionError):
    """The lock is sound, and for other systems than the target."""

    code = "lock-for-others"


class NeedsArchiveError(ResolutionError):
    """A package is named by a repository, a folder or an sdist: there is no wheel to take."""

    code = "needs-archive"


# -- the network and the store -------------------------------------------------------------------


class OfflineError(NetworkError):
    """Something would have to be fetched, and ``--offline`` forbids it."""

    code = "offline"


class IndexPageError(NetworkError):
    """An index answered with something that is no page of its own kind."""

    code = "index-page"


class StoreError(NetworkError):
    """The cache folder can't be used."""

    code = "store"


class ProgramError(NetworkError):
    """Another program that we need is not there, took too long, or was ended from outside."""

    code = "program"


def cache_error(folder: str, reason: str) -> StoreError:
    """The error for a cache folder that the disk does not let us write to."""
    return StoreError(
        f"the cache folder {folder} can not be written: {reason}",
        hint="make room, or name another with --cache-dir or MANYLAYERS_CACHE_DIR",
    )


def temporary_error(reason: str) -> StoreError:
    """The error for a folder of passing things that the disk does not let us write to."""
    return StoreError(
        f"the folder for temporary files can not be written: {reason}",
        hint="make room there, or name another with TMPDIR",
    )


class ProjectNotFoundError(ResolutionError):
    """No index knows the name. ``name`` is normalized."""

    code = "name"

    def __init__(self, name: str, *, hint: str) -> None:
        super().__init__(f"no index knows a package {name!r}", hint=hint)
        self.name = name


class HashMismatchError(InputError):
    """A file is not the one that index, lock or requirement promised."""

    code = "hash"

    def __init__(self, filename: str, *, host: str, expected: str, actual: str) -> None:
        super().__init__(
            f"{filename} from {host} has another hash than was promised",
            hint="the file changed or was tampered with: do not use it; lock anew and compare",
            details=(f"expected {expected}", f"actual   {actual}"),
        )


MOST_LINES = 20
"""Lines that one error tells of: the first show what is wrong with all."""


class BadRequirementsError(UsageError):
    """Requirement lines that can't be used; ``details`` has one line each."""

    code = "requirements"

    def __init__(self, problems: tuple[str, ...]) -> None:
        count = f"{len(problems)} requirements" if len(problems) > 1 else "a requirement"
        super().__init__(
            f"{count} can not be used",
            hint="correct the lines above; nothing was resolved or written",
            details=problems[:MOST_LINES]
            + ((f"and {len(problems) - MOST_LINES} more",) if len(problems) > MOST_LINES else ()),
        )


class CollidingNamesError(OutputError):
    """Two files of the layer have one name on this disk."""

    code = "colliding-names"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"{one} and {other} are one file on this disk, which would lose one of them",
            hint="write a .zip instead of a folder",
        )
