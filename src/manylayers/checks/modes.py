"""L105 to L107: what Lambda makes of modes, links and names when it unpacks the zip."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from posixpath import dirname, normpath

from manylayers.checks.finding import Finding, Severity
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, repair, some
from manylayers.layer.carried import Carried, CarriedFile, is_program
from manylayers.layer.environments import is_interpreter

READ, SEARCH = stat.S_IROTH, stat.S_IROTH | stat.S_IXOTH
"""What a user who is neither owner nor of the group must have, of a file and of a folder."""
OUTSIDE = ("/var/", "/usr/", "/lib/", "/lib64/", "/bin/", "/tmp/", "/opt/")  # noqa: S108
"""Where a link may well lead: to what the runtime has, or to what the function makes itself."""


def unreadable(scene: Scene) -> Iterator[Finding]:
    """L105: what Lambda's user, who owns nothing, can't read, enter, or run."""
    yield from _not_executable(scene)
    for carried in carriers(scene):
        files = [
            f"{file.path} ({stat.S_IMODE(file.mode):04o})"
            for file in carried.files
            if file.mode and not file.link and not file.mode & READ
        ]
        folders = [
            f"{folder.path}/ ({stat.S_IMODE(folder.mode):04o})"
            for folder in carried.folders
            if folder.mode and folder.mode & SEARCH != SEARCH
        ]
        if files or folders:
            yield _unreadable(scene, carried, files, folders)


def _unreadable(
    scene: Scene, carried: Carried, files: Sequence[str], folders: Sequence[str]
) -> Finding:
    told = [
        f"{count(len(names), noun)} that Lambda's user can not {verb}: {some(names)}"
        for names, noun, verb in ((files, "file", "read"), (folders, "folder", "enter"))
        if names
    ]
    if folders:
        told.append(
            "Lambda answers 'Layer conversion failed: Some directories do not have execute "
            "permissions'"
        )
    return Finding(
        code="L105",
        severity="error",
        place=place(scene, carried, (*files, *folders)[0].rpartition(" ")[0]),
        message="; ".join(told),
        remedy=repair(scene, carried, "0644 for files, 0755 for folders", unreadable),
    )


def _not_executable(scene: Scene) -> Iterator[Finding]:
    """Programs of a layer that nobody may run, as zips made on Windows have them."""
    for layer in scene.layers:
        found = [
            f"{file.path} ({stat.S_IMODE(file.mode):04o})"
            for file in layer.files
            if file.mode and not file.link and not file.mode & stat.S_IXOTH
            if is_program(file.path, file)
        ]
        if found:
            yield Finding(
                code="L105",
                severity="warning",
                place=place(scene, layer, found[0].rpartition(" ")[0]),
                message=f"{count(len(found), 'program')} that Lambda's user can not run "
                f"(Permission denied): {some(found)}",
                remedy=repair(scene, layer, "0755 for programs", unreadable),
            )


def links(scene: Scene) -> Iterator[Finding]:
    """L106: symbolic links, by where they lead."""
    for carried in carriers(scene):
        found = [file for file in carried.files if file.link]
        leading = [file for file in found if _leads_away(file)]
        away = [file for file in leading if not is_interpreter(file.path)]
        broken = [file for file in _broken(carried, found) if file not in away]
        broken += [file for file in leading if file not in away and file not in broken]
        if away:
            where = " leading out of the layer, to what Lambda does not have or should not give"
            yield _links(scene, carried, away, severity="error", where=where, remedy=INSTEAD)
        if broken:
            where = " leading to something that is not in the layer, and can not be opened"
            remedy = repair(scene, carried, INSTEAD, links)
            yield _links(scene, carried, broken, severity="warning", where=where, remedy=remedy)
        if found and not away and not broken:
            where = ", kept as such by Lambda; other tools make small text files of them"
            remedy = repair(scene, carried, INSTEAD_OF_ALL, links)
            yield _links(scene, carried, found, severity="note", where=where, remedy=remedy)


INSTEAD = "put the file itself there, or zip without -y"
INSTEAD_OF_ALL = "put the files themselves there, or zip without -y"


def _links(
    scene: Scene,
    carried: Carried,
    found: Sequence[CarriedFile],
    *,
    severity: Severity,
    where: str,
    remedy: str,
) -> Finding:
    told = [f"{file.path} -> {file.link}" for file in found]
    return Finding(
        code="L106",
        severity=severity,
        place=place(scene, carried, found[0].path),
        message=f"{count(len(found), 'symbolic link')}{where}: {some(told)}",
        remedy=remedy,
    )


def _above(name: str) -> Iterator[str]:
    while name := dirname(name):
        yield name


def _leads_away(file: CarriedFile) -> bool:
    if file.link.startswith("/"):
        return not f"{normpath(file.link)}/".startswith(OUTSIDE)
    return f"{_inside(file)}/".startswith("../")


def _broken(carried: Carried, found: Sequence[CarriedFile]) -> Iterator[CarriedFile]:
    """Those of the links that lead to something below ``/opt`` which ``carried`` has not."""
    if not found:
        return
    names = {file.path for file in carried.files} | {folder.path for folder in carried.folders}
    known = names | {above for name in names for above in _above(name)}
    for file in found:
        if (inside := _inside(file)) is not None and inside not in known:
            yield file


def _inside(file: CarriedFile) -> str | None:
    """Where a link leads, from the root of the layer; ``None`` for a place outside ``/opt``."""
    if not file.link.startswith("/"):
        return normpath(f"{dirname(file.path) or '.'}/{file.link}")
    path = normpath(file.link)
    return path.removeprefix("/opt/") if path.startswith("/opt/") else None


def backslashes(scene: Scene) -> Iterator[Finding]:
    """L107: names of Windows, which make one long file name on Linux instead of folders."""
    for carried in carriers(scene):
        found = [file.path for file in carried.files if "\\" in file.path]
        if found:
            yield Finding(
                code="L107",
                severity="error",
                place=place(scene, carried, found[0]),
                message=f"{count(len(found), 'name')} with backslashes, which are no folders on "
                f"Linux: {some(found)}",
                remedy=repair(scene, carried, "write / instead", backslashes),
            )
