"""Run `manylayers build` over a corpus of requirement sets and grade every answer.

    python scripts/run_corpus.py CORPUS [--only TEXT] [--jobs 2] [--json FILE]

CORPUS is a folder with `index.json` (one row a case and target, with the `verdict` an exact tool
must give) and a folder a case (`case.toml` and the inputs). Wheels come from the true index as it
was on the day of the verdicts.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

AS_OF = "2026-11-23T00:00:00Z"
FORMS = {"requirements", "pylock.toml"}
"""The forms of input that the product reads; the other rows are listed as not covered."""

EXITS = {
    "ok": {0},
    "no-wheel": {3},
    "glibc": {3},
    "python": {3},
    "conflict": {3},
    "name": {3},
    "version": {3},
    "hash": {5, 3},
    "too-big": {1},
    "too-big?": {0, 1},
    "either": {0, 2, 3},
    "empty": {0, 2},
    "needs-archive": {3},
    "needs-git": {3},
    "link-misfit": {3},
    "syntax": {2},
    "missing-file": {2},
    "missing-project": {2},
}
CODES = {
    "no-wheel": {"no-wheel", "glibc", "lock", "python"},
    "glibc": {"glibc", "no-wheel"},
    "python": {"python", "no-wheel", "version"},
    "conflict": {"conflict"},
    "name": {"name"},
    "version": {"version"},
    "hash": {"hash"},
    "too-big": {"too-big"},
}


@dataclass(frozen=True, kw_only=True)
class Grade:
    """One row's outcome; ``note`` says what is wrong, or what the tool said."""

    case: str
    target: str
    verdict: str
    status: int
    code: str
    right: bool
    note: str


def main() -> int:
    """Grade all rows, print the table, and give 1 when one is wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("corpus", type=Path)
    parser.add_argument("--only", default="", help="cases and targets with this text")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--cache-dir", default="")
    options = parser.parse_args()
    rows = json.loads((options.corpus / "index.json").read_text(encoding="utf-8"))["rows"]
    chosen = [row for row in rows if options.only in f"{row['case']} {row['target']}"]
    covered = [row for row in chosen if form(options.corpus, row) in FORMS]
    with ThreadPoolExecutor(options.jobs) as pool:
        grades = list(pool.map(lambda row: grade(options, row), covered))
    show(grades, len(chosen) - len(covered))
    if options.json:
        options.json.write_text(json.dumps([asdict(one) for one in grades], indent=1))
    return int(not all(one.right for one in grades))


def case_of(corpus: Path, row: dict[str, Any]) -> dict[str, Any]:
    return tomllib.loads((corpus / row["case"] / "case.toml").read_text(encoding="utf-8"))


def form(corpus: Path, row: dict[str, Any]) -> str:
    return str(case_of(corpus, row)["form"])


def grade(options: argparse.Namespace, row: dict[str, Any]) -> Grade:
    """Build one row in a folder of its own and hold the answer against the verdict."""
    case = case_of(options.corpus, row)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        materialise = [sys.executable, str(options.corpus / "materialise.py"), row["case"], name]
        subprocess.run(materialise, check=True, capture_output=True)
        command = build_command(case, row["target"], options.cache_dir)
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        note = problem(row, done, folder / "layer.zip")
        code, message = said(done)
    return Grade(
        case=row["case"],
        target=row["target"],
        verdict=row["verdict"],
        status=done.returncode,
        code=code,
        right=not note,
        note=note or message,
    )


def build_command(case: dict[str, Any], target: str, cache_dir: str) -> list[str]:
    """The command line of one row."""
    python, _, arch = target.removeprefix("python").partition("-")
    command = [sys.executable, "-m", "manylayers", "build", "--python", python, "--arch", arch]
    command += ["--json", "--exclude-newer", AS_OF]
    if cache_dir:
        command += ["--cache-dir", cache_dir]
    flag = "--lock" if case["form"] == "pylock.toml" else "-r"
    for name in case["inputs"]:
        command += [flag, name]
    return command


def problem(row: dict[str, Any], done: subprocess.CompletedProcess[str], zip_path: Path) -> str:
    """What is wrong with an answer, or ``""``."""
    verdict = row["verdict"]
    if "Traceback" in done.stderr:
        return f"traceback: {done.stderr.strip().splitlines()[-1]}"
    if done.returncode not in EXITS[verdict]:
        return f"exit {done.returncode}, not {sorted(EXITS[verdict])}: {said(done)[1]}"
    if done.returncode:
        if zip_path.exists():
            return "an output was left although it failed"
        return wrong_reason(row, done)
    return wrong_packages(row, zip_path) if verdict in ("ok", "too-big?") else ""


def wrong_reason(row: dict[str, Any], done: subprocess.CompletedProcess[str]) -> str:
    code, message = said(done)
    wanted = CODES.get(row["verdict"])
    if wanted and code not in wanted:
        return f"code {code}, not {sorted(wanted)}: {message}"
    text = done.stdout.lower()
    unnamed = [name for name in blocking(row) if name.lower() not in text]
    return f"does not name {', '.join(unnamed)}" if unnamed else ""


def blocking(row: dict[str, Any]) -> list[str]:
    """The packages that the baseline found to have no wheel."""
    for key in ("exact_2_26", "manylinux_2_34", "manylinux_2_28", "lock"):
        if names := row.get(key, {}).get("no_wheel"):
            return list(names)
    return []


def said(done: subprocess.CompletedProcess[str]) -> tuple[str, str]:
    """Code and message of a JSON error, the last line of standard error otherwise."""
    try:
        document = json.loads(done.stdout)
    except ValueError:
        lines = done.stderr.strip().splitlines()
        return "", lines[-1] if lines else ""
    return document.get("code", ""), document.get("message", "")


def wrong_packages(row: dict[str, Any], zip_path: Path) -> str:
    """How the layer's packages differ from the baseline's."""
    wanted = expected(row)
    if wanted is None:
        return ""
    with zipfile.ZipFile(zip_path) as layer:
        parts = {tuple(name.split("/")[:5]) for name in layer.namelist()}
    found = {normal(names[4]) for names in parts if names[-1].endswith(".dist-info")}
    names = [{pin.partition("==")[0] for pin in pins} for pins in (wanted, found)]
    if names[0] != names[1]:
        return f"missing {sorted(names[0] - names[1])}, unexpected {sorted(names[1] - names[0])}"
    older = [pin for pin in sorted(wanted) if is_older(pin, found)]
    return f"older than the baseline: {older}" if older else ""


def is_older(wanted: str, found: set[str]) -> bool:
    """Whether ``found`` has an older version than ``wanted``; newer ones appear as time goes on."""
    from packaging.version import Version

    name, _, version = wanted.partition("==")
    there = next(pin.partition("==")[2] for pin in found if pin.startswith(f"{name}=="))
    return Version(there) < Version(version)


def normal(dist_info: str) -> str:
    """``Foo_Bar-1.0.dist-info`` as ``foo-bar==1.0``, the version without its zeros' spelling."""
    name, _, version = dist_info.removesuffix(".dist-info").rpartition("-")
    return f"{plain(name)}=={canonical(version)}"


def plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def canonical(version: str) -> str:
    from packaging.version import InvalidVersion, Version

    try:
        return str(Version(version.replace("_", "-")))
    except InvalidVersion:
        return version


def expected(row: dict[str, Any]) -> set[str] | None:
    """The baseline's exact set; ``None`` where it has none."""
    if row["target"].startswith(("python3.10", "python3.11")):
        keys: tuple[str, ...] = ("exact_2_26", "manylinux_2_28", "manylinux2014")
    else:
        keys = ("manylinux_2_34", "manylinux_2_28")
    for key in (*keys, "lock", "resolved"):
        answer = row.get(key)
        listed = answer.get("resolved") if isinstance(answer, dict) else answer
        if listed:
            pairs = (line.partition("==") for line in listed)
            return {f"{plain(name)}=={canonical(version)}" for name, _, version in pairs}
    return None


def show(grades: list[Grade], left: int) -> None:
    """Print the table: wrong rows in full, right ones counted by verdict."""
    for one in grades:
        mark = "ok  " if one.right else "FAIL"
        answer = f"{one.verdict:10} {one.status} {one.code:10} {one.note[:200]}"
        print(f"{mark} {one.case:40} {one.target:20} {answer}")
    counts = Counter((one.verdict, one.right) for one in grades)
    print()
    for verdict in sorted({one.verdict for one in grades}):
        right, wrong = counts[verdict, True], counts[verdict, False]
        print(f"{verdict:15} {right:4} right {wrong:4} wrong")
    total = sum(one.right for one in grades)
    print(f"{total} of {len(grades)} right; {left} rows have a form that is not covered yet")


if __name__ == "__main__":
    sys.exit(main())
