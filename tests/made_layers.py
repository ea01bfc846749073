"""Layers as others make them: in memory for checks, as zips and folders for doors."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

from elf_builder import AARCH64, X86_64, build_elf, mach_o, portable_executable
from manylayers.checks.catalogue import findings
from manylayers.checks.choosing import Codes
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.formats.native_reading import native_content
from manylayers.layer.carried import Carried, CarriedFile, CarriedFolder, kept_bytes
from manylayers.layer.contents import LayerPath
from manylayers.layer.distributions import find_distributions
from manylayers.target import find_target
from wheel_builder import STAMP, digest, metadata, record_text

SITE = "python/lib/python3.12/site-packages"


def a_file(path: str, content: bytes = b"", mode: int = 0o100644, link: str = "") -> CarriedFile:
    """A file as the door would have read it."""
    kept = content[: kept_bytes(path)]
    return CarriedFile(
        LayerPath(path),
        len(content),
        digest(content),
        mode,
        link=link,
        native=None if link else native_content(path, content),
        content=kept,
    )


def a_module(path: str) -> bytes:
    """What its name says: native for a system and processor, or Python."""
    if path.endswith(".pyd"):
        return portable_executable()
    if "darwin" in path:
        return mach_o()
    if path.endswith(".so"):
        return build_elf(machine=AARCH64 if "aarch64" in path else X86_64)
    return b"x = 1\n"


def a_layer(
    *files: CarriedFile | str,
    label: str = "layer.zip",
    folders: Mapping[str, int] | None = None,
) -> Carried:
    """A layer of ``files``, a bare path standing for a small module."""
    made = [a_file(one, a_module(one)) if isinstance(one, str) else one for one in files]
    ordered = tuple(sorted(made))
    told = (CarriedFolder(LayerPath(path), mode) for path, mode in (folders or {}).items())
    return Carried(label, ordered, find_distributions(ordered), folders=tuple(told))


def installed(
    name: str,
    version: str = "1.0",
    *,
    site: str = SITE,
    files: Mapping[str, bytes] | None = None,
    requires: Iterable[str] = (),
    requires_python: str | None = None,
) -> dict[str, bytes]:
    """What an installer writes for a distribution, by path."""
    own = dict(
        {f"{name}/__init__.py": f"# {name} {version}\n".encode()} if files is None else files
    )
    info = f"{name.replace('-', '_')}-{version}.dist-info"
    own[f"{info}/METADATA"] = metadata(name, version, tuple(requires), requires_python)
    own[f"{info}/RECORD"] = record_text(own, info).encode()
    return {f"{site}/{path}" if site else path: content for path, content in own.items()}


def layer_of(*parts: Mapping[str, bytes], label: str = "layer.zip") -> Carried:
    """A layer with all of ``parts``, later ones over earlier ones."""
    every = {path: content for part in parts for path, content in part.items()}
    return a_layer(*(a_file(path, content) for path, content in every.items()), label=label)


def a_scene(
    *layers: Carried,
    python: str = "3.12",
    arch: str = "x86_64",
    function: Carried | None = None,
    wrapper: bool = False,
) -> Scene:
    return Scene(find_target(python, arch), layers, function, wrapper)


def told(scene: Scene, *codes: str) -> list[Finding]:
    """The findings of a scene, of all codes or those that begin so."""
    return list(findings(scene, Codes(select=codes)))


def codes(scene: Scene, *beginnings: str) -> list[str]:
    """The codes of these findings, each as often as it is told."""
    return [finding.code for finding in told(scene, *beginnings)]


def write_layer(
    path: Path, files: Mapping[str, bytes], modes: Mapping[str, int] | None = None
) -> Path:
    """A zip as a careful tool writes it, but for the modes that are named."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            info = zipfile.ZipInfo(name, STAMP)
            info.create_system = 3
            usual = 0o40755 if name.endswith("/") else 0o100644
            info.external_attr = (modes or {}).get(name, usual) << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
    return path


def write_tree(folder: Path, files: Mapping[str, bytes]) -> Path:
    """The same files on the disk."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder
