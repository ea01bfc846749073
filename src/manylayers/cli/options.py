"""Options that mean the same in every command, and the context they fill."""

import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from manylayers.cli import completing, streams
from manylayers.config.flags import Flags
from manylayers.errors import UsageError
from manylayers.options import IndexSettings, Workplace
from manylayers.render.style import Style, plain_text, style_for
from manylayers.stories.progress import Progress, Silence

if TYPE_CHECKING:  # a warm build has no error to report
    from manylayers.report.several import ErrorReport

Command = TypeVar("Command", bound=Callable[..., Any])
Named = TypeVar("Named", bound=str | tuple[str, ...] | None)


def together(*options: Callable[[Command], Command]) -> Callable[[Command], Command]:
    """One decorator that adds ``options`` in the order they are given."""

    def add(command: Command) -> Command:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def just_one(_: click.Context, option: click.Parameter, values: tuple[str, ...]) -> str | None:
    """The one value of an option that is easily thought to be repeatable. Or UsageError."""
    if len(values) > 1:
        raise UsageError(
            f"--{option.name} was given {len(values)} times, and a layer has just one",
            hint=f"run it once for each, or list them in [tool.manylayers]: {', '.join(values)}",
        )
    return values[0] if values else None


def each_named(_: click.Context, __: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a repeatable option, also where several are written as one with commas."""
    return tuple(word.strip() for value in values for word in value.split(","))


def not_empty(_: click.Context, __: click.Parameter, value: Named) -> Named:
    """Paths; one that is empty would be the folder this runs in. Or UsageError."""
    paths: tuple[object, ...] = value if isinstance(value, tuple) else (value,)
    if any(isinstance(path, str) and not path.strip() for path in paths):
        raise UsageError("a file is named by nothing", hint="write its path")
    return value


inputs = together(
    click.argument("requirements", nargs=-1, metavar="[REQUIREMENT]..."),
    click.option("-r", "--requirements", "files", multiple=True, metavar="FILE",
                 shell_complete=completing.paths,
                 help="Read requirements from FILE, as pip does. Repeatable."),
    click.option("-c", "--constraint", "constraints", multiple=True, metavar="FILE",
                 shell_complete=completing.paths,
                 help="Hold versions to those of FILE. Repeatable."),
    click.option("--project", metavar="DIR", shell_complete=completing.paths,
                 help="Take the dependencies of DIR/pyproject.toml."),
    click.option("--extra", "extras", multiple=True, metavar="NAME",
                 help="Add an extra of the project or lock. Repeatable."),
    click.option("--group", "groups", multiple=True, metavar="NAME",
                 help="Add a dependency group (PEP 735). Repeatable."),
    click.option("--config", metavar="FILE",
                 shell_complete=completing.paths,
                 help="Read [tool.manylayers] of this pyproject.toml."),
)  # fmt: skip


target = together(
    click.option("--python", "pythons", multiple=True, metavar="VERSION", callback=each_named,
                 shell_complete=completing.pythons,
                 help="The Lambda runtime: 3.12, python3.12 or cp312. Repeatable."),
    click.option("--arch", multiple=True, metavar="ARCH", callback=just_one,
                 shell_complete=completing.archs, help="x86_64 (default) or arm64."),
)  # fmt: skip

one_target = together(
    click.option("--python", multiple=True, metavar="VERSION", callback=just_one,
                 shell_complete=completing.pythons,
                 help="The Lambda runtime: 3.12, python3.12 or cp312. Else the layers tell."),
    click.option("--arch", multiple=True, metavar="ARCH", callback=just_one,
                 shell_complete=completing.archs, help="x86_64 or arm64. Else the layers tell."),
)  # fmt: skip

targets_or_told = together(
    click.option("--python", "pythons", multiple=True, metavar="VERSION", callback=each_named,
                 shell_complete=completing.pythons,
                 help="The Lambda runtime: 3.12, python3.12 or cp312; an answer for each of "
                 "several. Else the layers tell. Repeatable."),
    click.option("--arch", multiple=True, metavar="ARCH", callback=just_one,
                 shell_complete=completing.archs, help="x86_64 or arm64. Else the layers tell."),
)  # fmt: skip

cache_dir = click.option("--cache-dir", metavar="DIR", shell_complete=completing.paths,
                         help="Keep wheels, index pages and readings here.")  # fmt: skip

index = together(
    click.option("--index-url", metavar="URL", help="The package index instead of the default."),
    click.option("--extra-index-url", "extra_index_urls", multiple=True, metavar="URL",
                 help="An index to ask before the default one. Repeatable."),
    click.option("--find-links", "-f", "find_links", multiple=True, metavar="DIR|URL",
                 shell_complete=completing.paths,
                 help="A folder or page with wheels. Repeatable."),
    click.option("--no-index", is_flag=True, help="Ask no index, only --find-links."),
    click.option("--exclude-newer", metavar="DATE",
                 help="As if nothing had been uploaded after DATE."),
    click.option("--pre", is_flag=True, help="Take pre-releases too."),
    click.option("--offline", is_flag=True, help="Send nothing over the network."),
    cache_dir,
)  # fmt: skip

talk = together(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    click.option("-v", "--verbose", count=True,
                 help="Say each step, and all of an error; -vv shows tracebacks."),
)  # fmt: skip


class Talk(NamedTuple):
    """How to speak: as JSON, not at all, or with steps; and in which style."""

    as_json: bool
    quiet: bool
    verbose: int

    @property
    def style(self) -> Style:
        return style_for(os.environ, terminal=sys.stdout.isatty())

    def progress(self) -> Progress:
        """A bar on a terminal, steps with -v, nothing otherwise."""
        if self.quiet or self.as_json or not (self.verbose or sys.stderr.isatty()):
            return Silence()
        from manylayers.render.progress import Bar, Steps

        if self.verbose:
            return Steps()
        return Bar()

    def tell(self, report: object, text: Callable[[Any, Style], str]) -> None:
        """Print ``report`` to standard output in the form that was asked for."""
        if self.as_json:
            from manylayers.render.as_json import to_json

            streams.tell(to_json(report))
            return
        if not self.quiet:
            if told := text(report, self.style):
                streams.tell(told, colours=self.style.colours)
            for warning in getattr(report, "warnings", ()):
                streams.complain(f"warning: {plain_text(warning)}")
        self._complain(getattr(report, "failed", ()))

    def _complain(self, failed: "Iterable[ErrorReport]") -> None:
        """Errors go to standard error, and are said also where nothing else is."""
        from manylayers.render.text import error_text

        style = style_for(os.environ, terminal=sys.stderr.isatty())
        for one in failed:
            told = error_text(one, style, whole=bool(self.verbose))
            streams.complain(told, colours=style.colours)


def workplace(settings: IndexSettings, cache_dir: str | None) -> Workplace:
    """The real place: this process's environment, the cache folder named or the default."""
    from manylayers.doors.store import default_cache_folder

    folder = Path(cache_dir) if cache_dir else default_cache_folder(os.environ)
    return Workplace(cache_folder=folder, settings=settings, environment=dict(os.environ))


def flags_of(values: dict[str, Any]) -> Flags:
    """The part of a command's parameters that `config` joins."""
    names = Flags._fields
    return Flags(**{name: value for name, value in values.items() if name in names})
