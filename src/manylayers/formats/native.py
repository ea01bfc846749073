"""What the loader reads of a native file before any of its code runs: values only.

Learnt once, when a wheel is verified or a layer is read, and then kept with the other facts.
"""

from typing import Literal, NamedTuple

CUT_SHORT = "it is cut short"
"""How the ``problem`` of a file begins that ends before what its headers promise."""


class NeededVersion(NamedTuple):
    """A symbol version that a file asks of a library: ``libc.so.6``, ``GLIBC_2.28``."""

    library: str
    version: str


class NativeFacts(NamedTuple):
    """A shared object or program of any system.

    ``machine`` is as ``uname -m`` says it, ``x86_64`` or ``aarch64``; for another processor its
    common name, for several in one file (Mach-O) all of them with commas, empty where not even
    that could be read. ``search`` are the folders of RUNPATH, or of RPATH where there is none, as
    written; ``inherited`` says that they come from RPATH, which counts for the libraries that are
    loaded on the way too. ``versions`` has of each family (``GLIBC_2.2.5``, ``GLIBC_2.17``) the
    newest alone, since a library that has it has the older ones. ``interpreter`` is the program's
    loader, empty for a library. ``module`` says that it has an entry for ``import``. ``problem``
    is a clause that says why no loader could take the file, and then the other fields are what
    could still be read.
    """

    kind: Literal["elf", "mach-o", "pe"]
    machine: str
    bits: int = 64
    soname: str = ""
    needed: tuple[str, ...] = ()
    search: tuple[str, ...] = ()
    inherited: bool = False
    versions: tuple[NeededVersion, ...] = ()
    interpreter: str = ""
    module: bool = False
    problem: str = ""
