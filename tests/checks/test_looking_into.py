"""With layers beside a text: one that has the fault, and one of the same kind that has not."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

import pytest

import manylayers
from elf_builder import AARCH64, build_elf, mach_o
from made_layers import SITE, installed, write_layer
from manylayers.checks.explaining import SETTINGS
from manylayers.render.explain import explain_text
from manylayers.render.style import Style

ELF = build_elf(exports=["PyInit__m"])
NEWER = build_elf(versions={"libc.so.6": ["GLIBC_2.38"]}, exports=["PyInit__m"])
CPLUSPLUS = build_elf(
    needed=["libstdc++.so.6"], versions={"libstdc++.so.6": ["GLIBCXX_3.4.40"]},
    exports=["PyInit__m"],
)  # fmt: skip
CLEARED = (
    "look at the function's own zip (--function), other layers",
    "is not attached",
    "counts together",
)
"""What is said of a layer that does not explain the text."""


class Pair(NamedTuple):
    """A text, files of a layer that explain it, what is said, and files that do not."""

    text: str
    faulty: Mapping[str, bytes]
    told: str
    right: Mapping[str, bytes]


def module(content: bytes, tag: str = "cpython-312-x86_64-linux-gnu") -> dict[str, bytes]:
    return installed("lxml", files={"lxml/__init__.py": b"", f"lxml/_m.{tag}.so": content})


DOCS = {"botocore/__init__.py": b"", "botocore/docs/__init__.py": b""}
PATH = "/opt/python/lib/python3.12/site-packages/lxml/_m.cpython-312-x86_64-linux-gnu.so"
PAIRS = {
    "elf-invalid-header": Pair(
        "import module 'app': lxml: invalid ELF header",
        module(mach_o(), "cpython-312-darwin"),
        "lxml/_m.cpython-312-darwin.so is for macOS, and Lambda runs Linux",
        module(ELF),
    ),
    "native-module-wrong-build": Pair(
        "cannot import name '_m' from 'lxml' (/opt/python/lxml/__init__.py)",
        module(ELF, "cpython-311-x86_64-linux-gnu"),
        "lxml/_m.cpython-311-x86_64-linux-gnu.so is for Python 3.11; your function runs 3.12",
        module(ELF),
    ),
    "wrong-architecture": Pair(
        f"ImportError: {PATH}: wrong ELF class",
        module(build_elf(machine=AARCH64, exports=["PyInit__m"])),
        "_m.cpython-312-x86_64-linux-gnu.so is for aarch64; your function runs on x86_64",
        module(ELF),
    ),
    "glibc-too-old": Pair(
        f"/lib64/libc.so.6: version `GLIBC_2.38' not found (required by {PATH})",
        module(NEWER),
        "is for glibc 2.38 or newer; python3.12 has 2.34",
        module(ELF),
    ),
    "libstdcxx-too-old": Pair(
        f"libstdc++.so.6: version `GLIBCXX_3.4.40' not found (required by {PATH})",
        module(CPLUSPLUS),
        "is in need of GLIBCXX_3.4.40",
        module(ELF),
    ),
    "binary-damaged": Pair(
        f"ImportError: {PATH}: file too short",
        module(ELF[:90]),
        "_m.cpython-312-x86_64-linux-gnu.so is damaged: ",
        module(ELF),
    ),
    "shared-library-missing": Pair(
        "ImportError: libxslt.so.1: cannot open shared object file: No such file or directory",
        module(build_elf(needed=["libxslt.so.1"], exports=["PyInit__m"])),
        "libxslt.so.1 is needed by lxml/_m.cpython-312-x86_64-linux-gnu.so",
        module(ELF),
    ),
    "module-missing": Pair(
        "Unable to import module 'app': No module named 'lxml'",
        installed("lxml", site=""),
        "lxml/__init__.py is there, where python3.12 x86_64 does not look",
        installed("lxml"),
    ),
    "otel-wrapper-hides-layer": Pair(
        "Unable to import module 'otel_wrapper': No module named 'lxml'",
        installed("lxml"),
        "sets PYTHONPATH",
        installed("lxml", site="python"),
    ),
    "metadata-missing": Pair(
        "PackageNotFoundError: No package metadata was found for lxml",
        {f"{SITE}/lxml/__init__.py": b""},
        "none of lxml is here with its metadata",
        installed("lxml"),
    ),
    "stdlib-shadowed": Pair(
        "AttributeError: type object 'Callable' has no attribute '_abc_registry'",
        installed("typing", files={"typing.py": b""}),
        "typing",
        installed("lxml"),
    ),
    "botocore-mismatch": Pair(
        "cannot import name 'X' from 'botocore.docs' (/opt/python/botocore/docs/__init__.py)",
        installed("botocore", "1.29.0", files=DOCS),
        "layer.zip has botocore 1.29.0",
        installed("boto3", "1.34.0") | installed("botocore", "1.34.0", files=DOCS),
    ),
    "layers-too-large-together": Pair(
        "Unzipped size must be smaller than 2000 bytes",
        {"python/big.py": b"#" * 3000},
        "layer.zip is 3,000 bytes unzipped, 1,000 over what is left of 2,000",
        {"python/small.py": b"#" * 30},
    ),
}  # fmt: skip


def looked(text: str, layer: Path, **more: Path) -> tuple[str, manylayers.ExplainReport]:
    report = manylayers.explain(text, layers=[layer], python="3.12", arch="x86_64", **more)
    messages = [finding.message for finding in report.findings]
    return "\n".join([report.cause, *report.seen, *messages]), report


def test_a_name_with_braces_is_a_name(tmp_path: Path) -> None:
    paths = [tmp_path / name for name in ("{has} {0}.zip", "other.zip")]
    for path, files in zip(paths, (module(ELF), {"python/x.py": b""}), strict=True):
        write_layer(path, files)
    text = "cannot import name '_m' from 'lxml' (/opt/python/lxml/__init__.py)"
    report = manylayers.explain(text, layers=paths, python="3.12")
    assert report.cause.startswith(f"{paths[0]}: {SITE}/lxml/_m.cpython-312-")
    assert "so the function meets another" in report.cause


def is_cleared(told: str) -> bool:
    return any(words in told for words in CLEARED)


@pytest.mark.parametrize("name", PAIRS)
def test_a_layer_with_the_fault_is_told_and_one_without_is_cleared(
    tmp_path: Path, name: str
) -> None:
    pair = PAIRS[name]
    told, report = looked(pair.text, write_layer(tmp_path / "layer.zip", pair.faulty))
    assert report.id == name
    assert pair.told in told
    assert not is_cleared(told)
    told, report = looked(pair.text, write_layer(tmp_path / "layer.zip", pair.right))
    assert is_cleared(told)
    assert not [one for one in report.findings if one.severity != "note"]


def test_modes_are_told_with_the_check_that_names_them(tmp_path: Path) -> None:
    text = "PermissionError: [Errno 13] Permission denied: '/opt/python/a.py'"
    files = {"python/a.py": b""}
    layer = write_layer(tmp_path / "layer.zip", files, {"python/a.py": 0o100600})
    assert "can not read: python/a.py (0600)" in looked(text, layer)[0]
    assert is_cleared(looked(text, write_layer(tmp_path / "layer.zip", files))[0])


def test_beside_a_text_that_is_not_known_a_right_layer_is_only_called_right(
    tmp_path: Path,
) -> None:
    layer = write_layer(tmp_path / "layer.zip", installed("lxml"))
    _, report = looked("[ERROR] KeyError: 'user_id'", layer)
    assert report.seen == (f"check finds no error in {layer} for python3.12 x86_64",)


HANDLER = "Unable to import module 'app': No module named 'app'"


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("src/app.py", "function.zip has it as src/app.py, not at its root"),
        ("other.py", "function.zip has no app.py; at its root are other.py"),
        ("app.py", "function.zip has it at its root: see that Handler begins with app."),
        ("myapp.py", "function.zip has no app.py"),
    ],
)
def test_the_handlers_file_is_looked_for_in_the_function(
    tmp_path: Path, path: str, told: str
) -> None:
    layer = write_layer(tmp_path / "layer.zip", {"python/demo.py": b""})
    function = write_layer(tmp_path / "function.zip", {path: b""})
    seen, report = looked(HANDLER, layer, function=function)
    assert told in seen.replace(f"{tmp_path}/", "")
    assert report.remedies[0].command == (
        f"manylayers check --function {function} --python 3.12 --arch x86_64"
    )
    assert "name that with --function" in looked(HANDLER, layer)[0]


UMATH = "numpy/_core/_m.cpython-312-x86_64-linux-gnu.so"
POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n"
HEADER = f"Unable to import module 'app': /opt/python/{UMATH}: invalid ELF header"
NUMPY = "Importing the numpy C-extensions failed. This error can happen for many reasons"


def numpy(content: bytes = ELF, *more: str) -> dict[str, bytes]:
    """numpy as it is installed, then its compiled part changed to ``content``."""
    names = ("numpy/__init__.py", "numpy/_core/_o.abi3.so", *more)
    files = {name: ELF if name.endswith(".so") else b"" for name in names} | {UMATH: ELF}
    return installed("numpy", "2.1.0", files=files) | {f"{SITE}/{UMATH}": content}


@pytest.mark.parametrize("text", [HEADER, NUMPY])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        (POINTER, "a pointer of Git LFS"),
        (b"<!DOCTYPE html>\n<html><body>404 Not Found</body></html>" * 9, "a web page"),
        (b"", "it is empty"),
    ],
)
def test_what_is_no_library_at_all_is_not_called_that_of_a_mac(
    tmp_path: Path, text: str, content: bytes, told: str
) -> None:
    layer = write_layer(tmp_path / "layer.zip", numpy(content))
    report = manylayers.explain(text, layers=[layer])
    assert report.findings[0].code == "B208"
    assert told in report.findings[0].message
    assert "macOS" not in report.cause
    assert "no library" in report.cause


def test_the_finding_of_the_file_at_fault_comes_before_those_of_its_package(
    tmp_path: Path,
) -> None:
    names = ("numpy/__init__.py", "numpy/old.py")
    old = installed("numpy", "1.26.4", files=dict.fromkeys(names, b"old"))
    new = numpy(b"\x7fELF", "numpy/gone.py")
    del new[f"{SITE}/numpy/gone.py"]
    layers = [write_layer(tmp_path / "old.zip", old), write_layer(tmp_path / "new.zip", new)]
    text = HEADER.replace("invalid ELF header", "file too short")
    report = manylayers.explain(text, layers=layers)
    assert [one.code for one in report.findings] == ["B208", "P701"]
    report = manylayers.explain(NUMPY, layers=layers)
    assert [one.code for one in report.findings] == ["B208", "C404", "C403", "P703"]
    whole = write_layer(tmp_path / "new.zip", numpy())
    report = manylayers.explain(NUMPY, layers=[layers[0], whole])
    assert report.findings[0].code == "C404"
    commands = [one.command or "" for one in report.remedies]
    assert [one for one in commands if " build " in one] == [
        "manylayers build -r requirements.txt --python 3.12 -o NEW.zip"
    ]
    report = manylayers.explain("No module named 'numpy.gone'", layers=layers[1:])
    assert "no layer here has a file for numpy.gone" in report.seen


def test_one_command_builds_and_for_the_runtime_that_all_are_for(tmp_path: Path) -> None:
    text = "No module named 'numpy._core._m'"
    mac = installed(
        "numpy",
        "2.1.0",
        site="python/lib/python3.13/site-packages",
        files={"numpy/__init__.py": b"", "numpy/_core/_m.cpython-313-darwin.so": mach_o()},
    )
    report = manylayers.explain(text, layers=[write_layer(tmp_path / "layer.zip", mac)])
    commands = [one.remedy for one in report.findings]
    commands += [one.command or "" for one in report.remedies]
    assert [one for one in commands if "manylayers build" in one] == [
        "manylayers build numpy==2.1.0 --python 3.13 -o NEW.zip"
    ]
    assert all("--python 3.13" in command for command in commands)
    assert report.assumed == "--python 3.13"


def test_what_the_text_tells_of_the_runtime_counts_more_than_the_layer(tmp_path: Path) -> None:
    layer = write_layer(tmp_path / "layer.zip", numpy())
    text = "No module named 'numpy._core._m' /var/lang/lib/python3.13/importlib/__init__.py"
    report = manylayers.explain(text, layers=[layer])
    assert "is for Python 3.12; your function runs 3.13" in report.seen[0]
    assert report.findings[0].remedy.endswith("--python 3.13 -o NEW.zip")
    assert all("--python 3.13" in (one.command or "") for one in report.remedies)


def test_a_module_that_is_there_and_right_is_not_built_anew(tmp_path: Path) -> None:
    text = "Unable to import module 'app': No module named 'numpy'"
    right = write_layer(tmp_path / "a.zip", numpy())
    report = manylayers.explain(text, layers=[right], python="3.12")
    assert "numpy is in what was named here, and python3.12 on x86_64 imports it" in report.cause
    assert "is not attached" in report.cause
    assert [one.command for one in report.remedies] == [SETTINGS.run]
    none = write_layer(tmp_path / "b.zip", installed("lxml"))
    report = manylayers.explain(text, layers=[none], python="3.12")
    assert "numpy is not in what was named here" in report.cause
    assert [one.command for one in report.remedies] == [
        "manylayers build numpy --python 3.12 -o NEW.zip"
    ]


def test_a_module_in_the_folder_of_one_python_asks_whether_the_function_runs_that(
    tmp_path: Path,
) -> None:
    layer = write_layer(tmp_path / "layer.zip", installed("lxml"))
    report = manylayers.explain("No module named 'lxml'", layers=[layer])
    assert "does your function run python3.12 on x86_64?" in report.seen[0]
    assert report.remedies[0].command == SETTINGS.run


def test_what_a_layer_has_for_one_python_is_not_built_for_that_again(tmp_path: Path) -> None:
    files = module(ELF, "cpython-311-x86_64-linux-gnu")
    older = {path.replace("python3.12", "python3.11"): files[path] for path in files}
    report = manylayers.explain(
        "No module named 'lxml._m'", layers=[write_layer(tmp_path / "layer.zip", older)]
    )
    assert "does your function run python3.11 on x86_64?" in report.seen[0]
    assert "manylayers build lxml --python 3.12 -o NEW.zip" in [
        one.command for one in report.remedies
    ]


def test_a_part_that_left_python_is_looked_for_nowhere_else(tmp_path: Path) -> None:
    layer = write_layer(tmp_path / "layer.zip", installed("lxml"))
    report = manylayers.explain("No module named 'imghdr'", layers=[layer])
    assert report.seen == ("no layer here has a file for imghdr",)
    assert report.captured.package is None


def test_one_way_out_of_two_findings_is_told_once(tmp_path: Path) -> None:
    files = {"numpy/_m.cpython-312-darwin.so": mach_o()}
    mac = installed("numpy", files=files) | installed(
        "lxml", files={"lxml/_m.cpython-312-darwin.so": mach_o()}
    )
    report = manylayers.explain("KeyError: 'x'", layers=[write_layer(tmp_path / "l.zip", mac)])
    told = explain_text(report, Style(colours=False))
    assert (told.count("error B201"), told.count("manylayers build")) == (2, 1)


def test_of_several_layers_and_a_function_each_is_named(tmp_path: Path) -> None:
    text = "ValueError: numpy.dtype size changed, may indicate binary incompatibility."
    old = write_layer(tmp_path / "old.zip", installed("numpy", "1.26.4"))
    new = write_layer(tmp_path / "new.zip", installed("numpy", "2.1.0", site="python"))
    own = write_layer(tmp_path / "own.zip", {"app.py": b""})
    report = manylayers.explain(text, layers=[old, new], function=own, python="3.12")
    seen = [line.replace(f"{tmp_path}/", "") for line in report.seen]
    assert {"old.zip has numpy 1.26.4", "new.zip has numpy 2.1.0"} <= set(seen)
    assert [finding.code for finding in report.findings] == ["C403"]
    assert report.remedies[0].command == (
        f"manylayers check {old} {new} --function {own} --python 3.12"
    )
