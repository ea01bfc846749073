"""What a text tells beside its error: package, Python, processor, the file that it is about."""

from __future__ import annotations

import re
from typing import NamedTuple

from manylayers.facts.explanations import explanations
from manylayers.facts.stdlib import standard_modules
from manylayers.formats.pins import normalized
from manylayers.target import MACHINE_ALIASES

ROOTS = re.compile(r"^.*/(?:site|dist)-packages/|^(?:/opt/python/|/var/task/|python/)")
_PYTHONS = (
    r"/(?:var/lang|opt/python)/(?:lib|bin|include)/python(3\.\d{1,2})\b",
    r"\.cpython-(3\d{1,2})[dtm]?-",
    r"\bpython(?: version(?: is)?)?[ :=/-]{0,3}(3\.\d{1,2})\b",
    r"--python(?:-version)?[ =](3\.\d{1,2})\b",
)
NEWEST = (3, 99)
"""Newer than every Python: what the library has that a package can not be asked for."""
OLDEST = (3, 8)
"""Older than what left the library since."""
MADE_UP = r"[0-9a-f]{20}__mypyc"
"""The module that mypyc puts beside a package, under a name that tells nothing."""
_MACHINES = re.compile(r"\b(aarch64|arm64|x86_64|amd64)\b|_(aarch64|arm64|x86_64|amd64)\b")


class Clues(NamedTuple):
    """What was found; ``None`` where the text does not tell.

    ``path`` is as the text has it; ``python`` is ``3.12``, that of the function;
    ``architecture`` is Lambda's name of it.
    """

    package: str | None = None
    module: str | None = None
    library: str | None = None
    version: str | None = None
    symbol: str | None = None
    path: str | None = None
    python: str | None = None
    architecture: str | None = None


def gathered(line: str, groups: dict[str, str]) -> Clues:
    """The clues of a plain ``line``, with what the error's own pattern has in ``groups``."""
    found = Clues(**{name: groups.get(name) for name in Clues._fields})
    told = "\0".join(filter(None, (found.path, line)))
    return found._replace(
        package=_package(found, line),
        python=found.python or _python(told),
        architecture=found.architecture or _architecture(told),
    )


def shortened(path: str) -> str:
    """``path`` without the folder that packages lie in."""
    return ROOTS.sub("", path)


def package_of_module(module: str) -> str | None:
    """The package that has ``module``, by the table or by its name.

    None where it has no name, or one that people give to modules of their own.
    """
    names = explanations().packages
    parts = module.split(".")
    if parts[0] in explanations().own or re.fullmatch(MADE_UP, module):
        return None
    if parts[0] in standard_modules(NEWEST) or parts[0] in standard_modules(OLDEST):
        return None
    for length in range(len(parts), 0, -1):
        if (name := names.get(".".join(parts[:length]))) is not None:
            return name or None
    name = parts[0].strip("_").replace("_", "-").lower()
    return name if re.fullmatch(r"[a-z0-9](?:[a-z0-9.-]{0,80}[a-z0-9])?", name) else None


def package_of_path(path: str) -> str | None:
    """The package whose file ``path`` is; None for a file outside every folder of packages."""
    inner = shortened(path)
    if inner == path and (path.startswith(("/", ".")) or "/" not in path):
        return None
    top, inside, _ = inner.partition("/")
    if not inside and top.startswith("lib") and ".so" in top:
        return None
    return package_of_module(top.partition(".")[0])


def _package(found: Clues, line: str) -> str | None:
    """The package by what is surest: its name, its module, its file, the last one that ran.

    The module that holds the handler is none.
    """
    if found.package:
        return _asked_for(found.package, is_module=found.package == found.path)
    handler = re.search(r"import module '([\w-]{1,80})[\w./-]{0,120}': ", line)
    if handler and found.module and found.module.partition(".")[0] == handler[1]:
        return None
    if found.module:
        return package_of_module(found.module)
    if found.path and (package := package_of_path(found.path)):
        return package
    frames = re.findall(
        r"File '(/opt/python/[^']{1,300}|/[^']{0,300}/site-packages/[^']{1,300})'", line
    )
    return package_of_path(frames[-1]) if frames else None


def _asked_for(name: str, *, is_module: bool) -> str | None:
    """The package that an installer was asked for, or the one whose module ``name`` is."""
    package = package_of_module(name.replace(".", "-"))
    return package if is_module or package is None else normalized(name)


def _python(text: str) -> str | None:
    """The function's Python. A binary that was loaded has its tag, others are not looked at."""
    for pattern in _PYTHONS:
        if match := re.search(pattern, text, re.IGNORECASE):
            told = match[1]
            return told if "." in told else f"{told[0]}.{told[1:]}"
    return None


def _architecture(text: str) -> str | None:
    if match := _MACHINES.search(text):
        machine = match[1] or match[2]
        return MACHINE_ALIASES.get(machine, machine)
    return None
