"""Measure manylayers, uv + zip, pip + zip and the floor in one run, as whole processes.

    python benchmarks/compare.py [--runs 5] [--set main] [--pip] [--growth]

The wheels of every set are fetched first; warm runs find them in the store and in uv's cache, cold
runs begin with empty folders every time. A layer is checked with an empty store, and as one that
the store knows. The floor is `cat` of the same wheels and `sha256sum`.
With ``--growth`` there is one more table: a warm build of layers of 1 to 250 MB, which are made of
random bytes in ten files a MB, and what it takes above the smallest of them.
No contender finds its output there already. Figures are medians; the order of the contenders
changes with every round.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import tomllib
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path

from uv import find_uv_bin

UV = str(find_uv_bin())
SETS = {
    "main": ("pandas", "requests", "pydantic", "sqlalchemy", "cryptography", "fastapi"),
    "small": ("requests",),
    "large": ("pyarrow", "numpy", "lxml", "cryptography"),
}
SIZES = (1, 10, 50, 100, 250)
"""Million bytes of the layers that show how a build grows."""
PYTHON = "3.12"
PLATFORM = "x86_64-manylinux_2_34"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """One set made ready: its lock, its pins, its wheels and the warm caches."""

    folder: Path
    lock: Path
    pins: Path
    wheels: tuple[Path, ...]

    @property
    def bytes(self) -> int:
        return sum(wheel.stat().st_size for wheel in self.wheels)


def main() -> None:
    """Print a table a set."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--set", dest="sets", action="append", choices=SETS)
    parser.add_argument("--pip", action="store_true", help="measure pip + zip too (slow)")
    parser.add_argument("--growth", action="store_true", help="measure layers of 1 to 250 MB only")
    options = parser.parse_args()
    print(
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, {os.cpu_count()} cores,"
    )
    print(f"manylayers {version('manylayers')}, uv {version('uv')}, pip {version('pip')}")
    if hasattr(os, "getloadavg"):
        print(f"load at the start {os.getloadavg()[0]:.1f}")
    if options.growth:
        with tempfile.TemporaryDirectory() as folder:
            grow(Path(folder), options.runs)
        return
    for name in options.sets or SETS:
        with tempfile.TemporaryDirectory() as folder:
            measure(name, prepared(Path(folder), SETS[name]), options)


def prepared(folder: Path, requirements: tuple[str, ...]) -> Ground:
    """Lock, fetch and install once, so that what is warm is warm."""
    lock, pins = folder / "pylock.toml", folder / "pins.txt"
    quiet(
        ours(folder / "store", "lock", *requirements, "--python", PYTHON, "-o", str(lock)), folder
    )
    packages = tomllib.loads(lock.read_text())["packages"]
    pins.write_text("".join(f"{p['name']}=={p['version']}\n" for p in packages))
    quiet(warm_build(folder, lock), folder)
    (folder / "layer.zip").rename(folder / "checked.zip")
    quiet(check(folder, folder / "store"), folder)
    quiet(uv_install(folder / "uv-cache", pins, folder / "first"), folder)
    hashes = (package["wheels"][0]["hashes"]["sha256"] for package in packages)
    wheels = tuple(folder / "store" / "wheels-v1" / h[:2] / f"{h}.whl" for h in hashes)
    return Ground(folder=folder, lock=lock, pins=pins, wheels=wheels)


def ours(store: Path, *words: str) -> list[str]:
    return [sys.executable, "-m", "manylayers", *words, "-q", "--cache-dir", str(store)]


def warm_build(folder: Path, lock: Path) -> list[str]:
    return ours(folder / "store", "build", "--lock", str(lock), "-o", str(folder / "layer.zip"))


def check(folder: Path, store: Path) -> list[str]:
    return ours(store, "check", str(folder / "checked.zip"), "--ignore", "L,B,S,C,D,P,R")


def uv_install(cache: Path, pins: Path, target: Path, *more: str) -> list[str]:
    command = [UV, "pip", "install", "--quiet", "--no-config", "--no-deps", "--target", str(target)]
    command += [
        "--python-version",
        PYTHON,
        "--python-platform",
        PLATFORM,
        "--python",
        sys.executable,
    ]
    return [*command, "--only-binary", ":all:", "--cache-dir", str(cache), "-r", str(pins), *more]


def quiet(command: list[str], folder: Path) -> None:
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def cleared(path: Path) -> Path:
    """``path``, with nothing there."""
    shutil.rmtree(path, ignore_errors=True)
    path.unlink(missing_ok=True)
    return path


def shell(script: str) -> list[str]:
    return ["sh", "-ec", script]


def joined(command: list[str]) -> str:
    return " ".join(f"'{word}'" for word in command)


def contenders(ground: Ground, *, with_pip: bool) -> dict[str, Callable[[], list[str]]]:
    """What is measured: each makes its fresh folders, unmeasured, and gives its command."""
    folder = ground.folder

    def fresh(name: str) -> Path:
        return cleared(folder / name)

    def uv_and_zip() -> list[str]:
        install = uv_install(folder / "uv-cache", ground.pins, fresh("target"), "--offline")
        return shell(f"{joined(install)}; cd target; zip -qr ../uv.zip .; rm ../uv.zip")

    def pip_and_zip() -> list[str]:
        command = [
            sys.executable,
            "-m",
            "pip",
            "install",
            "-q",
            "--no-deps",
            "-r",
            str(ground.pins),
        ]
        command += [
            "--target",
            str(fresh("target")),
            "--python-version",
            PYTHON,
            "--only-binary=:all:",
        ]
        for tag in ("manylinux_2_34", "manylinux_2_28", "manylinux_2_27", "manylinux2014"):
            command += ["--platform", f"{tag}_x86_64"]
        return shell(f"{joined(command)}; cd target; zip -qr ../pip.zip .; rm ../pip.zip")

    def floor() -> list[str]:
        wheels = joined([str(wheel) for wheel in ground.wheels])
        fresh("floor.bin")
        return shell(f"cat {wheels} > floor.bin; sha256sum floor.bin")

    def warm_ours() -> list[str]:
        fresh("layer.zip")
        return warm_build(folder, ground.lock)

    def cold_ours() -> list[str]:
        words = ("build", "--lock", str(ground.lock), "-o", str(fresh("cold.zip")))
        return ours(fresh("cold-store"), *words)

    def cold_uv() -> list[str]:
        return uv_install(fresh("cold-uv"), ground.pins, fresh("cold-target"))

    found: dict[str, Callable[[], list[str]]] = {
        "warm, manylayers": warm_ours,
        "warm, uv + zip": uv_and_zip,
        "floor, cat + sha256sum": floor,
        "cold, manylayers": cold_ours,
        "cold, uv without zip": cold_uv,
        "check, first": lambda: check(folder, fresh("check-store")),
        "check, known": lambda: check(folder, folder / "store"),
    }
    return found | ({"warm, pip + zip": pip_and_zip} if with_pip else {})


def measure(name: str, ground: Ground, options: argparse.Namespace) -> None:
    """All contenders, round after round, then the table of medians and ratios."""
    runs = contenders(ground, with_pip=options.pip)
    times: dict[str, list[float]] = {who: [] for who in runs}
    for number in range(options.runs):
        order = list(runs) if number % 2 else list(reversed(runs))
        for who in order:
            times[who].append(seconds(runs[who](), ground.folder))
    medians = {who: statistics.median(those) for who, those in times.items()}
    print(f"\n{name}: {' '.join(SETS[name])}, {len(ground.wheels)} wheels, {ground.bytes:,} bytes")
    for who, median in medians.items():
        print(f"  {who:24} {median:7.3f} s")
    warm, cold = medians["warm, manylayers"], medians["cold, manylayers"]
    print(f"  uv + zip / manylayers    {medians['warm, uv + zip'] / warm:7.1f}")
    print(f"  manylayers / floor       {warm / medians['floor, cat + sha256sum']:7.2f}")
    print(f"  cold manylayers / uv     {cold / medians['cold, uv without zip']:7.2f}")
    print(
        f"  resident, warm           {resident(runs['warm, manylayers'](), ground.folder):7.1f} MiB"
    )
    print(
        f"  resident, cold           {resident(runs['cold, manylayers'](), ground.folder):7.1f} MiB"
    )
    print(f"  resident, check          {resident(runs['check, first'](), ground.folder):7.1f} MiB")


def grow(folder: Path, runs: int) -> None:
    """The table of growth: bytes, seconds, seconds a MB above the smallest, and memory."""
    print(f"{'unzipped':>12} {'seconds':>8} {'ms a MB':>8} {'resident':>9}")
    first = 0.0
    for size in SIZES:
        lock = grown(folder, size)
        build = warm_build(folder, lock)
        quiet(build, folder)
        times = []
        for _ in range(runs):
            cleared(folder / "layer.zip")
            times.append(seconds(build, folder))
        median = statistics.median(times)
        first = first or median
        more = f"{1000 * (median - first) / (size - SIZES[0]):8.2f}" if size > SIZES[0] else ""
        memory = resident(build, folder)
        print(f"{size:9} MB {median:8.3f} {more:8} {memory:5.1f} MiB", flush=True)


def grown(folder: Path, size: int) -> Path:
    """A lock of one wheel with ``size`` million random bytes, ten files a million.

    No more than a file is held at a time: a child's resident size begins with that of its parent.
    """
    dist_info, lock = f"grown-{size}.dist-info", folder / f"pylock.{size}.toml"
    rows = []
    with zipfile.ZipFile(folder / f"grown-{size}-py3-none-any.whl", "w") as wheel:

        def add(name: str, content: bytes) -> None:
            wheel.writestr(name, content)
            rows.append(f"{name},sha256={digest(content)},{len(content)}\n")

        for number in range(10 * size):
            add(f"grown/{number}.bin", os.urandom(100_000))
        told = f"Metadata-Version: 2.1\nName: grown\nVersion: {size}\n"
        add(f"{dist_info}/METADATA", told.encode())
        kind = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        add(f"{dist_info}/WHEEL", kind)
        wheel.writestr(f"{dist_info}/RECORD", "".join([*rows, f"{dist_info}/RECORD,,\n"]))
    words = ("--find-links", str(folder), "--no-index", "--python", PYTHON, "-o", str(lock))
    quiet(ours(folder / "store", "lock", f"grown=={size}", *words), folder)
    return lock


def digest(content: bytes) -> str:
    """As RECORD writes it."""
    return urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")


def seconds(command: list[str], folder: Path) -> float:
    begun = time.perf_counter()
    quiet(command, folder)
    return time.perf_counter() - begun


def resident(command: list[str], folder: Path) -> float:
    """The largest resident size of one run, in MiB (1,048,576 bytes)."""
    child = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(child.pid, 0)
    child.returncode = 0
    return usage.ru_maxrss / (1024 if sys.platform == "linux" else 1 << 20)


if __name__ == "__main__":
    main()
