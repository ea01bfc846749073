"""What a ``pyproject.toml`` says: a project's dependencies, extras and groups, and our own table.

Follows the ``[project]`` table (PEP 621) and dependency groups (PEP 735). ``[tool.manylayers]``
is read in `layer_tables`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from manylayers.errors import UsageError
from manylayers.errors.inputs import BadRequirementsError
from manylayers.formats.pins import Origin, Root, normalized
from manylayers.formats.requirement_advice import UnusableLineError, shown
from manylayers.formats.requirement_lines import read_line
from manylayers.formats.text import NotTextError, read_toml

MOST_LINES = 10_000
"""Requirements of one group, however groups name one another: twice each makes 2^n of them."""
MOST_EXTRAS = 1000
"""Extras followed from one to another; the largest projects have some hundred."""


class Project(NamedTuple):
    """A ``pyproject.toml`` as read; ``document`` is the whole of it. ``name`` may be ``""``."""

    source: str
    folder: Path
    name: str
    requires_python: str | None
    document: Mapping[str, Any]

    @property
    def has_dependencies(self) -> bool:
        """Whether there is a ``[project]`` table that could be built from."""
        return "project" in self.document


def read_pyproject(data: bytes, source: str, folder: Path) -> Project:
    """Read it. Raises UsageError, naming ``source`` and the line, for what is no TOML."""
    try:
        document = read_toml(data)
    except NotTextError as error:
        raise UsageError(f"{source} is not valid TOML: {error}", hint="correct it there") from error
    project = _table(document, "project", source)
    _table(document, "tool", source)
    name = _optional_text(project, "name", source) or ""
    if name and not re.fullmatch(r"[A-Za-z0-9](?:[\w.-]*[A-Za-z0-9])?", name, re.ASCII):
        raise UsageError(f"{source}: project.name {name!r} is no name", hint="correct it there")
    return Project(
        source=source,
        folder=folder,
        name=normalized(name),
        requires_python=_requires_python(project, source),
        document=document,
    )


def project_roots(
    project: Project,
    *,
    extras: Sequence[str] = (),
    groups: Sequence[str] = (),
    dependencies: bool = True,
) -> tuple[Root, ...]:
    """The project's ``dependencies`` with these extras and groups, as roots.

    Raises UsageError for an unknown extra or group, for dependencies that only a build back end
    knows, and for those that ``[tool.uv.sources]`` takes from elsewhere.
    """
    lines: list[_Line] = []
    if dependencies:
        lines += _dependencies(project)
    for extra in extras:
        lines += _extra(project, normalized(extra))
    for group in groups:
        lines += _group(project, group)
    return _roots(project, _own_extras_followed(project, lines))


class _Line(NamedTuple):
    """A requirement, its dotted place, and the markers of the own extras that led to it."""

    text: str
    where: str
    markers: tuple[str, ...] = ()


def _dependencies(project: Project) -> list[_Line]:
    table = _table(project.document, "project", project.source)
    if "dependencies" in _strings(table.get("dynamic", []), "project.dynamic", project):
        raise UsageError(
            f"{project.source} leaves its dependencies to the build back end (dynamic)",
            hint="write them to a requirements file and name that with -r",
        )
    if not project.has_dependencies:
        raise _no_project(project)
    return _lines(table.get("dependencies", []), "project.dependencies", project)


def _no_project(project: Project) -> UsageError:
    if "poetry" in project.document.get("tool", {}):
        return UsageError(
            f"{project.source} has no [project] table, its dependencies are Poetry's own",
            hint="run `poetry export -o requirements.txt`, then -r that, or move them to [project]",
        )
    return UsageError(
        f"{project.source} has no [project] table",
        hint="write its dependencies there, or to a requirements file and name that with -r",
    )


def _extra(project: Project, extra: str) -> list[_Line]:
    table = _table(project.document, "project", project.source)
    extras = _table(table, "optional-dependencies", project.source, within="project.")
    named = [name for name in extras if normalized(name) == extra]
    if len(named) > 1:
        raise UsageError(
            f"{project.source} has the extra {extra!r} twice: {', '.join(named)}",
            hint="names that differ in case, `-`, `_` or `.` only are one: join them",
        )
    if not named:
        known = ", ".join(sorted(map(normalized, extras))) or "none"
        raise UsageError(f"{project.source} has no extra {extra!r}", hint=f"it has {known}")
    return _lines(extras[named[0]], f"project.optional-dependencies.{extra}", project)


def _own_extras_followed(project: Project, lines: Iterable[_Line]) -> list[_Line]:
    """The lines, with what an own extra holds in the place of each ``project[extra]``."""
    found: dict[_Line, None] = {}
    waiting = list(lines)
    seen: set[tuple[str, tuple[str, ...]]] = set()
    while waiting:
        line = waiting.pop(0)
        own = _own(line, project)
        if own is None:
            found[line] = None
            continue
        extras, marker = own
        if len(seen) > MOST_EXTRAS:
            raise UsageError(
                f"{project.source} has extras that name one another over {MOST_EXTRAS:,} times",
                hint="name in each what it holds",
            )
        markers = (*line.markers, marker) if marker else line.markers
        new = [extra for extra in extras if (extra, markers) not in seen]
        seen |= {(extra, markers) for extra in new}
        waiting[:0] = [
            held._replace(markers=markers) for extra in new for held in _extra(project, extra)
        ]
    return list(found)


def _own(line: _Line, project: Project) -> tuple[list[str], str] | None:
    """The extras and the marker of a line that names the project itself; ``None`` for others."""
    from packaging.requirements import InvalidRequirement, Requirement

    match = re.match(r"[\w.-]+", line.text)
    if not project.name or not match or normalized(match[0]) != project.name:
        return None
    try:
        requirement = Requirement(line.text)
    except InvalidRequirement:
        return None
    return sorted(map(normalized, requirement.extras)), str(requirement.marker or "")


def _group(project: Project, group: str) -> list[_Line]:
    from packaging.dependency_groups import DependencyGroupResolver

    groups = _table(project.document, "dependency-groups", project.source)
    known = {normalized(name) for name in groups}
    if normalized(group) not in known:
        raise UsageError(
            f"{project.source} has no dependency group {group!r}",
            hint=f"it has {', '.join(sorted(known)) or 'none'}",
        )
    try:
        _refuse_endless(groups, group)
        resolved = DependencyGroupResolver(groups).resolve(group)
    except Exception as error:  # packaging raises several kinds, groups of them among these
        inner = getattr(error, "exceptions", (error,))
        raise UsageError(
            f"{project.source}: the dependency group {group!r} can't be read: "
            f"{' '.join(str(inner[0]).split())}",
            hint="correct it there",
        ) from error
    return [_Line(str(line), f"dependency-groups.{group}") for line in resolved]


def _refuse_endless(groups: Mapping[str, Any], group: str) -> None:
    """Raise ValueError where groups that name others twice each make more lines than can be held.

    Anything else that is wrong with them is left to who resolves them.
    """
    by_name = {normalized(name): entries for name, entries in groups.items()}
    amounts: dict[str, int] = {}

    def amount(name: str) -> int:
        if name not in amounts:
            amounts[name] = 0  # what a circle comes back to
            entries = by_name.get(name)
            named = [entry for entry in entries if isinstance(entry, dict)] if entries else []
            inner = (amount(normalized(str(entry.get("include-group")))) for entry in named)
            amounts[name] = len(entries or ()) + sum(inner)
        return amounts[name]

    if amount(normalized(group)) > MOST_LINES:
        raise ValueError(f"it comes to over {MOST_LINES:,} lines")


def _lines(values: object, where: str, project: Project) -> list[_Line]:
    return [_Line(text, where) for text in _strings(values, where, project)]


def _strings(values: object, where: str, project: Project) -> list[str]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"{project.source}: {where} must be a list of strings", hint="correct it")
    return values


def _roots(project: Project, lines: Iterable[_Line]) -> tuple[Root, ...]:
    sources = {normalized(name) for name in _uv_sources(project)}
    roots, problems = [], []
    for line in lines:
        origin = Origin(source=f"{project.source}, {line.where}")
        try:
            root = _under(line.markers, read_line(line.text.strip(), origin, project.folder))
        except UnusableLineError as problem:
            problems.append(f"{origin}: {shown(line.text)}: {problem}")
            continue
        if root.name in sources:
            problems.append(f"{origin}: {line.text}: [tool.uv.sources] takes it from elsewhere")
        roots.append(root)
    if problems:
        raise BadRequirementsError(tuple(problems))
    return tuple(roots)


def _under(markers: tuple[str, ...], root: Root) -> Root:
    """``root`` where ``markers`` are true as well as its own."""
    if not markers:
        return root
    sign = " ; " if " @ " in root.requirement else ";"
    bare, _, own = root.requirement.partition(sign)
    every = " and ".join(f"({marker})" for marker in (*markers, own.strip()) if marker)
    return root._replace(requirement=f"{bare.rstrip()} ; {every}")


def unread_settings(project: Project) -> tuple[str, ...]:
    """A warning for what ``[tool.uv]`` says about resolving, which only uv's own commands read."""
    uv = _uv(project)
    said = [key for key in _UV_SETTINGS if key in uv]
    if not said:
        return ()
    return (f"{project.source}: [tool.uv] says {', '.join(said)}, which is not read here",)


_UV_SETTINGS = (
    "constraint-dependencies",
    "override-dependencies",
    "exclude-dependencies",
    "index",
    "index-url",
    "extra-index-url",
    "find-links",
)


def _uv(project: Project) -> Mapping[str, Any]:
    tool = _table(project.document, "tool", project.source)
    return _table(tool, "uv", project.source, within="tool.")


def _uv_sources(project: Project) -> Mapping[str, Any]:
    return _table(_uv(project), "sources", project.source, within="tool.uv.")


def _table(
    document: Mapping[str, Any], name: str, source: str, *, within: str = ""
) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{source}: [{within}{name}] must be a table", hint="correct it there")
    return table


def _optional_text(table: Mapping[str, Any], key: str, source: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{source}: project.{key} must be a string", hint="correct it there")
    return value


def _requires_python(table: Mapping[str, Any], source: str) -> str | None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    text = _optional_text(table, "requires-python", source)
    try:
        SpecifierSet(text or "")
    except InvalidSpecifier as error:
        raise UsageError(
            f"{source}: project.requires-python {text!r} is no version specifier",
            hint="write it like `>=3.11`",
        ) from error
    return text
