"""From requirements to exactly one wheel a package: ask the resolver until its answer stands.

uv has no word for glibc 2.26. So it is asked for the next platform it knows, and every package
whose answer has no wheel for the real target is asked for again without *all* its versions that
have none, as the index lists them. Two rounds as a rule.
"""

from __future__ import annotations

from collections.abc import Mapping

from manylayers.doors.question import Question
from manylayers.doors.resolve import Answer
from manylayers.errors import ManylayersError, ResolutionError
from manylayers.errors.inputs import UnreadableWheelError
from manylayers.errors.resolving import PythonMismatchError, UnresolvableError
from manylayers.formats.pins import Pin
from manylayers.layer.releases import Chosen, choose_each, misfit_versions
from manylayers.options import Asked
from manylayers.stories.doors import Doors
from manylayers.stories.hashes import allowed_files, allowed_hashes, refuse_unhashed
from manylayers.stories.held_back import held_back_by_glibc
from manylayers.stories.links import refuse_misfit_links
from manylayers.stories.local_wheels import refuse_local_bombs
from manylayers.stories.refusals import Search, explain
from manylayers.stories.settled import Settled
from manylayers.stories.unreadable import read_ourselves
from manylayers.target import Target

MAX_ROUNDS = 12
"""Two are the rule, four were seen; each round shuts out every misfit of a package at once."""

UV_GLIBC_MINORS = (17, 28, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40)
"""The ``manylinux_2_N`` platforms that uv's ``--python-platform`` takes."""


def settle(
    asked: Asked, target: Target, doors: Doors, preferences: tuple[tuple[str, str], ...] = ()
) -> Settled:
    """The exact answer to ``asked`` for ``target``.

    Raises a ResolutionError that says for every package in the way what exists and what would do.
    """
    from concurrent.futures import ThreadPoolExecutor

    _hold_python(asked.requires_python, target)
    refuse_misfit_links(asked.roots, target, doors)
    refuse_local_bombs(asked, target, doors)
    with ThreadPoolExecutor(max_workers=1) as beside:
        newest = beside.submit(_newest, asked, target, doors)
        chosen, warnings = _rounds(asked, target, doors, preferences)
        held_back = held_back_by_glibc(chosen, newest.result(), target, doors, preferences)
    return Settled(
        target=target,
        chosen=chosen,
        held_back=held_back,
        warnings=asked.warnings + warnings,
        requested=frozenset(root.name for root in asked.roots),
    )


def _rounds(
    asked: Asked, target: Target, doors: Doors, preferences: tuple[tuple[str, str], ...]
) -> tuple[tuple[Chosen, ...], tuple[str, ...]]:
    question = _question(asked, target)._replace(preferences=preferences)
    hashes = allowed_hashes((*asked.roots, *asked.constraints), target)
    shut_out: dict[str, str] = {}
    for _ in range(MAX_ROUNDS):
        answer = _answer(Search(question, asked, target, doors, shut_out))
        pins = (pin._replace(files=allowed_files(pin, hashes, doors.index)) for pin in answer.pins)
        chosen, without = choose_each(pins, target)
        if not without:
            if asked.require_hashes:
                refuse_unhashed(chosen, hashes)
            return chosen, answer.warnings
        for pin in without:
            shut_out[pin.name] = _shut_out(pin, target, doors, shut_out)
    raise ResolutionError(
        f"no set of wheels for {target} was found in {MAX_ROUNDS} rounds",
        hint=f"pin an older version of {', '.join(sorted(shut_out))}",
    )


def _answer(search: Search) -> Answer:
    """The resolver's answer without what is shut out. Raises the error that says why not."""
    question, shut_out = search.question, tuple(search.shut_out.values())
    try:
        return search.doors.resolver.resolve(
            question._replace(constraints=question.constraints + shut_out)
        )
    except UnresolvableError as error:
        raise explain(error, search) from error
    except UnreadableWheelError as error:
        raise read_ourselves(error, search.asked, search.target, search.doors) from error


def _question(asked: Asked, target: Target) -> Question:
    return Question(
        requirements=tuple(dict.fromkeys(root.requirement for root in asked.roots)),
        constraints=tuple(root.requirement for root in asked.constraints),
        python_full=target.python_full,
        platform=uv_platform(target),
    )


def uv_platform(target: Target, *, newest: bool = False) -> str:
    """The platform to ask uv for: the first that is no older than the target, or the newest."""
    minor = target.system.glibc[1]
    known = UV_GLIBC_MINORS[-1] if newest else min(n for n in UV_GLIBC_MINORS if n >= minor)
    return f"{target.architecture.machine}-manylinux_2_{known}"


def _shut_out(pin: Pin, target: Target, doors: Doors, before: Mapping[str, str]) -> str:
    """A constraint against every version of ``pin``'s package whose wheels are not for here."""
    if pin.name in before:
        raise ResolutionError(
            f"{pin.name} {pin.version} has no wheel for {target}, and the resolver insists on it",
            hint=f"look at `manylayers wheels {pin.name} --python {target.python}`",
        )
    files = doors.index.listing(pin.name).files
    versions = {pin.version, *misfit_versions(files, target)}
    return pin.name + ",".join(f"!={version}" for version in sorted(versions))


def _hold_python(requires_python: str | None, target: Target) -> None:
    if not requires_python:
        return
    from packaging.specifiers import SpecifierSet

    if not SpecifierSet(requires_python).contains(target.python_full, prereleases=True):
        raise PythonMismatchError(
            f"the project requires Python {requires_python}, {target.runtime} has {target.python}",
            hint="name a runtime that it allows with --python",
        )


def _newest(asked: Asked, target: Target, doors: Doors) -> Mapping[str, str]:
    """The versions that the newest glibc would get; empty where even that has no answer."""
    question = _question(asked, target)._replace(platform=uv_platform(target, newest=True))
    try:
        answer = doors.resolver.resolve(question)
    except ManylayersError:
        return {}
    return {pin.name: pin.version for pin in answer.pins}
