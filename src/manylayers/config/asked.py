"""From wishes to builds and locks: one value each, with its target and its output."""

from __future__ import annotations

import os
from pathlib import Path

from manylayers.config.flags import EXAMPLE, Flags
from manylayers.config.wishes import Wish, Wishes
from manylayers.errors import UsageError
from manylayers.options import (
    Asked,
    BuildOptions,
    Destination,
    Layout,
    LockFormat,
    LockOptions,
)
from manylayers.target import Target, find_target


def targets_of(wish: Wish) -> tuple[tuple[Target, ...], ...]:
    """For each architecture the wish's Pythons as targets. UsageError where none was named."""
    if not wish.pythons:
        raise UsageError(
            "which runtime is it for? none was named with --python",
            hint=f"for example: {EXAMPLE}; `manylayers runtimes` lists them",
        )
    pythons = dict.fromkeys(wish.pythons)
    return tuple(
        tuple(dict.fromkeys(find_target(python, arch) for python in pythons))
        for arch in dict.fromkeys(wish.archs)
    )


def build_options(
    wishes: Wishes, flags: Flags, *, layout: str | None, exclude_runtime: bool, scripts: bool,
    dry_run: bool,
) -> tuple[BuildOptions, ...]:
    """A build for each layer: all Pythons together from the command line, each alone from a table."""
    asked = []
    for wish in wishes.layers:
        for targets in targets_of(wish):
            groups = [(target,) for target in targets] if wishes.output else [targets]
            for group in groups:
                asked.append(
                    BuildOptions(
                        name=wish.name,
                        targets=group,
                        source=wish.source,
                        destination=_destination(wish, wishes, group[0], flags),
                        layout=find_layout(layout or str(wish.options.get("layout", "lib"))),
                        exclude_runtime=exclude_runtime
                        or bool(wish.options.get("exclude-runtime", False)),
                        scripts=scripts or bool(wish.options.get("scripts", False)),
                        dry_run=dry_run,
                    )
                )
    return tuple(asked)


def find_layout(name: str) -> Layout:
    """The layout called ``name``. Raises UsageError with the three there are."""
    try:
        return Layout(name)
    except ValueError as error:
        raise UsageError(
            f"there is no layout {name!r}", hint=f"it is one of {', '.join(Layout)}"
        ) from error


def _destination(wish: Wish, wishes: Wishes, target: Target, flags: Flags) -> Destination:
    if wishes.output is not None:
        name = f"{wish.name}-{target.runtime}-{target.architecture}.zip"
        return Destination(path=_shown(wishes.output / name))
    text = flags.output or "layer.zip"
    path = Path(text)
    if text.endswith(("/", os.sep)) or path.is_dir():
        return Destination(path=path, folder=True)
    if path.suffix.lower() != ".zip":
        raise UsageError(
            f"-o {text} is neither a .zip nor a folder",
            hint=f"write -o {text}.zip, or -o {text}/ for a folder",
        )
    return Destination(path=path)


def _shown(path: Path) -> Path:
    """``path`` from the current folder, where it lies below it."""
    try:
        return path.relative_to(Path.cwd())
    except ValueError:
        return path


def lock_options(
    wishes: Wishes, flags: Flags, *, format_: str, check: bool, upgrade: bool
) -> tuple[LockOptions, ...]:
    """A lock for each layer and target. UsageError when an output is one of the inputs."""
    kind = LockFormat(format_)
    wanted = [
        (wish, target)
        for wish in wishes.layers
        for targets in targets_of(wish)
        for target in targets
    ]
    asked = []
    for wish, target in wanted:
        if not isinstance(wish.source, Asked):
            raise UsageError("a lock can not be locked again", hint="name what it was made from")
        path = _lock_path(wish, target, flags, wishes, kind, alone=len(wanted) == 1)
        if any(path.absolute() == file.absolute() for file in wish.inputs):
            raise UsageError(
                f"{path} is one of the inputs, the lock would overwrite it",
                hint="name another file with -o",
            )
        asked.append(
            LockOptions(
                name=wish.name,
                target=target,
                source=wish.source,
                path=path,
                format=kind,
                check=check,
                upgrade=upgrade,
            )
        )
    return tuple(asked)


def _lock_path(
    wish: Wish, target: Target, flags: Flags, wishes: Wishes, kind: LockFormat, *, alone: bool
) -> Path:
    stem, suffix = ("pylock", ".toml") if kind is LockFormat.PYLOCK else ("requirements", ".txt")
    folder = _shown(wishes.output.parent) if wishes.output else Path()
    if alone:
        return Path(flags.output) if flags.output else folder / f"{stem}{suffix}"
    named = Path(flags.output) if flags.output and not wishes.output else folder / f"{stem}{suffix}"
    layer = f"{wish.name}-" if wishes.output else ""
    name = f"{layer}{target.runtime.replace('.', '')}-{target.architecture}".replace(".", "-")
    return named.with_name(f"{named.stem}.{name}{named.suffix}")
