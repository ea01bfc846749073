"""Hold our reading of wheels against that of `zipfile` and of `installer`, member by member.

    python scripts/compare_reading.py FOLDER… [--json FILE]

Reads every wheel below each FOLDER, a store of manylayers included (its wheels are named by their
hash; the facts beside them tell the file name). A store filled by `scripts/run_corpus.py` holds the
wheels of the whole corpus. Each wheel is read anew: what the store knows of it is not believed.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import IO, Any

from installer.sources import WheelFile

from manylayers.doors.archive import verify_wheel
from manylayers.doors.store import facts_place
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts

CHUNK = 1 << 20


@dataclass(kw_only=True)
class Compared:
    """One wheel. ``refused`` is why we do not read it, ``theirs`` what installer finds wrong."""

    filename: str
    size: int
    members: int = 0
    unzipped: int = 0
    seconds: float = 0.0
    refused: str = ""
    warnings: tuple[str, ...] = ()
    theirs: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)


def main() -> int:
    """Compare all, print what differs and the sums, and give 1 when something differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    results = [compared(path, filename) for path, filename in wheels(options.folders)]
    show(results)
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in results], indent=1))
    return int(any(one.differences for one in results))


def wheels(folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Every distinct wheel with its file name, in the order of names."""
    found: dict[str, Path] = {}
    for folder in folders:
        for path in folder.rglob("*.whl"):
            found.setdefault(real_name(path), path)
    return ((path, filename) for filename, path in sorted(found.items()))


def real_name(path: Path) -> str:
    """The wheel's file name, which a store keeps in the line of JSON that begins its facts."""
    facts = facts_place(path)
    if not facts.exists():
        return path.name
    line = next(line for line in facts.read_bytes().split(b"\n") if b'"filename"' in line)
    return str(json.loads(line[line.index(b"{") :])["filename"])


def compared(path: Path, filename: str) -> Compared:
    """Read the wheel three times over and list what differs."""
    result = Compared(filename=filename, size=path.stat().st_size)
    begin = time.perf_counter()
    try:
        facts = verify_wheel(path, filename=filename)
    except UnsafeWheelError as error:
        result.refused = error.message
        return result
    result.seconds = time.perf_counter() - begin
    result.members = len(facts.members)
    result.unzipped = sum(member.size for member in facts.members)
    result.warnings = facts.warnings
    with zipfile.ZipFile(path) as archive:
        archive.filename = filename
        result.differences = [*headers_differ(archive, facts), *contents_differ(archive, facts)]
        result.theirs = faults(WheelFile(archive))
    if facts.record_complete and result.theirs:
        result.differences.append("we take its RECORD for complete, installer does not")
    return result


def headers_differ(archive: zipfile.ZipFile, facts: WheelFacts) -> Iterator[str]:
    """Names, sizes, checksums and methods against `zipfile`."""
    theirs = {
        info.filename: (info.file_size, info.compress_size, info.CRC, info.compress_type)
        for info in archive.infolist()
        if not info.is_dir()
    }
    ours = {
        member.path: (member.size, member.compressed_size, member.crc, member.method)
        for member in facts.members
    }
    for name in sorted(ours.keys() | theirs.keys()):
        if ours.get(name) != theirs.get(name):
            yield f"{name}: {ours.get(name)}, zipfile has {theirs.get(name)}"


def contents_differ(archive: zipfile.ZipFile, facts: WheelFacts) -> Iterator[str]:
    """Bytes and executable bits against what `installer` would install."""
    ours = {member.path: member for member in facts.members}
    for (path, _, _), stream, executable in WheelFile(archive).get_contents():
        member = ours.pop(path, None)
        if member is None:
            yield f"{path}: only installer has it"
        elif digest(stream) != member.sha256 or executable != member.executable:
            yield f"{path}: installer has other bytes or another mode"
    yield from (f"{path}: installer has it not" for path in ours)


def digest(stream: IO[bytes]) -> str:
    """The SHA-256 as RECORD writes it."""
    hashed = sha256()
    while chunk := stream.read(CHUNK):
        hashed.update(chunk)
    return urlsafe_b64encode(hashed.digest()).decode().rstrip("=")


def faults(wheel: WheelFile) -> list[str]:
    """What `installer` finds wrong with RECORD."""
    try:
        wheel.validate_record()
    except wheel.validation_error as error:
        return [str(issue) for issue in getattr(error, "issues", [error])]
    return []


def show(results: list[Compared]) -> None:
    """What differs, is refused or warned of, then the sums."""
    for one in results:
        for kind, lines in told(one).items():
            for line in lines[:5]:
                print(f"{kind:10} {one.filename}: {line}")
    read = [one for one in results if not one.refused]
    print(
        f"{len(results)} wheels, {sum(one.size for one in results):,} bytes; "
        f"{len(read)} read in {sum(one.seconds for one in read):.1f} s: "
        f"{sum(one.members for one in read):,} members, "
        f"{sum(one.unzipped for one in read):,} bytes unzipped; "
        f"{sum(bool(one.differences) for one in read)} differ, {len(results) - len(read)} refused, "
        f"{sum(bool(one.warnings) for one in read)} warned of, "
        f"{sum(bool(one.theirs) for one in read)} that installer finds fault with"
    )


def told(one: Compared) -> dict[str, Any]:
    refused = [one.refused] if one.refused else []
    return {
        "DIFFERS": one.differences,
        "refused": refused,
        "warned": one.warnings,
        "installer": one.theirs,
    }


if __name__ == "__main__":
    sys.exit(main())
