"""Where things come from and go to: the network, the cache folder, the output."""

from __future__ import annotations

import errno

from manylayers.errors import ManylayersError, NetworkError, UsageError, reason_of


class OutputError(ManylayersError):
    """The disk refused the output; what was there before is still there."""

    code = "output"
    exit_status = 5


class ForeignFilesError(UsageError):
    """The output folder holds files that no installer put there."""

    code = "foreign-files"


class OfflineError(NetworkError):
    """Something would have to be fetched, and ``--offline`` forbids it.

    ``what`` is a clause that says why, ``forbidden`` what would have to be done.
    """

    code = "offline"

    def __init__(
        self, what: str, forbidden: str, *, instead: str = "", details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(
            f"{what}, and --offline forbids {forbidden}",
            hint=f"run it once without --offline{instead}",
            details=details,
        )


class IndexPageError(NetworkError):
    """An index answered with something that is no page of its own kind."""

    code = "index-page"


NO_SIMPLE_API = "check that --index-url is a simple API, and ask who runs the index"


def index_page_error(url: str, reason: str) -> IndexPageError:
    """The error for the page at ``url``, which is shown."""
    from urllib.parse import urlsplit

    host = urlsplit(url).netloc.rpartition("@")[2] or url
    return IndexPageError(
        f"the index page {url} can't be used: {reason}",
        hint=f"check that --index-url is the simple API of {host}",
    )


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


def output_error(place: str, error: OSError) -> OutputError:
    """The error for an output that the disk refuses."""
    return OutputError(
        f"{place} can not be written: {reason_of(error)}",
        hint=_WAYS_OUT.get(error.errno or 0, _WAY_OUT),
    )


_WAY_OUT = "make room or choose another place with -o; nothing was left half written"
_WAYS_OUT = {
    errno.EBUSY: "where a disk is mounted nothing can be replaced whole: name a folder inside it",
    errno.ENAMETOOLONG: "choose a shorter name with -o",
    errno.ELOOP: "the links lead in a circle: remove them, or choose another place with -o",
}


def folder_error(output: str) -> OutputError:
    """The error for an output that is to be a file, and is a folder."""
    return OutputError(
        f"{output} is a directory, a file was to be written there",
        hint="end the path with / to write a folder, or name a file",
    )


def device_error(output: str) -> OutputError:
    """The error for an output that is to be a file, and is neither that nor a folder."""
    return OutputError(
        f"{output} is a device or a pipe, and a file that is replaced whole was to be "
        "written there",
        hint="name a file, and read it from there",
    )


def overwritten_input_error(output: str) -> UsageError:
    """The error for an output that is what it is to be made from."""
    return UsageError(
        f"{output} is one of the inputs, and would be overwritten",
        hint="name another place with -o",
    )


def nested_input_error(output: str, source: str) -> UsageError:
    """The error for an ``output`` within the ``source`` it is to be made from, or around it."""
    return UsageError(
        f"{output} and {source}, one of the inputs, lie within one another",
        hint="name a place beside it with -o",
    )


def link_error(output: str, name: str) -> UsageError:
    """The error for an ``output`` that is a link to a file of another kind, called ``name``."""
    return UsageError(
        f"{output} is a link to {name}, which would be overwritten",
        hint="remove the link, or name another file with -o",
    )


class CollidingNamesError(OutputError):
    """Two files of the layer have one name on this disk."""

    code = "colliding-names"

    def __init__(self, one: str, other: str) -> None:
        super().__init__(
            f"{one} and {other} are one file on this disk, which would lose one of them",
            hint="write a .zip instead of a folder",
        )
