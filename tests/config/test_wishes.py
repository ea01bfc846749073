"""Which layers are wanted, from what, for whom: command line, project and lock joined."""

from __future__ import annotations

from pathlib import Path

import pytest

from manylayers.config.asked import build_options, lock_options
from manylayers.config.flags import BuildFlags, Flags, LockFlags
from manylayers.config.wishes import Wishes, read_wishes
from manylayers.errors import UsageError
from manylayers.options import Asked, BuildOptions, Layout, Locked, find_layout
from manylayers.target import find_target

PROJECT = "[project]\nname = 'Shop_Web'\nversion = '1'\ndependencies = ['own']\n"
LOCK = 'lock-version = "1.0"\ncreated-by = "somebody"\npackages = []\n'


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder one stands in."""
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


NO_FLAGS, PLAIN_LOCK = BuildFlags(), LockFlags()


def wishes(**flags: object) -> Wishes:
    return read_wishes(Flags(**flags), {})  # type: ignore[arg-type]


def builds(own: BuildFlags = NO_FLAGS, **flags: object) -> tuple[BuildOptions, ...]:
    said = Flags(**flags)  # type: ignore[arg-type]
    return build_options(read_wishes(said, {}), said, own)


def write(folder: Path, text: str, name: str = "pyproject.toml") -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(text, encoding="utf-8")


def roots(wished: Wishes) -> list[list[str]]:
    """The requirements of each layer."""
    sources = [wish.source for wish in wished.layers]
    return [
        [root.requirement for root in source.roots]
        for source in sources
        if isinstance(source, Asked)
    ]


# -- what is built from ----------------------------------------------------------------------------


def test_requirements_named_are_all_there_is(here: Path) -> None:
    write(here, PROJECT)
    write(here, "listed\n", "more.txt")
    assert roots(wishes(requirements=("named",), files=("more.txt",))) == [["named", "listed"]]


def test_a_project_named_beside_them_is_added(here: Path) -> None:
    write(here / "lib", PROJECT)
    assert roots(wishes(requirements=("named",), project="lib")) == [["named", "own"]]


def test_with_nothing_named_it_is_the_nearest_project(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(here, PROJECT)
    (here / "src" / "deep").mkdir(parents=True)
    monkeypatch.chdir(here / "src" / "deep")
    wished = wishes()
    assert roots(wished) == [["own"]]
    assert wished.layers[0].name == "shop-web"


def test_its_tables_are_the_layers_where_it_has_any(here: Path) -> None:
    tables = "[tool.manylayers.layers.a]\nrequirements = ['x']\n[tool.manylayers.layers.b]\n"
    write(here, f"{PROJECT}{tables}")
    wished = wishes()
    assert [wish.name for wish in wished.layers] == ["a", "b"]
    assert roots(wished) == [["x"], ["own"]]


def test_a_table_with_requirements_takes_the_project_along_for_an_extra_or_when_told(
    here: Path,
) -> None:
    extras = "[project.optional-dependencies]\nfast = ['speed']\n"
    for key, wanted in (
        ("extras = ['fast']", ["x", "own", "speed"]),
        ("project = true", ["x", "own"]),
        ("project = false\nextras = ['fast']", ["x", "speed"]),
        ("arch = 'arm64'", ["x"]),
    ):
        write(here, f"{PROJECT}{extras}[tool.manylayers]\nrequirements = ['x']\n{key}\n")
        assert roots(wishes()) == [wanted], key


def test_lists_of_a_table_bring_their_requirements_and_their_index(here: Path) -> None:
    write(here, "--no-index\n--find-links wheels\nlisted\n", "list.txt")
    (here / "wheels").mkdir()
    write(here, "[tool.manylayers]\nrequirements-files = ['list.txt']\n")
    wished = wishes()
    assert (roots(wished), wished.settings.no_index) == ([["listed"]], True)
    assert wished.settings.find_links == (str(here / "wheels"),)


def test_hashes_that_a_list_of_a_table_requires_are_required_beside_constraints_too(
    here: Path,
) -> None:
    digest = "0" * 64
    write(here, f"--require-hashes\ndemo==1.0 --hash=sha256:{digest}\n", "list.txt")
    write(here, "demo<2\n", "held.txt")
    write(here, "[tool.manylayers]\nrequirements-files = ['list.txt']\n")
    for flags in ({}, {"constraints": ("held.txt",)}):
        source = wishes(**flags).layers[0].source
        assert isinstance(source, Asked)
        assert source.require_hashes


def test_a_lock_of_a_table_is_built_without_a_requirement(here: Path) -> None:
    write(here, LOCK, "pylock.toml")
    write(here, "[tool.manylayers]\npython = '3.12'\nlock = 'pylock.toml'\n")
    (one,) = builds()
    assert isinstance(one.source, Locked)


def test_what_uv_is_told_and_we_do_not_read_is_warned_of_where_the_project_takes_part(
    here: Path,
) -> None:
    told = f"{PROJECT}[tool.uv]\nindex-url = 'https://host/simple'\n[tool.manylayers]\n"
    for key, warned in (("layout = 'flat'", 1), ("requirements = ['x']", 0)):
        write(here, f"{told}{key}\n")
        source = wishes().layers[0].source
        assert isinstance(source, Asked)
        assert [("[tool.uv] says index-url" in text) for text in source.warnings] == [True] * warned


def test_a_group_alone_leaves_the_projects_dependencies_out(here: Path) -> None:
    extras = "[project.optional-dependencies]\nfast = ['speed']\n"
    write(here, f"{PROJECT}{extras}[dependency-groups]\ndev = ['tool']\n")
    assert roots(wishes(groups=("dev",))) == [["tool"]]
    assert roots(wishes(groups=("dev",), extras=("fast",))) == [["own", "speed", "tool"]]
    assert roots(wishes(groups=("dev",), project=".")) == [["own", "tool"]]
    write(here, "[project]\nname = 'x'\nversion = '1'\n[dependency-groups]\ndev = ['tool']\n")
    assert roots(wishes(groups=("dev",), project=".")) == [["tool"]]


def test_constraints_come_along_with_a_project(here: Path) -> None:
    write(here, PROJECT)
    write(here, "own<2\n", "held.txt")
    source = wishes(project=".", constraints=("held.txt",)).layers[0].source
    assert isinstance(source, Asked)
    assert [root.requirement for root in source.constraints] == ["own<2"]


def test_a_project_says_which_pythons_it_is_for(here: Path) -> None:
    write(here, f"{PROJECT}requires-python = '>=3.12'\n")
    for wished in (wishes(), wishes(requirements=("named",), project=".")):
        source = wished.layers[0].source
        assert isinstance(source, Asked)
        assert source.requires_python == ">=3.12"


@pytest.mark.parametrize("beside", [{"requirements": ("x",)}, {"files": ("x",)}, {"project": "."}])
def test_a_lock_stands_alone(beside: dict[str, object]) -> None:
    with pytest.raises(UsageError, match="--lock names everything already"):
        wishes(lock="pylock.toml", **beside)


def test_a_lock_is_read_with_the_extras_and_groups_wanted(here: Path) -> None:
    write(here, LOCK, "pylock.toml")
    source = wishes(lock="pylock.toml", extras=("fast",), groups=("dev",)).layers[0].source
    assert isinstance(source, Locked)
    assert (source.extras, source.groups) == (("fast",), ("dev",))


@pytest.mark.parametrize(
    ("flags", "words"),
    [
        ({}, "nothing was named to build from"),
        ({"project": "nowhere"}, "can not be read"),
        ({"config": "nowhere.toml"}, r"nowhere\.toml can not be read"),
        ({"files": ("nowhere.txt",)}, r"nowhere\.txt can not be read"),
        ({"lock": "nowhere.toml"}, r"nowhere\.toml can not be read"),
    ],
)
def test_an_input_that_is_not_there_is_named(flags: dict[str, object], words: str) -> None:
    with pytest.raises(UsageError, match=words) as caught:
        wishes(**flags)
    assert caught.value.hint


def test_a_project_without_anything_to_build_says_which(here: Path) -> None:
    write(here, "[tool.other]\n")
    with pytest.raises(UsageError, match=r"pyproject\.toml has no \[tool\.manylayers\]"):
        wishes()


def test_a_table_for_checks_alone_tells_of_no_layer(here: Path) -> None:
    write(here, "[tool.manylayers.check]\nignore = ['L108']\n")
    for flags in ({}, {"config": "pyproject.toml"}):
        with pytest.raises(UsageError) as caught:
            wishes(**flags)
        assert "has [tool.manylayers.check] alone, and no layer" in str(caught.value)


# -- for which runtimes ----------------------------------------------------------------------------

TABLE = (
    "[tool.manylayers]\npython = ['3.11', '3.12']\narch = ['x86_64', 'arm64']\nlayout = 'flat'\n"
)


def test_targets_come_from_the_table_and_each_is_a_layer(here: Path) -> None:
    write(here, TABLE + PROJECT)
    told = [(str(*one.targets), one.layout) for one in builds()]
    assert told == [
        (f"python{python} {arch}", Layout.FLAT)
        for arch in ("x86_64", "arm64")
        for python in ("3.11", "3.12")
    ]


def test_flags_win_over_the_table(here: Path) -> None:
    write(here, TABLE + PROJECT)
    (one,) = builds(BuildFlags(layout="function"), pythons=("3.13",), arch="arm64")
    assert (one.targets, one.layout) == ((find_target("3.13", "arm64"),), Layout.FUNCTION)


@pytest.mark.parametrize(
    ("key", "flag"),
    [
        ("exclude-runtime", BuildFlags(exclude_runtime=True)),
        ("scripts", BuildFlags(scripts=True)),
    ],
)
def test_a_switch_of_the_table_is_on_or_turned_on(here: Path, key: str, flag: BuildFlags) -> None:
    name = key.replace("-", "_")
    write(here, f"[tool.manylayers]\npython = '3.12'\n{PROJECT}")
    assert not getattr(builds()[0], name)
    assert getattr(builds(flag)[0], name)
    write(here, f"[tool.manylayers]\npython = '3.12'\n{key} = true\n{PROJECT}")
    assert getattr(builds()[0], name)


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("python = ['3.12', '4.2']", "Lambda has no Python runtime '4.2'"),
        ("arch = 'sparc'", "Lambda has no architecture 'sparc'"),
        ("layout = 'odd'", "there is no layout 'odd'"),
    ],
)
def test_a_value_that_a_table_can_not_have_is_told_with_its_place(
    here: Path, key: str, told: str
) -> None:
    write(here, f"{PROJECT}[tool.manylayers.layers.web]\n{key}\n")
    with pytest.raises(UsageError) as caught:
        wishes()
    assert f"pyproject.toml: tool.manylayers.layers.web: {told}" in str(caught.value)


def test_from_the_command_line_several_pythons_share_a_layer() -> None:
    (one,) = builds(requirements=("demo",), pythons=("3.12", "3.13", "python3.12"))
    assert one.targets == (find_target("3.12", "x86_64"), find_target("3.13", "x86_64"))
    (one,) = builds(requirements=("demo",), pythons=("3.12",), arch="arm64")
    assert one.targets == (find_target("3.12", "arm64"),)


def test_a_lock_knows_its_own_target_and_a_flag_wins(here: Path) -> None:
    made_for = '[tool.manylayers]\nruntime = "python3.11"\narchitecture = "arm64"\n'
    write(here, f"{LOCK}{made_for}", "pylock.toml")
    (own,) = builds(lock="pylock.toml")
    assert own.targets == (find_target("3.11", "arm64"),)
    (other,) = builds(lock="pylock.toml", pythons=("3.12",), arch="x86_64")
    assert other.targets == (find_target("3.12", "x86_64"),)


def test_without_a_python_one_is_asked_for() -> None:
    with pytest.raises(UsageError, match="which runtime is it for") as caught:
        builds(requirements=("demo",))
    assert "manylayers runtimes" in caught.value.hint


def test_a_layout_that_is_none_names_the_three() -> None:
    with pytest.raises(UsageError, match="no layout 'odd'") as caught:
        find_layout("odd")
    assert caught.value.hint == "it is one of lib, flat, function"


# -- where it goes ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("output", "path", "folder"),
    [
        (None, "layer.zip", False),
        ("data.zip", "data.zip", False),
        ("DATA.ZIP", "DATA.ZIP", False),
        ("out/data.zip", "out/data.zip", False),
        ("aws-layer/", "aws-layer", True),
        ("there", "there", True),
        ("./", ".", True),
        ("odd.zip/", "odd.zip", True),
    ],
)
def test_an_output_is_a_zip_or_a_folder(
    here: Path, output: str | None, path: str, *, folder: bool
) -> None:
    (here / "there").mkdir()
    (one,) = builds(requirements=("demo",), pythons=("3.12",), output=output)
    assert (one.destination.path, one.destination.folder) == (Path(path), folder)


@pytest.mark.parametrize("output", ["layer", "layer.tar.gz", "out/new"])
def test_an_output_that_is_neither_is_asked_about(output: str) -> None:
    with pytest.raises(UsageError, match=r"neither a \.zip nor a folder") as caught:
        builds(requirements=("demo",), pythons=("3.12",), output=output)
    assert f"-o {output}.zip, or -o {output}/" in caught.value.hint


def test_layers_of_tables_are_named_after_layer_and_target(here: Path) -> None:
    layers = "[tool.manylayers.layers.web]\n[tool.manylayers.layers.'data_2.x']\n"
    write(here, f"{PROJECT}[tool.manylayers]\npython = '3.12'\n{layers}")
    assert [one.destination.path.as_posix() for one in builds()] == [
        "dist/web-python3.12-x86_64.zip",
        "dist/data_2.x-python3.12-x86_64.zip",
    ]


def test_a_table_names_its_own_folder(here: Path) -> None:
    write(here, f"{PROJECT}[tool.manylayers]\npython = '3.12'\noutput = 'build/layers'\n")
    assert builds()[0].destination.path == Path("build/layers/shop-web-python3.12-x86_64.zip")


@pytest.mark.parametrize(
    "name", ["../up", "a/b", "C:x", "a\\\\b", ".hidden", "", "two words", "a;b"]
)
def test_a_layers_name_is_no_path(here: Path, name: str) -> None:
    write(here, f'{PROJECT}[tool.manylayers.layers."{name}"]\npython = "3.12"\n')
    with pytest.raises(UsageError, match="can not be a layer's name") as caught:
        builds()
    assert "letters, digits" in caught.value.hint


# -- where locks go --------------------------------------------------------------------------------


def lock_paths(own: LockFlags = PLAIN_LOCK, **flags: object) -> list[str]:
    said = Flags(**flags)  # type: ignore[arg-type]
    return [one.path.as_posix() for one in lock_options(read_wishes(said, {}), said, own)]


@pytest.mark.parametrize(
    ("pythons", "kind", "output", "paths"),
    [
        (("3.12",), "pylock", None, ["pylock.toml"]),
        (("3.12",), "requirements", None, ["requirements.txt"]),
        (("3.12",), "pylock", "out/pylock.data.toml", ["out/pylock.data.toml"]),
        (
            ("3.12", "3.13"),
            "pylock",
            None,
            ["pylock.python312-x86_64.toml", "pylock.python313-x86_64.toml"],
        ),
        (
            ("3.12", "3.13"),
            "requirements",
            "out/linked.txt",
            ["out/linked.python312-x86_64.txt", "out/linked.python313-x86_64.txt"],
        ),
    ],
)
def test_a_lock_has_the_name_pep_751_gives_it_one_a_target(
    pythons: tuple[str, ...], kind: str, output: str | None, paths: list[str]
) -> None:
    told = lock_paths(
        LockFlags(format=kind), requirements=("demo",), pythons=pythons, output=output
    )
    assert told == paths


def test_a_lock_of_one_of_several_layers_has_its_name_in_it(here: Path) -> None:
    layers = "[tool.manylayers.layers.web]\n[tool.manylayers.layers.data]\n"
    write(here, f"{PROJECT}[tool.manylayers]\npython = '3.12'\n{layers}")
    assert lock_paths() == ["pylock.web-python312-x86_64.toml", "pylock.data-python312-x86_64.toml"]


def test_a_lock_is_never_locked_again(here: Path) -> None:
    write(here, LOCK, "pylock.toml")
    with pytest.raises(UsageError, match="a lock can not be locked again"):
        lock_paths(lock="pylock.toml", pythons=("3.12",))


def test_a_lock_never_lies_over_an_input(here: Path) -> None:
    write(here, "demo\n", "requirements.txt")
    with pytest.raises(UsageError, match="is one of the inputs"):
        lock_paths(
            LockFlags(format="requirements"),
            files=("requirements.txt",),
            pythons=("3.12",),
            output="./requirements.txt",
        )


def test_a_project_beside_requirements_is_an_input_too(here: Path) -> None:
    write(here, PROJECT)
    with pytest.raises(UsageError, match="is one of the inputs"):
        lock_paths(
            requirements=("demo",), project=".", pythons=("3.12",), output="../here/pyproject.toml"
        )


def test_codes_to_ignore_are_those_of_table_and_flag(here: Path) -> None:
    write(here, f"[tool.manylayers]\npython = '3.12'\nignore = ['L112']\n{PROJECT}")
    assert builds()[0].ignore == ("L112",)
    assert builds(BuildFlags(ignore=("b2,l112",)))[0].ignore == ("L112", "B2")
    with pytest.raises(UsageError, match="no check has a code that begins with 'Z9'"):
        builds(BuildFlags(ignore=("Z9",)))
