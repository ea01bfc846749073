"""Options that mean the same in every command, and the context they fill."""

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

import click
from click.core import augment_usage_errors

from manylayers.cli import completing, streams
from manylayers.config.flags import Flags
from manylayers.errors import UsageError
from manylayers.options import IndexSettings, Workplace
from manylayers.render.style import Style, plain_text, style_for
from manylayers.stories.progress import Progress, Silence

if TYPE_CHECKING:  # a warm build has no error to report
    from manylayers.report.several import ErrorReport

Taken = TypeVar("Taken", bound=Callable[..., Any])
Named = TypeVar("Named", bound=str | tuple[str, ...] | None)


def together(*options: Callable[[Taken], Taken]) -> Callable[[Taken], Taken]:
    """One decorator that adds ``options`` in the order they are given."""

    def add(command: Taken) -> Taken:
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
    words = (word.strip() for value in values for word in value.split(","))
    return tuple(word for word in words if word)


class Format(click.Choice[str]):
    """What --format takes. JSON is no text of one command, but what all of them write."""

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """``value``, or click's own error; of ``json`` one that names the option for that."""
        if value.lower() == "json":
            self.fail("--json writes JSON, without --format", param, ctx)
        return super().convert(value, param, ctx)


class Command(click.Command):
    """A command that refuses what click would let pass: a value of nothing, or one thrown away.

    A script's variable that is not set would stand for the folder this runs in or for the default;
    of an option given twice the first would count for nothing.
    """

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        args = self._in_long(args)
        with augment_usage_errors(context):
            values, _, order = self.make_parser(context).parse_args(list(args))
        options = [one for one in order if isinstance(one, click.Option)]
        for option in () if context.resilient_parsing else options:
            self._refuse_nothing(option, values.get(option.name or ""))
            if (times := options.count(option)) > 1 and _takes_one(option):
                raise UsageError(
                    f"{option.opts[0]} was given {times} times, and it takes one value",
                    hint="leave all but one out",
                )
        return super().parse_args(context, args)

    def _in_long(self, words: Sequence[str]) -> list[str]:
        """``words`` with ``-o`` as ``--output``: of a short option click first seeks near misses.

        That takes it longer than all the rest of a command line.
        """
        options = [one for one in self.params if isinstance(one, click.Option)]
        long = {name: max(one.opts, key=len) for one in options for name in one.opts}
        end = words.index("--") if "--" in words else len(words)
        return [*(long.get(word, word) for word in words[:end]), *words[end:]]

    def _refuse_nothing(self, option: click.Option, value: object) -> None:
        """UsageError where ``value``, as it was written, is empty or the next option."""
        values = value if isinstance(value, (list, tuple)) else (value,)
        others = {name for one in self.params for name in one.opts if name.startswith("-")}
        if any(isinstance(one, str) and (not one.strip(" ,") or one in others) for one in values):
            name = option.opts[0]
            way_out = "" if option.required else f", or leave {name} out"
            raise UsageError(f"{name} names nothing", hint=f"write a value there{way_out}")


def _takes_one(option: click.Option) -> bool:
    return not (option.multiple or option.count or option.is_flag)


def command(epilog: str, cls: type[Command] = Command) -> Callable[[Callable[..., int]], Command]:
    """Makes a function a command, as click's own does."""
    return click.command(cls=cls, epilog=epilog)


def a_file(_: click.Context, __: click.Parameter, value: Named) -> Named:
    """Paths of files that are read or replaced whole. Or UsageError."""
    paths = value if isinstance(value, tuple) else (value,)
    if any(path is not None and not path.strip() for path in paths):
        raise UsageError("a file is named by nothing", hint="write its path")
    if "-" in paths:
        raise UsageError(
            "- stands for no file here: a file is asked for, which can be read in any order",
            hint="write it to a file and name that; one that is called so is ./-",
        )
    return value


config = click.option("--config", metavar="FILE", callback=a_file,
                      shell_complete=completing.paths,
                      help="Read [tool.manylayers] of this pyproject.toml.")  # fmt: skip

inputs = together(
    click.argument("requirements", nargs=-1, metavar="[REQUIREMENT]..."),
    click.option("-r", "--requirements", "files", multiple=True, metavar="FILE",
                 shell_complete=completing.paths,
                 help="Read requirements from FILE, as pip does. Repeatable."),
    click.option("-c", "--constraint", "constraints", multiple=True, metavar="FILE",
                 shell_complete=completing.paths,
                 help="Hold versions to those of FILE. Repeatable."),
    click.option("--project", metavar="DIR", callback=a_file, shell_complete=completing.paths,
                 help="Take the dependencies of DIR/pyproject.toml."),
    click.option("--extra", "extras", multiple=True, metavar="NAME",
                 help="Add an extra of the project or lock. Repeatable."),
    click.option("--group", "groups", multiple=True, metavar="NAME",
                 help="Add a dependency group (PEP 735). Repeatable."),
    config,
)  # fmt: skip

target = together(
    click.option("--python", "pythons", multiple=True, metavar="VERSION", callback=each_named,
                 shell_complete=completing.pythons,
                 help="The Lambda runtime: 3.12, python3.12 or cp312. Repeatable."),
    click.option("--arch", multiple=True, metavar="ARCH", callback=just_one,
                 shell_complete=completing.archs, help="x86_64 (default) or arm64."),
)  # fmt: skip

one_target = together(
    click.option("--python", metavar="VERSION", shell_complete=completing.pythons,
                 help="The Lambda runtime: 3.12, python3.12 or cp312. Else the layer tells."),
    click.option("--arch", metavar="ARCH", shell_complete=completing.archs,
                 help="x86_64 or arm64. Else the layer tells."),
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

_talking = together(
    click.option("--json", "as_json", is_flag=True, help="Print one JSON document."),
    click.option("-q", "--quiet", is_flag=True, help="Print errors only."),
    click.option("-v", "--verbose", count=True,
                 help="Say each step, and all of an error; -vv shows tracebacks."),
)  # fmt: skip


def talk(command: Taken) -> Taken:
    """Adds the options of how to speak, which the command gets as one ``talk``."""

    @wraps(command)
    def talking(*words: Any, as_json: bool, quiet: bool, verbose: int, **values: Any) -> Any:
        said = Talk(as_json=as_json, quiet=quiet, verbose=verbose)
        return command(*words, **values, talk=said)

    return _talking(cast("Taken", talking))


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
    from manylayers.api.wiring import workplace

    return workplace(settings, Path(cache_dir) if cache_dir else None)


def flags_of(values: dict[str, Any]) -> Flags:
    """The part of a command's parameters that `config` joins."""
    names = Flags._fields
    return Flags(**{name: value for name, value in values.items() if name in names})
