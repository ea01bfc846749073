"""Requirements that have no answer for the target."""

from __future__ import annotations

from manylayers.errors import ResolutionError


class UnresolvableError(ResolutionError):
    """The resolver found no answer; ``explanation`` is its own text, ``lines`` those of the inputs
    that it speaks of."""

    code = "conflict"

    def __init__(self, explanation: str, lines: tuple[str, ...] = ()) -> None:
        super().__init__(
            "the requirements contradict each other",
            hint="loosen one of the requirements named above",
            details=(" ".join(explanation.split()), *lines),
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


class LinkMisfitError(NoWheelError):
    """A direct link is to a wheel that is not for the target."""

    code = "link-misfit"


class LockForOthersError(ResolutionError):
    """The lock is sound, and for other systems than the target."""

    code = "lock-for-others"


class NeedsArchiveError(ResolutionError):
    """A package is named by a repository, a folder or an sdist: there is no wheel to take."""

    code = "needs-archive"


class ProjectNotFoundError(ResolutionError):
    """No index knows the name. ``name`` is normalized."""

    code = "name"

    def __init__(self, name: str, *, hint: str) -> None:
        super().__init__(f"no index knows a package {name!r}", hint=hint)
        self.name = name
