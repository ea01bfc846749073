"""Programs of a layer: a wheel's scripts and console entry points, for ``/opt/bin``.

Follows the binary distribution format ("#!python" is replaced by the interpreter) and the entry
points specification (``console_scripts``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

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
    text = read(source.facts.sha256, found[0]).decode("utf-8")
    return [_launcher(source, name, target) for name, target in console_scripts(text)]


def console_scripts(text: str) -> list[tuple[str, str]]:
    """``(name, module:function)`` pairs of an ``entry_points.txt``, extras dropped."""
    import configparser  # few builds take programs along

    parser = configparser.RawConfigParser(delimiters=("=",), strict=False)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read_string(text)
    if not parser.has_section("console_scripts"):
        return []
    return [
        (name, value.partition("[")[0].strip()) for name, value in parser.items("console_scripts")
    ]


def _launcher(source: ScriptSource, name: str, target: str) -> Written:
    module, _, function = target.partition(":")
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
