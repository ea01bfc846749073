"""Which findings a project wants to be told of, by its ``pyproject.toml`` and the command line."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from manylayers.checks.choosing import Codes
from manylayers.config.projects import nearest_with_table
from manylayers.errors import UsageError


def wanted_codes(select: Iterable[str], ignore: Iterable[str], folder: Path) -> Codes:
    """Those of the command line and of the project that ``folder`` lies in.

    What the command line selects counts instead of what the project does; both ignore. Raises
    UsageError for a table that is wrong.
    """
    own = Codes(each_code(select), each_code(ignore))
    told = _told_by_project(folder)
    return Codes(own.select or told.select, (*told.ignore, *own.ignore))


def _told_by_project(folder: Path) -> Codes:
    project = nearest_with_table(folder)
    if project is None:
        return Codes()
    from manylayers.checks.catalogue import refuse_unknown
    from manylayers.formats.layer_tables import read_check_table

    table = read_check_table(project.document, project.source)
    codes = Codes(each_code(table.select), each_code(table.ignore))
    try:
        refuse_unknown((*codes.select, *codes.ignore))
    except UsageError as error:
        raise UsageError(
            f"{project.source}: tool.manylayers.check: {error}", hint=error.hint
        ) from error
    return codes


def each_code(words: Iterable[str]) -> tuple[str, ...]:
    """Codes as they are written, one a word or several with commas between."""
    found = (code.strip().upper() for word in words for code in word.split(","))
    return tuple(code for code in found if code)
