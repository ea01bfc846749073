"""The question as uv is asked it, its refusals as our errors, and its answers over local wheels."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from index_app import Offer, html_page, json_page, serving
from manylayers.doors.index import Index
from manylayers.doors.question import (
    PASSED_ON,
    Question,
    question_files,
    uv_arguments,
    uv_environment,
)
from manylayers.doors.resolve import Answer, Resolver
from manylayers.doors.uv_failures import failure
from manylayers.errors import ManylayersError, NetworkError
from manylayers.errors.inputs import UnreadableWheelError
from manylayers.errors.places import IndexPageError, OfflineError
from manylayers.errors.resolving import UnresolvableError
from manylayers.hands.web import WebSession
from manylayers.options import IndexSettings
from wheel_builder import build_wheel, metadata

MOMENT = datetime(2026, 3, 1, 12, tzinfo=UTC)


def a_question(*requirements: str, **more: object) -> Question:
    fields: dict[str, object] = {
        "constraints": (),
        "python_full": "3.12.11",
        "platform": "x86_64-manylinux_2_28",
    }
    return Question(requirements=requirements, **fields | more)  # type: ignore[arg-type]


# -- the question as a value -----------------------------------------------------------------------


def arguments(question: Question, **settings: object) -> list[str]:
    return uv_arguments(question, IndexSettings(**settings), Path("cache"))  # type: ignore[arg-type]


def holds(words: list[str], *wanted: str) -> bool:
    """Whether ``wanted`` stand in ``words`` side by side."""
    return any(tuple(words[at : at + len(wanted)]) == wanted for at in range(len(words)))


@pytest.mark.parametrize(
    "wanted",
    [
        ("pip", "compile", "requirements.in"),
        ("--output-file", "pylock.toml"),
        ("--format", "pylock.toml"),
        ("--only-binary", ":all:"),
        ("--no-config",),
        ("--no-sources",),
        ("--no-python-downloads",),
        ("--python-version", "3.12.11"),
        ("--python-platform", "x86_64-manylinux_2_28"),
        ("--cache-dir", "cache"),
    ],
)
def test_every_question_names_its_target_and_nothing_of_the_host(wanted: tuple[str, ...]) -> None:
    assert holds(arguments(a_question("demo")), *wanted)


@pytest.mark.parametrize(
    ("settings", "wanted"),
    [
        ({"offline": True}, ("--offline",)),
        ({"no_index": True}, ("--no-index",)),
        ({"pre": True}, ("--prerelease", "allow")),
        ({"exclude_newer": MOMENT}, ("--exclude-newer", "2026-03-01T12:00:00+00:00")),
    ],
)
def test_a_setting_is_an_argument_and_its_absence_none(
    settings: dict[str, object], wanted: tuple[str, ...]
) -> None:
    question = a_question("demo")
    assert holds(arguments(question, **settings), *wanted)
    assert wanted[0] not in arguments(question)


@pytest.mark.parametrize(
    ("field", "option", "name"),
    [
        ("constraints", "--constraints", "constraints.txt"),
        ("excluded", "--excludes", "excludes.txt"),
    ],
)
def test_constraints_and_exclusions_are_files_that_are_named_when_there_are_any(
    field: str, option: str, name: str
) -> None:
    question = a_question("demo", **{field: ("one<2", "two")})
    assert holds(arguments(question), option, name)
    assert question_files(question)[name] == "one<2\ntwo\n"
    assert option not in arguments(a_question("demo"))


def test_preferences_are_a_lock_that_uv_finds_in_its_place() -> None:
    assert "pylock.toml" not in question_files(a_question("demo"))
    written = question_files(a_question("demo", preferences=(("demo", "1.0"),)))["pylock.toml"]
    assert 'lock-version = "1.0"' in written
    assert 'name = "demo"\nversion = "1.0"\n' in written


def test_index_urls_travel_in_the_environment_where_nobody_else_sees_them() -> None:
    settings = IndexSettings(
        default_url="https://bob:s3cret@host/simple", extra_urls=("https://a/s", "https://b/s")
    )
    seen = uv_environment(settings, {})
    assert seen["UV_DEFAULT_INDEX"] == "https://bob:s3cret@host/simple"
    assert seen["UV_INDEX"] == "https://a/s https://b/s"
    words = uv_arguments(a_question("demo"), settings, Path("cache"))
    assert not any("host" in word or "s3cret" in word for word in words)


def test_a_comma_in_a_place_of_links_parts_no_two_places() -> None:
    settings = IndexSettings(find_links=("/a b", "/c,d", "https://host/e,f?sig=s3cret"))
    seen = uv_environment(settings, {})
    assert seen["UV_FIND_LINKS"] == "/a b,file:///c%2Cd,https://host/e%2Cf?sig=s3cret"
    assert "--find-links" not in uv_arguments(a_question("demo"), settings, Path("cache"))


def test_of_uvs_own_variables_only_those_about_the_way_in_are_passed_on() -> None:
    harmless = dict.fromkeys(PASSED_ON, "x")
    others = dict.fromkeys(("UV_RESOLUTION", "UV_OVERRIDE", "UV_INDEX", "UV_DEFAULT_INDEX"), "x")
    own = {"HOME": "/home/me", "https_proxy": "http://p", "VIRTUAL_ENV": "/venv", "COLUMNS": "9"}
    seen = uv_environment(IndexSettings(), {**own, **harmless, **others})
    assert seen == {**harmless, "HOME": "/home/me", "https_proxy": "http://p"}


def test_the_keyring_of_the_settings_is_told_to_uv() -> None:
    seen = uv_environment(IndexSettings(keyring="subprocess"), {})
    assert seen == {"UV_KEYRING_PROVIDER": "subprocess"}


# -- what uv says when it gives up -----------------------------------------------------------------

NO_SOLUTION = """\
error: No solution found when resolving dependencies
  cause: Because you require demo<2 and demo>=2, we can conclude that your requirements are \
unsatisfiable.
"""
FETCH_FAILED = """\
error: Failed to fetch: `https://bob:s3cret@host/simple/demo/`
  cause: HTTP status client error (403 Forbidden) for url (https://bob:s3cret@host/simple/demo/)
"""
TLS_FAILED = """\
error: Request failed after 3 retries
  cause: invalid peer certificate: UnknownIssuer
"""
NOT_A_ZIP = """\
error: Failed to download `demo==1.0`
  cause: Failed to extract archive: demo-1.0-py3-none-any.whl
  cause: Invalid zip file structure
"""
OFFLINE = """\
error: No solution found when resolving dependencies
  cause: Because demo was not found in the cache and you require demo, we can conclude that your \
requirements are unsatisfiable.

hint: Packages were unavailable because the network was disabled. When the network is disabled, \
registry packages may only be read from the cache.
"""


@pytest.mark.parametrize(
    ("said", "kind", "status", "words"),
    [
        (NO_SOLUTION, UnresolvableError, 3, "Because you require demo<2 and demo>=2"),
        (FETCH_FAILED, NetworkError, 4, "answered 403"),
        (TLS_FAILED, NetworkError, 4, "invalid peer certificate"),
        (NOT_A_ZIP, UnreadableWheelError, 5, "Invalid zip file structure"),
        (OFFLINE, OfflineError, 4, "--offline forbids asking it"),
        ("error: something new\n", UnresolvableError, 3, "something new"),
    ],
    ids=["conflict", "refused", "certificate", "damaged", "offline", "unknown"],
)
def test_a_refusal_is_told_by_its_kind_with_uvs_own_reason(
    said: str, kind: type[ManylayersError], status: int, words: str
) -> None:
    error = failure(said)
    assert (type(error), error.exit_status) == (kind, status)
    assert words in "\n".join((error.message, *error.details))
    assert error.hint


def test_a_refusal_tells_no_password() -> None:
    error = failure(FETCH_FAILED)
    assert "s3cret" not in "\n".join((error.message, error.hint, *error.details))


def test_the_reasoning_is_told_without_uvs_headline() -> None:
    error = failure(NO_SOLUTION)
    assert isinstance(error, UnresolvableError)
    assert error.explanation.startswith("Because you require")


# -- uv itself, over a folder ----------------------------------------------------------------------

Ask = Callable[..., Answer]


@pytest.fixture
def ask(tmp_path: Path, wheels: Path) -> Ask:
    """Asks the true uv, offline, over the wheels of the test."""

    def ask_uv(
        *requirements: str,
        environment: dict[str, str] | None = None,
        settings: IndexSettings | None = None,
        **question: object,
    ) -> Answer:
        told = settings or IndexSettings(no_index=True, find_links=(str(wheels),))
        seen = {**os.environ, **(environment or {})}
        resolver = Resolver(told, tmp_path / "uv", seen)
        return resolver.resolve(a_question(*requirements, **question))

    return ask_uv


def pins(answer: Answer) -> dict[str, str]:
    return {pin.name: pin.version for pin in answer.pins}


def test_an_answer_names_the_file_its_place_and_its_hash(wheels: Path, ask: Ask) -> None:
    path = build_wheel(wheels)
    ((pin,), warnings) = ask("demo")
    assert (pin.name, pin.version, pin.direct, warnings) == ("demo", "1.0", False, ())
    (file,) = pin.files
    assert (file.filename, file.url) == (path.name, path.as_uri())
    assert file.sha256 == sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("question", "dependencies"),
    [
        ({}, set()),
        ({"python_full": "3.11.9"}, {"backport"}),
        ({"platform": "aarch64-manylinux_2_28"}, {"arm-only"}),
    ],
)
def test_markers_are_the_targets_and_not_the_hosts(
    wheels: Path, ask: Ask, question: dict[str, str], dependencies: set[str]
) -> None:
    markers = {
        "backport": 'python_version < "3.12"',
        "arm-only": 'platform_machine == "aarch64"',
        "mac-only": 'sys_platform == "darwin"',
        "windows-only": 'os_name == "nt"',
    }
    build_wheel(wheels, requires=[f"{name}; {marker}" for name, marker in markers.items()])
    for name in markers:
        build_wheel(wheels, name)
    assert set(pins(ask("demo", **question))) == {"demo"} | dependencies


def test_a_requirement_whose_marker_is_not_the_targets_is_not_there(ask: Ask) -> None:
    assert ask('nowhere; sys_platform == "win32"').pins == ()


def test_an_extra_brings_what_it_names_and_an_unknown_one_a_warning(wheels: Path, ask: Ask) -> None:
    build_wheel(wheels, requires=['helper; extra == "fast"'])
    build_wheel(wheels, "helper")
    assert set(pins(ask("demo"))) == {"demo"}
    assert set(pins(ask("demo[fast]"))) == {"demo", "helper"}
    assert "does not have an extra named `slow`" in ask("demo[slow]").warnings[0]


@pytest.fixture
def versions(wheels: Path) -> Path:
    for version in ("1.0", "2.0", "3.0rc1"):
        build_wheel(wheels, version=version)
    return wheels


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("requirement", "more", "version"),
    [
        ("demo", {}, "2.0"),
        ("demo<2", {}, "1.0"),
        ("demo", {"constraints": ("demo<2",)}, "1.0"),
        ("demo", {"preferences": (("demo", "1.0"),)}, "1.0"),
        ("demo>1", {"preferences": (("demo", "1.0"),)}, "2.0"),
        ("demo>=3.0rc1", {}, "3.0rc1"),
    ],
)
def test_of_several_versions_the_newest_that_everybody_allows_is_taken(
    ask: Ask, requirement: str, more: dict[str, object], version: str
) -> None:
    assert pins(ask(requirement, **more)) == {"demo": version}


def test_pre_releases_are_taken_when_asked_for(versions: Path, ask: Ask) -> None:
    settings = IndexSettings(no_index=True, find_links=(str(versions),), pre=True)
    assert pins(ask("demo", settings=settings)) == {"demo": "3.0rc1"}


def test_what_is_excluded_is_as_if_nobody_needed_it(wheels: Path, ask: Ask) -> None:
    build_wheel(wheels, requires=["nowhere"])
    assert pins(ask("demo", excluded=("nowhere",))) == {"demo": "1.0"}


@pytest.mark.usefixtures("versions")
@pytest.mark.parametrize(
    ("requirements", "more", "words"),
    [
        (("demo<2", "demo>=2"), {}, "you require demo<2 and demo>=2"),
        (("demo>=2",), {"constraints": ("demo<2",)}, "demo<2"),
        (("demo>9",), {}, "you require demo>9"),
        (("nowhere",), {}, "nowhere was not found"),
    ],
)
def test_what_can_not_be_is_refused_with_uvs_reasoning(
    ask: Ask, requirements: tuple[str, ...], more: dict[str, object], words: str
) -> None:
    with pytest.raises(UnresolvableError) as caught:
        ask(*requirements, **more)
    assert words in caught.value.explanation


@pytest.mark.parametrize(
    "tag",
    [
        "cp311-cp311-manylinux_2_17_x86_64",
        "cp312-cp312-manylinux_2_31_x86_64",
        "cp312-cp312-manylinux_2_17_aarch64",
        "cp312-cp312-macosx_11_0_arm64",
    ],
)
def test_a_wheel_for_another_target_is_none(wheels: Path, ask: Ask, tag: str) -> None:
    build_wheel(wheels, tag=tag)
    with pytest.raises(UnresolvableError, match="contradict") as caught:
        ask("demo")
    assert "demo==1.0 has no wheels with a matching" in caught.value.explanation


def test_nothing_is_built_from_source(wheels: Path, ask: Ask) -> None:
    (wheels / "demo-1.0.tar.gz").write_bytes(b"never opened")
    with pytest.raises(UnresolvableError) as caught:
        ask("demo")
    assert "demo==1.0 has no usable wheels" in caught.value.explanation


def test_a_direct_link_is_told_as_one(wheels: Path, ask: Ask) -> None:
    path = build_wheel(wheels)
    (pin,) = ask(f"demo @ {path.as_uri()}", settings=IndexSettings(no_index=True)).pins
    assert (pin.direct, pin.version, [file.url for file in pin.files]) == (
        True,
        "1.0",
        [path.as_uri()],
    )


def test_a_wheel_that_is_no_zip_is_called_damaged(wheels: Path, ask: Ask) -> None:
    build_wheel(wheels).write_bytes(b"not a zip")
    with pytest.raises(UnreadableWheelError, match=r"demo 1\.0 can not be read"):
        ask("demo")


@pytest.mark.usefixtures("versions")
def test_the_users_uv_settings_do_not_change_the_answer(tmp_path: Path, ask: Ask) -> None:
    settings = tmp_path / "settings" / "uv"
    settings.mkdir(parents=True)
    (settings / "uv.toml").write_text('[pip]\nresolution = "lowest"\n')
    hostile = {
        "XDG_CONFIG_HOME": str(settings.parent),
        "UV_CONFIG_FILE": str(settings / "uv.toml"),
        "UV_RESOLUTION": "lowest",
        "UV_CONSTRAINT": "/nowhere",
        "UV_OVERRIDE": "/nowhere",
        "UV_PYTHON": "/nowhere",
        "VIRTUAL_ENV": "/nowhere",
    }
    assert pins(ask("demo", environment=hostile)) == {"demo": "2.0"}


def test_offline_needs_an_index_it_has_seen(ask: Ask) -> None:
    settings = IndexSettings(default_url="http://127.0.0.1:9/simple", offline=True)
    with pytest.raises(OfflineError, match="--offline forbids asking it"):
        ask("demo", settings=settings)


def test_an_index_that_is_not_there_is_the_networks_fault(ask: Ask) -> None:
    settings = IndexSettings(default_url="http://127.0.0.1:9/simple")
    with pytest.raises(NetworkError, match="9 did not give /simple/demo/: Conn") as caught:
        ask("demo", settings=settings, environment={"UV_HTTP_RETRIES": "0"})
    assert caught.value.exit_status == 4


# -- two readers of one index ----------------------------------------------------------------------


def test_the_resolver_and_the_listing_hear_the_same_of_an_index(tmp_path: Path, ask: Ask) -> None:
    """First index first, yanked and newer ones passed over, and the same hash."""
    told = {"hashes": {"sha256": "ab" * 32}, "core_metadata": True}
    old, new = "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z"
    with serving() as app:
        for version in ("1.0", "2.0", "3.0", "9.0"):
            reply = html_page()._replace(body=metadata("demo", version))
            app.replies[f"/files/demo-{version}-py3-none-any.whl.metadata"] = reply

        def offer(version: str, **more: object) -> Offer:
            name = f"demo-{version}-py3-none-any.whl"
            return Offer(name, url=f"/files/{name}", **told, **more)  # type: ignore[arg-type]

        app.replies["/corp/demo/"] = json_page(
            offer("1.0", upload_time=old),
            offer("2.0", upload_time=old, yanked="broken"),
            offer("3.0", upload_time=new),
        )
        app.replies["/simple/demo/"] = json_page(offer("9.0", upload_time=old))
        settings = IndexSettings(
            default_url=f"{app.root}/simple",
            extra_urls=(f"{app.root}/none", f"{app.root}/corp"),
            exclude_newer=MOMENT,
        )
        (pin,) = ask("demo", settings=settings).pins
        listing = Index(settings, WebSession({}), tmp_path / "pages").listing("demo")
    (file,) = pin.files
    assert pin.version == "1.0"
    assert [one.filename.split("-")[1] for one in listing.files] == ["1.0", "2.0"]
    first = listing.files[0]
    assert (file.url, file.sha256) == (first.url, first.sha256)
    assert listing.index_url == f"{app.root}/corp"


def test_a_mirror_on_this_machine_lets_no_other_index_name_a_file_of_it(tmp_path: Path) -> None:
    """The mirror's own files, beside its pages, are there to be used."""
    (packages := tmp_path / "mirror" / "packages").mkdir(parents=True)
    (pages := tmp_path / "mirror" / "simple" / "mine").mkdir(parents=True)
    mine = build_wheel(packages, "mine")
    (pages / "index.html").write_bytes(html_page(Offer(mine.name, url=mine.as_uri())).body)
    secret = build_wheel(tmp_path, "demo")
    with serving() as app:
        app.replies["/simple/demo/"] = html_page(Offer(secret.name, url=secret.as_uri()))
        settings = IndexSettings(
            default_url=f"{app.root}/simple", extra_urls=(pages.parent.as_uri(),)
        )
        resolver = Resolver(settings, tmp_path / "uv", os.environ)
        assert [pin.name for pin in resolver.resolve(a_question("mine")).pins] == ["mine"]
        with pytest.raises(IndexPageError, match="a link to a file of this machine for demo-1"):
            resolver.resolve(a_question("demo"))
