"""The page of a report as text: whole, self-contained, and nobody's names are markup."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from typing import Any

import pytest

from made_reports import HARM, PLAIN, a_package, a_report, hostile
from manylayers.render.as_json import to_json
from manylayers.render.page.assemble import layer_page
from manylayers.render.style import harmless, plain_text
from manylayers.report.layer import LayerReport


class Page(HTMLParser):
    """Elements and attributes, the texts of scripts and styles, and all other text."""

    def __init__(self, page: bytes) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.raw: list[tuple[str, str]] = []
        self.text = ""
        self._inside = ""
        self.feed(page.decode("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self._inside = tag if tag in ("script", "style") else ""
        if self._inside:
            self.raw.append((tag, ""))

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.raw[-1] = (self._inside, self.raw[-1][1] + data)
        else:
            self.text += data

    def attribute(self, tag: str, name: str, value: str) -> dict[str, str | None]:
        return next(held for one, held in self.elements if (one, held.get(name)) == (tag, value))


EACH = pytest.mark.parametrize(
    "report", [PLAIN, a_report(), hostile()], ids=["plain", "empty", "hostile"]
)


@EACH
def test_the_page_asks_for_nothing_that_is_not_in_it(report: LayerReport) -> None:
    page = Page(layer_page(report))
    places = [
        held for _, held in page.elements if held.keys() & {"src", "href", "srcset", "action"}
    ]
    assert places == []
    assert not any(re.search(r"@import|url\(", text) for tag, text in page.raw if tag == "style")


@EACH
def test_the_policy_allows_what_stands_there_and_nothing_else(report: LayerReport) -> None:
    page = Page(layer_page(report))
    policy = page.attribute("meta", "http-equiv", "Content-Security-Policy")["content"] or ""
    assert policy.startswith("default-src 'none'; script-src 'sha256-")
    data, *scripts = [text for tag, text in page.raw if tag == "script"]
    (style,) = [text for tag, text in page.raw if tag == "style"]
    for text in (*scripts, style):
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert (len(scripts), policy.count("sha256-"), "unsafe" in policy) == (2, 3, False)
    assert json.loads(data) == json.loads(to_json(harmless(report)))
    assert not any(name.startswith("on") or name == "style"
                   for _, held in page.elements for name in held)  # fmt: skip


def test_hostile_names_add_no_element() -> None:
    tags = [tag for tag, _ in Page(layer_page(hostile())).elements]
    tame = hostile()
    for text in HARM:
        tame = _tamed(tame, text)
    assert tags == [tag for tag, _ in Page(layer_page(tame)).elements]


def _tamed(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return value.replace(text, "tame").replace(text[::-1], "emat")
    if isinstance(value, tuple):
        parts = [_tamed(part, text) for part in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    return value


def test_hostile_names_are_shown_as_they_are_spelled() -> None:
    text = Page(layer_page(hostile())).text
    for harm in HARM[:5]:
        assert plain_text(harm) in text


def test_no_data_ends_its_element_or_a_line_of_script() -> None:
    page = layer_page(hostile()).decode("utf-8")
    data = page.split('id="report">')[1].split("</script>")[0]
    assert not set("<>&\u2028\u2029") & set(data)


def test_findings_packages_and_what_was_held_back_are_there_without_a_script() -> None:
    text = " ".join(Page(layer_page(PLAIN)).text.split())
    for words in (
        "layer.zip",
        "82,136,010 of 262,144,000 bytes unzipped (31%), 15 files, zip 21,333,444 bytes",
        "Right for: python3.11 x86_64.",
        "error B203 it needs glibc 2.28",
        "pandas/_libs/x.so",
        "numpy 2.2.6 taken, 2.4.6 needs glibc 2.27, first on python3.12",
        "pandas 2.3.3 taken, 3.1.1 goes with a package that is held back",
        "numpy: 2 files, 512 B, programs are of no use",
        "Permission to use, copy, modify",
    ):
        assert words in text


def test_a_package_has_its_share_and_a_finding_its_place_where_its_sentence_has_none() -> None:
    page = layer_page(PLAIN).decode("utf-8")
    numbers = "".join(f"<td class=number>{cell}</td>" for cell in ("47,700,000", "58.1%", "7"))
    assert f"<td>numpy</td><td>2.2.6</td><td>BSD-3-Clause</td>{numbers}" in page
    assert "it needs glibc 2.28<br><code>pandas/_libs/x.so</code><br><small>take 2.2" in page
    assert "python3.11 is deprecated</li>" in page


def test_what_is_not_known_is_said_to_be_so() -> None:
    text = Page(layer_page(a_report())).text
    assert "Not known: a layer does not hold it." in text
    assert "Nothing is wrong with it." in text
    assert "Left out" not in text
    unlicensed = a_report(a_package("demo", "1.0", ""))
    assert "<td>1.0</td><td>not told</td>" in layer_page(unlicensed).decode("utf-8")
    assert "Nothing." in Page(layer_page(a_report(held_back=()))).text


def test_the_bar_ends_where_a_layer_over_the_limit_does() -> None:
    page = Page(layer_page(PLAIN._replace(limit=10)))
    parts = [held for tag, held in page.elements if tag == "rect" and held.get("class") != "free"]
    widths = [float(held["width"] or 0) for held in parts]
    assert sum(widths) == pytest.approx(1000, abs=0.1)
    starts = [float(held["x"] or 0) for held in parts]
    assert starts == pytest.approx([sum(widths[:number]) for number in range(len(widths))], abs=0.1)


def test_the_same_report_is_the_same_page() -> None:
    assert layer_page(PLAIN) == layer_page(PLAIN)
