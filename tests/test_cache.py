"""The cache looked after: what is of no use goes, what is damaged is found, the rest stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import manylayers
from command import run
from manylayers.cli.main import root
from manylayers.doors.archive import verify_wheel
from manylayers.doors.store import INDEX, LAYERS, TAG, UV, Store, facts_place
from manylayers.doors.store_care import StoreCare
from manylayers.formats.kept_page import Page, page_to_bytes
from rot import rotten
from wheel_builder import build_wheel

DAY = 86_400.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "store"


@pytest.fixture
def kept(folder: Path, wheels: Path) -> list[Path]:
    """Two wheels and an index page in a store."""
    (folder / INDEX).mkdir(parents=True)
    page = Page(url="https://host/simple/demo/", content_type="text/html", body=b"<a>")
    (folder / INDEX / ("ab" * 32)).write_bytes(page_to_bytes(page))
    return [keep(folder, build_wheel(wheels, name)) for name in ("demo", "helper")]


def keep(folder: Path, wheel: Path) -> Path:
    store = Store(folder)
    with store.partial() as partial:
        shutil.copyfile(wheel, partial)
        return store.adopt(partial, verify_wheel(wheel, filename=wheel.name)).path


@pytest.fixture
def closed(folder: Path, kept: list[Path]) -> Iterator[Path]:
    """A store that somebody else may look into, and we may not."""
    assert kept
    folder.chmod(0)
    if os.access(folder, os.R_OK):
        folder.chmod(0o755)
        pytest.skip("whoever runs this may read everything")
    yield folder
    folder.chmod(0o755)


def keep_part(folder: Path, digit: str) -> Path:
    """A download under way, or left by a process that was killed."""
    path = folder / "tmp" / f"{digit * 16}.part"
    path.write_bytes(b"half")
    return path


def aged(path: Path, days: float) -> Path:
    then = time.time() - days * DAY
    os.utime(path, (then, then))
    return path


def tree(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def removed(report: manylayers.CachePruneReport) -> dict[str, int]:
    return {one.what: one.entries for one in report.removed}


# -- dir and size ----------------------------------------------------------------------------------


def test_the_folder_is_told_and_not_made(folder: Path) -> None:
    report = manylayers.cache_dir(folder)
    assert (report.folder, report.exists, folder.exists()) == (str(folder), False, False)


@pytest.mark.usefixtures("kept")
def test_the_size_is_that_of_all_files_by_part(folder: Path) -> None:
    (folder / "wheels-v0").mkdir()
    (folder / "wheels-v0" / "old").write_bytes(b"12345")
    (folder / "notes.txt").write_bytes(b"mine")
    parts = {part.part: (part.entries, part.size) for part in manylayers.cache_size(folder).parts}
    wheels = sum(path.stat().st_size for path in folder.glob("wheels-v1/*/*"))
    page = (folder / INDEX / ("ab" * 32)).stat().st_size
    assert parts == {
        "wheels": (2, wheels),
        "index": (1, page),
        "other-formats": (1, 5),
        "other": (1, 4),
    }


def test_a_link_in_the_folder_is_not_followed(tmp_path: Path, folder: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * 10_000)
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "large")
    (folder / "around").symlink_to(folder)
    assert manylayers.cache_size(folder).size < 1000


# -- prune -----------------------------------------------------------------------------------------


def test_what_is_of_no_use_goes_and_the_rest_stays(folder: Path, kept: list[Path]) -> None:
    before = tree(folder)
    young = aged(keep_part(folder, "a"), 0.01)
    aged(keep_part(folder, "b"), 1)
    half = folder / INDEX / f".{'ab' * 20}.{'c' * 16}.part"
    half.write_bytes(b"half a page")
    aged(half, 1)
    (folder / "tmp" / "killed.lock").touch()
    (folder / "index-v1").mkdir()
    (folder / "index-v1" / "page").write_bytes(b"an old page")
    (folder / "index-v99").mkdir()
    kept[1].with_suffix(".1.facts").write_bytes(b"old facts")
    newer = kept[1].with_suffix(".99.facts")
    newer.write_bytes(b"facts of a newer release")
    facts_place(kept[0].with_stem("0" * 64)).write_bytes(b"of nothing")
    dry = manylayers.cache_prune(folder, dry_run=True)
    report = manylayers.cache_prune(folder)
    told = {
        "abandoned downloads": 2,
        "locks that nobody holds": 1,
        "caches of older releases": 2,
        "facts without a wheel": 1,
    }
    assert (removed(report), removed(dry)) == (told, told)
    gone = (b"half", b"half a page", b"an old page", b"old facts", b"of nothing")
    assert report.freed == dry.freed == sum(map(len, gone))
    stays = {f"tmp/{young.name}", "index-v99", newer.relative_to(folder).as_posix()}
    assert tree(folder) == before | stays


@pytest.mark.usefixtures("kept")
def test_a_dry_run_removes_nothing(folder: Path) -> None:
    aged(keep_part(folder, "a"), 1)
    (folder / "tmp" / "killed.lock").touch()
    (folder / "index-v1").mkdir()
    before = tree(folder)
    assert manylayers.cache_prune(folder, older_than=0, dry_run=True).freed > 0
    assert tree(folder) == before


def test_a_lock_that_is_held_stays(folder: Path) -> None:
    with Store(folder).lock("busy"):
        assert removed(manylayers.cache_prune(folder)) == {}
        assert (folder / "tmp" / "busy.lock").exists()


def test_a_wheel_without_facts_goes_only_where_its_hash_is_wrong(
    folder: Path, kept: list[Path]
) -> None:
    for wheel in kept:
        facts_place(wheel).unlink()
    rotten(kept[0])
    assert removed(manylayers.cache_prune(folder)) == {"damaged wheels": 1}
    assert [wheel.exists() for wheel in kept] == [False, True]


def test_wheels_not_used_for_so_long_go(folder: Path, kept: list[Path]) -> None:
    for wheel in kept:
        aged(facts_place(wheel), 40)
    page = aged(folder / INDEX / ("ab" * 32), 40)
    used = kept[1]
    assert Store(folder).find(used.stem)
    assert removed(manylayers.cache_prune(folder)) == {}
    assert removed(manylayers.cache_prune(folder, older_than=30 * DAY)) == {
        "wheels not used for so long": 1,
        "index pages not changed for so long": 1,
    }
    assert [wheel.exists() for wheel in (*kept, page)] == [False, True, False]
    assert Store(folder).find(used.stem)


def test_uv_prunes_its_own_part_and_its_failure_is_a_warning(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / UV / "wheels-v0").mkdir(parents=True)
    (folder / UV / "wheels-v0" / "dangling").write_bytes(b"x" * 100)
    report = manylayers.cache_prune(folder)
    assert removed(report) == {"what the resolver needs no more": 1}
    assert (report.freed, report.warnings) == (100, ())
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr("manylayers.doors.uv_cache.uv_program", lambda: str(folder / "nowhere"))
    (warning,) = manylayers.cache_prune(folder).warnings
    assert "nowhere can not be started" in warning


def test_a_cache_that_is_not_there_has_nothing_to_remove(folder: Path) -> None:
    assert manylayers.cache_prune(folder, older_than=0).removed == ()
    assert manylayers.cache_clean(folder).removed == ()
    assert manylayers.cache_verify(folder).wheels == 0
    assert manylayers.cache_size(folder).parts == ()
    assert not folder.exists()


@pytest.mark.parametrize("remove", [manylayers.cache_prune, manylayers.cache_clean])
def test_what_the_disk_keeps_is_told_and_not_counted_as_freed(
    folder: Path,
    kept: list[Path],
    monkeypatch: pytest.MonkeyPatch,
    remove: Callable[[Path], manylayers.CachePruneReport | manylayers.CacheCleanReport],
) -> None:
    assert kept
    aged(keep_part(folder, "a"), 1)
    monkeypatch.setattr(StoreCare, "drop", lambda *_: False)
    report = remove(folder)
    assert (report.removed, report.freed) == ((), 0)
    told = "could not be removed, it is in use or the disk is read-only"
    assert [told in warning for warning in report.warnings] == [True] * len(report.warnings)
    assert report.warnings


# -- clean -----------------------------------------------------------------------------------------


def test_a_clean_leaves_nothing_of_ours(folder: Path, kept: list[Path]) -> None:
    for name in ("wheels-v0", "index-v77", UV):
        (folder / name).mkdir()
    keep_part(folder, "a")
    size = manylayers.cache_size(folder).size
    assert manylayers.cache_clean(folder, dry_run=True).freed == size
    assert kept[0].exists()
    assert manylayers.cache_clean(folder).freed == size
    assert not folder.exists()


@pytest.mark.usefixtures("kept")
def test_a_clean_leaves_what_is_somebody_elses(folder: Path) -> None:
    for name in ("notes.txt", "wheels-mine", "tmp/draft.txt"):
        (folder / name).write_bytes(b"mine")
    report = manylayers.cache_clean(folder)
    assert report.left == ("notes.txt", "wheels-mine", "tmp/draft.txt")
    assert tree(folder) == {"notes.txt", "wheels-mine", "tmp", "tmp/draft.txt", "CACHEDIR.TAG"}


@pytest.mark.parametrize("tag", [None, b"", TAG[:43] + b"\n# the cache of another program\n"])
def test_a_folder_that_is_no_cache_of_ours_is_refused(folder: Path, tag: bytes | None) -> None:
    (folder / "wheels-v1").mkdir(parents=True)
    if tag is not None:
        (folder / "CACHEDIR.TAG").write_bytes(tag)
    with pytest.raises(manylayers.ManylayersError, match="is not known to be a cache") as caught:
        manylayers.cache_clean(folder)
    assert caught.value.exit_status == 2
    assert (folder / "wheels-v1").exists()


def test_a_link_for_a_bucket_goes_and_what_it_leads_to_stays(tmp_path: Path, folder: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file").write_bytes(b"kept")
    folder.mkdir()
    (folder / "CACHEDIR.TAG").write_bytes(TAG)
    (folder / "wheels-v1").symlink_to(elsewhere)
    manylayers.cache_clean(folder)
    assert (elsewhere / "file").exists()
    assert not folder.exists()


@pytest.fixture
def resolving(folder: Path) -> Iterator[None]:
    """uv holds the lock of its cache, as it does while it resolves."""
    from filelock import FileLock

    (folder / UV).mkdir(parents=True)
    with FileLock(folder / UV / ".lock"):
        yield


def test_a_cache_in_use_is_not_cleaned(folder: Path, kept: list[Path]) -> None:
    with (
        Store(folder).lock("busy"),
        pytest.raises(manylayers.ManylayersError, match="fetches into the cache folder") as caught,
    ):
        manylayers.cache_clean(folder)
    assert caught.value.exit_status == 4
    assert kept[0].exists()


@pytest.mark.usefixtures("resolving")
def test_a_cache_that_uv_works_in_is_not_cleaned(folder: Path, kept: list[Path]) -> None:
    with pytest.raises(manylayers.ManylayersError, match="fetches into the cache folder"):
        manylayers.cache_clean(folder)
    assert kept[0].exists()


# -- verify ----------------------------------------------------------------------------------------


@pytest.mark.usefixtures("kept")
def test_a_sound_cache_is_sound(folder: Path) -> None:
    before = tree(folder)
    report = manylayers.cache_verify(folder)
    assert (report.wheels, report.pages, report.damaged, report.learnt) == (2, 1, (), 0)
    assert tree(folder) == before


def test_bits_that_rotted_unseen_are_found_and_the_wheel_removed(
    folder: Path, kept: list[Path]
) -> None:
    rotten(kept[0])
    assert Store(folder).find(kept[0].stem), "a build would not have noticed"
    (damaged,) = manylayers.cache_verify(folder).damaged
    assert (damaged.name, damaged.path) == ("demo-1.0-py3-none-any.whl", str(kept[0]))
    assert (damaged.reason, damaged.removed) == ("its content is not what its hash says", True)
    assert not Store(folder).find(kept[0].stem)
    assert Store(folder).find(kept[1].stem)
    assert manylayers.cache_verify(folder).damaged == ()


def test_damaged_facts_and_pages_are_found(folder: Path, kept: list[Path]) -> None:
    rotten(facts_place(kept[0]))
    page = rotten(folder / INDEX / ("ab" * 32))
    first, second = manylayers.cache_verify(folder).damaged
    assert first.path.endswith(".facts")
    assert (second.path, second.name) == (str(page), "an index page")
    assert kept[0].exists()
    assert not page.exists()
    assert manylayers.cache_verify(folder).damaged == ()


@pytest.mark.usefixtures("kept")
def test_a_reading_of_a_layer_is_measured_and_verified(folder: Path) -> None:
    store = Store(folder)
    for digit in "ab":
        store.keep(digit * 64, b"what was read")
    readings = sorted((folder / LAYERS).glob("*/*"))
    parts = {part.part: part.entries for part in manylayers.cache_size(folder).parts}
    assert parts["layers"] == len(readings) == manylayers.cache_verify(folder).readings
    rotten(readings[0])
    (damaged,) = manylayers.cache_verify(folder).damaged
    assert (damaged.path, damaged.removed) == (str(readings[0]), True)
    assert damaged.name == "what was read of a layer"
    assert [path.exists() for path in readings] == [False, True]


def test_facts_that_say_something_else_are_learnt_again(folder: Path, kept: list[Path]) -> None:
    store = Store(folder)
    wheel = store.find(kept[0].stem)
    assert wheel
    store.learn(wheel.facts._replace(version="6.6.6"))
    os.utime(kept[1], (1, 1))
    report = manylayers.cache_verify(folder)
    assert (report.learnt, report.damaged) == (2, ())
    assert store.find(kept[0].stem) == wheel
    assert store.find(kept[1].stem)


@pytest.mark.parametrize("wrong", ["folder", "link"])
def test_what_is_no_file_in_the_place_of_a_wheel_is_removed(
    folder: Path, kept: list[Path], wrong: str
) -> None:
    kept[0].unlink()
    if wrong == "folder":
        (kept[0] / "below").mkdir(parents=True)
    else:
        kept[0].symlink_to(kept[0])
    (damaged,) = manylayers.cache_verify(folder).damaged
    assert (damaged.reason, damaged.removed) == ("it can not be read", True)
    assert not os.path.lexists(kept[0])


def test_a_wheel_that_was_replaced_meanwhile_is_not_removed(
    folder: Path, kept: list[Path], wheels: Path
) -> None:
    care = StoreCare(folder)
    seen = rotten(kept[0]).lstat()
    keep(folder, wheels / "demo-1.0-py3-none-any.whl")
    assert not care.drop_seen(kept[0], seen)
    assert kept[0].exists()
    assert care.drop_seen(kept[0], kept[0].lstat())


def test_damage_is_exit_status_1_and_a_read_only_folder_keeps_it(
    tmp_path: Path, kept: list[Path], folder: Path
) -> None:
    rotten(kept[0])
    if subprocess.run(["unshare", "-rm", "true"], check=False).returncode == 0:
        program = f"{sys.executable} -m manylayers cache verify"
        command = f"mount --bind -o ro {folder} {folder} && {program}"
        done = subprocess.run(
            ["unshare", "-rm", "sh", "-c", command],
            cwd=tmp_path,
            env={**os.environ, "MANYLAYERS_CACHE_DIR": str(folder)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (done.returncode, "still there" in done.stdout) == (1, True), done.stderr
        assert "the folder is read-only or in use" in done.stderr
        assert kept[0].exists()
    said = run("cache", "verify", "--cache-dir", "store", folder=tmp_path)
    assert (said.status, "1 damaged" in said.out) == (1, True)
    assert run("cache", "verify", "--cache-dir", "store", folder=tmp_path).status == 0


# -- the command -----------------------------------------------------------------------------------


def test_every_part_of_the_command_speaks_json(tmp_path: Path) -> None:
    for word in ("dir", "size", "prune", "clean", "verify"):
        said = run("cache", word, "--json", folder=tmp_path)
        assert (said.status, said.json["schema"]) == (0, f"manylayers.cache-{word}/1")
        assert said.json["folder"] == str(tmp_path / ".cache")


@pytest.mark.parametrize(("span", "hours"), [("12h", 12), ("30d", 720), ("2w", 336)])
def test_a_span_of_time_is_hours_days_or_weeks(
    folder: Path, kept: list[Path], span: str, hours: int
) -> None:
    for wheel, more in zip(kept, (1, -1), strict=True):
        aged(facts_place(wheel), (hours + more) / 24)
    words = ("cache", "prune", "--older-than", span, "--cache-dir", str(folder))
    root.main(words, "manylayers", standalone_mode=False)
    assert [wheel.exists() for wheel in kept] == [False, True]


@pytest.mark.parametrize("span", ["30", "d", "-1d", "1y"])
def test_a_span_of_time_that_is_none_is_told(tmp_path: Path, span: str) -> None:
    said = run("cache", "prune", f"--older-than={span}", folder=tmp_path)
    assert (said.status, f"--older-than {span} is no span of time" in said.err) == (2, True)


@pytest.mark.parametrize(
    "look",
    [
        manylayers.cache_size,
        manylayers.cache_prune,
        manylayers.cache_verify,
        manylayers.cache_clean,
    ],
)
def test_a_closed_cache_is_not_taken_for_an_empty_one(
    closed: Path, look: Callable[[Path], object]
) -> None:
    with pytest.raises(manylayers.ManylayersError, match="can not be read: permission") as caught:
        look(closed)
    assert caught.value.exit_status == 4


def test_a_build_names_the_cache_that_is_closed(closed: Path, tmp_path: Path, wheels: Path) -> None:
    index = manylayers.IndexSettings(no_index=True, find_links=(str(wheels),))
    with pytest.raises(manylayers.ManylayersError, match=r"the cache folder .* can not be written"):
        manylayers.build(
            ["demo"],
            python="3.12",
            output=tmp_path / "layer.zip",
            index=index,
            cache_folder=closed,
        )
