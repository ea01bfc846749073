"""``[tool.manylayers]``: the layers a project wants, for which runtimes, with which options.

And ``[tool.manylayers.check]``: what it wants to be told of layers that are there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from manylayers.errors import UsageError

LISTS = {
    "python",
    "arch",
    "requirements",
    "requirements-files",
    "constraints",
    "extras",
    "groups",
    "find-links",
    "extra-index-url",
    "ignore",
}
TEXTS = {"layout", "lock", "output", "index-url", "exclude-newer"}
FLAGS = {"exclude-runtime", "scripts", "project", "pre"}
COMMON_ONLY = {"output", "index-url", "extra-index-url", "find-links", "exclude-newer", "pre"}
KEYS = LISTS | TEXTS | FLAGS


class LayerTable(NamedTuple):
    """One layer's options, the common ones filled in. ``where`` is its dotted name in the file."""

    name: str
    where: str
    lists: Mapping[str, tuple[str, ...]]
    texts: Mapping[str, str]
    flags: Mapping[str, bool]

    @property
    def names_requirements(self) -> bool:
        """Whether the layer says itself what is in it, so that the project is not meant."""
        named = ("requirements", "requirements-files", "extras", "groups")
        return any(key in self.lists for key in named) or "lock" in self.texts


def read_layer_tables(
    document: Mapping[str, Any], source: str, project: str
) -> tuple[LayerTable, ...] | None:
    """The layers of ``[tool.manylayers]``; ``None`` where there is no such table.

    Without a table of layers there is one, named after the project. Raises UsageError naming the
    key that is unknown or of the wrong type.
    """
    where = "tool.manylayers"
    tool = _own_table(document, source)
    read_check_table(document, source)
    if tool is None or tool.keys() == {"check"}:
        return None
    common = {key: value for key, value in tool.items() if key not in ("layers", "check")}
    _check_keys(common, KEYS | {"layers", "check"}, where, source)
    layers = _checked_table(tool.get("layers", {}), f"{where}.layers", source)
    _check_names(layers, f"{where}.layers", source)
    if not layers:
        return (_layer(project or "layer", common, where, source),)
    tables = []
    for name, own in layers.items():
        place = f"{where}.layers.{name}"
        _check_keys(_checked_table(own, place, source), KEYS - COMMON_ONLY, place, source)
        tables.append(_layer(name, {**common, **own}, place, source))
    return tuple(tables)


class CheckTable(NamedTuple):
    """``[tool.manylayers.check]``: codes, or how they begin, as the options take them."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def read_check_table(document: Mapping[str, Any], source: str) -> CheckTable:
    """What a project wants to be told of by ``check``; all where it says nothing.

    Raises UsageError naming the key that is unknown or of the wrong type.
    """
    where = "tool.manylayers.check"
    told = (_own_table(document, source) or {}).get("check", {})
    table = _checked_table(told, where, source)
    _check_keys(table, set(CheckTable._fields), where, source)
    return CheckTable(
        **{key: _list(codes, f"{where}.{key}", source) for key, codes in table.items()}
    )


def _own_table(document: Mapping[str, Any], source: str) -> Mapping[str, Any] | None:
    tool = _checked_table(document.get("tool", {}), "tool", source).get("manylayers")
    return None if tool is None else _checked_table(tool, "tool.manylayers", source)


def _check_names(layers: Iterable[str], where: str, source: str) -> None:
    """A name becomes part of a file's name, on every system, and of a command to be pasted."""
    seen: dict[str, str] = {}
    for name in layers:
        if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}", name) or name.endswith("."):
            raise UsageError(
                f"{source}: {where}.{name!r}: this can not be a layer's name",
                hint="a name has letters, digits, `-`, `_` and `.`, up to 100 of them, and begins "
                "with a letter or digit",
            )
        if (other := seen.setdefault(name.casefold(), name)) != name:
            raise UsageError(
                f"{source}: {where} has {other} and {name}, one file on some disks",
                hint="name one of them otherwise",
            )


def _layer(name: str, options: Mapping[str, Any], where: str, source: str) -> LayerTable:
    layer = _read(name, options, where, source)
    for key in ("python", "arch"):
        if layer.lists.get(key) == ():
            raise UsageError(f"{source}: {where}.{key} is empty", hint="name one there")
    if "lock" in layer.texts and (beside := sorted(_INPUTS & layer.lists.keys())):
        raise UsageError(
            f"{source}: {where} has a lock, which names everything, and {beside[0]}",
            hint="take one of them out",
        )
    return layer


_INPUTS = {"requirements", "requirements-files", "constraints"}


def _read(name: str, options: Mapping[str, Any], where: str, source: str) -> LayerTable:
    return LayerTable(
        name=name,
        where=where,
        lists={
            key: _list(value, f"{where}.{key}", source)
            for key, value in options.items()
            if key in LISTS
        },
        texts={
            key: _of_type(value, str, "a string", f"{where}.{key}", source)
            for key, value in options.items()
            if key in TEXTS
        },
        flags={
            key: _of_type(value, bool, "true or false", f"{where}.{key}", source)
            for key, value in options.items()
            if key in FLAGS
        },
    )


def _checked_table(value: Any, where: str, source: str) -> Mapping[str, Any]:
    table: Mapping[str, Any] = _of_type(value, dict, "a table", where, source)
    return table


def _list(value: Any, where: str, source: str) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return tuple(value)
    raise _wrong("a list of strings", where, source, _quoted(value))


def _of_type(value: Any, kind: type, words: str, where: str, source: str) -> Any:
    if not isinstance(value, kind):
        raise _wrong(words, where, source)
    return value


def _quoted(value: Any) -> str:
    """What was probably meant: TOML reads ``3.12`` as a number, and ``3.10`` as 3.1."""
    numbers = value if isinstance(value, list) else [value]
    if any(isinstance(number, float) for number in numbers):
        return 'TOML takes it for a number; put it in quotes, like "3.12"'
    return "correct it there"


def _wrong(words: str, where: str, source: str, hint: str = "correct it there") -> UsageError:
    return UsageError(f"{source}: {where} must be {words}", hint=hint)


def _check_keys(table: Mapping[str, Any], known: set[str], where: str, source: str) -> None:
    for key in table:
        if key not in known:
            from difflib import get_close_matches

            near = get_close_matches(key, known, n=1)
            hint = f"did you mean {near[0]}?" if near else f"known keys: {', '.join(sorted(known))}"
            raise UsageError(f"{source}: {where}.{key} is not known", hint=hint)
