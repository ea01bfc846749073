"""B201 to B208: each fault of a native file gives its code, and what works gives none."""

from __future__ import annotations

import pytest

import elf_builder as elf
from elf_builder import build_elf, fat_mach_o, mach_o, portable_executable
from made_layers import SITE, a_scene, installed, layer_of
from manylayers.checks.binaries import binaries
from manylayers.checks.finding import Finding

MODULE = "_x.cpython-312-x86_64-linux-gnu.so"
GLIBC = {"libc.so.6": ["GLIBC_2.2.5", "GLIBC_2.17"]}


def found(
    files: dict[str, bytes], *, python: str = "3.12", arch: str = "x86_64", site: str = SITE
) -> list[Finding]:
    scene = a_scene(layer_of(installed("demo", files=files, site=site)), python=python, arch=arch)
    return list(binaries(scene))


def codes(files: dict[str, bytes], **more: str) -> list[tuple[str, str]]:
    return [(one.code, one.severity) for one in found(files, **more)]


@pytest.mark.parametrize(
    "files",
    [
        {f"demo/{MODULE}": build_elf(versions=GLIBC)},
        {"demo/_x.abi3.so": build_elf(needed=["libstdc++.so.6", "libgcc_s.so.1"])},
        {"demo/_x.so": build_elf(exports=["PyInit__x"])},
        {"demo/gui-64.exe": portable_executable()},
        {"demo/fixtures/foo.bin": build_elf(machine=elf.AARCH64)},
        {"demo/attach.dylib": mach_o()},
        {"demo/attach_linux_x86.so": build_elf(machine=elf.I386)},
        {f"demo/{MODULE}": build_elf(), "demo/_x.cpython-312-darwin.so": mach_o()},
        {f"demo/{MODULE}": build_elf(), "demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf()},
        {"demo/libc.so": b"INPUT(libc.so.6)"},
        {f"demo/{MODULE}": build_elf(needed=["libpython3.12.so.1.0"])},
        {f"demo/{MODULE}": build_elf(needed=["libssl.so.3"])},
    ],
)
def test_what_loads_gives_nothing(files: dict[str, bytes]) -> None:
    assert found(files) == []


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        (MODULE, build_elf(machine=elf.AARCH64), "B201"),
        (MODULE, mach_o(), "B201"),
        ("_x.cpython-312-darwin.so", fat_mach_o(0x01000007, 0x0100000C), "B201"),
        ("_x.cp312-win_amd64.pyd", portable_executable(), "B201"),
        ("_x.cpython-312-aarch64-linux-gnu.so", build_elf(machine=elf.AARCH64), "B201"),
        ("_x.cpython-312-i386-linux-gnu.so", build_elf(), "B201"),
        ("_x.cpython-311-x86_64-linux-gnu.so", build_elf(), "B202"),
        ("_x.cpython-312d-x86_64-linux-gnu.so", build_elf(), "B202"),
        ("_x.pypy310-pp73-x86_64-linux-gnu.so", build_elf(), "B202"),
        (MODULE, build_elf(versions={"libc.so.6": ["GLIBC_2.38"]}), "B203"),
        (MODULE, build_elf(tags=[(elf.RELATIVE, 0)]), "B203"),
        (MODULE, build_elf(versions={"libstdc++.so.6": ["GLIBCXX_3.4.34"]}), "B204"),
        (MODULE, build_elf(versions={"libgcc_s.so.1": ["GCC_99.0"]}), "B204"),
        (MODULE, build_elf(needed=["libfoo-1a2b3c4d.so.1"]), "B205"),
        (MODULE, build_elf(needed=["libpython3.11.so.1.0"]), "B205"),
        (MODULE, build_elf(needed=["libc.musl-x86_64.so.1"]), "B206"),
        ("_x.cpython-312-x86_64-linux-musl.so", build_elf(), "B206"),
        ("_x.cpython-311-x86_64-linux-musl.so", build_elf(), "B206"),
        (MODULE, build_elf(shift=0x10), "B207"),
        (MODULE, build_elf()[:40], "B208"),
        (MODULE, build_elf()[:-9], "B208"),
        (MODULE, b"", "B208"),
        (MODULE, b"not a library", "B208"),
    ],
)
def test_each_fault_of_a_module_is_an_error_with_its_code(
    name: str, content: bytes, code: str
) -> None:
    (only,) = found({f"demo/{name}": content})
    assert (only.code, only.severity, only.place) == (code, "error", "demo")
    assert name in only.message
    assert only.remedy


def test_a_finding_is_about_a_distribution_and_not_a_file() -> None:
    files = {f"demo/_{number}.cpython-312-darwin.so": mach_o() for number in range(7)}
    (only,) = found(files)
    assert only.message == (
        "demo has 7 files for macOS on arm64, Lambda runs Linux on x86_64: "
        f"{SITE}/demo/_0.cpython-312-darwin.so, {SITE}/demo/_1.cpython-312-darwin.so, "
        f"{SITE}/demo/_2.cpython-312-darwin.so and 4 more"
    )
    assert only.remedy == "manylayers build demo==1.0 --python 3.12 -o NEW.zip"


def test_what_lies_with_modules_for_musl_is_not_told_apart() -> None:
    musl = ["libc.musl-x86_64.so.1"]
    modules = {"demo/_x.cpython-312-x86_64-linux-musl.so": build_elf(needed=musl)}
    library = {"demo.libs/libgcc.so": build_elf(needed=musl, tags=[(elf.RELATIVE, 0)])}
    assert codes(modules | library) == [("B206", "error")]


def test_a_file_in_the_place_of_a_listed_one_is_of_the_same_distribution() -> None:
    listed = installed("cffi", files={"_backend.cpython-312-x86_64-linux-gnu.so": build_elf()})
    foreign = f"{SITE}/_backend.cpython-312-darwin.so"
    renamed = {
        foreign: mach_o(),
        **{path: one for path, one in listed.items() if ".so" not in path},
    }
    (only,) = binaries(a_scene(layer_of(renamed)))
    assert only.place == "cffi"


def test_another_python_is_named() -> None:
    (only,) = found({"demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf()})
    assert "for Python 3.11, the runtime has 3.12" in only.message


def test_a_module_in_python_beside_one_for_another_python_is_slower_and_works() -> None:
    files = {"demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf(), "demo/_x.py": b""}
    assert codes(files) == [("B202", "warning")]


def test_a_package_that_python_finds_elsewhere_first_is_not_judged() -> None:
    wrong = {"demo/__init__.py": b"", "demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf()}
    right = {"demo/__init__.py": b"", f"demo/{MODULE}": build_elf()}
    behind = layer_of(installed("demo", files=wrong, site="python"))
    before = layer_of(installed("demo", files=right))
    assert list(binaries(a_scene(behind, before))) == []
    assert list(binaries(a_scene(before, behind))) == []
    own = layer_of(installed("demo", files=right, site=""))
    assert list(binaries(a_scene(behind, function=own))) == []
    assert [one.code for one in binaries(a_scene(behind))] == ["B202"]
    other = layer_of(installed("other", files={"other/__init__.py": b""}))
    assert [one.code for one in binaries(a_scene(behind, other))] == ["B202"]
    found_first = layer_of(installed("demo", files=wrong))
    later = layer_of(installed("demo", files=right, site="python"))
    assert [one.code for one in binaries(a_scene(found_first, later))] == ["B202"]


def test_the_folder_of_another_python_is_judged_where_there_is_no_own() -> None:
    other = "python/lib/python3.11/site-packages"
    module = {"demo/_x.cpython-311-x86_64-linux-gnu.so": build_elf()}
    assert codes(module, site=other) == [("B202", "error")]
    scene = a_scene(
        layer_of(
            installed("demo", files=module, site=other), installed("rich", files={"r.py": b""})
        )
    )
    assert list(binaries(scene)) == []


@pytest.mark.parametrize("site", ["site-packages", "", "layer/python", "python/python"])
def test_what_lies_in_a_wrong_folder_is_judged_as_where_it_belongs(site: str) -> None:
    package = {"demo/__init__.py": b""}
    assert codes(package | {"demo/_x.cpython-312-darwin.so": mach_o()}, site=site) == [
        ("B201", "error")
    ]
    assert codes(package | {f"demo/{MODULE}": build_elf()}, site=site) == []


def test_the_newest_of_many_versions_is_told_with_where_it_loads() -> None:
    files = {
        "demo/_x.abi3.so": build_elf(versions={"libc.so.6": ["GLIBC_2.28"]}),
        "demo/_y.abi3.so": build_elf(versions={"libc.so.6": ["GLIBC_2.27"]}),
    }
    (only,) = found(files, python="3.11", site="python")
    assert only.message == (
        "demo needs GLIBC_2.28, Amazon Linux 2 has 2.26: python/demo/_x.abi3.so, "
        "python/demo/_y.abi3.so"
    )
    assert only.remedy == "it loads on python3.12; for python3.11: manylayers wheels demo"


def test_a_module_that_its_package_does_without_is_warned_of() -> None:
    newer = build_elf(versions={"libc.so.6": ["GLIBC_2.38"]})
    pillow = {"PIL/_avif.abi3.so": build_elf(needed=["libavif.so"], runpath="$ORIGIN")}
    scene = a_scene(layer_of(installed("pillow", files=pillow | {"PIL/libavif.so": newer})))
    assert [(one.code, one.severity) for one in binaries(scene)] == [("B203", "warning")]
    assert codes({"demo/_avif.abi3.so": newer}) == [("B203", "error")]


def test_what_only_images_have_is_a_warning() -> None:
    content = build_elf(versions={"libstdc++.so.6": ["GLIBCXX_3.4.30"]})
    assert codes({f"demo/{MODULE}": content}) == [("B204", "warning")]


@pytest.mark.parametrize(
    ("tag", "severity"), [("py2.py3-none-any", "warning"), ("cp39-cp39-win_amd64", "error")]
)
def test_what_a_wheel_for_any_system_has_for_another_may_be_of_no_use(
    tag: str, severity: str
) -> None:
    wheel = f"Wheel-Version: 1.0\nTag: {tag}\n".encode()
    files = {"demo/_x.cp39-win_amd64.pyd": portable_executable(), "demo-1.0.dist-info/WHEEL": wheel}
    (only,) = found(files)
    assert (only.code, only.severity) == ("B201", severity)
    assert only.message.count("while its wheel is for any system") == (severity == "warning")


def test_a_plugin_is_no_module() -> None:
    plugin = build_elf(versions={"libc.so.6": ["GLIBC_2.38"]})
    assert codes({"demo/plugin.so": plugin}) == [("B203", "warning")]


def test_libraries_of_a_module_are_judged_as_it_is() -> None:
    module = build_elf(needed=["libz-1a2b3c4d.so"], rpath="$ORIGIN/../demo.libs")
    library = build_elf(shift=0x10)
    broken = {f"demo/{MODULE}": module, "demo.libs/libz-1a2b3c4d.so": library}
    (only,) = found(broken)
    assert (only.code, only.severity) == ("B207", "error")
    assert "demo.libs/libz-1a2b3c4d.so" in only.message
    newer = build_elf(versions={"libc.so.6": ["GLIBC_2.38"]})
    assert codes(broken | {"demo.libs/libz-1a2b3c4d.so": newer}) == [("B203", "error")]


def test_a_library_that_the_layer_brings_has_the_versions_it_has() -> None:
    module = build_elf(
        needed=["libstdc++.so.6"],
        versions={"libstdc++.so.6": ["GLIBCXX_3.4.99"]},
        rpath="$ORIGIN",
    )
    files = {f"demo/{MODULE}": module, "demo/libstdc++.so.6": build_elf()}
    assert codes(files) == []


def test_an_extension_for_another_processor_stops_every_function() -> None:
    for machine, severities in ((elf.AARCH64, ["error"]), (elf.X86_64, [])):
        layer = layer_of({"extensions/agent": build_elf(machine=machine)})
        assert [one.severity for one in binaries(a_scene(layer))] == severities


def test_both_architectures_have_their_own_names() -> None:
    module = {"demo/_x.cpython-312-aarch64-linux-gnu.so": build_elf(machine=elf.AARCH64)}
    assert codes(module, arch="arm64") == []
    assert codes(module, arch="x86_64") == [("B201", "error")]


@pytest.mark.parametrize("path", ["bin/ffmpeg", "lib/libpq.so.5"])
def test_what_everybody_would_find_for_another_processor_is_a_warning(path: str) -> None:
    (finding,) = binaries(a_scene(layer_of({path: build_elf(machine=elf.AARCH64)})))
    assert (finding.code, finding.severity) == ("B201", "warning")
    assert f"Linux on arm64, Lambda runs Linux on x86_64: {path}" in finding.message
    assert list(binaries(a_scene(layer_of({path: build_elf()})))) == []
