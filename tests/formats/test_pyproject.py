"""What a project's ``pyproject.toml`` asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from manylayers.errors import UsageError
from manylayers.errors.inputs import BadRequirementsError
from manylayers.formats.layer_tables import read_layer_tables
from manylayers.formats.pyproject import Project, project_roots, read_pyproject, unread_settings
from manylayers.formats.text import has_endless_number

SHOP = """
[project]
name = "My.Shop"
version = "1"
requires-python = ">=3.11"
dependencies = ["requests>=2"]
[project.optional-dependencies]
fast = ["orjson"]
all = ["my-shop[fast, Slow]", "idna"]
slow = ["simplejson", "My_Shop[all]"]
[dependency-groups]
lambda = ["boto3", {include-group = "base"}]
base = ["six"]
"""


def project(text: str) -> Project:
    return read_pyproject(text.encode(), "pyproject.toml", Path("/shop"))


def roots(text: str, **wanted: object) -> list[str]:
    return [root.requirement for root in project_roots(project(text), **wanted)]  # type: ignore[arg-type]


def test_dependencies_are_roots_and_say_where_they_stood() -> None:
    (root,) = project_roots(project(SHOP))
    assert root.requirement == "requests>=2"
    assert str(root.origin) == "pyproject.toml, project.dependencies"


def test_extras_are_added_and_own_extras_followed() -> None:
    assert roots(SHOP, extras=["ALL"], dependencies=False) == ["orjson", "simplejson", "idna"]


def test_groups_include_other_groups() -> None:
    assert roots(SHOP, groups=["lambda"], dependencies=False) == ["boto3", "six"]


@pytest.mark.parametrize(
    ("wanted", "words", "known"),
    [
        ({"extras": ["quick"]}, "no extra 'quick'", "all, fast, slow"),
        ({"groups": ["dev"]}, "no dependency group 'dev'", "base, lambda"),
    ],
)
def test_an_unknown_name_lists_the_known(wanted: dict[str, object], words: str, known: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        roots(SHOP, **wanted)
    assert known in caught.value.hint


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[project]\nname='x'\ndynamic=['dependencies']", "leaves its dependencies to the build"),
        ("[tool.poetry.dependencies]\nrequests='*'", "Poetry's own"),
        ("[project]\nname='x'\ndependencies='requests'", "must be a list of strings"),
        ("project = 1", "must be a table"),
        ("tool = 1", "must be a table"),
        ("[project]\nname=3", "name must be a string"),
        ("[project]\nname='../../evil'", "is no name"),
        ("[project]\nname='x'\ndynamic=3", "dynamic must be a list of strings"),
        ("[project]\nname='x'\nrequires-python='^3.8'", "is no version specifier"),
        ("[project]\nname='x'\ndependencies=['a']\n[tool]\nuv=3", "tool.uv. must be a table"),
        ("[build-system]", "has no .project. table"),
        ("a=" + "[" * 5000 + "]" * 5000, "nests too deep"),
        ("a=" + "9" * 5000, "not valid TOML: it has a number of more than 4,300 digits"),
        (f"[project]\nname='x'\nrequires-python='>={'9' * 5000}'", "more than 4,300 digits"),
        ("\n[a" + ".a" * 100_000 + "]", "line 2 has a key of 100 parts or more"),
        ('a . "b" . ' * 60 + "c = 1", "line 1 has a key of 100 parts or more"),
    ],
)
def test_what_can_not_be_read_off_says_so(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        roots(text)


def test_numbers_that_are_nearly_too_long_cost_no_time() -> None:
    """A pattern that starts anew at each digit would take minutes."""
    assert not has_endless_number((b"9" * 4300 + b" ") * 6000)


def test_no_toml_is_told_with_its_line() -> None:
    with pytest.raises(UsageError, match=r"pyproject.toml is not valid TOML.*line 2"):
        project("[project]\nname= =\n")


OWN = """
[project]
name = "shop"
dependencies = ["Shop[base]", "idna"]
[project.optional-dependencies]
base = ["six ; python_version > '3'"]
linux = ["shop[base, fast]>=1 ; sys_platform == 'linux'"]
fast = ["orjson"]
"""


def test_own_extras_are_followed_wherever_they_stand_with_their_markers() -> None:
    assert roots(OWN) == ["six ; python_version > '3'", "idna"]
    assert roots(OWN, extras=["linux"], dependencies=False) == [
        "six ; (sys_platform == \"linux\") and (python_version > '3')",
        'orjson ; (sys_platform == "linux")',
    ]


def test_groups_that_name_two_others_each_come_to_an_end() -> None:
    more = "\n".join(
        f"g{n} = [{{include-group = 'G{n + 1}'}}, {{include-group = 'g{n + 1}'}}]"
        for n in range(40)
    )
    with pytest.raises(UsageError, match="group 'g0' can't be read: it comes to over 10,000 lines"):
        roots(f"[dependency-groups]\n{more}\ng40 = ['six']", dependencies=False, groups=("g0",))


def test_extras_that_name_two_others_each_come_to_an_end() -> None:
    more = "\n".join(
        f"e{n} = [\"shop[e{n + 1}]; os_name == 'posix'\", \"shop[e{n + 1}]; os_name != 'x'\"]"
        for n in range(40)
    )
    head = "[project]\nname = 'shop'\ndependencies = ['shop[e0]']\n"
    with pytest.raises(UsageError, match="extras that name one another over 1,000 times"):
        roots(f"{head}[project.optional-dependencies]\n{more}\ne40 = ['six']")


def test_extras_whose_names_are_one_are_refused() -> None:
    text = "[project]\nname='x'\n[project.optional-dependencies]\na_b=['one']\nA-b=['two']"
    with pytest.raises(UsageError, match="twice"):
        roots(text, extras=["a.b"], dependencies=False)


def test_extras_of_the_wrong_type_are_named() -> None:
    text = "[project]\nname='x'\noptional-dependencies=['a']"
    with pytest.raises(UsageError, match=r"\[project.optional-dependencies\] must be a table"):
        roots(text, extras=["a"], dependencies=False)


def test_what_only_uv_reads_is_warned_of() -> None:
    told = unread_settings(
        project("[tool.uv]\nconstraint-dependencies=['a<2']\n[[tool.uv.index]]\n")
    )
    assert told == (
        "pyproject.toml: [tool.uv] says constraint-dependencies, index, which is not read here",
    )
    assert unread_settings(project("[tool.uv]\ndev-dependencies=[]")) == ()


def test_a_source_of_uv_is_refused_by_name() -> None:
    text = "[project]\nname='x'\ndependencies=['lib']\n[tool.uv.sources]\nlib={workspace=true}"
    with pytest.raises(BadRequirementsError) as caught:
        roots(text)
    assert "tool.uv.sources" in caught.value.details[0]


TABLE = """
[project]
name = "shop"
[tool.manylayers]
python = ["3.12", "3.13"]
arch = "arm64"
layout = "flat"
[tool.manylayers.layers.web]
requirements = ["requests"]
[tool.manylayers.layers.data]
requirements = ["orjson"]
python = "3.11"
exclude-runtime = true
"""


def tables(text: str) -> object:
    document = project(text)
    return read_layer_tables(document.document, "pyproject.toml", document.name)


def test_a_layer_has_the_common_options_and_its_own_win() -> None:
    found = tables(TABLE)
    assert isinstance(found, tuple)
    web, data = found
    assert (web.name, web.lists["python"], web.lists["arch"]) == (
        "web",
        ("3.12", "3.13"),
        ("arm64",),
    )
    assert (data.lists["python"], data.texts["layout"]) == (("3.11",), "flat")
    assert data.flags == {"exclude-runtime": True}


def test_a_table_without_layers_is_one_named_after_the_project() -> None:
    found = tables("[project]\nname='My_Shop'\n[tool.manylayers]\npython='3.12'")
    assert isinstance(found, tuple)
    assert [table.name for table in found] == ["my-shop"]


def test_no_table_is_no_layer() -> None:
    assert tables("[project]\nname='x'") is None


@pytest.mark.parametrize(
    ("line", "words", "hint"),
    [
        ("pyton = '3.12'", r"tool\.manylayers\.pyton is not known", "python"),
        ("layers.web.requirement = []", r"layers\.web\.requirement is not known", "requirements"),
        ("layers.web.output = 'x'", r"layers\.web\.output is not known", ""),
        ("python = 3.12", "must be a list of strings", "in quotes"),
        ("python = ['3.11', 3.12]", "must be a list of strings", "in quotes"),
        ("exclude-runtime = 'yes'", "must be true or false", ""),
        ("layers = ['web']", "must be a table", ""),
        ("arch = []", "arch is empty", ""),
        ("lock = 'pylock.toml'\nrequirements = ['demo']", "has a lock.*and requirements", ""),
        ("layers.a = {}\nlayers.A = {}", "one file on some disks", ""),
    ],
)
def test_a_key_that_is_wrong_is_named_in_full(line: str, words: str, hint: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        tables(f"[tool.manylayers]\n{line}")
    assert hint in caught.value.hint


@pytest.mark.parametrize(
    "name", ["../../evil", "/tmp/evil", "", "a\\\\b", "..", "a:b", "a\\u0000", "x" * 101, "a."]
)
def test_a_layer_is_named_like_a_file(name: str) -> None:
    with pytest.raises(UsageError, match="can not be a layer's name"):
        tables(f'[tool.manylayers.layers."{name}"]')
