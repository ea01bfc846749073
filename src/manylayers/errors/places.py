"""Where things come from and go to: the network, the cache folder, the output."""

from __future__ import annotations

from manylayers.errors import ManylayersError, NetworkError, UsageError


class OutputError(ManylayersError):
    """The disk refused the output; what was there before is still there."""

    code = "output"
    exit_status = 5


class ForeignFilesError(UsageError):
    """The output folder holds files that no installer put there."""

    code = "foreign-files"


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


class CollidingNamesError(OutputError):
    """Two files of the layer have one name on this disk."""

    code = "colliding-names"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"{one} and {other} are one file on this disk, which would lose one of them",
            hint="write a .zip instead of a folder",
        )
