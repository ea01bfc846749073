"""Flags and input files joined: which layers are wanted, from what, for which runtimes.

A flag wins over a requirements file, that over ``[tool.manylayers]``, that over the environment.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

from manylayers.config.flags import DEFAULT_ARCH, EXAMPLE, Flags
from manylayers.config.index import join_index
from manylayers.doors.inputs import Gathered, gather, read_lock_file
from manylayers.errors import UsageError
from manylayers.errors.layers import EmptyLayerError
from manylayers.formats.pins import Root
from manylayers.options import Asked, IndexSettings, Locked, find_layout
from manylayers.target import find_architecture, find_target

if TYPE_CHECKING:
    from manylayers.formats.layer_tables import LayerTable
    from manylayers.formats.pyproject import Project


class Wish(NamedTuple):
    """One layer that is wanted, its input read.

    ``options`` are the texts and switches of its table, ``inputs`` the files that were read.
    """

    name: str
    source: Asked | Locked
    pythons: tuple[str, ...]
    archs: tuple[str, ...]
    options: Mapping[str, str | bool] = MappingProxyType({})
    inputs: tuple[Path, ...] = ()
    ignore: tuple[str, ...] = ()


class Wishes(NamedTuple):
    """All layers wanted, and the settings they share.

    Where tables want many, ``output`` is the folder for layers and ``folder`` that of the project.
    """

    layers: tuple[Wish, ...]
    settings: IndexSettings
    output: Path | None = None
    folder: Path = Path()


def read_wishes(flags: Flags, environment: Mapping[str, str]) -> Wishes:
    """What is to be built or locked, every input file read.

    Raises UsageError, LockError, BadRequirementsError, NeedsArchiveError.
    """
    folder = Path.cwd()
    _refuse_beside_config(flags)
    if flags.lock is not None:
        return _from_lock(flags, environment)
    if flags.requirements or flags.files:
        return _from_requirements(flags, environment, folder)
    project = _project(flags, folder)
    if not flags.names_input or flags.config:
        from manylayers.formats.layer_tables import read_layer_tables

        tables = read_layer_tables(project.document, project.source, project.name)
        if tables is not None:
            return _from_tables(flags, environment, project, tables)
        if flags.config:
            from manylayers.config.projects import without_layers

            raise UsageError(
                f"{without_layers(project)}, which --config is for",
                hint="name it with --project to build its dependencies",
            )
    return _from_project(flags, environment, project)


def _refuse_beside_config(flags: Flags) -> None:
    if flags.config and flags.names_input:
        raise UsageError(
            "--config builds the layers of [tool.manylayers], no other input can stand beside it",
            hint="write the requirements there, or leave --config out",
        )


def _something(wish: Wish, named: str) -> Wish:
    """``wish``, or EmptyLayerError where its inputs, ``named``, ask for nothing."""
    if isinstance(wish.source, Asked) and not wish.source.roots:
        raise EmptyLayerError(
            f"{named} asks for no package, there is nothing to build",
            hint=f"name one there, or for example: {EXAMPLE}",
        )
    return wish


def _from_lock(flags: Flags, environment: Mapping[str, str]) -> Wishes:
    if flags.requirements or flags.files or flags.constraints or flags.project:
        raise UsageError(
            "--lock names everything already, no requirement can stand beside it",
            hint="lock the requirements anew: manylayers lock",
        )
    lock = read_lock_file(flags.lock or "")
    pythons = flags.pythons or ((lock.target[0],) if lock.target else ())
    arch = flags.arch or (lock.target[1] if lock.target else DEFAULT_ARCH)
    source = Locked(lock=lock, extras=flags.extras, groups=flags.groups)
    inputs = (Path(lock.source),)
    wish = Wish(name="layer", source=source, pythons=pythons, archs=(arch,), inputs=inputs)
    return Wishes(layers=(wish,), settings=join_index(flags, environment))


def _from_requirements(flags: Flags, environment: Mapping[str, str], folder: Path) -> Wishes:
    from manylayers.config.misplaced import refuse_misplaced

    refuse_misplaced(flags.requirements, flags.files, folder)
    read = gather(
        flags.requirements, flags.files, flags.constraints, folder=folder, environment=environment
    )
    roots, requires_python, inputs = read.roots, None, read.inputs
    if flags.project or flags.extras or flags.groups:
        project = _project(flags, folder)
        roots += _project_roots(project, flags)
        requires_python, inputs = project.requires_python, (*inputs, Path(project.source))
    wish = Wish(
        name="layer",
        source=_asked(read, roots, requires_python),
        pythons=flags.pythons,
        archs=(flags.arch or DEFAULT_ARCH,),
        inputs=inputs,
    )
    named = " and ".join(flags.files) or "the command line"
    return Wishes(layers=(_something(wish, named),), settings=join_index(flags, environment, read))


def _asked(read: Gathered, roots: tuple[Root, ...], requires_python: str | None) -> Asked:
    return Asked(
        roots=roots,
        constraints=read.constraints,
        requires_python=requires_python,
        require_hashes=read.require_hashes,
    )


def _project(flags: Flags, folder: Path) -> Project:
    from manylayers.config.projects import nearest_project, project_at

    named = flags.config or flags.project
    project = project_at(named, folder) if named else nearest_project(folder)
    if project is None:
        raise UsageError(
            "nothing was named to build from, and there is no pyproject.toml",
            hint=f"for example: {EXAMPLE}",
        )
    return project


def _project_roots(project: Project, flags: Flags) -> tuple[Root, ...]:
    from manylayers.formats.pyproject import project_roots

    only_groups = bool(flags.groups) and not flags.extras and not flags.project
    return project_roots(
        project, extras=flags.extras, groups=flags.groups, dependencies=not only_groups
    )


def _from_project(flags: Flags, environment: Mapping[str, str], project: Project) -> Wishes:
    from manylayers.formats.pyproject import unread_settings

    if not flags.names_input and not project.has_dependencies:
        from manylayers.config.projects import without_layers

        raise UsageError(
            f"nothing was named to build from, and {without_layers(project)}",
            hint=f"for example: {EXAMPLE}",
        )
    held = gather((), (), flags.constraints, folder=Path.cwd(), environment=environment)
    source = _asked(held, _project_roots(project, flags), project.requires_python)
    wish = Wish(
        name=project.name or "layer",
        source=source._replace(warnings=unread_settings(project)),
        pythons=flags.pythons,
        archs=(flags.arch or DEFAULT_ARCH,),
        inputs=(Path(project.source), *held.inputs),
    )
    return Wishes(
        layers=(_something(wish, project.source),), settings=join_index(flags, environment, held)
    )


def _from_tables(
    flags: Flags,
    environment: Mapping[str, str],
    project: Project,
    tables: Sequence[LayerTable],
) -> Wishes:
    held = gather((), (), flags.constraints, folder=Path.cwd(), environment=environment)
    gathered, layers = [held], []
    for table in tables:
        _hold_values(table, project.source)
        source, read = _table_source(table, project, environment)
        gathered.append(read)
        wish = _table_wish(table, _held(source, held), flags)
        inputs = (Path(project.source), *held.inputs, *read.inputs, *wish.inputs)
        layers.append(_something(wish._replace(inputs=inputs), _place(table)))
    own = project.folder / tables[0].texts.get("output", "dist")
    return Wishes(
        layers=tuple(layers),
        settings=join_index(flags, environment, *gathered, table=tables[0], folder=project.folder),
        output=Path.cwd() / flags.output if flags.output else own,
        folder=project.folder,
    )


def _place(table: LayerTable) -> str:
    return f"[{table.where}]"


def _table_wish(table: LayerTable, source: Asked | Locked, flags: Flags) -> Wish:
    return Wish(
        name=table.name,
        source=source,
        pythons=flags.pythons or table.lists.get("python", ()),
        archs=(flags.arch,) if flags.arch else table.lists.get("arch", (DEFAULT_ARCH,)),
        options={**table.texts, **table.flags},
        inputs=(Path(source.lock.source),) if isinstance(source, Locked) else (),
        ignore=table.lists.get("ignore", ()),
    )


def _held(source: Asked | Locked, by: Gathered) -> Asked | Locked:
    """``source`` with the constraints of the command line too."""
    if not by.constraints:
        return source
    if isinstance(source, Locked):
        raise UsageError(
            f"{source.lock.source} names everything already, -c can not stand beside it",
            hint="lock the requirements anew: manylayers lock",
        )
    return source._replace(
        constraints=source.constraints + by.constraints,
        require_hashes=source.require_hashes or by.require_hashes,
    )


def _hold_values(table: LayerTable, source: str) -> None:
    """Raise UsageError for a runtime, architecture or layout there is none of, with its place."""
    try:
        for python in table.lists.get("python", ()):
            find_target(python, DEFAULT_ARCH)
        for arch in table.lists.get("arch", ()):
            find_architecture(arch)
        find_layout(table.texts.get("layout", "lib"))
    except UsageError as error:
        raise UsageError(f"{source}: {table.where}: {error}", hint=error.hint) from error


def _table_source(
    table: LayerTable, project: Project, environment: Mapping[str, str]
) -> tuple[Asked | Locked, Gathered]:
    from manylayers.formats.pyproject import project_roots, unread_settings

    lists, folder = table.lists, project.folder
    read = gather(
        lists.get("requirements", ()),
        lists.get("requirements-files", ()),
        lists.get("constraints", ()),
        folder=folder,
        environment=environment,
        source=f"{project.source}, {table.where}.requirements",
    )
    extras, groups = lists.get("extras", ()), lists.get("groups", ())
    if lock := table.texts.get("lock"):
        return Locked(lock=read_lock_file(folder / lock), extras=extras, groups=groups), read
    wanted = table.flags.get("project", not table.names_requirements or bool(extras))
    roots = read.roots
    if wanted or extras or groups:
        roots += project_roots(project, extras=extras, groups=groups, dependencies=wanted)
    source = _asked(read, roots, project.requires_python if wanted else None)
    return source._replace(warnings=unread_settings(project) if wanted else ()), read
