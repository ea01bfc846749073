"""Fetching one file: streamed to disk while it is hashed, resumed or begun again when it breaks."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import new as new_hash
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

from manylayers.errors import InputError, NetworkError, reason_of
from manylayers.errors.inputs import HashMismatchError
from manylayers.errors.places import StoreError, cache_error
from manylayers.formats.pins import DistributionFile, local_path
from manylayers.hands.reading import regular
from manylayers.hands.urls import host_of
from manylayers.hands.web import TooSlowError, WebSession, pieces

if TYPE_CHECKING:
    import requests

    from manylayers.hands.patience import Patience

CHUNK = 1 << 18
LARGEST_FILE = 1 << 30
"""Bytes, where nobody told the size: four times what Lambda takes unzipped."""

STRENGTH = ("sha256", "sha512", "sha384", "md5")
"""Of several promised hashes the first of these is held; all but the last would do alone."""

RENEWING_BYTES = 1 << 20
"""Who brought so much more before the line broke may be asked as often as at first."""

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
                _Download(file, out, digests, on_bytes).run(self._session)
        return digests.held()


class _Download:
    """One file on its way to ``out``, over as many answers as it takes."""

    def __init__(
        self, file: DistributionFile, out: BinaryIO, digests: _Digests, on_bytes: Heard
    ) -> None:
        self._file, self._out, self._digests, self._on_bytes = file, out, digests, on_bytes
        self._limit = file.size if file.size is not None else LARGEST_FILE
        self._validator = ""
        self._in_parts = True

    def run(self, session: WebSession) -> None:
        """Raises NetworkError for a line that breaks too often, or a server that tells lies."""
        patience, furthest = session.patience(), 0
        while True:
            try:
                return self._attempt(session, patience)
            except BrokenOffError as broken:
                if self._out.tell() >= furthest + RENEWING_BYTES:
                    furthest = self._out.tell()
                    patience.renew()
                if not patience.again():
                    raise _given_up(self._file, patience.failed, broken) from broken

    def _attempt(self, session: WebSession, patience: Patience) -> None:
        if not self._in_parts:
            self._restart()
        have = self._out.tell()
        with session.get(self._file.url, self._headers(have), patience) as response:
            if have and not self._goes_on(response, have):
                self._restart()
                if response.status_code != 200:
                    self._in_parts = False
                    raise BrokenOffError("it did not send the part that was asked for")
            self._validator = _validator(response)
            _refuse_pages(self._file, response)
            self._stream(response)

    def _headers(self, have: int) -> dict[str, str]:
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers["Range"] = f"bytes={have}-"
            if self._validator:
                headers["If-Range"] = self._validator
        return headers

    def _goes_on(self, response: requests.Response, have: int) -> bool:
        """Whether the answer is the rest of the same file that was asked for."""
        start = response.headers.get("Content-Range", "")
        same = _validator(response) in ("", self._validator) or not self._validator
        return response.status_code == 206 and start.startswith(f"bytes {have}-") and same

    def _restart(self) -> None:
        self._on_bytes(-self._out.tell())
        self._out.seek(0)
        self._out.truncate()
        self._digests.restart()

    def _stream(self, response: requests.Response) -> None:
        from urllib3.exceptions import HTTPError

        length = response.headers.get("Content-Length", "")
        end = self._out.tell() + int(length) if length.isdecimal() else None
        if end is not None and end > self._limit:
            raise _too_long(self._file, self._limit)
        try:
            for chunk in pieces(response, CHUNK):
                self._take(chunk)
        except TooSlowError as error:
            raise BrokenOffError(str(error)) from error
        except (HTTPError, OSError) as error:
            raise BrokenOffError(_came(self._out, end or self._file.size)) from error
        self._hold_length(end)

    def _take(self, chunk: bytes) -> None:
        if self._out.tell() + len(chunk) > self._limit:
            raise _too_long(self._file, self._limit)
        _write(self._out, chunk)
        self._digests.update(chunk)
        self._on_bytes(len(chunk))

    def _hold_length(self, end: int | None) -> None:
        came, size = self._out.tell(), self._file.size
        if end is not None and came < end:
            raise BrokenOffError(_came(self._out, end))
        if size is not None and came < size:
            if end is not None:
                raise _too_short(self._file, came)
            raise BrokenOffError(_came(self._out, size))


def _given_up(file: DistributionFile, times: int, broken: BrokenOffError) -> NetworkError:
    often = f"broke off {times} times" if times > 1 else "broke off"
    return NetworkError(
        f"{file.filename} from {host_of(file.url)} {often}: {broken}",
        hint="run it again; what is in the store already is kept",
    )


def _validator(response: requests.Response) -> str:
    """What says that a later part is of the same file; a weak ETag does not (RFC 9110)."""
    tag = response.headers.get("ETag", "")
    return tag if tag and not tag.startswith("W/") else response.headers.get("Last-Modified", "")


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
    return cache_error(str(path.parent.parent), reason_of(error))


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


def _too_short(file: DistributionFile, came: int) -> NetworkError:
    return NetworkError(
        f"{host_of(file.url)} sends {came:,} bytes for {file.filename}, not the {file.size:,} "
        "promised",
        hint="the file changed on the server: lock anew, or ask who runs the index",
    )


def _refuse_pages(file: DistributionFile, response: Any) -> None:
    """A log-in page or a packed body where a wheel should be."""
    kind = response.headers.get("Content-Type", "")
    packing = response.headers.get("Content-Encoding", "identity")
    page = next((one for one in ("text/html", "application/json") if kind.startswith(one)), "")
    if page or packing not in ("", "identity"):
        what = page if packing in ("", "identity") else "a packed body"
        raise NetworkError(
            f"{host_of(response.url)} sent {what} instead of {file.filename}",
            hint="a proxy or a log-in page stands in between; try the link in a browser",
        )


def _copy(file: DistributionFile, out: BinaryIO, digests: _Digests, on_bytes: Heard) -> None:
    path = local_path(file.url)
    try:
        with regular(path) as source:
            while chunk := source.read(CHUNK):
                _write(out, chunk)
                digests.update(chunk)
                on_bytes(len(chunk))
    except (OSError, ValueError) as error:  # a path with a NUL in it
        raise InputError(
            f"{path} can not be read: {reason_of(error)}",
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
