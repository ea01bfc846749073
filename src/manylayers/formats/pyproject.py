"""What a ``pyproject.toml`` says: a project's dependencies, extras and groups, and our own table.

Follows the ``[project]`` table (PEP 621) and dependency groups (PEP 735). ``[tool.manylayers]``
is read in `layer_tables`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from manylayers.errors import BadRequirementsError, UsageError
from manylayers.formats.pins import Origin, Root, normalized
from manylayers.formats.requirement_lines import UnusableLineError, read_line


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
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"{source} is not valid TOML: {error}", hint="correct it there") from error
    project = _table(document, "project", source)
    return Project(
        source=source,
        folder=folder,
        name=normalized(str(project.get("name", ""))),
        requires_python=_optional_text(project, "requires-python", source),
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
    lines: list[tuple[str, str]] = []
    if dependencies:
        lines += _dependencies(project)
    for extra in extras:
        lines += _extra(project, normalized(extra), ())
    for group in groups:
        lines += _group(project, group)
    return _roots(project, lines)


def _dependencies(project: Project) -> list[tuple[str, str]]:
    table = _table(project.document, "project", project.source)
    if "dependencies" in table.get("dynamic", ()):
        raise UsageError(
            f"{project.source} leaves its dependencies to the build back end (dynamic)",
            hint="write them to a requirements file and name that with -r",
        )
    if "project" not in project.document:
        tool = "poetry" if "poetry" in project.document.get("tool", {}) else ""
        raise UsageError(
            f"{project.source} has no [project] table"
            + (", its dependencies are Poetry's own" if tool else ""),
            hint="move them to [project], or export them to a file and name that with -r",
        )
    return _lines(table.get("dependencies", []), "project.dependencies", project)


def _extra(project: Project, extra: str, above: tuple[str, ...]) -> list[tuple[str, str]]:
    """The lines of an extra; those that name the project's own other extras are followed."""
    table = _table(project.document, "project", project.source).get("optional-dependencies", {})
    known = {normalized(name): values for name, values in table.items()}
    if extra not in known:
        raise UsageError(
            f"{project.source} has no extra {extra!r}",
            hint=f"it has {', '.join(sorted(known)) or 'none'}",
        )
    lines = []
    where = f"project.optional-dependencies.{extra}"
    for line, place in _lines(known[extra], where, project):
        own = re.match(r"([\w.-]+)\s*\[([^\]]+)\]\s*$", line)
        if not own or normalized(own[1]) != project.name:
            lines.append((line, place))
            continue
        for name in map(normalized, map(str.strip, own[2].split(","))):
            if name not in (*above, extra):
                lines += _extra(project, name, (*above, extra))
    return lines


def _group(project: Project, group: str) -> list[tuple[str, str]]:
    from packaging.dependency_groups import DependencyGroupResolver

    groups = _table(project.document, "dependency-groups", project.source)
    known = {normalized(name) for name in groups}
    if normalized(group) not in known:
        raise UsageError(
            f"{project.source} has no dependency group {group!r}",
            hint=f"it has {', '.join(sorted(known)) or 'none'}",
        )
    try:
        resolved = DependencyGroupResolver(groups).resolve(group)
    except Exception as error:  # packaging raises several kinds, groups of them among these
        inner = getattr(error, "exceptions", (error,))
        raise UsageError(
            f"{project.source}: the dependency group {group!r} can't be read: {inner[0]}",
            hint="correct it there",
        ) from error
    return [(str(line), f"dependency-groups.{group}") for line in resolved]


def _lines(values: object, where: str, project: Project) -> list[tuple[str, str]]:
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"{project.source}: {where} must be a list of strings", hint="correct it")
    return [(value, where) for value in values]


def _roots(project: Project, lines: Iterable[tuple[str, str]]) -> tuple[Root, ...]:
    sources = {normalized(name) for name in _uv_sources(project)}
    roots, problems = [], []
    for line, where in lines:
        origin = Origin(source=f"{project.source}, {where}")
        try:
            root = read_line(line, origin, project.folder)
        except UnusableLineError as problem:
            problems.append(f"{origin}: {line}: {problem}")
            continue
        if root.name in sources:
            problems.append(f"{origin}: {line}: [tool.uv.sources] takes it from elsewhere")
        roots.append(root)
    if problems:
        raise BadRequirementsError(tuple(problems))
    return tuple(roots)


def _uv_sources(project: Project) -> Mapping[str, Any]:
    tool = project.document.get("tool", {})
    sources = tool.get("uv", {}).get("sources", {}) if isinstance(tool, dict) else {}
    return sources if isinstance(sources, dict) else {}


def _table(document: Mapping[str, Any], name: str, source: str) -> Mapping[str, Any]:
    table = document.get(name, {})
    if not isinstance(table, dict):
        raise UsageError(f"{source}: [{name}] must be a table", hint="correct it there")
    return table


def _optional_text(table: Mapping[str, Any], key: str, source: str) -> str | None:
    value = table.get(key)
    if value is not None and not isinstance(value, str):
        raise UsageError(f"{source}: project.{key} must be a string", hint="correct it there")
    return value
