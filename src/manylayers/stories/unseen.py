"""Wheels that the resolver would unpack whole, fetched and read by ourselves before it does."""

from __future__ import annotations

from collections.abc import Sequence

from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.pins import DistributionFile, filename_of
from manylayers.stories.needs import Archives, Fetches, Stores
from manylayers.stories.obtain import Meter, in_parallel
from manylayers.stories.progress import Silence


def look_into(
    urls: Sequence[str], *, store: Stores, fetcher: Fetches, archive: Archives
) -> list[int]:
    """The bytes of the wheel at each of ``urls``; those that are right are in the store then.

    Raises UnsafeWheelError for a bomb. Of what else may be wrong nobody knows yet whether the
    wheel will be needed. NetworkError where one can't be fetched.
    """

    def look(file: DistributionFile, meter: Meter) -> int:
        with store.lock(file.filename), store.partial() as path:
            sha256 = fetcher.fetch(file, path, on_bytes=meter)
            try:
                facts = archive.verify_wheel(path, filename=file.filename, sha256=sha256)
            except UnsafeWheelError:
                archive.refuse_bomb(path, filename=file.filename)
                return path.stat().st_size
            if not store.find(sha256):
                store.adopt(path, facts)
            return facts.size

    files = [DistributionFile(filename=filename_of(url), url=url) for url in urls]
    sizes = in_parallel(files, look, Silence())
    return [sizes[url] for url in urls]
