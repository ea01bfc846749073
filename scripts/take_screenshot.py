"""Take the picture of a report's page that the documentation shows; needs Chromium.

    python scripts/take_screenshot.py layer.zip docs/report.png [build.json]

``build.json`` is what ``manylayers build --json`` printed of the layer.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import manylayers

SIZE = {"width": 1000, "height": 800}
LARGEST = 150_000
"""Bytes that a picture in the repository may have."""


def main(layer: str, picture: str, build: str | None = None) -> int:
    """Write the page, open it, go to its second package, and take the picture."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as play:
        page = Path(folder) / "report.html"
        manylayers.report_on(layer, output=page, build=build)
        browser = play.chromium.launch(executable_path=shutil.which("chromium"))
        opened = browser.new_page(viewport=SIZE)  # type: ignore[arg-type]
        opened.goto(page.as_uri())
        opened.keyboard.press("Tab")
        opened.keyboard.press("ArrowRight")
        opened.screenshot(path=picture)
        browser.close()
    size = Path(picture).stat().st_size
    print(f"{picture}: {size:,} bytes of {LARGEST:,}")
    return int(size > LARGEST)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
