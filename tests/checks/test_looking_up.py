"""What a layer has to do with an error: the module, file or library that the text names."""

from __future__ import annotations

import pytest

from made_layers import SITE, a_file, a_layer, a_scene, installed, layer_of
from manylayers.checks.bearing import about
from manylayers.checks.clues import Clues
from manylayers.checks.finding import Finding
from manylayers.checks.looking_up import looked_up, versions_of
from manylayers.formats.native import NativeFacts, NeededVersion
from manylayers.layer.carried import CarriedFile

CORE = "pydantic_core/_pydantic_core"
ELF = NativeFacts("elf", "x86_64")


def native(path: str, facts: NativeFacts = ELF) -> CarriedFile:
    return a_file(path, b"\x7fELF")._replace(native=facts)


def seen(
    clues: Clues, *files: CarriedFile | str, sure: bool = True, python: str = "3.12"
) -> list[str]:
    scene = a_scene(a_layer(*files), python=python)
    return [one.sentence for one in looked_up(clues, scene, sure=sure)]


MODULE = Clues(module="pydantic_core._pydantic_core", package="pydantic")


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (
            native(f"{SITE}/{CORE}.cpython-311-x86_64-linux-gnu.so"),
            f"{CORE}.cpython-311-x86_64-linux-gnu.so is for Python 3.11; your function runs 3.12",
        ),
        (
            native(f"python/{CORE}.cpython-312-darwin.so", NativeFacts("mach-o", "arm64")),
            f"{CORE}.cpython-312-darwin.so is for macOS, and Lambda runs Linux",
        ),
        (
            native(f"python/{CORE}.abi3.so", NativeFacts("elf", "aarch64")),
            f"{CORE}.abi3.so is for aarch64; your function runs on x86_64",
        ),
        (
            native(f"python/{CORE}.abi3.so", ELF._replace(problem="it is cut short")),
            f"{CORE}.abi3.so is damaged: it is cut short",
        ),
        (
            native(
                f"python/{CORE}.so",
                ELF._replace(versions=(NeededVersion("libc.so.6", "GLIBC_2.38"),)),
            ),
            f"{CORE}.so is for glibc 2.38 or newer; python3.12 has 2.34",
        ),
        (
            native(f"{SITE}/{CORE}.cpython-312-x86_64-linux-gnu.so"),
            (
                f"{SITE}/{CORE}.cpython-312-x86_64-linux-gnu.so is there, "
                "where python3.12 x86_64 finds it"
            ),
        ),
        (native(f"{CORE}.so"), f"{CORE}.so is there, where python3.12 x86_64 does not look"),
    ],
)
def test_the_compiled_module_is_judged_for_the_function(file: CarriedFile, told: str) -> None:
    assert seen(MODULE, file, "python/pydantic_core/__init__.py") == [told]


def test_a_module_that_is_not_there_is_told_from_its_package() -> None:
    missing = "no layer here has a file for pydantic_core._pydantic_core"
    assert seen(MODULE, "python/other.py") == [missing]
    assert seen(MODULE, "python/pydantic_core/__init__.py") == [
        missing,
        "pydantic_core itself is there",
    ]


def test_where_the_runtime_is_not_known_the_layer_asks_for_it() -> None:
    file = native(f"python/{CORE}.cpython-312-x86_64-linux-gnu.so")
    (told,) = seen(MODULE, file, sure=False)
    assert told.endswith("is for Python 3.12 alone: does your function run python3.12 on x86_64?")


def test_a_plain_module_is_found_by_its_file_or_package() -> None:
    clues = Clues(module="httplib2", package="httplib2")
    assert seen(clues, "python/httplib2/__init__.py") == [
        "python/httplib2/__init__.py is there, where python3.12 x86_64 finds it"
    ]
    assert "does not look" in seen(clues, "httplib2.py")[0]
    assert "does not look" in seen(clues, "python/lib/python3.9/site-packages/httplib2.py")[0]


def test_of_several_builds_the_one_that_the_function_takes_is_told() -> None:
    builds = [native(f"{SITE}/{CORE}.cpython-31{n}-x86_64-linux-gnu.so") for n in (1, 2, 3)]
    (told,) = seen(MODULE, *builds)
    assert told.startswith(f"{SITE}/{CORE}.cpython-312-x86_64-linux-gnu.so is there, ")
    assert len(seen(MODULE, builds[0], builds[2])) == 2


def test_a_package_that_lies_where_nobody_looks_is_judged_all_the_same() -> None:
    lost = native("python/lib/python3.9/site-packages/numpy/a.cpython-39-x86_64-linux-gnu.so")
    (told,) = seen(Clues(package="numpy"), lost)
    assert told.endswith("is for Python 3.9; your function runs 3.12")


@pytest.mark.parametrize(
    ("file", "verdicts"),
    [("python/other.py", ["absent"]), ("python/pydantic_core/__init__.py", ["wrong"])],
)
def test_a_module_that_is_not_there_is_a_fault_only_where_its_package_is(
    file: str, verdicts: list[str]
) -> None:
    found = looked_up(MODULE, a_scene(a_layer(file)), sure=True)
    assert [one.verdict for one in found][:1] == verdicts


def test_distributions_are_told_by_layer_and_their_absence_by_all_names() -> None:
    parts = [installed("numpy", "2.2.6"), installed("boto3"), installed("other")]
    scene = a_scene(layer_of(*parts))
    names = ["boto3", "numpy", "boto3"]
    assert [one.sentence for one in versions_of(names, scene, lacking=True)] == [
        "layer.zip has boto3 1.0, numpy 2.2.6"
    ]
    for lacking, verdict in ((True, "wrong"), (False, "aside")):
        (absent,) = versions_of(["six", "attrs"], scene, lacking=lacking)
        assert absent == ("none of six, attrs is here with its metadata", verdict)


def test_a_module_may_lie_by_mistake_in_a_folder_that_is_no_package() -> None:
    clues = Clues(module="httplib2", package="httplib2")
    assert seen(clues, "python/vendor/httplib2/__init__.py") == [
        "python/vendor/httplib2/__init__.py is there, where python3.12 x86_64 does not look"
    ]
    inside = ("python/pip/__init__.py", "python/pip/httplib2/__init__.py")
    assert seen(clues, *inside) == ["no layer here has a file for httplib2"]
    with_function = a_scene(a_layer(), function=a_layer("app.py"))
    (missing,) = looked_up(clues, with_function, sure=True)
    assert missing.sentence == "nothing here has a file for httplib2"
    bare = native("python/PIL/_imaging.cpython-312-x86_64-linux-gnu.so")
    (told,) = seen(Clues(module="_imaging"), "python/PIL/__init__.py", bare)
    assert told.endswith("is there, where python3.12 x86_64 finds it")


def test_a_package_without_the_module_tells_what_else_is_wrong_with_it() -> None:
    other = native("python/pydantic_core/_other.cpython-311-x86_64-linux-gnu.so")
    *_, told = seen(MODULE, "python/pydantic_core/__init__.py", other)
    assert told == (
        "pydantic_core/_other.cpython-311-x86_64-linux-gnu.so is for Python 3.11; "
        "your function runs 3.12"
    )


def test_a_file_may_be_one_that_nobody_compiled() -> None:
    clues = Clues(path="/opt/python/certifi/cacert.pem")
    assert seen(clues, "python/certifi/cacert.pem") == [
        "python/certifi/cacert.pem is there, where python3.12 x86_64 finds it"
    ]


def test_a_file_is_the_one_that_the_text_has_wherever_it_lies() -> None:
    clues = Clues(path="/opt/python/bcrypt/_bcrypt.abi3.so")
    new = ELF._replace(versions=(NeededVersion("libc.so.6", "GLIBC_2.28"),))
    file = native("python/lib/python3.11/site-packages/bcrypt/_bcrypt.abi3.so", new)
    assert seen(clues, file, python="3.11") == [
        "bcrypt/_bcrypt.abi3.so is for glibc 2.28 or newer; python3.11 has 2.26"
    ]
    assert seen(clues) == ["no layer here has bcrypt/_bcrypt.abi3.so"]


def test_a_bare_name_is_a_package_or_a_library_in_any_folder() -> None:
    mac = native("python/numpy/core/_m.cpython-312-darwin.so", NativeFacts("mach-o", "arm64"))
    assert seen(Clues(path="numpy", package="numpy"), mac) == [
        "numpy/core/_m.cpython-312-darwin.so is for macOS, and Lambda runs Linux"
    ]
    library = native("python/psycopg2_binary.libs/libpq-1.so.5", ELF._replace(problem="it is cut"))
    assert seen(Clues(path="libpq-1.so.5"), library) == [
        "psycopg2_binary.libs/libpq-1.so.5 is damaged: it is cut"
    ]


def test_another_build_of_the_file_is_told_of() -> None:
    clues = Clues(path="/var/task/numpy/core/_m.cpython-38-x86_64-linux-gnu.so")
    assert seen(clues, native("python/numpy/core/_m.cpython-311-x86_64-linux-gnu.so")) == [
        (
            "numpy/core/_m.cpython-311-x86_64-linux-gnu.so is for Python 3.11; "
            "your function runs 3.12"
        )
    ]
    assert "no layer here has" in seen(clues, "python/numpy/core/_more.abi3.so")[0]


def test_of_a_package_the_first_wrong_file_speaks_for_the_others() -> None:
    clues = Clues(package="numpy")
    files = [native(f"python/numpy/{name}.cpython-311-x86_64-linux-gnu.so") for name in "abc"]
    assert seen(clues, *files) == [
        (
            "numpy/a.cpython-311-x86_64-linux-gnu.so is for Python 3.11; your function runs 3.12; "
            "so are 2 more of numpy"
        )
    ]
    assert seen(clues, native("python/numpy/a.cpython-312-x86_64-linux-gnu.so")) == [
        "1 compiled file of numpy here, made for python3.12 x86_64"
    ]


def test_a_library_is_told_with_those_who_need_it() -> None:
    clues = Clues(library="libpq.so.5")
    needing = native("python/psycopg2/_psycopg.so", ELF._replace(needed=("libpq.so.5",)))
    assert seen(clues, needing) == [
        "libpq.so.5 is needed by psycopg2/_psycopg.so",
        "no layer here has libpq.so.5",
    ]
    assert seen(clues, native("lib/libpq.so.5")) == ["lib/libpq.so.5 is found there"]
    assert seen(clues, native("python/libpq.so.5")) == [
        "python/libpq.so.5 is not looked for there, but in lib/ of a layer"
    ]


def test_findings_are_those_about_the_package_or_all() -> None:
    numpy = Finding("B202", "error", "numpy is for Python 3.11", "python/numpy")
    other = Finding("B202", "error", "lxml is for Python 3.11", "python/lxml")
    assert about(Clues(package="numpy"), [numpy, other]) == (numpy,)
    assert about(Clues(package="pandas"), [numpy, other]) == (numpy, other)
    assert about(Clues(), []) == ()
