"""From a lock to exactly one wheel a package: no resolver, no network."""

from __future__ import annotations

from collections.abc import Sequence

from manylayers.errors.resolving import NewerGlibcError, NoWheelError
from manylayers.formats.pins import Pin
from manylayers.formats.pylock import select_pins
from manylayers.layer.choose import choose
from manylayers.layer.releases import choose_each
from manylayers.options import Locked
from manylayers.stories.settled import Settled
from manylayers.target import Target


def unlock(locked: Locked, target: Target) -> Settled:
    """What the lock has for ``target``.

    Raises ResolutionError when the lock is for others, NoWheelError when one of its packages has
    no wheel in it that fits.
    """
    pins = select_pins(
        locked.lock,
        marker_environment=target.marker_environment,
        python_full_version=target.python_full,
        extras=locked.extras,
        groups=locked.groups,
    )
    chosen, without = choose_each(pins, target)
    if without:
        raise _no_wheel(without, target)
    return Settled(target=target, chosen=chosen)


def _no_wheel(pins: Sequence[Pin], target: Target) -> NoWheelError:
    glibc = all(choose(pin.files, target.on_newest_glibc).chosen for pin in pins)
    kind = NewerGlibcError if glibc else NoWheelError
    names = ", ".join(f"{pin.name} {pin.version}" for pin in pins)
    return kind(
        f"the lock has no wheel for {target} of {names}",
        packages=tuple(pin.name for pin in pins),
        hint=f"lock again for this target: manylayers lock --python {target.python} "
        f"--arch {target.architecture}",
        details=tuple(line for pin in pins for line in _reasons(pin, target)),
    )


def _reasons(pin: Pin, target: Target) -> list[str]:
    misfits = choose(pin.files, target).misfits
    if not misfits:
        return [f"{pin.name} {pin.version}: the lock names no file"]
    return [f"{file.filename}: {problem.reason}" for file, problem in misfits[:6]]
