"""What the command line said, before anything was read or joined."""

from typing import NamedTuple

DEFAULT_ARCH = "x86_64"
"""Lambda's own default."""

EXAMPLE = "manylayers build requests --python 3.12"


class BuildFlags(NamedTuple):
    """What ``build`` alone takes. ``layout`` of ``None`` leaves it to the table or the default."""

    layout: str | None = None
    exclude_runtime: bool = False
    scripts: bool = False
    dry_run: bool = False
    ignore: tuple[str, ...] = ()


class LockFlags(NamedTuple):
    """What ``lock`` alone takes."""

    format: str = "pylock"
    check: bool = False
    upgrade: bool = False


class Flags(NamedTuple):
    """What the command line said, unread: empty where nothing was said."""

    requirements: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    lock: str | None = None
    project: str | None = None
    extras: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    pythons: tuple[str, ...] = ()
    arch: str | None = None
    output: str | None = None
    index_url: str | None = None
    extra_index_urls: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    exclude_newer: str | None = None
    pre: bool = False
    offline: bool = False
    config: str | None = None

    @property
    def names_input(self) -> bool:
        """Whether anything to build from was named."""
        named = (self.requirements, self.files, self.lock, self.project, self.extras, self.groups)
        return any(named)
