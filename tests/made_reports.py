"""A report as a person would get it, and one in which every name means harm."""

from __future__ import annotations

from typing import Any

from manylayers.checks.finding import Finding
from manylayers.layer.areas import FolderArea, KindArea, PackageArea
from manylayers.report.build import HeldBack, LeftOutReport, TargetReport
from manylayers.report.layer import LayerReport

HARM = (
    "</script><script>window.harmed = 1</script>",
    "<img src=x onerror='window.harmed = 1'>",
    "\"'><b onclick=alert(1)>`${window.harmed = 1}`",
    "line\u2028para\u2029graph",
    "$policy ${data} &lt; \\u003c <!-- ]]>",
    "\u202edrah \x1b[31m \udcff",
)
TARGET = TargetReport("python3.11", "x86_64", "3.11", "Amazon Linux 2", "2.26", "supported", None)


def a_package(name: str, version: str | None, licence: str, *folders: FolderArea) -> PackageArea:
    return PackageArea(
        name=name,
        version=version,
        licence=licence,
        folder="python/lib/python3.11/site-packages",
        size=sum(folder.size for folder in folders),
        files=sum(folder.files for folder in folders),
        folders=folders,
    )


def a_folder(path: str, **sizes: int) -> FolderArea:
    """``sizes`` are bytes by kind, one file each."""
    kinds = tuple(KindArea(kind, size, 1) for kind, size in sizes.items())  # type: ignore[arg-type]
    return FolderArea(path, sum(sizes.values()), len(sizes), kinds)


def a_report(*packages: PackageArea, **more: Any) -> LayerReport:
    fields: dict[str, Any] = {
        "schema": "manylayers.report/1",
        "layer": "layer.zip",
        "target": TARGET,
        "inferred": "Python by python/lib/python3.11/site-packages",
        "right_for": ("python3.11 x86_64",),
        "files": sum(package.files for package in packages),
        "unzipped": sum(package.size for package in packages),
        "limit": 262_144_000,
        "zip_size": 21_333_444,
        "kinds": _kinds(packages),
        "packages": packages,
        "findings": (),
        "held_back": None,
        "left_out": None,
        "page": None,
    }
    return LayerReport(**fields | more)


def _kinds(packages: tuple[PackageArea, ...]) -> tuple[KindArea, ...]:
    sizes: dict[Any, list[int]] = {}
    for package in packages:
        for folder in package.folders:
            for one in folder.kinds:
                sizes.setdefault(one.kind, []).append(one.size)
    rows = (KindArea(kind, sum(those), len(those)) for kind, those in sizes.items())
    return tuple(sorted(rows, key=lambda row: -row.size))


NUMPY = a_package(
    "numpy",
    "2.2.6",
    "BSD-3-Clause",
    a_folder("numpy.libs", binaries=27_000_000),
    a_folder("numpy/_core", binaries=13_000_000, tests=3_000_000, code=1_000_000),
    a_folder("numpy/random", binaries=3_000_000, tests=600_000),
    a_folder("numpy-2.2.6.dist-info", metadata=100_000),
)
PANDAS = a_package(
    "pandas",
    "2.3.3",
    "BSD-3-Clause",
    a_folder("pandas/_libs", binaries=18_000_000, code=100_000),
    a_folder("pandas/tests", tests=14_000_000),
    a_folder("pandas/io", code=2_000_000, bytecode=200_000, data=100_000),
)
TINY = a_package("six", "1.17.0", "", a_folder("six.py", code=36_000))
LOOSE = a_package("app.py", None, "", a_folder("app.py", code=10))
PLAIN = a_report(
    NUMPY,
    PANDAS,
    TINY,
    LOOSE,
    findings=(
        Finding("B203", "error", "it needs glibc 2.28", "pandas/_libs/x.so", "take 2.2"),
        Finding("R501", "warning", "python3.11 is deprecated", "python3.11"),
    ),
    held_back=(
        HeldBack("numpy", "2.2.6", "2.4.6", "python3.11", "2.27", "python3.12"),
        HeldBack("pandas", "2.3.3", "3.1.1", "python3.11", None, None),
    ),
    left_out=(LeftOutReport("numpy", "scripts", "programs are of no use", 2, 512, ("f2py",)),),
)


def hostile() -> LayerReport:
    """Every text that comes from others, hostile in each way."""
    packages = [
        a_package(text, text, text, a_folder(text, code=1000), a_folder("fine", data=10))
        for text in HARM
    ]
    return a_report(
        *packages,
        layer="".join(HARM),
        inferred="".join(HARM),
        findings=tuple(Finding("L101", "error", text, text[::-1], text) for text in HARM),
        held_back=tuple(HeldBack(text, text, text, text, text, text) for text in HARM),
        left_out=tuple(LeftOutReport(text, text, text, 1, 1, (text,)) for text in HARM),
    )
