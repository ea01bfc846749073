"""One small wheel in the forms that real archives have: what changes start from."""

from __future__ import annotations

import io
import zipfile
from functools import cache
from typing import Any

from wheel_builder import Pipe, entry, metadata, record_text

NAME = "demo-1.0-py3-none-any.whl"
INFO = "demo-1.0.dist-info"
MEMBERS = {
    "demo/__init__.py": b"value = 1\n" * 20,
    "demo/data.bin": bytes(range(64)),
    "demo/empty": b"",
    f"{INFO}/METADATA": metadata("demo", "1.0", ["idna"]),
    f"{INFO}/WHEEL": b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
}
WHOLE = MEMBERS | {f"{INFO}/RECORD": record_text(MEMBERS, INFO).encode()}


def _written(out: Any, method: int, *, wide: bool = False) -> None:
    with zipfile.ZipFile(out, "w", method) as archive:
        if method == zipfile.ZIP_STORED:
            archive.writestr(entry("demo/", executable=False, method=method), b"")
        for name, content in WHOLE.items():
            info = entry(name, executable=False, method=method)
            with archive.open(info, "w", force_zip64=wide) as file:
                file.write(content)


@cache
def samples() -> tuple[bytes, ...]:
    """The same wheel deflated, stored with a folder, with zip64 fields, and with descriptors."""
    found = []
    for method, wide in ((zipfile.ZIP_DEFLATED, False), (zipfile.ZIP_STORED, False), (8, True)):
        out = io.BytesIO()
        _written(out, method, wide=wide)
        found.append(out.getvalue())
    pipe = Pipe()
    _written(pipe, zipfile.ZIP_DEFLATED)
    return (*found, bytes(pipe.data))
