"""L105 to L107: what Lambda makes of modes, links and names when it unpacks the zip."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from posixpath import dirname, normpath

from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.wording import carriers, count, place, repair, some
from manylayers.layer.carried import Carried, CarriedFile, is_program

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
        if not found:
            continue
        names = {file.path for file in carried.files} | {folder.path for folder in carried.folders}
        known = names | {above for name in names for above in _above(name)}
        away = [file for file in found if _leads_away(file)]
        broken = [file for file in found if not _leads_away(file) and _is_broken(file, known)]
        yield from _links(scene, carried, found, away, broken)


def _links(
    scene: Scene,
    carried: Carried,
    found: Sequence[CarriedFile],
    away: Sequence[CarriedFile],
    broken: Sequence[CarriedFile],
) -> Iterator[Finding]:
    telling = (
        (away, "error", "out of the layer, to what Lambda does not have or should not give"),
        (broken, "warning", "to something that is not in the layer, and can not be opened"),
    )
    for those, severity, where in telling:
        if those:
            yield Finding(
                code="L106",
                severity="error" if severity == "error" else "warning",
                place=place(scene, carried, those[0].path),
                message=f"{count(len(those), 'symbolic link')} leading {where}: "
                f"{some([f'{file.path} -> {file.link}' for file in those])}",
                remedy="put the file itself there, or zip without -y",
            )
    if not away and not broken:
        yield Finding(
            code="L106",
            severity="note",
            place=place(scene, carried, found[0].path),
            message=f"{count(len(found), 'symbolic link')}, kept as such by Lambda; other tools "
            "make small text files of them: "
            f"{some([f'{file.path} -> {file.link}' for file in found])}",
            remedy=repair(
                scene, carried, "put the files themselves there, or zip without -y", links
            ),
        )


def _above(name: str) -> Iterator[str]:
    while name := dirname(name):
        yield name


def _leads_away(file: CarriedFile) -> bool:
    if file.link.startswith("/"):
        return not f"{normpath(file.link)}/".startswith(OUTSIDE)
    inside = normpath(f"{dirname(file.path) or '.'}/{file.link}")
    return inside == ".." or inside.startswith("../")


def _is_broken(file: CarriedFile, known: set[str]) -> bool:
    if file.link.startswith("/"):
        path = normpath(file.link)
        return path.startswith("/opt/") and path.removeprefix("/opt/") not in known
    return normpath(f"{dirname(file.path) or '.'}/{file.link}") not in known


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
