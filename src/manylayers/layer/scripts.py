"""Programs of a layer: a wheel's scripts and console entry points, for ``/opt/bin``.

Follows the binary distribution format ("#!python" is replaced by the interpreter) and the entry
points specification (``console_scripts``).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts, WheelMember
from manylayers.layer.contents import Copied, Entry, LayerPath, Written


class ScriptSource(NamedTuple):
    """A wheel, the folder under ``/opt`` its programs go to, and the interpreter that runs them."""

    facts: WheelFacts
    folder: str
    interpreter: str


def moved_script(
    source: ScriptSource, name: str, member: WheelMember, read: Callable[[str, WheelMember], bytes]
) -> Entry:
    """A file of ``.data/scripts``, its ``#!python`` line made real; anything else as it is."""
    path = LayerPath(f"{source.folder}/{name}")
    content = read(source.facts.sha256, member)
    first, newline, rest = content.partition(b"\n")
    if not first.startswith(b"#!python"):
        executable = member._replace(executable=True)
        return Copied(
            path=path,
            wheel=source.facts.sha256,
            distribution=source.facts.name,
            member=executable,
        )
    shebang = b"#!" + source.interpreter.encode() + newline
    return Written(
        path=path, distribution=source.facts.name, content=shebang + rest, executable=True
    )


def launchers(source: ScriptSource, read: Callable[[str, WheelMember], bytes]) -> list[Entry]:
    """One small program for each console entry point of the wheel."""
    wanted = f"{source.facts.dist_info}/entry_points.txt"
    found = [member for member in source.facts.members if member.path == wanted]
    if not found:
        return []
    try:
        scripts = console_scripts(read(source.facts.sha256, found[0]))
    except ValueError as error:
        raise UnsafeWheelError(source.facts.filename, f"{wanted} {error}") from error
    return [_launcher(source, name, target) for name, target in scripts]


def console_scripts(content: bytes) -> list[tuple[str, str]]:
    """``(name, module:function)`` pairs of an ``entry_points.txt``, extras dropped.

    Raises ValueError for what is no list of programs, or would lie outside the folder of programs.
    """
    import configparser  # few builds take programs along

    from manylayers.formats.zip_names import name_fault, shown

    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    try:
        parser.read_string(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise ValueError("is not UTF-8") from error
    except configparser.Error as error:
        raise ValueError("can't be read") from error
    if not parser.has_section("console_scripts"):
        return []
    scripts = [
        (name, value.partition("[")[0].strip()) for name, value in parser.items("console_scripts")
    ]
    for name, target in scripts:
        if name_fault(name) or "/" in name:
            raise ValueError(f"names the program {shown(name)}, which is no file name")
        if not re.fullmatch(_TARGET, target):
            raise ValueError(f"has a program {name} without a function: {shown(target)}")
    return scripts


_DOTTED = r"(?:[^\W\d]\w*\.)*[^\W\d]\w*"
_TARGET = rf"{_DOTTED}\s*:\s*{_DOTTED}"
"""``module:function``, both dotted. It becomes a line of code, so nothing else will do."""


def _launcher(source: ScriptSource, name: str, target: str) -> Written:
    module, _, function = (part.strip() for part in target.partition(":"))
    lines = [
        f"#!{source.interpreter}",
        "import sys",
        f"from {module} import {function.partition('.')[0]}",
        "if __name__ == '__main__':",
        f"    sys.exit({function}())",
    ]
    return Written(
        path=LayerPath(f"{source.folder}/{name}"),
        distribution=source.facts.name,
        content="\n".join([*lines, ""]).encode(),
        executable=True,
    )
