"""A small builder of wheels, the same bytes every time."""

from __future__ import annotations

import io
import zipfile
from base64 import urlsafe_b64encode
from collections.abc import Collection, Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

STAMP = (2020, 2, 2, 2, 2, 2)


def build_wheel(
    folder: Path,
    name: str = "demo",
    version: str = "1.0",
    *,
    files: Mapping[str, bytes] | None = None,
    tag: str = "py3-none-any",
    requires: Collection[str] = (),
    requires_python: str | None = None,
    entry_points: str = "",
    data: Mapping[str, bytes] | None = None,
    executable: Collection[str] = (),
    stored: bool = False,
    record: str | None = None,
    metadata_name: str | None = None,
) -> Path:
    """A valid wheel in ``folder``. ``data`` maps ``scheme/path``; ``record`` replaces RECORD."""
    stem = f"{name.replace('-', '_')}-{version}"
    info = f"{stem}.dist-info"
    members = dict({f"{name.replace('-', '_')}.py": b"value = 1\n"} if files is None else files)
    members |= {f"{stem}.data/{path}": content for path, content in (data or {}).items()}
    members[f"{info}/METADATA"] = metadata(
        metadata_name or name, version, requires, requires_python
    )
    pure = "true" if tag.endswith("any") else "false"
    members[f"{info}/WHEEL"] = f"Wheel-Version: 1.0\nRoot-Is-Purelib: {pure}\nTag: {tag}\n".encode()
    if entry_points:
        members[f"{info}/entry_points.txt"] = entry_points.encode()
    listed = record if record is not None else record_text(members, info)
    members[f"{info}/RECORD"] = listed.encode()
    path = folder / f"{stem}-{tag}.whl"
    method = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(path, "w", method) as archive:
        for member, content in members.items():
            archive.writestr(entry(member, member in executable, method), content)
    return path


def entry(name: str, executable: bool, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:  # noqa: FBT001
    """A member's header with a fixed date and a plain mode."""
    info = zipfile.ZipInfo(name, STAMP)
    info.create_system = 3
    info.external_attr = (0o100755 if executable else 0o100644) << 16
    info.compress_type = method
    return info


def metadata(
    name: str, version: str, requires: Collection[str] = (), requires_python: str | None = None
) -> bytes:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    lines += [f"Requires-Dist: {line}" for line in requires]
    lines += [f"Requires-Python: {requires_python}"] if requires_python else []
    return ("\n".join(lines) + "\n").encode()


def record_text(members: Mapping[str, bytes], info: str) -> str:
    rows = [f"{path},sha256={digest(content)},{len(content)}" for path, content in members.items()]
    return "\n".join([*rows, f"{info}/RECORD,,", ""])


def digest(content: bytes) -> str:
    """SHA-256 as RECORD writes it."""
    return urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")


class Pipe(io.RawIOBase):
    """A file that can't be sought in: zipfile then writes data descriptors."""

    def __init__(self) -> None:
        self.data = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self.data += bytes(data)
        return len(bytes(data))
