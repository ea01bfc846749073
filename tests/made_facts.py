"""Facts of wheels that exist on no disk, for tests of what is decided over them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from hashlib import sha256

from manylayers.formats.native_reading import native_content
from manylayers.formats.wheel import WheelFacts, WheelMember


def a_member(path: str, content: bytes = b"", *, executable: bool = False) -> WheelMember:
    digest = urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")
    size, native = len(content), native_content(path, content)
    return WheelMember(path, 0, size, size, 0, 0, executable, digest, native)


def some_facts(
    name: str = "demo",
    files: dict[str, bytes] | None = None,
    *,
    version: str = "1.0",
    tag: str = "py3-none-any",
    requires: tuple[str, ...] = (),
    record_complete: bool = True,
) -> WheelFacts:
    dist_info = f"{name.replace('-', '_')}-{version}.dist-info"
    contents = {f"{name}.py": b""} if files is None else dict(files)
    contents |= {f"{dist_info}/METADATA": b"", f"{dist_info}/RECORD": b"record"}
    filename = f"{name.replace('-', '_')}-{version}-{tag}.whl"
    members = tuple(a_member(path, content) for path, content in contents.items())
    return WheelFacts(
        filename=filename,
        name=name,
        version=version,
        sha256=sha256(repr((filename, sorted(contents.items()))).encode()).hexdigest(),
        size=sum(member.size for member in members),
        dist_info=dist_info,
        data=f"{name.replace('-', '_')}-{version}.data",
        pure=tag.endswith("any"),
        requires_python=None,
        record_complete=record_complete,
        members=members,
        requires=requires,
    )
