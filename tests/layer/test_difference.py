"""What differs between two layers, and whether a function can tell."""

from __future__ import annotations

from typing import Any

import pytest

from carried_layers import SITE, a_file, a_layer, installed
from manylayers.layer.carried import Carried
from manylayers.layer.difference import (
    Difference,
    Package,
    compare_layers,
    compare_packages,
)
from manylayers.layer.verdict import Judgement, judge

SOURCE, CACHED = f"{SITE}/demo.py", f"{SITE}/__pycache__/demo.cpython-312.pyc"


def fates(difference: Difference) -> dict[str, tuple[str, bool]]:
    return {one.name: (one.fate, one.noticeable) for one in difference.packages}


def judged(old: Carried, new: Carried) -> Judgement:
    return judge(compare_layers(old, new), files_known=True)


def test_the_same_files_are_the_same() -> None:
    assert compare_layers(a_layer(installed()), a_layer(installed())) == Difference((), ())
    assert judged(a_layer(installed()), a_layer(installed())) == Judgement("same", ())


def test_packages_come_go_and_change() -> None:
    old = a_layer(installed("kept"), installed("gone"), installed("newer"))
    new = a_layer(installed("kept"), installed("come"), installed("newer", "2.0"))
    assert fates(compare_layers(old, new)) == {
        "come": ("added", True),
        "gone": ("removed", True),
        "newer": ("updated", True),
    }
    assert judged(old, new).because == (
        "1 package added",
        "1 package removed",
        "1 package in another version",
    )


def test_a_file_that_another_package_has_where_it_was_did_not_move() -> None:
    other = installed("beta", files={"alpha/a.py": b""}, site="python")
    bare = installed("alpha", files={}, recorded=False)
    moved = installed("alpha", files={"alpha/a.py": b""}, site="python")
    for old, new in (((bare, other), (moved, other)), ((moved, other), (bare, other))):
        difference = compare_layers(one_file_a_path(*old), one_file_a_path(*new))
        assert fates(difference) == {"alpha": ("moved", True)}
        assert [file.path.rpartition("/")[2] for file in difference.files] == ["RECORD"]


def one_file_a_path(*parts: Any) -> Carried:
    files = {file.path: file for part in parts for file in part.files}
    return a_layer(*files.values())


def test_another_version_shows_the_files_that_changed_and_not_its_renamed_metadata() -> None:
    difference = compare_layers(
        a_layer(installed("demo", "1.0")), a_layer(installed("demo", "2.0", {"demo.py": b"2"}))
    )
    assert [(file.path.removeprefix(f"{SITE}/"), file.fate) for file in difference.files] == [
        ("demo-2.0.dist-info/METADATA", "changed"),
        ("demo-2.0.dist-info/RECORD", "changed"),
        ("demo.py", "changed"),
    ]
    assert {file.package for file in difference.files} == {"demo"}


def test_a_file_that_is_gone_is_told_where_it_was() -> None:
    licensed = {"demo.py": b"", "demo-1.0.dist-info/LICENSE": b"do"}
    old, new = a_layer(installed("demo", "1.0", licensed)), a_layer(installed("demo", "2.0"))
    gone = [file.path for file in compare_layers(old, new).files if file.fate == "removed"]
    assert gone == [f"{SITE}/demo-1.0.dist-info/LICENSE"]
    added = [file.path for file in compare_layers(new, old).files if file.fate == "added"]
    assert added == gone


def test_another_wheel_of_one_version_is_told_by_its_tags() -> None:
    tags = [f"cp312-cp312-manylinux_2_{glibc}_x86_64" for glibc in (26, 28)]
    older, newer = (a_layer(installed(files={"demo.so": tag.encode()}, tag=tag)) for tag in tags)
    (one,) = compare_layers(older, newer).packages
    assert (one.fate, one.noticeable, one.old and one.old.wheel) == (
        "rebuilt",
        True,
        tags[0],
    )


def test_another_wheel_with_the_same_code_goes_unnoticed() -> None:
    difference = compare_layers(
        a_layer(installed(tag="py3-none-any")), a_layer(installed(tag="py2.py3-none-any"))
    )
    assert fates(difference) == {"demo": ("rebuilt", False)}
    assert judge(difference, files_known=True).verdict == "unnoticeable"


def test_another_wheel_in_another_folder_is_noticed_whatever_its_code() -> None:
    old = a_layer(installed(tag="py3-none-any", site="python"))
    new = a_layer(installed(tag="py2.py3-none-any", site=SITE))
    assert fates(compare_layers(old, new)) == {"demo": ("rebuilt", True)}


def test_a_package_in_another_folder_is_compared_with_itself() -> None:
    old = a_layer(installed(site="python", files={"demo/a.py": b"a", "demo/b.py": b"b"}))
    new = a_layer(installed(site=SITE, files={"demo/a.py": b"a", "demo/b.py": b"c"}))
    difference = compare_layers(old, new)
    assert fates(difference) == {"demo": ("moved", True)}
    assert [file.path for file in difference.files if file.kind == "code"] == [f"{SITE}/demo/b.py"]


def test_from_the_root_of_a_function_to_a_layer_is_a_move_too() -> None:
    difference = compare_layers(a_layer(installed(site="")), a_layer(installed(site="python")))
    assert (fates(difference), difference.files) == ({"demo": ("moved", True)}, ())
    back = compare_layers(a_layer(installed(site="python")), a_layer(installed(site="")))
    assert (fates(back), back.files) == ({"demo": ("moved", True)}, ())


def test_a_package_for_two_pythons_is_compared_folder_by_folder() -> None:
    def layer(*versions: str) -> Carried:
        return a_layer(
            *(
                installed(version=version, site=f"python/lib/python3.{minor}/site-packages")
                for minor, version in zip((12, 13), versions, strict=False)
            )
        )

    (one,) = compare_layers(layer("1.0", "1.0"), layer("1.0", "2.0")).packages
    assert (one.fate, one.new and one.new.site) == (
        "updated",
        "python/lib/python3.13/site-packages",
    )
    (gone,) = compare_layers(layer("1.0", "1.0"), layer("1.0")).packages
    assert gone.fate == "removed"


def test_two_versions_in_one_folder_are_both_looked_at() -> None:
    both = a_layer(installed("demo", "1.0"), installed("demo", "2.0"))
    (gone,) = compare_layers(both, a_layer(installed("demo", "1.0"))).packages
    assert (gone.fate, gone.old and gone.old.version) == ("removed", "2.0")


@pytest.mark.parametrize(
    ("old", "new", "verdict"),
    [
        ([installed()], [installed(installer=b"uv")], "unnoticeable"),
        ([installed()], [installed(recorded=False)], "unnoticeable"),
        ([installed()], [installed(), a_file(CACHED)], "unnoticeable"),
        ([installed(), a_file(CACHED, b"1")], [installed(), a_file(CACHED, b"2")], "unnoticeable"),
        ([installed()], [installed(more=b"Summary: new words\n")], "unnoticeable"),
        ([installed()], [installed(requires=["helper"])], "noticeable"),
        ([installed()], [installed(files={"demo.py": b"value = 2\n"})], "noticeable"),
        ([installed()], [installed(), a_file(f"{SITE}/demo.pyc")], "unnoticeable"),
        ([installed()], [installed(), a_file(f"{SITE}/other.pyc")], "noticeable"),
        (
            [installed()],
            [installed(), a_file(f"{SITE}/demo-1.0.dist-info/entry_points.txt")],
            "noticeable",
        ),
        ([a_file("bin/tool")], [a_file("bin/tool", mode=0o100755)], "noticeable"),
        ([a_file("bin/tool")], [a_file("bin/tool", mode=0)], "same"),
        ([a_file(SOURCE)], [a_file(SOURCE, mode=0o100755)], "same"),
        ([a_file(SOURCE)], [a_file(SOURCE, mode=0o100664)], "same"),
        ([a_file(SOURCE)], [a_file(SOURCE, mode=0o100600)], "noticeable"),
        ([a_file("lib/x", b"", link="a")], [a_file("lib/x", b"", link="b")], "noticeable"),
    ],
)
def test_a_function_can_tell_what_it_reads_and_nothing_else(
    old: list[Any], new: list[Any], verdict: str
) -> None:
    assert judged(a_layer(*old), a_layer(*new)).verdict == verdict
    assert judged(a_layer(*new), a_layer(*old)).verdict == verdict


def test_a_package_without_its_metadata_is_there_all_the_same() -> None:
    whole = a_layer(installed(files={"demo.py": b"123"}))
    bare = a_layer(a_file(SOURCE, b"123"))
    (gone,) = compare_layers(whole, bare).packages
    assert (gone.fate, gone.loose, gone.undescribed) == ("removed", 3, True)
    assert judged(whole, bare).because == ("1 package without its metadata",)
    assert judged(bare, whole).because == ("1 package with metadata that it had not",)
    half = a_layer(a_file(f"{SITE}/demo.txt", b"1"))
    both = a_layer(installed(files={"demo.py": b"123", "demo.txt": b"22"}))
    (gone,) = compare_layers(both, half).packages
    assert (gone.loose, gone.undescribed) == (1, False)
    assert judged(both, half).because == ("1 package removed",)


def test_what_another_package_has_now_is_no_rest_of_the_one_that_is_gone() -> None:
    forked = (installed(name, files={"demo.py": b"123"}) for name in ("demo", "demo-fork"))
    difference = compare_layers(*map(a_layer, forked))
    assert [one.loose for one in difference.packages] == [0, 0]


def test_unnoticed_differences_are_named_by_kind() -> None:
    new = a_layer(installed(installer=b"uv"), a_file(CACHED))
    assert judged(a_layer(installed()), new).because == (
        "what installers note (2 files)",
        "bytecode beside its source (1 file)",
    )


def test_files_of_no_package_are_told_as_such() -> None:
    old, new = a_layer(a_file("app.py", b"1")), a_layer(a_file("app.py", b"2"))
    (file,) = compare_layers(old, new).files
    assert (file.package, file.fate, file.old, file.new) == ("", "changed", 1, 1)
    assert judged(old, new) == Judgement("noticeable", ("1 file of no package",))


def a_locked(name: str, version: str, *hashes: str, wheel: str = "") -> Package:
    return Package(name, version, wheel, 10, hashes=frozenset(hashes))


@pytest.mark.parametrize(
    ("old", "new", "fate"),
    [
        (a_locked("demo", "1.0", "a"), a_locked("demo", "1.0", "a", "b"), None),
        (a_locked("demo", "1.0", "a"), a_locked("demo", "1.0", "b"), "rebuilt"),
        (a_locked("demo", "1.0", "a"), a_locked("demo", "1.1", "b"), "updated"),
        (a_locked("demo", "1.0", wheel="x"), a_locked("demo", "1.0", wheel="y"), "rebuilt"),
        (a_locked("demo", "1.0", wheel="x"), a_locked("demo", "1.0"), None),
    ],
)
def test_locks_are_compared_by_versions_and_hashes(
    old: Package, new: Package, fate: str | None
) -> None:
    found = compare_packages([old], [new]).packages
    assert [one.fate for one in found] == ([fate] if fate else [])
    assert judge(compare_packages([old], [new]), files_known=False).verdict == (
        "noticeable" if fate else "unknown"
    )


def test_a_file_does_not_move_to_where_one_of_another_package_lies() -> None:
    """Without a RECORD a file in ``alpha/`` counts as alpha's; read either way it is one more."""
    alpha, files = installed("alpha", files={}, recorded=False), {"alpha/a.py": b""}
    one = a_layer(alpha, installed("beta", files=files, recorded=False))
    other = a_layer(alpha, installed("beta", files=files, site="python"))
    for old, new in ((one, other), (other, one)):
        fates = [(package.name, package.fate) for package in compare_layers(old, new).packages]
        assert fates == [("alpha", "touched"), ("beta", "moved")]
