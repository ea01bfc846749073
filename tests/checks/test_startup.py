"""L110 to L112: what runs by itself, and what hides a module of the standard library."""

from __future__ import annotations

import sys

import pytest

from made_layers import SITE, a_file, a_layer, a_scene, installed, layer_of
from manylayers.checks.finding import Finding
from manylayers.checks.scene import Scene
from manylayers.checks.startup import at_the_start
from manylayers.facts.stdlib import backport, standard_modules
from manylayers.facts.tables import read_table


def path_file(name: str, content: str, folder: str = SITE) -> list[Finding]:
    return list(at_the_start(a_scene(a_layer(a_file(f"{folder}/{name}", content.encode())))))


@pytest.mark.parametrize("folder", [SITE, "python"])
def test_a_file_that_runs_code_is_warned_of(folder: str) -> None:
    (only,) = path_file("coloredlogs.pth", "import sys; exec('...')\n", folder)
    assert (only.code, only.severity, only.place) == (
        "L110",
        "warning",
        f"{folder}/coloredlogs.pth",
    )
    assert only.remedy == "leave the package out where it is not needed"


@pytest.mark.parametrize("name", ["distutils-precedence.pth", "zope.interface-3.1-nspkg.pth"])
def test_files_that_are_known_to_do_nothing_are_noted(name: str) -> None:
    (only,) = path_file(name, "import os; var = 'SETUPTOOLS_USE_DISTUTILS'\n")
    assert (only.severity, only.remedy) == ("note", "")


def test_a_file_that_adds_a_folder_names_it() -> None:
    (only,) = path_file("__editable__.demo.pth", "# made by pip\n/home/me/demo/src\n")
    assert "/home/me/demo/src" in only.message
    assert "editable" in only.remedy


@pytest.mark.parametrize(
    ("folder", "severity"),
    [("./demo-1.0.egg", "note"), ("inner", "note"), ("../gone", "warning"), ("/opt/x", "note")],
)
def test_a_folder_that_is_there_is_only_noted(folder: str, severity: str) -> None:
    lines = a_file("python/demo.pth", f"{folder}\n".encode())
    layer = a_layer(lines, "python/demo-1.0.egg", "python/inner/a.py")
    (only,) = at_the_start(a_scene(layer))
    assert (only.code, only.severity, bool(only.remedy)) == ("L110", severity, severity != "note")


def test_an_editable_install_is_told_to_lie_elsewhere() -> None:
    (only,) = path_file("__editable__.demo-1.0.pth", "import __editable___demo_finder\n")
    assert only.severity == "warning"
    assert only.message.endswith("; the code of the package lies elsewhere, not in the layer")
    assert only.remedy.startswith("install the package itself")


def test_code_that_waits_for_a_variable_is_noted() -> None:
    code = 'import os; os.environ.get("COLOREDLOGS_AUTO_INSTALL") and __import__("coloredlogs")'
    (only,) = path_file("coloredlogs.pth", code)
    assert only.severity == "note"
    assert only.message.endswith("it does nothing unless COLOREDLOGS_AUTO_INSTALL is set")


def test_other_files_are_not_looked_at() -> None:
    assert path_file("empty.pth", "\n# nothing\n") == []
    assert path_file("demo.pth", "import os\n", f"{SITE}/demo") == []
    assert path_file("demo.pth", "import os\n", "python/lib/python3.11/site-packages") == []


@pytest.mark.parametrize("path", ["python/sitecustomize.py", f"{SITE}/usercustomize/__init__.py"])
def test_modules_for_the_start_of_python_are_told(path: str) -> None:
    (only,) = at_the_start(a_scene(a_layer(path)))
    assert (only.code, only.severity, only.place) == ("L111", "warning", path)
    (wrapped,) = at_the_start(a_scene(a_layer(path), wrapper=True))
    assert "the wrapper's PYTHONPATH makes it run" in wrapped.message


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        (f"{SITE}/typing.py", "error"),
        ("python/enum/__init__.py", "error"),
        (f"{SITE}/dataclasses.py", "error"),
        (f"{SITE}/pathlib.py", "error"),
        (f"{SITE}/configparser.py", "note"),
        (f"{SITE}/json.py", "warning"),
        ("python/awslambdaric/__init__.py", "error"),
        ("python/bootstrap.py", "error"),
    ],
)
def test_what_hides_another_module_is_told(path: str, severity: str) -> None:
    (only,) = at_the_start(a_scene(a_layer(path)))
    assert (only.code, only.severity, only.place) == ("L112", severity, path)


def test_the_place_of_a_package_is_what_its_import_runs_and_not_its_first_file() -> None:
    (only,) = at_the_start(a_scene(a_layer("python/enum/LICENSE", "python/enum/__init__.py")))
    assert only.place == "python/enum/__init__.py"


@pytest.mark.parametrize(
    ("scene", "remedy"),
    [
        (a_scene(a_layer("python/json.py")), "rename json.py where it is your own"),
        (a_scene(a_layer("python/bootstrap.py")), "rename bootstrap.py where it is your own"),
        (a_scene(a_layer("python/typing.py")), "leave typing out"),
        (a_scene(layer_of(installed("demo", files={"json.py": b""}))), "leave demo out"),
    ],
)
def test_a_module_of_ones_own_is_to_be_renamed(scene: Scene, remedy: str) -> None:
    (only,) = at_the_start(scene)
    assert only.remedy.startswith(remedy)
    assert only.message.startswith("demo's ") is (remedy == "leave demo out")


@pytest.mark.parametrize(
    "path",
    [
        f"{SITE}/requests/json.py",
        "python/lib/python3.11/site-packages/typing.py",
        "json.py",
        f"{SITE}/sys.py",
        f"{SITE}/os.py",
        f"{SITE}/distutils/__init__.py",
        f"{SITE}/json.txt",
        f"{SITE}/venv/lib/python3.12/site-packages/a.py",
        f"{SITE}/json-1.0.dist-info/METADATA",
    ],
)
def test_what_hides_nothing_is_not_told(path: str) -> None:
    assert list(at_the_start(a_scene(a_layer(path)))) == []


def test_each_python_has_its_own_library() -> None:
    layer = a_layer("python/tomllib/__init__.py", "python/cgi.py", "python/distutils/__init__.py")
    places = {
        python: [one.place for one in at_the_start(a_scene(layer, python=python))]
        for python in ("3.10", "3.12", "3.13")
    }
    assert places == {
        "3.10": ["python/cgi.py", "python/distutils/__init__.py"],
        "3.12": ["python/cgi.py", "python/tomllib/__init__.py"],
        "3.13": ["python/tomllib/__init__.py"],
    }


def test_who_asks_for_a_back_port_is_named() -> None:
    layer = layer_of(
        installed("enum34", "1.1.10", files={"enum/__init__.py": b""}),
        installed("old-one", requires=["enum34>=1; python_version < '4'", "rich"]),
    )
    (only,) = at_the_start(a_scene(layer))
    assert only.message == (
        "enum34's enum/ hides the enum of the standard library of Python 3.12: imports then fail: "
        "module 'enum' has no attribute 'global_enum'; asked for by old-one"
    )
    assert only.remedy == "leave enum34 out: Python 3.12 has it built in"


def test_a_functions_own_modules_count_first() -> None:
    function = a_layer("json.py", "bootstrap.py")
    (only,) = at_the_start(a_scene(a_layer("python/a.py"), function=function))
    assert only.place == "json.py"


def test_the_table_of_modules_is_that_of_the_interpreter() -> None:
    ours = standard_modules(sys.version_info[:2])
    theirs = {name for name in sys.stdlib_module_names if not name.startswith(("_", "xx"))}
    assert ours == theirs


def test_back_ports_that_are_known_are_of_the_library() -> None:
    assert read_table("backports.toml")["modules"].keys() <= standard_modules((3, 12))
    assert backport("pathlib", (3, 9)) == ""
    assert backport("json", (3, 12)) is None
