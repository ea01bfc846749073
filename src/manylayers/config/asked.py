"""From wishes to builds and locks: one value each, with its target and its output."""

import os
from pathlib import Path
from typing import NamedTuple

from manylayers.config.flags import BuildFlags, Flags, LockFlags
from manylayers.config.wishes import Wish, Wishes
from manylayers.errors import UsageError
from manylayers.hands.disk import explained
from manylayers.hands.places import refuse_inputs, refuse_other_kinds
from manylayers.options import (
    Asked,
    BuildOptions,
    Destination,
    LockFormat,
    LockOptions,
    find_layout,
)
from manylayers.target import Target, find_target


def refuse_no_output(output: str | None) -> None:
    """Raise UsageError where -o names nothing, as when a script's variable is not set."""
    if output is not None and not output.strip():
        raise UsageError("-o names nothing", hint="write a path there, or leave -o out")


def _refuse_input(path: Path, wishes: Wishes) -> None:
    """Raise UsageError where ``path`` would overwrite what any of the layers is made from."""
    refuse_inputs(path, [file for wish in wishes.layers for file in wish.inputs])


def targets_of(wish: Wish) -> tuple[tuple[Target, ...], ...]:
    """For each architecture the wish's Pythons as targets. UsageError where none was named."""
    if not wish.pythons:
        raise UsageError(
            "which runtime is it for? none was named with --python",
            hint="add it, for example --python 3.12; `manylayers runtimes` lists them",
        )
    pythons = dict.fromkeys(wish.pythons)
    return tuple(
        tuple(dict.fromkeys(find_target(python, arch) for python in pythons))
        for arch in dict.fromkeys(wish.archs)
    )


def build_options(wishes: Wishes, flags: Flags, own: BuildFlags) -> tuple[BuildOptions, ...]:
    """A build for each layer: all Pythons in one from the command line, each alone from a table."""
    refuse_no_output(flags.output)
    wanted = [
        (wish, group)
        for wish in wishes.layers
        for targets in targets_of(wish)
        for group in ([(target,) for target in targets] if wishes.output else [targets])
    ]
    if len(wanted) > 1 and _is_zip(flags.output):
        raise UsageError(
            f"-o {flags.output} is one file, and {len(wanted)} layers are to be built",
            hint="name a folder for them, or one --python, --arch and layer",
        )
    return tuple(_build(wish, wishes, group, flags, own) for wish, group in wanted)


def _is_zip(output: str | None) -> bool:
    return output is not None and output.lower().endswith(".zip")


def _build(
    wish: Wish, wishes: Wishes, targets: tuple[Target, ...], flags: Flags, own: BuildFlags
) -> BuildOptions:
    told = wish.options
    destination = _destination(wish, wishes, targets[0], flags)
    _refuse_input(destination.path, wishes)
    return BuildOptions(
        name=wish.name,
        targets=targets,
        source=wish.source,
        destination=destination,
        layout=find_layout(own.layout or str(told.get("layout", "lib"))),
        exclude_runtime=own.exclude_runtime or bool(told.get("exclude-runtime", False)),
        scripts=own.scripts or bool(told.get("scripts", False)),
        dry_run=own.dry_run,
        ignore=_known_codes(wish.ignore + own.ignore),
    )


def _known_codes(beginnings: tuple[str, ...]) -> tuple[str, ...]:
    """``beginnings`` of codes, in upper case. Raises UsageError for one that no code has."""
    if not beginnings:
        return ()
    from manylayers.checks.catalogue import refuse_unknown  # most builds ignore nothing
    from manylayers.config.checking import each_code

    codes = tuple(dict.fromkeys(each_code(beginnings)))
    refuse_unknown(codes)
    return codes


def _destination(wish: Wish, wishes: Wishes, target: Target, flags: Flags) -> Destination:
    if wishes.output is not None and not _is_zip(flags.output):
        name = f"{wish.name}-{target.runtime}-{target.architecture}.zip"
        return Destination(path=_shown(wishes.output / name))
    return named_destination(flags.output or "layer.zip")


def named_destination(text: str) -> Destination:
    """The zip or folder that ``-o text`` means. Raises UsageError where it is neither by its name.

    What lies there already has no say, but for a folder: no notes are overwritten by a slip.
    """
    path = Path(text)
    if text.endswith(("/", os.sep)) or (_is_folder(path) and not _is_zip(text)):
        return Destination(path=path, folder=True)
    if not _is_zip(text):
        raise UsageError(f"-o {text} is neither a .zip nor a folder", hint=_instead_of(text))
    return Destination(path=path)


def _is_folder(path: Path) -> bool:
    """Also of a name that is too long for the disk, which will tell of it."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _instead_of(text: str) -> str:
    if text == "-" or text.startswith("/dev/"):
        return "a layer is a file, replaced whole: write -o layer.zip, and read it from there"
    return f"write -o {text}.zip, or -o {text}/ for a folder"


def _shown(path: Path) -> Path:
    """``path`` from the current folder, where it lies below it."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def lock_options(wishes: Wishes, flags: Flags, own: LockFlags) -> tuple[LockOptions, ...]:
    """A lock for each layer and target. UsageError when an output is one of the inputs."""
    refuse_no_output(flags.output)
    wanted = [
        (wish, target)
        for wish in wishes.layers
        for targets in targets_of(wish)
        for target in targets
    ]
    naming = _Naming(
        flags=flags, wishes=wishes, kind=LockFormat(own.format), alone=len(wanted) == 1
    )
    return tuple(_lock(wish, target, naming, own) for wish, target in wanted)


class _Naming(NamedTuple):
    """What a lock's file name follows from."""

    flags: Flags
    wishes: Wishes
    kind: LockFormat
    alone: bool


def _lock(wish: Wish, target: Target, naming: _Naming, own: LockFlags) -> LockOptions:
    if not isinstance(wish.source, Asked):
        raise UsageError("a lock can not be locked again", hint="name what it was made from")
    path = _lock_path(wish, target, naming)
    _refuse_input(path, naming.wishes)
    if not _is_folder(path):  # a lock that is there is read first, and a pipe would be waited for
        with explained(path):
            refuse_other_kinds(path)
    return LockOptions(
        name=wish.name,
        target=target,
        source=wish.source,
        path=path,
        format=naming.kind,
        check=own.check,
        upgrade=own.upgrade,
    )


def _lock_path(wish: Wish, target: Target, naming: _Naming) -> Path:
    stem, suffix = _STEMS[naming.kind]
    many, output = naming.wishes.output, naming.flags.output
    default = (_shown(naming.wishes.folder) if many else Path()) / f"{stem}{suffix}"
    named = Path(output) if output else default
    if naming.alone:
        return named
    layer = f"{wish.name}-" if many else ""
    name = f"{layer}{target.runtime}-{target.architecture}".replace(".", "")
    return named.with_name(f"{named.stem}.{name}{named.suffix}")


_STEMS = {
    LockFormat.PYLOCK: ("pylock", ".toml"),
    LockFormat.REQUIREMENTS: ("requirements", ".txt"),
}
