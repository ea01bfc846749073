"""Where packages may lie, and each wrong place with its own sentence."""

from __future__ import annotations

import pytest

from made_layers import SITE, a_file, a_layer, a_scene, codes, installed, layer_of, told


@pytest.mark.parametrize(
    "path",
    [
        "python/requests/__init__.py",
        f"{SITE}/requests/__init__.py",
        "python/one.py",
        "python/fast.cpython-312-x86_64-linux-gnu.so",
    ],
)
def test_what_lambda_searches_is_right(path: str) -> None:
    assert codes(a_scene(a_layer(path)), "L") == []


@pytest.mark.parametrize(
    ("path", "found", "why"),
    [
        ("requests/__init__.py", "the root", "not below python/"),
        ("layer/python/requests/__init__.py", "layer/python/", "one folder too deep"),
        ("site-packages/requests/__init__.py", "site-packages/", "no folder of Lambda's"),
        ("python/python/requests/api.py", "python/python/", "one folder too deep"),
        ("Python/requests/__init__.py", "Python/", "capital letter"),
        ("lib/python3.12/site-packages/a/b.py", "lib/python3.12/site-packages/", "no folder"),
        ("venv/lib/python3.12/site-packages/a.py", "venv/lib/python3.12/site-packages/", "no f"),
        (f"layer/{SITE}/a.py", f"layer/{SITE}/", "one folder too deep"),
        ("home/me/layer/python/a/b.py", "home/me/layer/python/", "3 folders too deep"),
        ("usr/lib/python3/dist-packages/a/b.py", "usr/lib/python3/dist-packages/", "no folder"),
        ("python/lib/python3.12/a/b.py", "python/lib/python3.12/", "no folder"),
        ("python/lib/a.py", "python/lib/", "no folder"),
        ("python3.12/a/b.py", "python3.12/", "no folder"),
    ],
)
def test_each_wrong_root_is_named_with_the_right_one(path: str, found: str, why: str) -> None:
    (finding,) = told(a_scene(a_layer(path)), "L")
    assert (finding.code, finding.severity) == ("L102", "error")
    assert f"packages lie in {found}" in finding.message
    assert why in finding.message
    assert f"{SITE}/ and python/" in finding.message


@pytest.mark.parametrize(
    "path",
    [
        "python/python3.12/site-packages/a/b.py",
        "python/lib/site-packages/a.py",
        "python/lib/python3.12/dist-packages/a.py",
    ],
)
def test_a_site_folder_that_is_none_of_lambdas_is_found_below_python_too(path: str) -> None:
    (finding,) = told(a_scene(a_layer(path)), "L")
    assert (finding.code, finding.severity) == ("L102", "error")
    assert f"{path.partition('-packages/')[0]}-packages/, which is no folder" in finding.message


def test_a_package_with_a_folder_called_python_is_no_folder_around_the_layer() -> None:
    layer = a_layer("tensorflow/__init__.py", "tensorflow/python/ops/__init__.py")
    (finding,) = told(a_scene(layer), "L")
    assert "packages lie in the root, not below python/" in finding.message


@pytest.mark.parametrize("wrong", ["site-packages/", "python/lib64/python3.12/site-packages/"])
def test_packages_in_a_wrong_folder_beside_others_are_warned_of(wrong: str) -> None:
    (finding,) = told(a_scene(a_layer("python/right.py", f"{wrong}demo/a.py")), "L")
    assert (finding.code, finding.severity) == ("L102", "warning")
    assert finding.message.startswith(f"1 module in {wrong}, which is no folder of Lambda's")


def test_packages_in_a_folder_that_linux_tells_from_python_are_warned_of() -> None:
    (finding,) = told(a_scene(a_layer("python/right.py", "Python/demo/a.py")), "L")
    assert (finding.code, finding.severity) == ("L102", "warning")
    assert finding.message.startswith("1 module in Python/, with a capital letter")


@pytest.mark.parametrize(("own", "found"), [("app.py", "package/"), ("__init__.py", "the root")])
def test_a_folder_that_all_was_installed_into_is_no_package(own: str, found: str) -> None:
    layer = layer_of(installed("demo", site="package"), {f"package/{own}": b""})
    (finding,) = told(a_scene(layer), "L")
    assert (finding.code, finding.severity) == ("L102", "error")
    assert finding.message.startswith(f"packages lie in {found}, ")


def test_packages_at_the_root_beside_others_are_warned_of() -> None:
    parts = installed("right", site="python"), installed("lost", site="")
    (finding,) = told(a_scene(layer_of(*parts)), "L")
    assert (finding.code, finding.severity) == ("L102", "warning")
    assert finding.message.startswith("lost 1.0 in the root, beside python/ with the others")
    assert codes(a_scene(layer_of(*parts, {"extensions/lost": b""})), "L102") == []


@pytest.mark.parametrize(
    ("path", "found"),
    [
        ("helper.py", ["note"]),
        ("own/__init__.py", ["note"]),
        ("bin/tool.py", []),
        ("python/b.py", []),
    ],
)
def test_modules_beside_the_right_folder_are_noted(path: str, found: list[str]) -> None:
    findings = told(a_scene(a_layer("python/a.py", path)), "L")
    assert [one.severity for one in findings] == found
    assert all(path.partition("/")[0] in one.message for one in findings)
    assert codes(a_scene(a_layer("python/a.py", path, "extensions/watch")), "L102") == []


@pytest.mark.parametrize(
    ("folder", "own", "count"),
    [
        ("python/packages", "python/a.py", 1),
        ("python/own/vendored", "python/own/__init__.py", 0),
        ("python", "python/a.py", 0),
        ("python/lib/python3.11/site-packages", "python/a.py", 0),
    ],
)
def test_packages_that_were_all_installed_apart_are_warned_of(
    folder: str, own: str, count: int
) -> None:
    layer = layer_of(installed("demo", site=folder), {own: b""})
    found = [one for one in told(a_scene(layer), "L102") if one.severity == "warning"]
    assert len(found) == count
    assert all(f"all packages are installed in {folder}/" in one.message for one in found)


def test_a_standard_library_around_the_right_folder_makes_it_no_wrong_one() -> None:
    layer = a_layer(f"{SITE}/a.py", "python/lib/python3.12/json/__init__.py")
    assert codes(a_scene(layer), "L") == []


def test_a_folder_around_a_function_is_warned_of() -> None:
    function = layer_of(installed("demo", site="app"), {"app/main.py": b""})
    (finding,) = told(a_scene(function=function), "L")
    assert (finding.code, finding.severity) == ("L102", "warning")
    assert finding.remedy == "install them into the root of the zip"


def test_the_program_of_an_extension_is_no_package_in_a_wrong_folder() -> None:
    assert codes(a_scene(a_layer("extensions/watch", "watch/extension.py")), "L102") == []
    packages = a_layer("extensions/watch", "watch/site-packages/a.py", "python/b.py")
    assert codes(a_scene(packages), "L102") == []


@pytest.mark.parametrize("folder", ["demo-1.0/src/demo", "my-tools"])
def test_a_folder_that_no_import_can_name_is_told(folder: str) -> None:
    (finding,) = told(a_scene(a_layer(f"python/{folder}/__init__.py")), "L")
    assert (finding.code, finding.severity) == ("L101", "error")
    name = folder.partition("/")[0]
    assert f"python/{name} has a name that no import can have" in finding.message
    assert codes(a_scene(a_layer(f"python/{folder}/__init__.py", "python/a.py")), "L") == []


def test_a_layer_for_another_language_is_none_for_python() -> None:
    (finding,) = told(a_scene(a_layer("nodejs/node_modules/a/index.js")), "L")
    assert (finding.code, finding.severity) == ("L101", "error")
    assert finding.message.endswith("all of it lies in nodejs/, for functions in JavaScript")
    assert codes(a_scene(a_layer("nodejs/index.js", "lib/libx.so.1")), "L") == []


def test_a_functions_zip_that_was_named_as_a_layer_is_guessed() -> None:
    (finding,) = told(a_scene(a_layer("lambda_function.py", "demo/__init__.py")), "L")
    assert "or name it with --function if it is a function's zip: " in finding.remedy


def test_modules_deep_in_a_folder_of_no_meaning_are_just_not_importable() -> None:
    (finding,) = told(a_scene(a_layer("code/app/requests/__init__.py")), "L")
    assert finding.code == "L101"
    assert "code/app/requests/__init__.py" in finding.message


@pytest.mark.parametrize(
    "paths",
    [
        ["python/requirements.txt"],
        ["python/__editable__.demo-1.0.pth", "python/demo-1.0.dist-info/METADATA"],
        [f"{SITE}/demo.egg-link"],
        ["requirements.txt"],
        ["python/demo.pth", "python/bin/demo"],
    ],
)
def test_what_only_names_packages_brings_none(paths: list[str]) -> None:
    (finding,) = told(a_scene(a_layer(*(a_file(path) for path in paths))), "L101")
    assert finding.severity == "error"
    assert f"only what names packages: {paths[0]}" in finding.message


def test_metadata_alone_may_be_that_of_a_package_of_programs() -> None:
    (finding,) = told(a_scene(a_layer("python/py_spy-0.4.3.dist-info/METADATA")), "L101")
    assert "manylayers build --scripts" in finding.remedy


def test_junk_alone_is_no_layer() -> None:
    (finding,) = told(a_scene(a_layer(".DS_Store")), "L101")
    assert finding.message.endswith("there is no module in it, only junk")


@pytest.mark.parametrize("path", ["README.md", "python/LICENSE"])
def test_a_text_for_readers_alone_is_no_layer(path: str) -> None:
    (finding,) = told(a_scene(a_layer(path, ".DS_Store")), "L101")
    assert finding.message == f"nothing can be imported: there is no module in it, only {path}"


@pytest.mark.parametrize(
    "path",
    [
        "bin/tool",
        "bin/tool.py",
        "lib/libx.so.1",
        "lib/libx.so",
        "lib/gdalplugins/gdal_x.so",
        "python/data/words.txt",
        "x.jar",
        "python/demo-stubs/a.pyi",
    ],
)
def test_a_layer_may_have_no_modules(path: str) -> None:
    assert codes(a_scene(a_layer(a_file(path))), "L101") == []
    metadata = "python/demo-1.0.dist-info/METADATA"
    beside = [metadata, "python/requirements.txt", "README.md"]
    assert codes(a_scene(a_layer(a_file(path), *beside)), "L101") == []


def test_a_zip_beside_a_text_is_packed_all_the_same() -> None:
    assert codes(a_scene(a_layer("layer.zip", a_file("README.md"))), "L101") == ["L101"]


def test_a_wheel_is_made_a_layer_by_a_build() -> None:
    wheel = a_layer("demo/__init__.py", label="demo-1.0-py3-none-any.whl")
    (finding,) = told(a_scene(wheel), "L")
    command = "manylayers build ./demo-1.0-py3-none-any.whl --python 3.12 --arch x86_64"
    assert finding.remedy == f"a wheel is no layer yet: {command}"


@pytest.mark.parametrize("path", ["layer.zip", "python/demo-1.0-py3-none-any.whl"])
def test_a_zip_in_the_zip_is_not_unpacked(path: str) -> None:
    (finding,) = told(a_scene(a_layer(path)), "L")
    assert (finding.code, finding.severity) == ("L101", "error")
    assert f"{path} is packed within it" in finding.message
    (finding,) = told(a_scene(a_layer(path, "other.zip")), "L")
    assert "are packed within it" in finding.message


def test_packed_data_beside_other_files_is_nobodys_mistake() -> None:
    assert codes(a_scene(a_layer("words.zip", "python/one.py")), "L") == []
    assert codes(a_scene(a_layer("data/words.zip")), "L") == []
    library = a_file("lib/libmagic.so.1", b"\x7fELF")
    assert codes(a_scene(a_layer("words.zip", library)), "L") == []


def test_a_layer_of_libraries_and_programs_alone_needs_nothing_to_import() -> None:
    tool = a_file("bin/tool", b"\x7fELF", 0o100755)
    assert codes(a_scene(a_layer(tool, a_file("lib/libmagic.so.1", b"\x7fELF"))), "L") == []


def test_the_folder_of_another_python_is_an_error_when_nothing_else_is_there() -> None:
    layer = a_layer("python/lib/python3.9/site-packages/requests/api.py")._replace(packed=1)
    (finding,) = told(a_scene(layer), "L")
    assert (finding.code, finding.severity) == ("L103", "error")
    assert "python3.9, which python3.12 does not search" in finding.message
    assert finding.remedy.endswith("python/: manylayers fix layer.zip -o NEW.zip --python 3.12")


def test_a_layer_for_several_pythons_is_right_for_each() -> None:
    layer = a_layer(f"{SITE}/a.py", "python/lib/python3.13/site-packages/a.py", "python/b.py")
    assert codes(a_scene(layer), "L") == []
    assert codes(a_scene(layer, python="3.13"), "L") == []
    (finding,) = told(a_scene(layer, python="3.14"), "L")
    assert (finding.code, finding.severity) == ("L103", "warning")


OTEL = b"#!/bin/bash\nexport PYTHONPATH=/opt/python:/var/runtime:$PYTHONPATH\nexec $@\n"


def test_a_wrapper_that_sets_the_path_hides_the_folder_of_one_python() -> None:
    packages = a_layer(f"{SITE}/jwt/__init__.py", label="deps.zip")
    wrapper = a_layer(a_file("otel-instrument", OTEL, 0o100755), label="otel.zip")
    (finding,) = told(a_scene(packages, wrapper), "L")
    assert (finding.code, finding.severity) == ("L104", "warning")
    assert finding.place == f"deps.zip: {SITE}"
    assert "otel-instrument sets PYTHONPATH" in finding.message
    assert codes(a_scene(a_layer("python/jwt/__init__.py"), wrapper), "L") == []


def test_a_wrapper_that_nobody_sees_can_be_told_of() -> None:
    packages = a_layer(f"{SITE}/jwt/__init__.py")
    assert codes(a_scene(packages), "L") == []
    assert codes(a_scene(packages, wrapper=True), "L") == ["L104"]


def test_a_wrapper_that_names_the_folder_or_only_speaks_of_it_hides_nothing() -> None:
    for line in (b"PYTHONPATH=/opt/python/lib/python3.12/site-packages:x", b"# PYTHONPATH=/x"):
        script = a_file("wrap", b"#!/bin/sh\n" + line + b"\n", 0o100755)
        wrapper = a_layer(script, f"{SITE}/jwt/__init__.py")
        assert codes(a_scene(wrapper), "L") == []


def test_junk_of_other_systems_is_a_note_and_no_module() -> None:
    junk = a_layer("python/a.py", "__MACOSX/python/._a.py", "python/.DS_Store", "Thumbs.db")
    (finding,) = told(a_scene(junk), "L")
    assert (finding.code, finding.severity) == ("L113", "note")
    assert finding.message.startswith("3 files of macOS or Windows, 18 bytes")


def test_a_function_is_searched_from_its_root() -> None:
    layered = a_layer("python/app.py", "python/b.py", label="app.zip")
    (finding,) = told(a_scene(function=layered), "L")
    assert (finding.code, finding.severity) == ("L102", "error")
    assert "lie in python/, as in a layer: python/app.py, python/b.py; " in finding.message
    assert codes(a_scene(function=layer_of(installed("demo", site="python"))), "L") == ["L102"]
    assert codes(a_scene(function=a_layer("app.py", "python/b.py")), "L") == []
    assert codes(a_scene(function=a_layer("src/app.py", "python/b.py")), "L") == []
    assert codes(a_scene(function=a_layer("python/words.txt")), "L") == []


def test_a_layer_without_a_file_has_nothing_to_import() -> None:
    (finding,) = told(a_scene(a_layer(folders={"python": 0o40755})), "L")
    assert (finding.code, finding.severity) == ("L101", "error")
    assert "layer.zip holds no file" in finding.message
