"""What is learnt of a wheel once, when it is verified whole, and then trusted by its hash.

Values only: a warm build needs them and none of what it took to learn them.
"""

from typing import NamedTuple

from manylayers.formats.native import NativeFacts

SIGNATURES = ("RECORD.jws", "RECORD.p7s")
"""Files of a ``.dist-info`` that RECORD does not list, since they sign it."""


LARGEST_METADATA = 16 << 20
"""Bytes. RECORD of the largest wheel of the index has 3 MB; texts beyond this are no metadata."""


class WheelMember(NamedTuple):
    """One file inside a wheel; where its (deflated) bytes lie and what they must inflate to.

    ``offset`` is that of the first data byte in the wheel file, after the local header.
    ``method`` is 0 (stored) or 8 (deflated). ``sha256`` is of the inflated bytes, as RECORD
    writes it: URL-safe base64 without padding. ``native`` is what a loader reads of a library or
    program, ``None`` for other files. A tuple, since a warm build makes thousands of
    them, and a frozen dataclass takes five times as long to make.
    """

    path: str
    offset: int
    compressed_size: int
    size: int
    crc: int
    method: int
    executable: bool
    sha256: str
    native: NativeFacts | None = None


class WheelFacts(NamedTuple):
    """What a whole, verified wheel holds.

    ``name`` is normalized (PEP 503), ``version`` as METADATA writes it. ``sha256`` (hex) and
    ``size`` (bytes) are of the wheel file. ``dist_info`` and ``data`` are folder names inside
    the wheel (``NAME-VERSION.dist-info``, ``NAME-VERSION.data``). ``record_complete`` is true
    when RECORD lists exactly the members and none lies in ``data``, so that all may be copied as
    they are. ``members`` are the files in archive order, directories dropped. ``requires`` are
    METADATA's ``Requires-Dist`` lines as written. ``warnings`` are sentences about harmless
    oddities that were accepted.
    """

    filename: str
    name: str
    version: str
    sha256: str
    size: int
    dist_info: str
    data: str
    pure: bool
    requires_python: str | None
    record_complete: bool
    members: tuple[WheelMember, ...]
    requires: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
