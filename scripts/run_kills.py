"""Builds ended at many moments of their life, by every signal, and what they leave.

    python scripts/run_kills.py                    # a hundred moments for each kind of build
    python scripts/run_kills.py --moments 5 --build warm --build folder

The moments are spread evenly, each by the next of the signals. After each end the output must be
the old one, none, or the new one whole; the next build onto it must work without help and leave
nothing beside it. A signal that can be heard must end it within a second, with nothing left in the
folder of temporary files. However it ends, its resolver ends with it. Linux only.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from lock_builder import write_lock  # noqa: E402 - the tests' own servers and builders
from loopback import Shelf, serving  # noqa: E402
from wheel_builder import build_wheel  # noqa: E402

BUILDS = ("cold", "locked", "warm", "folder")
SIGNALS = ("KILL", "KILL-GROUP", "INT", "TERM", "HUP")
SECONDS = 1.5
"""From the signal to the end: the second that is promised, and the delays of a quiet machine."""
GUARD_SECONDS = 2.0
"""That a resolver may outlive a program which was killed."""
INTERPRETER = ("<frozen site>", "<frozen runpy>", "init_import_site")
"""What Python says by itself when it is interrupted before it has come to our code."""
PACKAGES, FILES, BYTES = 8, 40, 300_000


class Build(NamedTuple):
    """A kind of build: its words, its output, and whether the store is emptied before it."""

    name: str
    words: tuple[str, ...]
    output: str
    cold: bool


class Ended(NamedTuple):
    """How one build ended: exit status, seconds from the signal, and all that was said."""

    status: int
    seconds: float
    said: str


def main() -> int:
    """Every kind of build; the exit status is 1 where something was wrong."""
    options = _options()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell's & has it ignored
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # nohup has
    begun, faults = time.monotonic(), 0
    with tempfile.TemporaryDirectory(prefix="kills-") as folder, _place(Path(folder)) as place:
        for build in place.builds:
            if build.name in (options.build or BUILDS):
                faults += _series(place, build, options.moments, options.seconds)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss >> 10
    print(f"{faults} faults, {time.monotonic() - begun:.0f} s, peak memory {peak} MiB")
    return min(faults, 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--build", choices=BUILDS, action="append")
    parser.add_argument("--seconds", type=float, default=SECONDS, help="that an end may take")
    return parser.parse_args()


def _series(place: Place, build: Build, moments: int, seconds: float) -> int:
    usual, found = place.measure(build), Counter[str]()
    slowest, faults = 0.0, list[str]()
    for moment in range(moments):
        name = SIGNALS[moment % len(SIGNALS)]
        place.prepare(build)
        ended = place.end(build, name, usual * 1.1 * (moment + 0.5) / moments)
        found[place.state(build)] += 1
        slowest = max(slowest, ended.seconds)
        faults += [f"{name} at {moment}: {fault}" for fault in place.faults(build, name, ended)]
        if ended.seconds > seconds and not name.startswith("KILL"):
            faults.append(f"{name} at {moment}: it took {ended.seconds:.2f} s")
    states = ", ".join(f"{count} {state}" for state, count in sorted(found.items()))
    print(f"{build.name:7} {moments} moments of {usual:.2f} s: {states}; ", end="")
    print(f"ended within {slowest:.2f} s, {len(faults)} faults", flush=True)
    for fault in faults:
        print(f"    {fault}")
    return len(faults)


@contextmanager
def _place(folder: Path) -> Iterator[Place]:
    """Wheels that need one another, an index that has them, locks, and what is to come out."""
    (wheels := folder / "wheels").mkdir()
    made = [_wheel(wheels, number) for number in range(PACKAGES)]
    with serving(Shelf(wheels=wheels)) as host:
        lock = write_lock(folder, made, root=f"http://{host}/files")
        (folder / "old").mkdir()
        write_lock(folder / "old", made[-1:], root=f"http://{host}/files")
        place = Place(folder, _builds(str(lock), host))
        place.expect()
        yield place


def _wheel(folder: Path, number: int) -> Path:
    name = f"part{number}"
    files = {f"{name}/{one}.py": b"value = %d\n" % one * 200 for one in range(FILES)}
    files[f"{name}/data.bin"] = random.Random(number).randbytes(BYTES)  # noqa: S311
    needs = [f"part{number + 1}"] if number + 1 < PACKAGES else []
    return build_wheel(folder, name, files=files, requires=needs)


def _builds(lock: str, host: str) -> tuple[Build, ...]:
    index = ("part0", "--index-url", f"http://{host}/simple")
    return (
        Build("cold", index, "layer.zip", cold=True),
        Build("locked", ("--lock", lock), "layer.zip", cold=True),
        Build("warm", ("--lock", lock), "layer.zip", cold=False),
        Build("folder", ("--lock", lock), "layer/", cold=False),
    )


class Place:
    """The folder that it all happens in, and the outputs as they should be."""

    def __init__(self, folder: Path, builds: tuple[Build, ...]) -> None:
        self.builds = builds
        self._folder = folder
        self._out = folder / "out"
        self._store = folder / "store"
        self._temporary = folder / "tmp"
        self._old: dict[str, str] = {}
        self._new: dict[str, str] = {}

    def expect(self) -> None:
        """Build what was there before and what should come out, of either kind of output."""
        for lock, known in (("", self._new), ("old", self._old)):
            self._empty(self._out)
            for output in ("layer.zip", "layer/"):
                words = ("--lock", str(self._folder / lock / "pylock.toml"))
                self._finish(Build("", words, output, cold=False))
                known[output] = _digest(self._out / output)
        self._out.rename(self._folder / "before")

    def prepare(self, build: Build) -> None:
        """The old output, and a store that has everything or nothing."""
        self._empty(self._out)
        self._empty(self._temporary)
        before, place = self._folder / "before" / build.output, self._out / build.output
        (shutil.copytree if before.is_dir() else shutil.copyfile)(before, place)
        if build.cold:
            shutil.rmtree(self._store)

    def measure(self, build: Build) -> float:
        """Seconds that it takes when nobody ends it; of two times the second, with all cached."""
        seconds = 0.0
        for _ in range(2):
            self.prepare(build)
            begun = time.monotonic()
            self._finish(build)
            seconds = time.monotonic() - begun
        return seconds

    def end(self, build: Build, name: str, after: float) -> Ended:
        """Begin ``build`` and end it ``after`` seconds; whether it was done already shows."""
        child = self._begin(build)
        time.sleep(after)
        number = getattr(signal, f"SIG{name.removesuffix('-GROUP')}")
        begun = time.monotonic()
        if child.poll() is None:
            (os.killpg if name.endswith("GROUP") else os.kill)(child.pid, number)
        said = child.communicate(timeout=60)[1]
        seconds = time.monotonic() - begun
        if any(words in said for words in INTERPRETER) and "cli/program.py" not in said:
            return Ended(-number, seconds, "")
        return Ended(child.returncode, seconds, said)

    def state(self, build: Build) -> str:
        """``old``, ``new`` or ``none``; anything else is half an output."""
        place = self._out / build.output
        if not place.exists():
            return "none"
        known = {self._old[build.output]: "old", self._new[build.output]: "new"}
        return known.get(_digest(place), "half")

    def faults(self, build: Build, name: str, ended: Ended) -> Iterator[str]:
        """What is wrong after an end, and after the next build."""
        if self.state(build) == "half":
            yield "half an output"
        if "Traceback" in ended.said or "bug" in ended.said:
            yield f"it said {ended.said!r}"
        if not name.startswith("KILL"):
            yield from self._traces(name, ended)
        if running := _lasting(self._folder):
            yield f"still running: {running}"
        done = self._finish(build, check=False)
        if done.returncode or self.state(build) != "new":
            yield f"the next build ended with {done.returncode}: {done.stderr}"
        if left := {path.name for path in self._out.iterdir()} - {build.output.strip("/")}:
            yield f"beside the output there is {left}"
        if (self._store / "tmp").is_dir():
            left = {path.name for path in (self._store / "tmp").iterdir()}
            if odd := {name for name in left if not name.endswith((".part", ".lock"))}:
                yield f"in the store there is {odd}"

    def _traces(self, name: str, ended: Ended) -> Iterator[str]:
        number = getattr(signal, f"SIG{name}")
        if ended.status not in (0, 128 + number, -number):
            yield f"status {ended.status}"
        places = (self._out, self._temporary, self._store / "tmp")
        for path in (path for place in places for path in place.glob("*") if place.is_dir()):
            if path.name.endswith(".part"):
                yield f"{path} is left"

    def _begin(self, build: Build) -> subprocess.Popen[str]:
        words = ["build", *build.words, "--python", "3.12", "-q", "-o", build.output]
        self._temporary.mkdir(exist_ok=True)
        return subprocess.Popen(
            [sys.executable, "-m", "manylayers", *words],
            cwd=self._out,
            env={
                **os.environ,
                "MANYLAYERS_CACHE_DIR": str(self._store),
                "TMPDIR": str(self._temporary),
            },
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _finish(self, build: Build, *, check: bool = True) -> subprocess.CompletedProcess[str]:
        child = self._begin(build)
        said = child.communicate(timeout=60)[1]
        if check and child.returncode:
            raise SystemExit(f"a build that nobody ended failed: {said}")
        return subprocess.CompletedProcess(child.args, child.returncode, "", said)

    def _empty(self, folder: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()


def _digest(place: Path) -> str:
    """Of a file its bytes, of a folder all paths and bytes."""
    digest = sha256()
    for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
        digest.update(str(path.relative_to(place.parent)).encode())
        digest.update(path.read_bytes() if path.is_file() else b"/")
    return digest.hexdigest()


def _lasting(folder: Path) -> list[str]:
    """Those of `_running` that do not end by themselves: the guard of a child needs its turn."""
    until = time.monotonic() + GUARD_SECONDS
    while (running := _running(folder)) and time.monotonic() < until:
        time.sleep(0.02)
    return running


def _running(folder: Path) -> list[str]:
    """What other processes were called with, of those that were told of ``folder``."""
    found = []
    for place in Path("/proc").glob("[0-9]*"):
        try:
            words = (place / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
        except OSError:
            continue
        if str(folder) in words and int(place.name) != os.getpid():
            found.append(words)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
