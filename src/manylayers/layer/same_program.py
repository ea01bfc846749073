"""Python files of two packages that differ in bytes and are one program all the same.

Old namespace packages bring an ``__init__.py`` each (``dbt``, ``azure``, ``zope``), which often
differ in a comment. Installers let the last one win; here the first stays where it can't matter.
"""

from collections.abc import Mapping, Sequence

from manylayers.formats.unwarned import unwarned
from manylayers.layer.contents import Copied, Entry
from manylayers.layer.spread import ReadMember

MOST_FILES = 32
"""More of them at once are no namespace packages, and to read them could be made to be slow."""

MOST_BYTES = 65_536
"""Of a file; those of namespace packages have some hundred."""


def same_programs(clashes: Sequence[tuple[Entry, Entry]], read: ReadMember) -> Mapping[str, Entry]:
    """By its path the file that stays, for all ``clashes``; nothing where one is a real one."""
    if len(clashes) <= MOST_FILES and all(_same_program(*pair, read) for pair in clashes):
        return {one.path: one for one, _ in clashes}
    return {}


def _same_program(one: Entry, other: Entry, read: ReadMember) -> bool:
    if one.distribution == other.distribution:
        return False
    program = _program(one, read)
    return program is not None and program == _program(other, read)


def _program(entry: Entry, read: ReadMember) -> tuple[bool, bytes, str] | None:
    """All of a Python file that running it depends on; ``None`` where that can't be told."""
    if not (isinstance(entry, Copied) and entry.path.endswith(".py") and entry.size <= MOST_BYTES):
        return None
    source = read(entry.wheel, entry.member)
    shebang = source.partition(b"\n")[0] if source.startswith(b"#!") else b""
    tree = _tree(source)
    return None if tree is None else (entry.executable, shebang, tree)


def _tree(source: bytes) -> str | None:
    """The syntax tree as text, without the module's docstring unless the module reads it."""
    import ast  # only two packages with one path need it

    try:
        with unwarned(SyntaxWarning, DeprecationWarning):  # of other people's backslashes
            module = ast.parse(source)
        whole = ast.dump(module)
        if ast.get_docstring(module, clean=False) is not None:
            del module.body[0]
        bare = ast.dump(module)
    except (SyntaxError, ValueError, RecursionError, MemoryError, SystemError):
        return None  # no Python, or made to be too deep for its parser
    return whole if "__doc__" in bare else bare
