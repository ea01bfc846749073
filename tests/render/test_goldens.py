"""How results look, as files beside this one: plain, in colour (escapes as ␛), and as JSON.

A golden file that is missing is written, and its test fails once: look at it, then keep it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, get_args

import pytest
from jsonschema import Draft202012Validator

from cache_cases import CACHE_CASES
from made_reports import PLAIN, a_folder, a_report
from made_reports import a_package as an_installed
from manylayers.checks.finding import Finding
from manylayers.layer.file_difference import FileFate
from manylayers.layer.verdict import Verdict
from manylayers.render.as_json import to_json
from manylayers.render.check import check_text, findings_lines, fix_text
from manylayers.render.diff_markdown import code, diff_markdown
from manylayers.render.diff_text import cells, diff_text, every_file_diff_text
from manylayers.render.explain import explain_text
from manylayers.render.layer_text import layer_text, page_text
from manylayers.render.schema import document_schema
from manylayers.render.style import Style
from manylayers.render.text import (
    build_text,
    builds_text,
    error_text,
    every_file_text,
    lock_text,
    locks_text,
    runtimes_text,
    wheels_text,
)
from manylayers.report.build import (
    BuildReport,
    HeldBack,
    LeftOutReport,
    OutputReport,
    PackageReport,
    TargetReport,
)
from manylayers.report.check import CarriedReport, CheckReport, TargetAnswer
from manylayers.report.diff import DiffReport, FileChange, PackageChange, SideReport
from manylayers.report.explain import CapturedReport, ExplainReport, Remedy
from manylayers.report.fix import FixReport, RepairReport
from manylayers.report.lock import LockReport
from manylayers.report.runtimes import RuntimeReport, RuntimesReport
from manylayers.report.several import BuildsReport, ErrorReport, LocksReport
from manylayers.report.wheels import FileFit, FileReport, WheelsReport

GOLDENS = Path(__file__).parent / "goldens"
DIGEST = "0123456789abcdef" * 4


def a_target(python: str, system: str = "2023", glibc: str = "2.34", **more: str) -> TargetReport:
    return TargetReport(
        runtime=f"python{python}",
        architecture=more.get("architecture", "x86_64"),
        python=python,
        system=f"Amazon Linux {system}",
        glibc=glibc,
        status=more.get("status", "supported"),
        deprecated=more.get("deprecated"),
    )


PY311, PY312 = a_target("3.11", "2", "2.26"), a_target("3.12")
PY313 = a_target("3.13")


def a_package(name: str, version: str, size: int, *runtimes: str, **more: Any) -> PackageReport:
    return PackageReport(
        name=name,
        version=version,
        wheel=f"{name}-{version}-py3-none-any.whl",
        sha256=DIGEST,
        size=size // 3,
        unzipped=more.get("unzipped", size),
        requested=more.get("requested", True),
        runtimes=runtimes or ("python3.11",),
    )


def an_output(**more: Any) -> OutputReport:
    fields: dict[str, Any] = dict.fromkeys(OutputReport._fields)
    return OutputReport(**fields | {"path": "layer.zip", "kind": "zip"} | more)


BUILT = BuildReport(
    schema="manylayers.build/1",
    name="layer",
    targets=(PY311,),
    layout="lib",
    dry_run=False,
    packages=(
        a_package("numpy", "2.2.6", 63_000_000),
        a_package("python-dateutil", "2.9.0.post0", 900_000, requested=False),
        a_package("six", "1.17.0", 900, requested=False),
    ),
    held_back=(
        HeldBack("numpy", "2.2.6", "2.5.5", "python3.11", "2.27", "python3.12"),
        HeldBack("pandas", "2.3.3", "3.0.0", "python3.11", None, None),
    ),
    left_out=(
        LeftOutReport("numpy", "scripts", "programs have no use in most layers", 2, 512, ("f2py",)),
        LeftOutReport("boto3", "runtime", "the runtime has it", 1, 3_000_000, ("boto3 1.40",)),
    ),
    findings=(
        Finding("R501", "warning", "python3.11 is old", "python3.11", "build for a newer one"),
        Finding("S301", "note", "the zip is large"),
    ),
    download=21_000_000,
    unzipped=63_900_900,
    limit=262_144_000,
    output=an_output(size=21_333_444, sha256=DIGEST),
    warnings=("said elsewhere",),
    next_command="aws lambda publish-layer-version --layer-name layer",
)
SEVERAL = BUILT._replace(
    targets=(PY312, PY313),
    packages=(
        a_package("pure", "1.0", 2_000, "python3.12", "python3.13"),
        a_package("native", "1.0", 5_000_000, "python3.12"),
        a_package("native", "1.0", 5_000_100, "python3.13"),
    ),
    held_back=(),
    left_out=(),
    findings=(),
    output=an_output(path="aws-layer", kind="folder"),
    next_command="",
)
DRY = SEVERAL._replace(
    targets=(PY312,),
    dry_run=True,
    packages=(a_package("pure", "1.0", 6_000, unzipped=None),),
    download=2_000,
    unzipped=None,
    output=None,
)
LOCKED = LockReport(
    schema="manylayers.lock/1",
    name="layer",
    target=PY311,
    format="pylock",
    path="pylock.toml",
    checked=False,
    changed=True,
    differences=("numpy 2.2.5 -> 2.2.6", "+ six 1.17.0"),
    packages=BUILT.packages[:2],
    held_back=BUILT.held_back[:1],
    warnings=(),
)


def a_fit(target: str, obstacle: str = "", reason: str = "") -> FileFit:
    runtime, architecture = target.split()
    return FileFit(runtime, architecture, not obstacle, obstacle, reason)


def a_listed(filename: str, *fits: FileFit, **more: Any) -> FileReport:
    return FileReport(
        filename=filename,
        url=f"https://host/{filename}",
        sha256=DIGEST,
        size=more.get("size", 3_500_000),
        requires_python=">=3.9",
        yanked=more.get("yanked"),
        fits=fits,
        best_for=more.get("best_for", ()),
    )


ON_311, ON_312, ON_ARM = "python3.11 x86_64", "python3.12 x86_64", "python3.12 arm64"
TOO_NEW = "needs glibc 2.28, python3.11 has 2.26"
ONE = WheelsReport(
    schema="manylayers.wheels/1",
    name="lxml",
    version="6.1.3",
    newest="6.2.0",
    targets=(PY311,),
    files=(
        a_listed("lxml-cp311-manylinux_2_26.whl", a_fit(ON_311), best_for=(ON_311,)),
        a_listed("lxml-cp311-manylinux_2_28.whl", a_fit(ON_311, "glibc", TOO_NEW), yanked="broken"),
        a_listed("lxml.tar.gz", a_fit(ON_311, "source", "source only"), yanked="", size=None),
    ),
    nearest=("lxml 6.2.0 has a wheel for python3.12 x86_64",),
    link=None,
)
ALIKE = ONE._replace(
    files=tuple(
        a_listed(f"lxml-{number}.whl", a_fit(ON_311, obstacle, f"not for its {obstacle}"))
        for number, obstacle in enumerate(("musl", "platform", "musl", "python", "musl"))
    ),
    nearest=(),
)
EVERYWHERE = ONE._replace(
    newest="6.1.3",
    targets=(PY311, PY312, a_target("3.12", architecture="arm64")),
    files=(
        a_listed(
            "lxml-cp312.whl", a_fit(ON_311, "python", "for 3.12"), a_fit(ON_312), a_fit(ON_ARM)
        ),
        a_listed(
            "lxml-cp311-manylinux_2_28.whl",
            a_fit(ON_ARM, "architecture", "for x86_64, not aarch64"),
            a_fit(ON_312, "python", "for Python 3.11"),
            a_fit(ON_311, "glibc", TOO_NEW),
        ),
    ),
    nearest=(),
)
RUNTIMES = RuntimesReport(
    schema="manylayers.runtimes/1",
    as_of="2026-01-01",
    runtimes=tuple(
        RuntimeReport(f"python{python}", python, system, glibc, ("x86_64", "arm64"), status, date)
        for python, system, glibc, status, date in (
            ("3.8", "Amazon Linux 2", "2.26", "deprecated", "2024-10-14"),
            ("3.13", "Amazon Linux 2023", "2.34", "supported", "2029-06-30"),
            ("3.15", "Amazon Linux 2023", "2.34", "preview", None),
        )
    ),
)
WRONG = (
    Finding("L102", "error", "packages lie in the root", "deps.zip", "move them to python/"),
    Finding("R501", "warning", "python3.12 is deprecated since 2028-10-31", "python3.12"),
    Finding("L113", "note", "1 file of macOS, 5 bytes: .DS_Store", ".DS_Store", "leave it out"),
)
CHECKED = CheckReport(
    schema="manylayers.check/1",
    carried=(
        CarriedReport("deps.zip", "layer", 120, 4, 1_000_000, 300_000, ()),
        CarriedReport("app.zip", "function", 3, 0, 5_000, 2_000, ("it has a comment",)),
    ),
    target=PY312,
    inferred="Python by python/lib/python3.12/site-packages",
    findings=WRONG,
    answers=(TargetAnswer(PY312, WRONG),),
    ignored=2,
    right_for=(),
    unzipped=1_005_000,
    limit=262_144_000,
)
RIGHT = CHECKED._replace(
    carried=CHECKED.carried[:1],
    inferred="",
    findings=(),
    answers=(TargetAnswer(PY312, ()),),
    ignored=0,
    right_for=("python3.12 x86_64", "python3.12 arm64", "python3.13 x86_64"),
)
TOO_NEW_GLIBC = Finding("B203", "error", "native needs glibc 2.28")
ON_BOTH = CHECKED._replace(
    target=PY311,
    findings=(TOO_NEW_GLIBC, WRONG[2]),
    answers=(TargetAnswer(PY311, (TOO_NEW_GLIBC, WRONG[2])), TargetAnswer(PY312, WRONG[2:])),
    inferred="",
    right_for=("python3.12 x86_64",),
)
EXPLAINED = ExplainReport(
    schema="manylayers.explain/1",
    id="glibc-too-old",
    cause="native/_native.so was built for a Linux with glibc 2.28",
    captured=CapturedReport(
        "native", None, None, "2.28", None, "/opt/python/native/_native.so", "3.11", None
    ),
    has_it=("python3.12",),
    lacks_it=("python3.11",),
    seen=("native/_native.so is for glibc 2.28 or newer; python3.11 has 2.26",),
    findings=(
        Finding(
            "B203",
            "error",
            "native needs glibc 2.28",
            "native",
            "it loads on python3.12; for python3.11: manylayers wheels native",
        ),
    ),
    remedies=(
        Remedy("take the newest release that fits", "manylayers build native --python 3.11"),
        Remedy("or move to python3.12", None),
    ),
    codes=("B203", "B204"),
    source="owner/repository#1",
    assumed="--python 3.11",
)
FIXED = FixReport(
    schema="manylayers.fix/1",
    path="old.zip",
    output=an_output(size=300_000, sha256=DIGEST, code_sha256="AAAA"),
    target=CHECKED.target,
    inferred=CHECKED.inferred,
    repairs=(
        RepairReport("layout", "moved from the root", 120, ("a.py", "b.py", "c.py")),
        RepairReport("junk", "left out", 1, (".DS_Store",)),
    ),
    findings=CHECKED.findings[1:2],
    unzipped=1_000_000,
)
FAILED = ErrorReport(
    schema="manylayers.error/1",
    code="no-wheel",
    message="native 2.0: no wheel for python3.12 x86_64",
    hint="see what there is: manylayers wheels native",
    details=("native 2.0: native-2.0-cp311.whl: for Python 3.11",),
    exit_status=3,
    subject="dist/data.zip",
)


def a_change(name: str, change: Any, old: Any, new: Any, **more: Any) -> PackageChange:
    fields: dict[str, Any] = dict.fromkeys(PackageChange._fields)
    fields |= {"name": name, "change": change, "noticeable": True}
    fields |= {"old_version": old, "new_version": new}
    return PackageChange(**fields | more)


def a_file_change(
    path: str, change: Any, old: int | None, new: int | None, **more: Any
) -> FileChange:
    fields: dict[str, Any] = {"path": path, "package": "", "kind": "code", "change": change}
    fields |= {"noticeable": True, "old_size": old, "new_size": new}
    return FileChange(**fields | more)


DIFFERENT = DiffReport(
    schema="manylayers.diff/1",
    old=SideReport("old.zip", "zip", 5, 900, 63_900_900, 21_333_444),
    new=SideReport("new.zip", "zip", 5, 905, 64_001_900, 21_444_555),
    same_bytes=False,
    verdict="noticeable",
    because=("1 package added", "1 package in another version", "1 file of no package"),
    packages=(
        a_change("idna", "added", None, "3.20", new_size=342_000, files=12),
        a_change("lxml", "rebuilt", "6.1", "6.1", old_wheel="cp312-cp312-manylinux_2_26_x86_64",
                 new_wheel="cp312-cp312-manylinux_2_28_x86_64", old_size=9_000_000,
                 new_size=8_000_000, files=3),
        a_change("numpy", "updated", "2.2.5", "2.2.6", old_size=62_000_000, new_size=63_000_000,
                 files=40),
        a_change("pure", "touched", "1.0", "1.0", old_size=10, new_size=10, noticeable=False,
                 files=2),
        a_change("prog", "touched", "1.0", "1.0", files=5),
        a_change("six", "removed", "1.17.0", None, old_size=36_000, files=5),
        a_change("tidy", "moved", "1.0", "1.0", old_folder="", new_folder="python", files=0,
                 old_size=10, new_size=10),
    ),
    files=(
        a_file_change("bin/tool", "mode", 10, 10, kind="data"),
        a_file_change("python/app.py", "changed", 10, 12),
        a_file_change("python/bin/prog", "added", None, 12, package="prog"),
        a_file_change("python/bin/prog.pyc", "added", None, 12, package="prog", noticeable=False),
        a_file_change("python/idna/core.py", "added", None, 12, package="idna"),
        a_file_change("python/six.py", "removed", 36_000, None, package="six"),
    ),
)  # fmt: skip
UNNOTICED = DIFFERENT._replace(
    verdict="unnoticeable",
    because=("bytecode beside its source (12 files)",),
    packages=(),
    files=tuple(a_file_change(f"{n}.pyc", "added", None, n, noticeable=False) for n in range(12)),
)
SAME_LOCKS = DIFFERENT._replace(
    old=SideReport("pylock.toml", "lock", 5, None, None, None),
    new=SideReport("new/pylock.toml", "lock", 5, None, None, None),
    verdict="same",
    because=("the same packages from the same wheels",),
    packages=(),
    files=(),
)

CASES: dict[str, tuple[Callable[[Any, Style], str], Any]] = {
    "build": (build_text, BUILT),
    "build-several-pythons": (build_text, SEVERAL),
    "build-dry-run": (build_text, DRY),
    "lock": (lock_text, LOCKED),
    "lock-unchanged": (
        lock_text,
        LOCKED._replace(changed=False, differences=(), format="requirements"),
    ),
    "lock-check-good": (lock_text, LOCKED._replace(checked=True, changed=False, differences=())),
    "lock-check-stale": (lock_text, LOCKED._replace(checked=True, held_back=())),
    "wheels": (wheels_text, ONE),
    "wheels-everywhere": (wheels_text, EVERYWHERE),
    "wheels-every-file": (every_file_text, ONE),
    "wheels-alike": (wheels_text, ALIKE),
    "wheels-all-fit": (wheels_text, ONE._replace(files=ONE.files[:1], nearest=())),
    "check": (check_text, CHECKED),
    "fix": (fix_text, FIXED),
    "fix-nothing-done": (fix_text, FIXED._replace(repairs=())),
    "fix-nothing-wrong": (fix_text, FIXED._replace(repairs=(), findings=())),
    "check-several-pythons": (check_text, ON_BOTH),
    "check-right": (check_text, RIGHT),
    "runtimes": (runtimes_text, RUNTIMES),
    "explain": (explain_text, EXPLAINED),
    "explain-unknown": (
        explain_text,
        EXPLAINED._replace(
            id="unknown", seen=(), findings=(), remedies=(), codes=(), source=None, assumed=None
        ),
    ),
    "diff": (diff_text, DIFFERENT),
    "diff-every-file": (every_file_diff_text, UNNOTICED),
    "diff-unnoticed": (diff_text, UNNOTICED),
    "diff-same": (diff_text, SAME_LOCKS),
    "diff-markdown": (diff_markdown, DIFFERENT),
    "diff-markdown-same": (diff_markdown, SAME_LOCKS),
    **CACHE_CASES,
    "report": (layer_text, PLAIN),
    "report-page": (page_text, PLAIN._replace(page="report.html")),
    "error": (error_text, FAILED),
    "error-of-many-facts": (error_text, FAILED._replace(details=("one", "two\nlines", "three"))),
    "error-told-whole": (
        partial(error_text, whole=True),
        FAILED._replace(message="a\nb is no name", details=("one", "two", "three")),
    ),
    "error-bare": (error_text, FAILED._replace(hint="", details=(), subject="")),
}


def is_golden(name: str, text: str) -> None:
    """``text`` is what the file ``name`` holds."""
    path = GOLDENS / name
    if not path.exists():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
        pytest.fail(f"{name} was not there and is written now: look at it")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CASES)
def test_the_text_is_the_golden_one(name: str) -> None:
    text, report = CASES[name]
    is_golden(f"{name}.txt", text(report, Style(colours=False)) + "\n")


@pytest.mark.parametrize(
    "name",
    ["build", "lock", "wheels", "check", "explain", "diff", "report", "runtimes", "error"],
)
def test_the_coloured_text_is_the_golden_one(name: str) -> None:
    text, report = CASES[name]
    coloured = text(report, Style(colours=True)) + "\n"
    is_golden(f"{name}.colour.txt", coloured.replace("\x1b", "␛"))


@pytest.mark.parametrize(
    "name",
    [
        "build",
        "build-dry-run",
        "lock",
        "wheels",
        "check",
        "explain",
        "diff",
        "report",
        "runtimes",
        "error",
        *CACHE_CASES,
    ],
)
def test_the_document_is_the_golden_one_and_what_its_schema_says(name: str) -> None:
    _, report = CASES[name]
    document = to_json(report)
    is_golden(f"{name}.json", document + "\n")
    Draft202012Validator(document_schema(type(report))).validate(json.loads(document))


@pytest.mark.parametrize("name", CASES)
def test_colours_change_no_word(name: str) -> None:
    text, report = CASES[name]
    coloured = text(report, Style(colours=True))
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == text(report, Style(colours=False))


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("a b", "`a b`"),
        ("a`b", "`` a`b ``"),
        ("`a``b", "``` `a``b ```"),
        (" a\n b\t", "`a b`"),
        ("", "` `"),
    ],
)
def test_whatever_a_name_holds_is_one_span_of_code(text: str, span: str) -> None:
    assert code(text) == span


@pytest.mark.parametrize(
    ("text", "several", "one", "other"),
    [
        (builds_text, BuildsReport(schema="manylayers.builds/1", built=(BUILT, DRY), failed=()),
         build_text, (BUILT, DRY)),
        (locks_text, LocksReport(schema="manylayers.locks/1", locked=(LOCKED,) * 2, failed=()),
         lock_text, (LOCKED,) * 2),
    ],
)  # fmt: skip
def test_several_are_told_one_after_the_other(
    text: Callable[[Any, Style], str], several: Any, one: Callable[[Any, Style], str], other: Any
) -> None:
    told = [one(report, Style()) for report in other]
    assert text(several, Style()) == "\n\n".join(told)


def test_of_one_code_a_screen_shows_ten_findings_and_the_number_of_the_rest() -> None:
    many = CHECKED.findings[:1] * 50 + CHECKED.findings[1:]
    lines = check_text(CHECKED._replace(findings=many), Style()).splitlines()
    assert sum(line.startswith("error L102: packages") for line in lines) == 10
    assert "error L102: and 40 more, --json has all" in lines
    assert any(line.startswith("warning R501") for line in lines)
    assert "50 errors, 1 warning, 1 note" in lines[-2]


def test_a_long_way_out_of_several_findings_is_told_once() -> None:
    build = f"manylayers build {'demo==1.0 ' * 9}-o NEW.zip"
    two = [Finding("B201", "error", f"{name} is for a Mac", name, build) for name in ("a", "b")]
    lines = findings_lines(two, Style())
    assert lines[1::2] == [f"  {build}", "  the same way out as above"]


def test_a_bar_in_a_name_begins_no_cell_and_is_a_bar_elsewhere() -> None:
    odd = DIFFERENT.packages[0]._replace(name="a|b")
    report = DIFFERENT._replace(packages=(odd,), old=DIFFERENT.old._replace(path="c|d.zip"))
    lines = diff_markdown(report, Style()).splitlines()
    assert lines[0].startswith("### `c|d.zip` →")
    assert any("| `a\\|b` |" in line for line in lines)


@pytest.mark.parametrize(
    ("number", "last"), [(200, "- with other modes: `f199`"), (203, "- and 3 more")]
)
def test_a_comment_lists_two_hundred_files_and_the_number_of_the_rest(
    number: int, last: str
) -> None:
    files = tuple(a_file_change(f"f{place}", "mode", 1, 1) for place in range(number))
    lines = diff_markdown(DIFFERENT._replace(files=files), Style()).splitlines()
    assert lines[-3] == last


def test_a_repair_that_leaves_nothing_says_so() -> None:
    assert "nothing wrong is left" in fix_text(FIXED._replace(findings=()), Style())


def test_a_comment_is_never_longer_than_a_host_takes() -> None:
    files = tuple(a_file_change("d" * 400 + str(place), "mode", 1, 1) for place in range(200))
    packages = tuple(a_change("p" * 300 + str(place), "added", None, "1") for place in range(300))
    text = diff_markdown(DIFFERENT._replace(files=files, packages=packages), Style())
    assert len(text) < 61_000
    assert "| | and 208 more | | | |\n" in text
    assert "- and 130 more\n" in text


def test_what_is_said_of_a_package_suits_its_number_and_what_stays_of_it() -> None:
    touched = a_change("a", "touched", "1", "1", files=1)
    assert cells(touched) == ("1", "", "the same wheel, 1 of its files differs")
    gone = a_change("a", "removed", "1", None, old_size=9 << 10, new_size=2 << 10)
    assert cells(gone) == ("1", "-7.0 kB", "2.0 kB of it stay, without metadata")
    come = a_change("a", "added", None, "1", old_size=2 << 10, new_size=9 << 10)
    assert cells(come) == ("1", "+7.0 kB", "2.0 kB of it were there, without metadata")


def test_empty_files_are_no_part_of_what_fills_a_folder() -> None:
    package = an_installed("demo", "1.0", "MIT", a_folder("demo", code=5, data=0))
    text = layer_text(a_report(package), Style())
    assert ("code 5 B" in text, "0 B" in text.partition("demo 1.0")[2]) == (True, False)


def test_a_cache_that_was_manylayers_alone_left_nothing() -> None:
    text, report = CASES["cache-clean"]
    assert "left, not manylayers' own" in text(report, Style())
    assert "left" not in text(report._replace(left=()), Style())


def test_every_golden_file_belongs_to_a_case() -> None:
    names = {path.name.partition(".")[0] for path in GOLDENS.iterdir()}
    assert names <= set(CASES)


@pytest.mark.parametrize("name", CASES)
def test_no_report_steers_a_terminal(name: str) -> None:
    text, report = CASES[name]
    assert "\x1b" not in text(_hostile(report), Style(colours=False))


OBSTACLES = ("architecture", "glibc", "musl", "platform")
OWN_WORDS = (*OBSTACLES, "pylock", "layer", *get_args(Verdict), *get_args(FileFate))


def _hostile(value: Any) -> Any:
    """``value`` with an escape sequence in every text that comes from others."""
    if isinstance(value, str):
        known = ("python", "x86_64", "arm64", "manylayers.", "source", "supported", "deprecated")
        free = not value.startswith(known) and value not in OWN_WORDS
        return f"{value}\x1b[31m\x1b[2J" if free else value
    if hasattr(value, "_fields"):
        return type(value)(*map(_hostile, value))
    if isinstance(value, tuple):
        return tuple(map(_hostile, value))
    return value
