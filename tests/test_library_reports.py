"""The library's looks at layers that are there: typed values, nothing printed."""

from __future__ import annotations

from pathlib import Path

import pytest

import manylayers
from wheel_builder import build_wheel


def test_layers_are_compared_and_reported_on(
    tmp_path: Path, wheels: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    index = manylayers.IndexSettings(no_index=True, find_links=(str(wheels),))
    for version in ("1.0", "2.0"):
        build_wheel(wheels, version=version, files={"demo.py": version.encode()})
        manylayers.build(
            f"demo=={version}",
            python="3.12",
            output=tmp_path / f"{version}.zip",
            index=index,
            cache_folder=tmp_path / "cache",
        )
    told: manylayers.DiffReport = manylayers.diff(tmp_path / "1.0.zip", tmp_path / "2.0.zip")
    assert (told.verdict, told.differs) == ("noticeable", True)
    assert [(one.name, one.old_version, one.new_version) for one in told.packages] == [
        ("demo", "1.0", "2.0")
    ]
    page = tmp_path / "report.html"
    made: manylayers.LayerReport = manylayers.report_on(tmp_path / "2.0.zip", output=page)
    assert (made.page, page.exists()) == (str(page), True)
    assert [(one.name, one.version) for one in made.packages] == [("demo", "2.0")]
    assert made.unzipped == sum(one.size for one in made.packages)
    assert manylayers.report_on(tmp_path / "1.0.zip").page is None
    with pytest.raises(manylayers.ManylayersError, match="can not be read"):
        manylayers.report_on(tmp_path / "gone.zip")
    assert capsys.readouterr() == ("", "")
