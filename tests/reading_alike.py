"""What must hold of any file that is given for a wheel: refused cleanly, or read as others do."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path
from unicodedata import category

from manylayers.doors.archive import read_member, refuse_bomb, verify_wheel
from manylayers.doors.output import write_zip
from manylayers.errors.inputs import UnsafeWheelError
from manylayers.formats.wheel import WheelFacts
from manylayers.layer.plan import place_wheels, plan_layer
from manylayers.options import Layout
from manylayers.target import find_target

LONGEST_MESSAGE = 2400
"""Characters: two names of 1,024 bytes and the words about them."""
WARNED = 1
"""Status of `unzip` for what it reads and wonders at, as a UTF-8 flag in one of two headers."""
SKIPPED = 81
"""Its status for a member that says it needs VMS, in a byte that nobody else reads."""
MISCOUNTS = b"overlapped components"
"""What it says of a Unicode path field beside a data descriptor, though all is right."""


def refused_or_read_alike(path: Path, layer: Path) -> str | None:
    """Why the wheel at ``path`` is refused; ``None`` when it is read as `zipfile` reads it.

    Of what is read a layer is written to ``layer``, which others must find sound.
    """
    try:
        refuse_bomb(path, filename=path.name)
        facts = verify_wheel(path, filename=path.name)
    except UnsafeWheelError as error:
        return said_well(error.message, path.name)
    assert all(plain(warning) for warning in facts.warnings), facts.warnings
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        theirs = {i.filename: archive.read(i) for i in archive.infolist() if not i.is_dir()}
    assert {member.path: read_member(path, member) for member in facts.members} == theirs
    assert_unzipped(path, (0, WARNED, SKIPPED))
    return written(path, facts, layer)


def said_well(message: str, name: str) -> str:
    """``message`` itself, when it names the wheel and may be shown."""
    assert message.startswith(f"{name} is refused: "), message
    assert len(message) < LONGEST_MESSAGE, message
    assert plain(message), message
    return message


def plain(message: str) -> bool:
    """Whether a terminal shows ``message`` as one line, and nothing else."""
    return not any(category(character) in {"Cc", "Zl", "Zp"} for character in message)


def written(path: Path, facts: WheelFacts, layer: Path) -> str | None:
    """Write the layer of one wheel and have others read it; why there is none, if there is none."""
    placements = place_wheels({find_target("3.12", "x86_64"): [facts]}, Layout.LIB)
    try:
        plan = plan_layer(
            placements, scripts=False, left_out=(), read=lambda _, one: read_member(path, one)
        )
    except UnsafeWheelError as error:
        return error.message
    write_zip(layer, plan.layer, lambda _: path)
    with zipfile.ZipFile(layer) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [entry.path for entry in plan.layer.entries]
        assert [info.file_size for info in archive.infolist()] == [
            entry.size for entry in plan.layer.entries
        ]
    assert_unzipped(layer, (0,))
    return None


def assert_unzipped(path: Path, right: tuple[int, ...]) -> None:
    """`unzip -t` finds nothing wrong; ``right`` are the statuses that say so."""
    if shutil.which("unzip"):
        done = subprocess.run(["unzip", "-tqq", path], capture_output=True, check=False)
        said = done.stdout + done.stderr
        assert done.returncode in right or (MISCOUNTS in said and b"up" in path.read_bytes()), said
