"""A layer made right where there is one way to do it: names, places, modes, what is of no use.

Every file keeps its bytes, deflated as they are; only its place, its mode and its date change.
"""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import dirname
from typing import NamedTuple

from manylayers.formats.bytecode import cached_name, is_checked_by_hash
from manylayers.formats.wheel import WheelMember
from manylayers.layer.carried import Carried, CarriedDistribution, CarriedFile, is_program
from manylayers.layer.contents import Copied, Layer, LayerPath
from manylayers.layer.environments import left_behind
from manylayers.layer.junk import is_junk
from manylayers.layer.links import end_of
from manylayers.layer.searching import SITE, is_module, root_of_any
from manylayers.layer.stale import is_useless, source_sizes
from manylayers.layer.wrong_roots import (
    HANDLERS,
    WrongRoot,
    is_nested,
    python_modules,
    tops_beside,
    wrong_root,
)

USUAL_MODES = (0o644, 0o755)


class Repair(NamedTuple):
    """What one rule did to which files, by the paths that they had."""

    rule: str
    what: str
    paths: tuple[str, ...]


class Unrepairable(NamedTuple):
    """Why a layer can't be made right without guessing: a clause."""

    reason: str


class Repaired(NamedTuple):
    """The layer to write and what was done, one row a rule."""

    layer: Layer
    repairs: tuple[Repair, ...]


class _Piece(NamedTuple):
    """A file on its way: where it goes, and the file that has its bytes."""

    path: str
    file: CarriedFile


class Mended(NamedTuple):
    """Where each file goes, and what was done, one row a rule."""

    pieces: tuple[_Piece, ...]
    repairs: tuple[Repair, ...]


def repaired(
    carried: Carried, members: Mapping[LayerPath, WheelMember], python: str = ""
) -> Repaired | Unrepairable:
    """``carried`` made right; ``members`` say where in its zip each file's bytes lie.

    ``python`` (``3.12``) is the version it is for, where that is known.
    """
    result = mended(carried, python)
    if isinstance(result, Unrepairable):
        return result
    entries = (_entry(piece, members[piece.file.path]) for piece in result.pieces)
    return Repaired(Layer(tuple(sorted(entries))), result.repairs)


def mended(carried: Carried, python: str = "") -> Mended | Unrepairable:
    """The same before the bytes are asked for."""
    done: list[Repair] = []
    pieces = [_Piece(file.path.replace("\\", "/"), file) for file in carried.files]
    _note(done, "names", "backslashes became folders", _moved(pieces))
    pieces = _without(pieces, done, python)
    if not pieces:
        return Unrepairable("all it holds is of other systems, or bytecode of no use")
    fault = _follow_links(pieces, done)
    if fault:
        return fault
    pieces = _in_place(pieces, carried.distributions, done)
    pieces = _in_shared_place(pieces, done, python)
    if clash := _clash(pieces):
        return Unrepairable(clash)
    if odd := next((piece.path for piece in pieces if not _is_text(piece.path)), ""):
        return Unrepairable(f"the name of {odd!a} is no UTF-8, as names in a zip are")
    _note(done, "modes", "readable by everybody, 0644 or 0755", _odd_modes(carried))
    return Mended(tuple(pieces), tuple(done))


def after(carried: Carried, result: Mended) -> Carried:
    """``carried`` as it would be read again once it is mended, but for its packages."""
    files = sorted(
        piece.file._replace(path=LayerPath(piece.path), mode=USUAL_MODES[_runs(piece)])
        for piece in result.pieces
    )
    return carried._replace(files=tuple(files), folders=(), distributions=())


def _note(done: list[Repair], rule: str, what: str, paths: Iterable[str]) -> None:
    found = tuple(paths)
    if found:
        done.append(Repair(rule, what, found))


def _moved(pieces: Iterable[_Piece]) -> Iterator[str]:
    return (piece.file.path for piece in pieces if piece.path != piece.file.path)


def _without(pieces: list[_Piece], done: list[Repair], python: str) -> list[_Piece]:
    """The pieces but for what nobody uses."""
    kept, junk = _parted(pieces, lambda piece: is_junk(piece.path))
    _note(done, "junk", "files of macOS and Windows left out", _paths(junk))
    behind = frozenset(left_behind(dict(kept)))
    kept, machine = _parted(kept, lambda piece: piece.path in behind)
    what = "what a virtual environment has for its own machine left out"
    _note(done, "environment", what, _paths(machine))
    sources = source_sizes((piece.path, piece.file) for piece in kept)
    version = _numbers(python) if python else None
    kept, stale = _parted(kept, lambda piece: _is_stale(piece, sources, version))
    what = "bytecode left out that no runtime would use once files are dated 1980"
    _note(done, "bytecode", what, _paths(stale))
    return kept


def _parted(
    pieces: Iterable[_Piece], unwanted: Callable[[_Piece], bool]
) -> tuple[list[_Piece], list[_Piece]]:
    kept: list[_Piece] = []
    out: list[_Piece] = []
    for piece in pieces:
        (out if unwanted(piece) else kept).append(piece)
    return kept, out


def _is_stale(piece: _Piece, sources: Mapping[str, int], version: tuple[int, int] | None) -> bool:
    """Bytecode of no use now, and what goes by the date of its source, which will be 1980."""
    path, content = piece.path, piece.file.content
    if cached_name(path) is None:
        return False
    return not is_checked_by_hash(content) or is_useless(path, content, sources, version)


def _numbers(python: str) -> tuple[int, int]:
    major, minor = python.split(".")
    return int(major), int(minor)


def _paths(pieces: Iterable[_Piece]) -> list[str]:
    return sorted(piece.file.path for piece in pieces)


def _follow_links(pieces: list[_Piece], done: list[Repair]) -> Unrepairable | None:
    """Put the files that links lead to in their place."""
    by_path = {piece.path: piece.file for piece in pieces}
    followed = []
    for index, (path, file) in enumerate(pieces):
        if not file.link:
            continue
        found, named = end_of(path, by_path)
        if found is None:
            return Unrepairable(f"the link {path} leads to {named}, no file of the layer")
        pieces[index] = _Piece(path, found)
        followed.append(path)
    _note(done, "links", "links became copies of what they lead to", followed)
    return None


def _in_place(
    pieces: list[_Piece], installed: Sequence[CarriedDistribution], done: list[Repair]
) -> list[_Piece]:
    """The pieces below ``python/``, where Python finds nothing as they are.

    What the ``installed`` list beside them at the root goes with them.
    """
    modules = python_modules(piece.path for piece in pieces)
    wrong = wrong_root(modules, installed)
    if wrong is None or any(root_of_any(path) for path in modules if not is_nested(path, wrong)):
        return pieces
    tops = _packages(modules) | tops_beside(installed) if not wrong.found else frozenset[str]()
    moved = [_Piece(_right(piece.path, wrong, tops), piece.file) for piece in pieces]
    _note(
        done,
        "layout",
        f"moved from {wrong.found or 'the root'} to {wrong.right(wrong.found)}{_warned(pieces)}",
        (old.file.path for old, new in zip(pieces, moved, strict=True) if old.path != new.path),
    )
    return moved


def _warned(pieces: Iterable[_Piece]) -> str:
    """A function's own zip is no layer in the wrong place."""
    handler = next((path for path, _ in pieces if path in HANDLERS), "")
    return f" ({handler} too, which a function's own zip keeps at its root)" if handler else ""


def _in_shared_place(pieces: list[_Piece], done: list[Repair], python: str) -> list[_Piece]:
    """The pieces below ``python/``, where all lie in the folder of another Python version.

    Only where nothing is compiled for that version: then they are misplaced, and nothing else.
    """
    modules = [piece.path for piece in pieces if is_module(piece.path)]
    versions = {match[1] if (match := SITE.match(path)) else "" for path in modules}
    bound = any(_is_bound(piece.file, python) for piece in pieces)
    if not python or bound or len(versions) != 1 or versions & {"", python}:
        return pieces
    _note(
        done,
        "version",
        f"packages moved from the folder of python{min(versions)} to that of all versions",
        (piece.file.path for piece in pieces if SITE.match(piece.path)),
    )
    return [_Piece(SITE.sub("python/", piece.path, count=1), piece.file) for piece in pieces]


def _is_bound(file: CarriedFile, python: str) -> bool:
    """Whether a module is compiled for another version than ``python``, or may be."""
    tags = file.path.rpartition("/")[2].split(".")[1:-1]
    if file.native is None or "abi3" in tags:
        return False
    told = [tag.split("-")[1] for tag in tags if tag.startswith("cpython-")]
    return told != [python.replace(".", "")] if told else file.native.module


def _right(path: str, wrong: WrongRoot, tops: frozenset[str]) -> str:
    first = path.partition("/")[0]
    if not wrong.found and first not in tops and not first.endswith((".dist-info", ".egg-info")):
        return path  # programs and libraries are at home in the root
    return wrong.right(path)


def _packages(modules: Iterable[str]) -> frozenset[str]:
    """What lies at the root and can be imported; their ``.libs`` go with them."""
    tops = {path.partition("/")[0] for path in modules if not SITE.match(path)}
    return frozenset(tops | {f"{top}.libs" for top in tops})


def _clash(pieces: Iterable[_Piece]) -> str:
    """Why the pieces can't all lie where they are to go, empty where they can."""
    seen: dict[str, str] = {}
    for path, file in pieces:
        other = seen.setdefault(path, file.path)
        if other != file.path:
            return f"{other} and {file.path} would both become one file"
    for path, own in seen.items():
        folder = dirname(path)
        while folder and folder not in seen:
            folder = dirname(folder)
        if folder:
            return f"{seen[folder]} would become the folder that {own} lies in"
    return ""


def _is_text(path: str) -> bool:
    """Whether a folder's name for a file can be written: Linux allows any bytes."""
    return path.isascii() or not any("\ud800" <= letter <= "\udfff" for letter in path)


def _odd_modes(carried: Carried) -> Iterator[str]:
    for file in carried.files:
        mode = stat.S_IMODE(file.mode)
        odd = mode not in USUAL_MODES or (not mode & 0o111 and is_program(file.path, file))
        if file.mode and not file.link and odd:
            yield file.path
    for folder in carried.folders:
        if folder.mode and stat.S_IMODE(folder.mode) != 0o755:
            yield f"{folder.path}/"


def _entry(piece: _Piece, member: WheelMember) -> Copied:
    return Copied(
        path=LayerPath(piece.path),
        wheel="",
        distribution="",
        member=member._replace(executable=_runs(piece)),
    )


def _runs(piece: _Piece) -> bool:
    if piece.file.mode & 0o111 or is_program(piece.path, piece.file):
        return True
    return not piece.file.mode and _may_be_run(piece)


def _may_be_run(piece: _Piece) -> bool:
    """Whether a file whose archive tells no mode had better be executable."""
    native = piece.file.native
    program = native is not None and bool(native.interpreter)
    return program or piece.path.startswith(("bin/", "extensions/"))
