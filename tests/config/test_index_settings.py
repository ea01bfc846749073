"""Where packages are looked for: who wins where flag, file, table and environment all speak."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from manylayers.config.flags import Flags
from manylayers.config.index import join_index, join_project_index, read_moment
from manylayers.doors.inputs import Gathered
from manylayers.errors import UsageError
from manylayers.formats.layer_tables import LayerTable

FLAG, FILE, TABLE, UV = (f"https://{name}/simple" for name in ("flag", "file", "table", "uv"))


def in_file(**more: object) -> Gathered:
    """What requirement files said."""
    fields: dict[str, object] = {
        "roots": (),
        "constraints": (),
        "index_url": None,
        "extra_index_urls": (),
        "find_links": (),
        "no_index": False,
        "pre": False,
        "require_hashes": False,
    }
    return Gathered(**fields | more)  # type: ignore[arg-type]


def in_table(*, pre: bool = False, **values: str | tuple[str, ...]) -> LayerTable:
    """What ``[tool.manylayers]`` said."""
    named = {key.replace("_", "-"): value for key, value in values.items()}
    return LayerTable(
        name="layer",
        where="tool.manylayers",
        lists={key: value for key, value in named.items() if isinstance(value, tuple)},
        texts={key: value for key, value in named.items() if isinstance(value, str)},
        flags={"pre": pre},
    )


NO_TABLE, NO_FILE = in_table(), in_file()


# -- the default index -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "file", "table", "environment", "winner"),
    [
        (FLAG, FILE, TABLE, {"UV_DEFAULT_INDEX": UV}, FLAG),
        (None, FILE, TABLE, {"UV_DEFAULT_INDEX": UV}, FILE),
        (None, None, TABLE, {"UV_DEFAULT_INDEX": UV}, TABLE),
        (None, None, None, {"UV_DEFAULT_INDEX": UV}, UV),
        (None, None, None, {"UV_INDEX_URL": UV}, UV),
        (None, None, None, {"UV_DEFAULT_INDEX": UV, "UV_INDEX_URL": FLAG}, UV),
        (None, None, None, {"UV_DEFAULT_INDEX": "", "UV_INDEX_URL": UV}, UV),
        (None, None, None, {"PIP_INDEX_URL": UV}, None),
        (None, None, None, {}, None),
    ],
)
def test_a_flag_wins_over_a_file_that_over_a_table_that_over_the_environment(
    flag: str | None,
    file: str | None,
    table: str | None,
    environment: dict[str, str],
    winner: str | None,
) -> None:
    settings = join_index(
        Flags(index_url=flag),
        environment,
        in_file(index_url=file),
        table=in_table(index_url=table) if table else NO_TABLE,
    )
    assert settings.default_url == winner


def test_the_first_file_that_names_an_index_is_heard() -> None:
    files = (NO_FILE, in_file(index_url=FILE), in_file(index_url=UV))
    assert join_index(Flags(), {}, *files).default_url == FILE


def test_an_index_may_be_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mirror/simple").mkdir(parents=True)
    settings = join_index(Flags(index_url="mirror/simple"), {})
    assert settings.default_url == (tmp_path / "mirror" / "simple").as_uri()


# -- the extra ones --------------------------------------------------------------------------------


def test_extra_indexes_are_all_asked_the_flags_first() -> None:
    settings = join_index(
        Flags(extra_index_urls=(FLAG,)),
        {"UV_INDEX": f"{UV}/1 {UV}/2", "UV_EXTRA_INDEX_URL": f"{UV}/3"},
        in_file(extra_index_urls=(FILE,)),
        table=in_table(extra_index_url=(TABLE,)),
    )
    assert settings.extra_urls == (FLAG, FILE, TABLE, f"{UV}/1", f"{UV}/2", f"{UV}/3")


# -- names and their credentials -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "environment", "url"),
    [
        ("corp=https://host/simple", {}, "https://host/simple"),
        (
            "corp=https://host/simple",
            {"UV_INDEX_CORP_USERNAME": "bob", "UV_INDEX_CORP_PASSWORD": "p@ss/word"},
            "https://bob:p%40ss%2Fword@host/simple",
        ),
        (
            "my-corp.eu=https://host/simple",
            {"UV_INDEX_MY_CORP_EU_PASSWORD": "token"},
            "https://:token@host/simple",
        ),
        (
            "corp=https://old:one@host/simple",
            {"UV_INDEX_CORP_USERNAME": "bob", "UV_INDEX_CORP_PASSWORD": "new"},
            "https://bob:new@host/simple",
        ),
        (
            "https://host/simple?name=corp",
            {"UV_INDEX_HOST_PASSWORD": "no"},
            "https://host/simple?name=corp",
        ),
        (
            "other=https://host/simple",
            {"UV_INDEX_CORP_PASSWORD": "no"},
            "https://host/simple",
        ),
    ],
)
def test_a_named_index_has_the_credentials_of_its_name(
    index: str, environment: dict[str, str], url: str
) -> None:
    settings = join_index(Flags(), {"UV_INDEX": index, "UV_DEFAULT_INDEX": index, **environment})
    assert (settings.extra_urls, settings.default_url) == ((url,), url)


# -- folders and pages of links --------------------------------------------------------------------


def test_places_of_links_are_taken_from_everywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "project"
    for folder in ("here", "there", "uv", "project/own"):
        (tmp_path / folder).mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    settings = join_index(
        Flags(find_links=("here", "https://host/page.html")),
        {"UV_FIND_LINKS": "uv,https://host/other.html,"},
        in_file(find_links=(str(tmp_path / "there"),)),
        table=in_table(find_links=("own",)),
        folder=project,
    )
    assert set(settings.find_links) == {
        str(tmp_path / "here"),
        "https://host/page.html",
        str(tmp_path / "uv"),
        "https://host/other.html",
        str(tmp_path / "there"),
        str(project / "own"),
    }


# -- yes and no ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "meant"),
    [("1", True), ("true", True), ("YES", True), ("on", True)]
    + [(text, False) for text in ("", "0", "false", "no", "off")],
)
@pytest.mark.parametrize(
    ("variable", "setting"), [("UV_NO_INDEX", "no_index"), ("UV_OFFLINE", "offline")]
)
def test_uvs_switches_are_read_as_uv_reads_them(
    variable: str, setting: str, text: str, *, meant: bool
) -> None:
    assert getattr(join_index(Flags(), {variable: text}), setting) is meant


@pytest.mark.parametrize(
    ("flags", "file", "table", "no_index", "pre"),
    [
        (Flags(), NO_FILE, NO_TABLE, False, False),
        (Flags(no_index=True), NO_FILE, NO_TABLE, True, False),
        (Flags(), in_file(no_index=True), NO_TABLE, True, False),
        (Flags(pre=True), NO_FILE, NO_TABLE, False, True),
        (Flags(), in_file(pre=True), NO_TABLE, False, True),
        (Flags(), NO_FILE, in_table(pre=True), False, True),
    ],
)
def test_a_switch_is_on_when_anybody_turns_it_on(
    flags: Flags, file: Gathered, table: LayerTable, *, no_index: bool, pre: bool
) -> None:
    settings = join_index(flags, {}, file, table=table)
    assert (settings.no_index, settings.pre) == (no_index, pre)


def test_the_keyring_is_uvs_own_setting() -> None:
    settings = join_index(Flags(), {"UV_KEYRING_PROVIDER": "subprocess"})
    assert settings.keyring == "subprocess"
    assert join_index(Flags(), {}).keyring is None


# -- a date in the past ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flag", "table", "environment", "day"),
    [
        ("2026-01-01", "2026-01-02", "2026-01-03", 1),
        (None, "2026-01-02", "2026-01-03", 2),
        (None, None, "2026-01-03", 3),
    ],
)
def test_the_nearest_date_counts(
    flag: str | None, table: str | None, environment: str, day: int
) -> None:
    settings = join_index(
        Flags(exclude_newer=flag),
        {"UV_EXCLUDE_NEWER": environment},
        table=in_table(exclude_newer=table) if table else NO_TABLE,
    )
    assert settings.exclude_newer == datetime(2026, 1, day + 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-02-28", datetime(2026, 3, 1, tzinfo=UTC)),
        ("2026-03-01T12:00:00Z", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T14:00:00+02:00", datetime(2026, 3, 1, 12, tzinfo=UTC)),
    ],
)
def test_a_date_means_its_end_and_a_time_itself(text: str, moment: datetime) -> None:
    assert read_moment(text, "") == moment


@pytest.mark.parametrize("text", ["soon", "2026-13-01", "2026-02-30", "30 days"])
@pytest.mark.parametrize(
    ("flags", "environment", "table", "where"),
    [
        ("{}", "", "", "--exclude-newer {}"),
        ("", "{}", "", "UV_EXCLUDE_NEWER={}"),
        ("", "", "{}", "tool.manylayers.exclude-newer {}"),
    ],
)
def test_what_is_no_date_is_refused_where_it_was_written(
    text: str, flags: str, environment: str, table: str, where: str
) -> None:
    with pytest.raises(UsageError, match="is neither a date nor a time") as caught:
        join_index(
            Flags(exclude_newer=flags.format(text) or None),
            {"UV_EXCLUDE_NEWER": environment.format(text)},
            table=in_table(exclude_newer=table.format(text)),
        )
    assert caught.value.message.startswith(where.format(text))
    assert "2026-11-23T00:00:00Z" in caught.value.hint


# -- a command that reads no input ----------------------------------------------------------------

TABLES = """
[tool.manylayers]
index-url = "https://table/simple"
find-links = ["wheels"]
pre = true
[tool.manylayers.layers.data]
requirements = ["demo"]
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project whose tables say where its layers come from, and a folder below it."""
    (tmp_path / "below" / "wheels").mkdir(parents=True)
    (tmp_path / "wheels").mkdir()
    (tmp_path / "pyproject.toml").write_text(TABLES)
    return tmp_path


@pytest.mark.parametrize("place", [".", "below"])
@pytest.mark.parametrize("named", [False, True])
def test_what_is_looked_up_is_looked_up_where_the_layers_come_from(
    project: Path, place: str, *, named: bool
) -> None:
    flags = Flags(config=str(project) if named else None)
    settings = join_project_index(flags, {"UV_DEFAULT_INDEX": UV}, project / place)
    found = (settings.default_url, settings.find_links, settings.pre)
    assert found == (TABLE, (str(project / "wheels"),), True)
    asked = Flags(index_url=FLAG, config=flags.config)
    assert join_project_index(asked, {}, project / place).default_url == FLAG


@pytest.mark.parametrize(
    "text", ["", "not = [toml", "[project]\nname = 'x'", "[tool.manylayers.check]\nignore = []"]
)
def test_a_project_that_says_nothing_of_it_is_passed_over_but_not_if_it_is_named(
    project: Path, text: str
) -> None:
    (project / "pyproject.toml").write_text(text)
    assert join_project_index(Flags(), {"UV_DEFAULT_INDEX": UV}, project).default_url == UV
    with pytest.raises(UsageError, match=r"pyproject\.toml (has|is not valid TOML)"):
        join_project_index(Flags(config=str(project)), {}, project)
