"""Which build of a version a wheel is: build number and tags, spelled one way.

A file name has its tags compressed (PEP 425), the WHEEL file of an installed distribution has them
expanded; both give the same text here.
"""

from __future__ import annotations

from collections.abc import Iterable

from manylayers.formats.wheel_reading import first, headers


def build_of_filename(filename: str) -> str:
    """``cp312-cp312-manylinux_2_28_x86_64``, a build number before it; empty for no wheel."""
    parts = filename.removesuffix(".whl").split("-")
    if not filename.endswith(".whl") or len(parts) not in (5, 6):
        return ""
    return _spelled(parts[2] if len(parts) == 6 else "", ["-".join(parts[-3:])])


def build_of_wheel_file(content: bytes) -> str:
    """The same from the content of a WHEEL file; empty where it names no tag."""
    fields = headers(content.decode("utf-8", "replace"))
    return _spelled(first(fields, "build") or "", fields.get("tag", ()))


def _spelled(number: str, tags: Iterable[str]) -> str:
    parts = [tag.split("-") for tag in tags if tag.count("-") == 2]
    if not parts:
        return ""
    columns = [".".join(_each(column)) for column in zip(*parts, strict=True)]
    return "-".join(([number] if number else []) + columns)


def _each(column: Iterable[str]) -> list[str]:
    return sorted({name for names in column for name in names.split(".")})
