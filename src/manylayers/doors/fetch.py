"""Fetching one file: streamed to disk while it is hashed, resumed or begun again when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import new as new_hash
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from manylayers.errors import HashMismatchError, InputError, NetworkError, StoreError, cache_error
from manylayers.formats.pins import DistributionFile, local_path
from manylayers.hands.web import ATTEMPTS, TooSlowError, WebSession, host_of, pieces

if TYPE_CHECKING:
    import requests

CHUNK = 1 << 18
LARGEST_FILE = 1 << 30
"""Bytes, where nobody told the size: four times what Lambda takes unzipped."""

STRENGTH = ("sha256", "sha512", "sha384", "md5")
"""Of several promised hashes the first of these is held; all but the last would do alone."""

Heard = Callable[[int], None]


class BrokenOffError(Exception):
    """The line broke after some bytes; asking again may help."""


class Fetcher:
    """Fetches through ``session``; safe to use from several threads."""

    def __init__(self, session: WebSession) -> None:
        self._session = session

    def fetch(
        self, file: DistributionFile, destination: Path, *, on_bytes: Heard = lambda _: None
    ) -> str:
        """Bring ``file`` to ``destination`` and give its SHA-256 (hex); the promised hash is held.

        Raises HashMismatchError, NetworkError, OfflineError, InputError for a local file that
        can't be read.
        """
        digests = _Digests(file)
        with _opened(destination) as out:
            if file.url.startswith("file:"):
                _copy(file, out, digests, on_bytes)
            else:
                self._download(file, out, digests, on_bytes)
        return digests.held()

    def _download(
        self, file: DistributionFile, out: BinaryIO, digests: _Digests, on_bytes: Heard
    ) -> None:
        for attempt in range(ATTEMPTS):
            try:
                self._attempt(file, out, digests, on_bytes)
            except BrokenOffError as broken:
                if attempt == ATTEMPTS - 1:
                    raise NetworkError(
                        f"{file.filename} from {host_of(file.url)} broke off {ATTEMPTS} times: "
                        f"{broken}",
                        hint="run it again; what is in the store already is kept",
                    ) from broken
                self._session.patience(attempt)
            else:
                return

    def _attempt(
        self, file: DistributionFile, out: BinaryIO, digests: _Digests, on_bytes: Heard
    ) -> None:
        have = out.tell()
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
        with self._session.get(file.url, headers) as response:
            if have and not _goes_on(response, have):
                out.seek(0)
                out.truncate()
                digests.restart()
                on_bytes(-have)
            _refuse_pages(file, response)
            self._stream(file, response, out, digests, on_bytes)

    def _stream(
        self,
        file: DistributionFile,
        response: requests.Response,
        out: BinaryIO,
        digests: _Digests,
        on_bytes: Heard,
    ) -> None:
        from urllib3.exceptions import HTTPError

        limit = file.size if file.size is not None else LARGEST_FILE
        expected = response.headers.get("Content-Length")
        end = out.tell() + int(expected) if expected and expected.isdigit() else None
        try:
            for chunk in pieces(response, CHUNK):
                if out.tell() + len(chunk) > limit:
                    raise _too_long(file, limit)
                _write(out, chunk)
                digests.update(chunk)
                on_bytes(len(chunk))
        except TooSlowError as error:
            raise BrokenOffError(str(error)) from error
        except (HTTPError, OSError) as error:
            raise BrokenOffError(_came(out, end or file.size)) from error
        if (end is not None and out.tell() < end) or (
            file.size is not None and out.tell() < file.size
        ):
            raise BrokenOffError(_came(out, end or file.size))


def _came(out: BinaryIO, promised: int | None) -> str:
    told = f", {promised:,} were promised" if promised else ""
    return f"{out.tell():,} bytes came{told}"


def _opened(destination: Path) -> BinaryIO:
    try:
        return destination.open("wb", buffering=0)
    except OSError as error:
        raise _full(destination, error) from error


def _write(out: BinaryIO, chunk: bytes) -> None:
    """All of ``chunk``: a raw file may take less at once. A disk that refuses is no broken line."""
    view = memoryview(chunk)
    try:
        while view:
            view = view[out.write(view) :]
    except OSError as error:
        raise _full(Path(out.name), error) from error


def _full(path: Path, error: OSError) -> StoreError:
    return cache_error(str(path.parent.parent), (error.strerror or str(error)).lower())


def _goes_on(response: requests.Response, have: int) -> bool:
    """Whether the answer is the rest of the file that was asked for, and not all of it."""
    start = response.headers.get("Content-Range", f"bytes {have}-")
    return response.status_code == 206 and start.startswith(f"bytes {have}-")


def _too_long(file: DistributionFile, limit: int) -> NetworkError:
    if file.size is None:
        return NetworkError(
            f"{host_of(file.url)} sends more than {limit:,} bytes for {file.filename}",
            hint="no layer could hold it: look at the link, or ask who runs the index",
        )
    return NetworkError(
        f"{host_of(file.url)} sends more for {file.filename} than the {limit:,} bytes promised",
        hint="the file changed on the server: lock anew, or ask who runs the index",
    )


def _refuse_pages(file: DistributionFile, response: Any) -> None:
    """A log-in page or a packed body where a wheel should be."""
    kind = response.headers.get("Content-Type", "")
    packing = response.headers.get("Content-Encoding", "identity")
    if packing not in ("", "identity") or kind.startswith(("text/html", "application/json")):
        what = kind if packing in ("", "identity") else f"a {packing} encoded body"
        raise NetworkError(
            f"{host_of(response.url)} sent {what} instead of {file.filename}",
            hint="a proxy or a log-in page stands in between; try the link in a browser",
        )


def _copy(file: DistributionFile, out: BinaryIO, digests: _Digests, on_bytes: Heard) -> None:
    path = local_path(file.url)
    try:
        with path.open("rb") as source:
            while chunk := source.read(CHUNK):
                _write(out, chunk)
                digests.update(chunk)
                on_bytes(len(chunk))
    except OSError as error:
        raise InputError(
            f"{path} can not be read: {(error.strerror or str(error)).lower()}",
            hint="check the path; relative paths in a file start at the file's own folder",
        ) from error


class _Digests:
    """The hashes of one file as it comes in: SHA-256, and what else its source promised alone."""

    def __init__(self, file: DistributionFile) -> None:
        self._file = file
        self._strongest = next((name for name in STRENGTH if name in file.hashes), "sha256")
        self.restart()

    def restart(self) -> None:
        self._sha256 = sha256()
        alone = self._strongest == "sha256"
        self._other = self._sha256 if alone else new_hash(self._strongest)

    def update(self, data: bytes) -> None:
        self._sha256.update(data)
        if self._other is not self._sha256:
            self._other.update(data)

    def held(self) -> str:
        """The SHA-256 (hex), after what was promised has been held. Or HashMismatchError."""
        promised = self._file.hashes.get(self._strongest)
        actual = self._other.hexdigest()
        if promised not in (None, actual):
            raise HashMismatchError(
                self._file.filename,
                host=host_of(self._file.url),
                expected=f"{self._strongest}:{promised}",
                actual=f"{self._strongest}:{actual}",
            )
        return self._sha256.hexdigest()
