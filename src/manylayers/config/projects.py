"""The ``pyproject.toml`` that a command is told of, or is run beside or below."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from manylayers.doors.inputs import nearest_pyproject, read_file, refuse_no_path

if TYPE_CHECKING:
    from manylayers.formats.pyproject import Project


def project_at(named: str, folder: Path) -> Project:
    """The project in ``named``, a file or the folder it lies in; errors name it from ``folder``.

    Raises UsageError.
    """
    refuse_no_path(named)
    path = Path(named)
    if path.is_dir():
        path /= "pyproject.toml"
    return _read(path, read_file(path), folder)


def nearest_project(folder: Path) -> Project | None:
    """That of ``folder`` or the closest above it. Raises UsageError."""
    path = nearest_pyproject(folder)
    return None if path is None else _read(path, read_file(path), folder)


def nearest_with_table(folder: Path) -> Project | None:
    """The same where it has a word for us: others are not even read as TOML, right or wrong."""
    path = nearest_pyproject(folder)
    data = read_file(path) if path else b""
    return _read(path, data, folder) if path and b"manylayers" in data else None


def _read(path: Path, data: bytes, folder: Path) -> Project:
    from manylayers.formats.pyproject import read_pyproject

    shown = path.relative_to(folder) if path.is_relative_to(folder) else path
    return read_pyproject(data, str(shown), path.absolute().parent)


def without_layers(project: Project) -> str:
    """What is missing where the tables of a project tell of no layer."""
    if "manylayers" in project.document.get("tool", {}):
        return f"{project.source} has [tool.manylayers.check] alone, and no layer"
    return f"{project.source} has no [tool.manylayers]"
