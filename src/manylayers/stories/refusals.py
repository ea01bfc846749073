"""Why there is no answer: from the resolver's text to every package in the way and its way out.

The text only suggests whom to look at. What is said of a package comes from its index listing
and our own tags, so a change of wording there costs completeness, never truth.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping, Sequence
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from manylayers.doors.question import Question
from manylayers.errors import ManylayersError, ResolutionError
from manylayers.errors.inputs import MissingFileError
from manylayers.errors.resolving import (
    NewerGlibcError,
    NoSuchVersionError,
    NoWheelError,
    PythonMismatchError,
    UnresolvableError,
)
from manylayers.formats.pins import DistributionFile, Root, local_path, normalized
from manylayers.layer.releases import fitting_versions, releases
from manylayers.options import Asked
from manylayers.stories.doors import Doors
from manylayers.stories.offers import Blocked, blocked, nearest_python, versions_around
from manylayers.target import Target

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

MAX_BLOCKED = 40
"""Packages named in one refusal; each costs a resolution of some 0.15 s to find the next."""

PATIENCE = 30.0
"""Seconds of looking for more of them; a hundred packages with old releases would take minutes."""

# A name, and nothing that only looks like one: `3.0.4` in `pandas[excel]>=3.0.0,<=3.0.4`.
_NAME = r"(?<![\w.<>=!~,\[-])([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[^]\s]*\])?"
_WITHOUT_WHEEL = (
    re.compile(rf"(?:required|wheels|available) for `{_NAME}`"),
    re.compile(rf"{_NAME}(?:[=<>!]=?\S*)? has no (?:usable wheels|wheels with)"),
    re.compile(rf"all versions of {_NAME} have no"),
    re.compile(rf"{_NAME}(?:[=<>!]\S*)? depends on Python"),
)
_NO_FILE = re.compile(r"Distribution not found at: (file:\S+)")
_NOT_FOUND = re.compile(rf"{_NAME} was not found in the (?:package registry|provided package)")
_AVAILABLE = re.compile(
    rf"there (?:is|are) no versions? of {_NAME}"
    rf"|only (?:the following versions of )?{_NAME}(?:[=<>!]\S*)? (?:is|are) available"
)


class Search(NamedTuple):
    """What is known while the packages in the way are looked for."""

    question: Question
    asked: Asked
    target: Target
    doors: Doors
    shut_out: Mapping[str, str]


def explain(error: UnresolvableError, search: Search) -> ManylayersError:
    """The error to raise instead of ``error``, with reasons and ways out."""
    try:
        in_the_way, last = _all_blocked(error, search)
    except ResolutionError as found:
        return found
    if in_the_way:
        return _in_the_way(in_the_way, search.target)
    return _other_reason(last, search)


def _all_blocked(
    error: UnresolvableError, search: Search
) -> tuple[dict[str, Blocked], UnresolvableError]:
    """The packages without a usable wheel, found by leaving out one after the other."""
    found: dict[str, Blocked] = {}
    began = monotonic()
    while len(found) < MAX_BLOCKED and monotonic() - began < PATIENCE:
        new = {
            name: reason
            for name in _suspects(error.explanation, search) - found.keys()
            if (reason := _look(name, error.explanation, search))
        }
        if not new:
            break
        found |= new
        question = search.question._replace(
            excluded=tuple(sorted(found)),
            constraints=search.question.constraints + tuple(search.shut_out.values()),
        )
        try:
            search.doors.resolver.resolve(question)
        except UnresolvableError as next_error:
            error = next_error
        else:
            break
    return found, error


def _suspects(text: str, search: Search) -> set[str]:
    names = {normalized(match[1]) for pattern in _WITHOUT_WHEEL for match in pattern.finditer(text)}
    mentioned = {name for name in search.shut_out if re.search(rf"\b{re.escape(name)}\b", text)}
    return names | mentioned


def _look(name: str, text: str, search: Search) -> Blocked | None:
    """What stands in ``name``'s way; ``None`` when its allowed versions fit after all."""
    files = search.doors.index.listing(name).files
    needed_by = _needed_by(name, text, search)
    reasons = (
        blocked(name, version, files, search.target, needed_by)
        for version in _versions_in_question(name, files, text, search)
    )
    found = next((reason for reason in reasons if reason), None)
    if found and found.lacking == "python" and _an_older_one_fits(name, files, text, search):
        return None
    return found


def _an_older_one_fits(
    name: str, files: tuple[DistributionFile, ...], text: str, search: Search
) -> bool:
    """Whether one that fits is among those asked for: then the newest one's Python is no bar."""
    fitting = fitting_versions(files, name, search.target, pre=True)
    left = set(_left_by_requirements(name, files, search)).intersection(fitting)
    ranges = list(_ranges_asked_for(name, text))
    return any(
        not ranges or any(asked.contains(version, prereleases=True) for asked in ranges)
        for version in left
    )


def _needed_by(name: str, text: str, search: Search) -> str:
    """Who depends on ``name`` as the explanation has it, one that was asked for before others."""
    asking = rf"{_NAME}(?:[=<>!]\S*)? depends on (?:[^\n]*\s)?{re.escape(name)}(?![\w.-])"
    found = [one for match in re.finditer(asking, text) if (one := normalized(match[1])) != name]
    requested = {root.name for root in search.asked.roots}
    return next((one for one in found if one in requested), found[0] if found else "")


def _versions_in_question(
    name: str, files: tuple[DistributionFile, ...], text: str, search: Search
) -> list[str | None]:
    """For each range that the explanation asks for, the newest version that is left, newest first.

    Where it tells no range: the newest that the requirements leave; ``None`` where none is.
    """
    known = _left_by_requirements(name, files, search)
    newest = {
        _newest([one for one in known if asked.contains(one, prereleases=True)])
        for asked in _ranges_asked_for(name, text)
    }
    found = sorted((one for one in newest if one is not None), reverse=True)
    if found:
        return [str(one) for one in found]
    fallback = _newest(known)
    return [None if fallback is None else str(fallback)]


def _left_by_requirements(
    name: str, files: tuple[DistributionFile, ...], search: Search
) -> list[Version]:
    lines = (*search.asked.roots, *search.asked.constraints)
    own = [_specifiers(line.requirement) for line in lines if line.name == name]
    return [
        version
        for version in releases(files, name)
        if all(specifiers.contains(version, prereleases=True) for specifiers in own)
    ]


def _ranges_asked_for(name: str, text: str) -> Iterator[SpecifierSet]:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    asking = rf"(?:you require|depends? on|and)\s+{re.escape(name)}(?:\[[^]]*\]|{{[^}}]*}})*"
    for found in re.findall(rf"{asking}([<>=!~]\S*)(?!\S| has no)", text):
        with contextlib.suppress(InvalidSpecifier):
            yield SpecifierSet(found.rstrip(","))


def _newest(versions: Sequence[Version]) -> Version | None:
    stable = [version for version in versions if not version.is_prerelease]
    return max(stable or versions, default=None)


def _specifiers(requirement: str) -> SpecifierSet:
    from packaging.requirements import Requirement

    return Requirement(requirement).specifier


def _in_the_way(found: Mapping[str, Blocked], target: Target) -> ManylayersError:
    names = tuple(sorted(found))
    reasons = [found[name] for name in names]
    subjects = ", ".join(f"{reason.name} {reason.version}".strip() for reason in reasons)
    hint = _hint(reasons, target)
    details = tuple(line for reason in reasons for line in reason.lines)
    lacking = {reason.lacking for reason in reasons}
    if lacking == {"python"}:
        message = f"{subjects}: for other Pythons than {target.runtime}"
        return PythonMismatchError(message, hint=hint, details=details)
    if lacking == {"glibc"}:
        message = f"{subjects}: only wheels for a newer glibc than {target.glibc} for {target}"
        return NewerGlibcError(message, packages=names, hint=hint, details=details)
    message = f"{subjects}: no wheel for {target}"
    return NoWheelError(message, packages=names, hint=hint, details=details)


def _hint(reasons: Sequence[Blocked], target: Target) -> str:
    """The one way out that serves all packages in the way, or where to look for one."""
    if way_out := next((reason.way_out for reason in reasons if reason.way_out), ""):
        return way_out
    common = [
        python
        for python in reasons[0].pythons
        if all(python in other.pythons for other in reasons[1:])
    ]
    if len(reasons) > 1 and common:
        return f"all of them have wheels for --python {nearest_python(common, target)}"
    return f"see what there is: manylayers wheels {reasons[0].name} --python {target.python}"


def _other_reason(error: UnresolvableError, search: Search) -> ManylayersError:
    text = error.explanation
    if match := _NO_FILE.search(text):
        return _missing_file(match[1], search)
    if match := _NOT_FOUND.search(text):
        return _not_found(normalized(match[1]), error, search)
    if absent := _no_such_version(text, search):
        return absent
    return UnresolvableError(text, lines=_origins(text, search))


def _missing_file(url: str, search: Search) -> ManylayersError:
    lines = [line for line in search.asked.roots if url in line.requirement]
    return MissingFileError(
        f"{local_path(url)} is not there",
        hint="check the path; relative ones start at the folder of the file they stand in",
        details=tuple(f"{line.origin}: {line.requirement}" for line in lines),
    )


def _not_found(name: str, error: UnresolvableError, search: Search) -> ManylayersError:
    try:
        search.doors.index.listing(name)
    except ResolutionError as found:
        return found
    return error


def _no_such_version(text: str, search: Search) -> ManylayersError | None:
    """The first line that asks for a version nobody published, where the explanation says so."""
    spoken_of = {normalized(match[1] or match[2]) for match in _AVAILABLE.finditer(text)}
    lines = (*search.asked.roots, *search.asked.constraints)
    found = (_absent(line, search) for line in lines if line.name in spoken_of)
    return next((one for one in found if one), None)


def _absent(line: Root, search: Search) -> ManylayersError | None:
    """The error for ``line``; ``None`` where one of the published versions would do."""
    wanted = _specifiers(line.requirement)
    files = search.doors.index.listing(line.name).files
    published = releases(files, line.name)
    if not published:
        those = "that is a release" if files else "on it"
        return NoSuchVersionError(
            f"the index has a page of {line.name} with no file {those}",
            hint="check that --index-url is the simple API, and no log-in page stands in between",
        )
    allowed = [one for one in published if wanted.contains(one, prereleases=True)]
    if any(not version.is_prerelease for version in allowed) or not wanted:
        return None
    shown = str(wanted).removeprefix("===").removeprefix("==")
    if allowed:
        return NoSuchVersionError(
            f"{line.name} has only pre-releases that match {shown}, as {allowed[-1]}",
            hint="allow pre-releases with --pre",
            details=(f"{line.origin}: {line.requirement}",),
        )
    near = versions_around(files, line.name, _a_version(wanted), search.target)
    return NoSuchVersionError(
        f"{line.name} has no version {shown}",
        hint=near or f"see what there is: manylayers wheels {line.name}",
        details=(f"{line.origin}: {line.requirement}",),
    )


def _a_version(wanted: SpecifierSet) -> str | None:
    """A version that ``wanted`` speaks of, to look for others near it."""
    from packaging.version import InvalidVersion, Version

    for specifier in wanted:
        with contextlib.suppress(InvalidVersion):
            return str(Version(specifier.version.removesuffix(".*")))
    return None


def _origins(text: str, search: Search) -> tuple[str, ...]:
    """The lines of the input files that the explanation speaks of, told in one."""
    lines = (*search.asked.roots, *search.asked.constraints)
    told = [
        f"{line.origin}: {line.requirement}"
        for line in lines
        if re.search(rf"(?<![\w.-]){re.escape(line.name)}(?![\w-])", text)
    ]
    return ("; ".join(told),) if told else ()
