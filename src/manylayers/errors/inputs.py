"""Wheels, locks and requirement lines that can not be taken as they are."""

from __future__ import annotations

from manylayers.errors import InputError, UsageError


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


class DamagedWheelError(InputError):
    """A wheel that is not what its file name, RECORD or checksums say."""

    code = "damaged-wheel"


class UnreadableWheelError(DamagedWheelError):
    """The resolver could not read a wheel: ``subject`` is name, and version or link.

    ``details`` are what our own reader warns of.
    """

    def __init__(
        self, subject: tuple[str, str], *, reason: str, details: tuple[str, ...] = ()
    ) -> None:
        what = " ".join(subject).strip() or "a wheel"
        super().__init__(
            f"{what} can not be read: {reason}",
            hint="fetch it again, or tell who made it",
            details=details,
        )
        self.subject = subject
        self.reason = reason


class LockError(InputError):
    """A lock that can't be read, or that has nothing for the target."""

    code = "lock"


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
