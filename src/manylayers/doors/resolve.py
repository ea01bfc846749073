"""The resolver: one question to uv, asked until it has an answer, which is read back."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from manylayers.doors.question import Question, question_files, uv_arguments, uv_environment
from manylayers.doors.uv import UV_WAYS_OUT, uv_program
from manylayers.doors.uv_cache import mend, note, sweep, trouble
from manylayers.doors.uv_failures import failure
from manylayers.doors.uv_log import LOG, without_log
from manylayers.doors.uv_watch import UnseenWheelsError, Watch
from manylayers.errors import reason_of
from manylayers.errors.places import (
    NO_SIMPLE_API,
    IndexPageError,
    ProgramError,
    StoreError,
    temporary_error,
)
from manylayers.formats.pins import Pin, local_path
from manylayers.hands.disk import passing_folder
from manylayers.hands.leftovers import remove
from manylayers.hands.process import Finished, run
from manylayers.hands.urls import without_login
from manylayers.hands.web import WebSession
from manylayers.options import IndexSettings

RESOLVE_SECONDS = 600.0
"""The longest real resolution seen took seconds; a hung one must not hang a CI job for hours."""


class Answer(NamedTuple):
    """The pins uv gave, each with the files it thinks usable, and its warnings."""

    pins: tuple[Pin, ...]
    warnings: tuple[str, ...]


Look = Callable[[Sequence[str]], Sequence[int | None]]
"""Looks into the wheels at URLs before uv unpacks them: the bytes of each, where it was got."""


class Resolver:
    """uv, asked with one set of index settings and one cache folder."""

    def __init__(
        self,
        settings: IndexSettings,
        cache_folder: Path,
        environment: Mapping[str, str],
        session: WebSession | None = None,
        look: Look = lambda urls: [None for _ in urls],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._settings = settings
        self._cache_folder = cache_folder
        self._environment = uv_environment(settings, environment)
        self._session = session or WebSession(environment, offline=settings.offline)
        self._look = look
        self._clock = clock
        self._seen: dict[str, int | None] = {}
        self._finding, self._looking = threading.Lock(), threading.Lock()

    def resolve(self, question: Question) -> Answer:
        """uv's answer.

        Raises UnresolvableError when there is none, NetworkError when the index can't be asked,
        OfflineError when ``--offline`` is why.
        """
        try:
            with passing_folder("manylayers") as folder:
                return self._ask(question, folder)
        except OSError as error:
            raise temporary_error(reason_of(error)) from error
        finally:
            note(self._cache_folder)

    def _ask(self, question: Question, folder: Path) -> Answer:
        for name, text in question_files(question).items():
            (folder / name).write_text(text, encoding="utf-8")
        mend(self._cache_folder, read=False)
        there = os.path.lexists(self._cache_folder)  # another run may remove it for its damage
        finished = self._run(question, folder, self._cache(folder))
        reason = trouble(_said(finished), self._cache_folder) if finished.status else None
        if reason and (there or os.path.lexists(self._cache_folder)):  # else it can't be made
            finished = self._run_anew(question, folder, reason)
        elif finished.status and mend(self._cache_folder, read=True):
            finished = self._run(question, folder, self._cache(folder))
        said = _said(finished)
        if finished.status:
            raise _ended(finished.status) if finished.status < 0 else failure(said)
        pins = _pins((folder / "pylock.toml").read_bytes(), folder)
        _refuse_local(pins, self._settings)
        return Answer(pins=pins, warnings=_warnings(said))

    def _run(self, question: Question, folder: Path, cache: Path) -> Finished:
        """uv's run, as often as it comes upon wheels that have to be looked into before.

        An index may have such wheels without end: all runs together have the time of one.
        """
        end = self._clock() + RESOLVE_SECONDS
        while (left := end - self._clock()) > 0:
            try:
                return self._run_once(question, folder, cache, left)
            except UnseenWheelsError as unseen:
                self._look_into(unseen.urls, question)
        raise _overdue()

    def _run_once(self, question: Question, folder: Path, cache: Path, most: float) -> Finished:
        with self._finding:  # sysconfig, which uv's package asks, is not safe in two threads
            program = uv_program()
        try:
            return run(
                [program, *uv_arguments(question, self._settings, cache)],
                environment={**self._environment, "RUST_LOG": LOG},
                folder=folder,
                timeout=most,
                ways_out=UV_WAYS_OUT,
                watch=Watch(self._session, cache, self._seen),
            )
        finally:
            sweep(cache)

    def _look_into(self, urls: Sequence[str], question: Question) -> None:
        """One thread at a time, so that two that ask uv the same get each wheel once."""
        with self._looking:
            links = {_shown(link): link for link in _links(question)}
            new = {url: links.get(_shown(url), url) for url in urls if url not in self._seen}
            hidden = {url: None for url, real in new.items() if "****" in real}
            open_ = {url: real for url, real in new.items() if url not in hidden}
            self._seen |= hidden | dict(zip(open_, self._look([*open_.values()]), strict=True))

    def _run_anew(self, question: Question, folder: Path, reason: str) -> Finished:
        """Once more without the cache that stood in the way, which is removed where that helped."""
        finished = self._run(question, folder, folder / "cache")
        if not finished.status:
            remove(self._cache_folder)
        elif self._settings.offline:
            raise StoreError(
                f"the resolver's cache {self._cache_folder} is damaged: {reason}",
                hint="run it once without --offline, it is made anew then",
            )
        return finished

    def _cache(self, folder: Path) -> Path:
        """The resolver's cache; one for now below ``folder`` where the store is read-only."""
        place = self._cache_folder
        while not os.path.exists(place):  # noqa: PTH110 - no error where it may not look
            place = place.parent
        read_only = place.is_dir() and not os.access(place, os.W_OK)
        return folder / "cache" if read_only else self._cache_folder


def _links(question: Question) -> list[str]:
    """The places of wheels in requirements, with the passwords and queries that uv hides."""
    lines = (line.partition(" ; ")[0] for line in question.requirements)
    return [url.strip() for line in lines if (url := line.partition(" @ ")[2])]


def _shown(url: str) -> str:
    return without_login(url).partition("?")[0].partition("#")[0]


def _said(finished: Finished) -> str:
    return without_log(finished.stderr.decode("utf-8", "replace"))


def _ended(number: int) -> ProgramError:
    """The resolver was killed, whatever it had said until then."""
    import signal

    name = signal.Signals(-number).name if -number in {*signal.Signals} else f"signal {-number}"
    if name == "SIGKILL":
        name += ", as systems do when memory runs out"
    return ProgramError(
        f"the resolver uv was ended by {name}",
        hint="give it more memory and disk, or build from a lock, which needs no resolver",
    )


def _overdue() -> ProgramError:
    return ProgramError(
        f"the resolver uv came upon ever more wheels without a hash for {RESOLVE_SECONDS:.0f} "
        "seconds, which have to be read before it may use them",
        hint="run it again, what was fetched is kept; "
        "if it repeats, pin the packages that have many versions",
    )


def _pins(data: bytes, folder: Path) -> tuple[Pin, ...]:
    """uv's own lock is for the one target it was asked for, so every package in it counts."""
    from manylayers.errors.inputs import LockError
    from manylayers.formats.pylock import all_pins, read_pylock

    try:
        return all_pins(read_pylock(data, "the resolver's answer", folder))
    except LockError as error:  # with what an index told
        raise IndexPageError(
            f"what an index told of a file can't be used: {error.message}",
            hint=NO_SIMPLE_API,
        ) from error


def _refuse_local(pins: tuple[Pin, ...], settings: IndexSettings) -> None:
    """No index on the network may have a file of this machine read: what is local was named so."""
    mirrors = [
        _mirror(url)
        for url in (*settings.extra_urls, settings.default_url or "")
        if url.startswith("file:")
    ]
    places = [one for one in settings.find_links if not one.startswith(("http:", "https:"))]
    named = {
        (local_path(one) if one.startswith("file:") else Path(one)).resolve() for one in places
    }
    for file in (file for pin in pins if not pin.direct for file in pin.files):
        if not file.url.startswith("file:"):
            continue
        folder = local_path(file.url).parent.resolve()
        if folder not in named and not any(map(folder.is_relative_to, mirrors)):
            raise IndexPageError(
                f"an index page has a link to a file of this machine for {file.filename}",
                hint=NO_SIMPLE_API,
            )


def _mirror(url: str) -> Path:
    """The folder with all files of a local index: mirrors have ``packages/`` beside ``simple/``."""
    pages = local_path(url).resolve()
    return pages.parent if pages.name == "simple" else pages


def _warnings(said: str) -> tuple[str, ...]:
    return tuple(
        line.removeprefix("warning: ") for line in said.splitlines() if line.startswith("warning: ")
    )
