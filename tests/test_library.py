"""The library as its documentation has it: a few typed calls, no printing, no exits."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import manylayers
from wheel_builder import build_wheel

SITE = "python/lib/python3.12/site-packages"


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def index(wheels: Path) -> manylayers.IndexSettings:
    """A folder of wheels and no index: demo needs helper."""
    build_wheel(wheels, requires=["helper"], tag="cp312-cp312-manylinux_2_17_x86_64")
    build_wheel(wheels, "helper", "1.0")
    build_wheel(wheels, "helper", "2.0")
    return manylayers.IndexSettings(no_index=True, find_links=(str(wheels),))


def test_every_public_name_does_what_the_documentation_says(
    tmp_path: Path, index: manylayers.IndexSettings, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    runtimes: manylayers.RuntimesReport = manylayers.list_runtimes()
    assert "python3.12" in [row.runtime for row in runtimes.runtimes]
    target: manylayers.Target = manylayers.find_target("cp312", "amd64")
    assert (target.runtime, str(target.architecture), target.glibc) == (
        "python3.12",
        "x86_64",
        "2.34",
    )
    looked: manylayers.WheelsReport = manylayers.wheels("demo", index=index, cache_folder=cache)
    assert looked.files[0].best_for == ("python3.12 x86_64",)
    assert len(looked.targets) == 2 * len(runtimes.runtimes)
    path = tmp_path / "pylock.toml"
    locked: manylayers.LockReport = manylayers.lock(
        ["demo"], python="3.12", output=path, index=index, cache_folder=cache
    )
    assert (locked.changed, path.exists()) == (True, True)
    built: manylayers.BuildReport = manylayers.build(
        python=target.python, lock_file=path, output=tmp_path / "layer.zip", cache_folder=cache
    )
    assert [(row.name, row.version) for row in built.packages] == [
        (row.name, row.version) for row in locked.packages
    ]
    assert built.output is not None
    digest = hashlib.sha256((tmp_path / "layer.zip").read_bytes()).hexdigest()
    assert built.output.sha256 == digest
    seen: manylayers.CheckReport = manylayers.check(tmp_path / "layer.zip")
    assert (seen.findings, seen.right_for) == ((), ("python3.12 x86_64",))
    mended: manylayers.FixReport = manylayers.fix(tmp_path / "layer.zip", tmp_path / "new.zip")
    assert (mended.repairs, mended.output.sha256) == ((), digest)
    old: manylayers.BuildReport = manylayers.build(
        ["helper"], python="3.9", dry_run=True, index=index, cache_folder=cache
    )
    finding: manylayers.Finding = old.findings[0]
    assert (finding.code, finding.severity) == ("R501", "warning")
    with pytest.raises(manylayers.ManylayersError, match="no index knows") as caught:
        manylayers.build(["nowhere"], python="3.12", index=index, cache_folder=cache)
    assert (caught.value.exit_status, bool(caught.value.hint)) == (3, True)
    assert capsys.readouterr() == ("", "")


def test_a_folder_is_an_output_that_ends_with_a_slash(
    tmp_path: Path, index: manylayers.IndexSettings, cache: Path
) -> None:
    report = manylayers.build(
        ["demo"], python="3.12", output=f"{tmp_path}/layer/", index=index, cache_folder=cache
    )
    assert (tmp_path / "layer" / SITE / "demo.py").is_file()
    assert report.output is not None
    assert (report.output.kind, report.output.sha256) == ("folder", None)


def test_several_pythons_share_a_layer(
    tmp_path: Path, index: manylayers.IndexSettings, cache: Path
) -> None:
    output = tmp_path / "layer.zip"
    report = manylayers.build(
        ["helper"], python=["3.12", "3.13"], output=output, index=index, cache_folder=cache
    )
    assert report.packages[0].runtimes == ("python3.12", "python3.13")
    with zipfile.ZipFile(output) as layer:
        assert "python/helper.py" in layer.namelist()


def test_requirements_files_and_constraints_are_read(
    tmp_path: Path, index: manylayers.IndexSettings, cache: Path
) -> None:
    (tmp_path / "requirements.txt").write_text("demo  # needs helper\n")
    (tmp_path / "held.txt").write_text("helper<2\n")
    report = manylayers.build(
        python="3.12",
        requirements_files=[tmp_path / "requirements.txt"],
        constraints=[tmp_path / "held.txt"],
        dry_run=True,
        index=index,
        cache_folder=cache,
    )
    assert {row.name: row.version for row in report.packages} == {"demo": "1.0", "helper": "1.0"}


def test_a_lock_keeps_its_versions_until_it_is_upgraded(
    tmp_path: Path, wheels: Path, index: manylayers.IndexSettings, cache: Path
) -> None:
    def lock(*, upgrade: bool = False) -> manylayers.LockReport:
        return manylayers.lock(
            ["helper"],
            python="3.12",
            output=tmp_path / "pylock.toml",
            upgrade=upgrade,
            index=index,
            cache_folder=cache,
        )

    assert lock().packages[0].version == "2.0"
    build_wheel(wheels, "helper", "3.0")
    again = lock()
    assert (again.changed, again.packages[0].version) == (False, "2.0")
    assert lock(upgrade=True).differences == ("helper 2.0 -> 3.0",)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"python": "3.99"}, "no Python runtime"),
        ({"arch": "sparc"}, "no architecture"),
        ({"requirements": ["demo=1"]}, "can not be used"),
        ({"requirements": (), "lock_file": "nowhere.toml"}, "can not be read"),
        ({"requirements": (), "requirements_files": ["nowhere.txt"]}, "can not be read"),
    ],
)
def test_what_makes_no_sense_is_an_error_of_ours_and_nothing_is_written(
    tmp_path: Path,
    index: manylayers.IndexSettings,
    cache: Path,
    wrong: dict[str, object],
    words: str,
) -> None:
    asked: dict[str, object] = {
        "requirements": ["demo"],
        "python": "3.12",
        "output": tmp_path / "layer.zip",
        "index": index,
        "cache_folder": cache,
    }
    with pytest.raises(manylayers.ManylayersError, match=words) as caught:
        manylayers.build(**asked | wrong)  # type: ignore[arg-type]
    assert caught.value.exit_status == 2
    assert not (tmp_path / "layer.zip").exists()


def test_importing_it_brings_nothing_along() -> None:
    code = "import sys, manylayers; print([name for name in sys.modules if '.api' in name])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
