"""The page of a report in a real browser: what a person with mouse, keyboard or neither meets."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from made_reports import PLAIN, hostile
from manylayers.render.page.assemble import layer_page
from manylayers.report.layer import LayerReport

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytest.importorskip("playwright", reason="the page is tried with playwright")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium to try the page in")
WIDE = {"width": 1000, "height": 900}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM)
        yield opened
        opened.close()


class Visit:
    """A page that was opened, what it asked for, and what it complained of."""

    def __init__(self, browser: Browser, place: Path, report: LayerReport, **more: Any) -> None:
        place.write_bytes(layer_page(report))
        self.asked: list[str] = []
        self.complaints: list[str] = []
        self.page: Page = browser.new_page(viewport=WIDE, **more)  # type: ignore[arg-type]
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.goto(place.as_uri())

    def tiles(self) -> list[str]:
        """The tiles by name, the largest first."""
        labels = self.page.locator("#map button").evaluate_all(
            "tiles => tiles.map(tile => tile.ariaLabel)"
        )
        return [label.partition(":")[0] for label in labels]

    def focused(self) -> str:
        label: str = self.page.evaluate("document.activeElement.ariaLabel ?? ''")
        return label.partition(":")[0]

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def trail(self) -> str:
        return self.page.inner_text("#trail")


@pytest.fixture
def visit(browser: Browser, tmp_path: Path) -> Iterator[Visit]:
    opened = Visit(browser, tmp_path / "report.html", PLAIN)
    yield opened
    assert opened.complaints == []
    opened.page.close()


def test_the_page_asks_for_itself_only_and_draws_every_package(visit: Visit) -> None:
    assert [url.rpartition("/")[2] for url in visit.asked] == ["report.html"]
    assert visit.tiles() == ["numpy 2.2.6", "pandas 2.3.3", "six 1.17.0", "app.py"]
    titles = visit.page.locator("#map b").all_inner_texts()
    assert titles == ["numpy 2.2.6 45.5 MB", "pandas 2.3.3 32.8 MB", "", ""], "too small for one"
    boxes = visit.page.locator("#map button").evaluate_all(
        "tiles => tiles.map(tile => tile.offsetWidth * tile.offsetHeight)"
    )
    numpy, pandas, *_ = boxes
    sizes = [package.size for package in PLAIN.packages]
    assert numpy / pandas == pytest.approx(sizes[0] / sizes[1], rel=0.02)


def test_the_keyboard_goes_everywhere(visit: Visit) -> None:
    visit.press("Tab")
    assert visit.focused() == "numpy 2.2.6"
    assert "BSD-3-Clause" in visit.page.inner_text("#told")
    visit.press("ArrowRight")
    assert visit.focused() == "pandas 2.3.3"
    visit.press("Enter")
    assert (visit.trail(), visit.focused()) == ("layer.zip / pandas 2.3.3", "pandas/_libs")
    assert visit.tiles() == ["pandas/_libs", "pandas/tests", "pandas/io"]
    visit.press("End", "Enter")
    assert visit.tiles() == ["code", "bytecode", "data"]
    visit.press("Enter", "Home")  # a kind is the last level: nothing opens
    assert visit.focused() == "code"
    visit.press("Escape")
    assert visit.focused() == "pandas/io"
    visit.press("Backspace", "Escape")
    assert (visit.trail(), visit.focused()) == ("layer.zip", "pandas 2.3.3")
    visit.press("ArrowLeft", "ArrowLeft")
    assert visit.focused() == "numpy 2.2.6"
    visit.press("Shift+Tab", "Tab")  # one stop for the map, where one was before
    assert visit.focused() == "numpy 2.2.6"


def test_every_tile_can_be_reached_by_arrows(visit: Visit) -> None:
    visit.press("Tab")
    seen = {visit.focused()}
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp") * 6:
        visit.press(key)
        seen.add(visit.focused())
    assert seen == set(visit.tiles())


def test_the_mouse_opens_and_the_trail_leads_back(visit: Visit) -> None:
    visit.page.click("#map button >> nth=0")
    assert visit.trail() == "layer.zip / numpy 2.2.6"
    visit.page.hover("#map button >> nth=1")
    assert visit.page.inner_text("#told").startswith("numpy/_core: 16.2 MB, 20.7% of the layer")
    visit.page.click("#map button >> nth=1")
    assert visit.trail() == "layer.zip / numpy 2.2.6 / numpy/_core"
    visit.page.click("#trail button >> nth=0")
    assert (visit.trail(), visit.focused()) == ("layer.zip", "numpy 2.2.6")


def test_a_window_that_changes_is_drawn_anew_and_keeps_the_place(visit: Visit) -> None:
    visit.press("Tab", "ArrowRight")
    visit.page.set_viewport_size({"width": 380, "height": 700})
    tile = visit.page.locator("#map button").first
    for _ in range(250):  # `wait_for_function` evaluates text in the page, whose policy forbids it
        if tile.evaluate("tile => tile.offsetWidth < 380"):
            break
        visit.page.wait_for_timeout(20)
    assert visit.focused() == "pandas 2.3.3"
    inside = "document.documentElement.scrollWidth <= document.documentElement.clientWidth"
    assert visit.page.evaluate(inside), "nothing sticks out to the side"


CONTRAST = """() => {
  const light = (text) => {
    const [r, g, b] = text.match(/[\\d.]+/g).map(Number)
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (element) => {
    for (let one = element; one; one = one.parentElement) {
      const colour = getComputedStyle(one).backgroundColor;
      if (colour !== "rgba(0, 0, 0, 0)") return colour;
    }
  };
  const told = [...document.querySelectorAll("body *")].filter((one) =>
    [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()) &&
    one.checkVisibility() && !["SCRIPT", "STYLE", "NOSCRIPT"].includes(one.tagName));
  return told.map((one) => {
    const [a, b] = [light(getComputedStyle(one).color), light(ground(one))];
    return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), one.textContent.slice(0, 40)];
  });
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_all_text_is_legible_in_both_schemes(browser: Browser, tmp_path: Path, scheme: str) -> None:
    visit = Visit(browser, tmp_path / "report.html", PLAIN, color_scheme=scheme)
    ground = visit.page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == {"light": "rgb(255, 255, 255)", "dark": "rgb(20, 24, 29)"}[scheme]
    found = visit.page.evaluate(CONTRAST)
    assert len(found) > 30
    assert [row for row in found if row[0] < 4.5] == []  # WCAG 2, level AA
    visit.page.close()


def test_hostile_names_do_nothing_and_are_read_as_they_are(
    browser: Browser, tmp_path: Path
) -> None:
    visit = Visit(browser, tmp_path / "report.html", hostile())
    visit.press("Tab", "Enter", "Enter", "Escape", "Escape")
    assert visit.page.evaluate("window.harmed ?? null") is None
    assert (visit.complaints, len(visit.asked)) == ([], 1)
    assert visit.page.locator("img, b[onclick]").count() == 0
    assert any("</script><script>" in name for name in visit.tiles())
    visit.page.close()


def test_without_scripts_the_table_has_the_sizes(browser: Browser, tmp_path: Path) -> None:
    visit = Visit(browser, tmp_path / "report.html", PLAIN, java_script_enabled=False)
    assert "The map needs JavaScript" in visit.page.inner_text("main")
    row = visit.page.inner_text("tbody tr >> nth=0").split()
    assert row == ["numpy", "2.2.6", "BSD-3-Clause", "47,700,000", "58.1%", "7"]
    visit.page.close()
