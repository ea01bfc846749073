"""Files named where something else is meant: among the requirements, or after ``-r``."""

from collections.abc import Iterable
from pathlib import Path

from manylayers.errors import UsageError


def refuse_misplaced(requirements: Iterable[str], files: Iterable[str], folder: Path) -> None:
    """Raise UsageError for a file that stands in the wrong place, with the option it belongs to.

    An index may well have a package called like a file: ``pyproject.toml`` would be built as
    whatever somebody uploaded under that name.
    """
    for text in requirements:
        if option := _option(text, folder):
            raise UsageError(
                f"{text} is no requirement but a {_kind(text)}", hint=f"write {option} {text}"
            )
    for text in files:
        if text.endswith(".toml"):
            raise UsageError(
                f"{text} is no requirements file but a {_kind(text)}",
                hint=f"write {_toml_option(text)} {text}",
            )


def _option(text: str, folder: Path) -> str:
    """The option before ``text``; empty where it may be a requirement."""
    if text.endswith(".toml"):
        return _toml_option(text)
    if text.endswith(".txt") or (text.endswith(".in") and (folder / text).is_file()):
        return "-r"
    return "--project" if (folder / text / "pyproject.toml").is_file() else ""


def _toml_option(text: str) -> str:
    return "--lock" if Path(text).name.startswith("pylock.") else "--project"


def _kind(text: str) -> str:
    if text.endswith(".toml"):
        return "lock" if _toml_option(text) == "--lock" else "project"
    return "requirements file" if text.endswith((".txt", ".in")) else "project"
