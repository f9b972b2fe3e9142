"""The page of `bench compare` in a real Chromium: it reads in every light, asks nobody, and hostile names do nothing."""

import json
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from report.html.made_comparisons import PWN, comparison, hostile

from benchharness.report.compare.page import render


class Opened:
    """A page in the browser, with everything it asked for or complained about."""

    def __init__(self, browser: Any, path: Path, **context: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.goto(path.as_uri())


@pytest.fixture(scope="module")
def plain_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("compared") / "comparison.html"
    path.write_bytes(render(comparison()).encode())
    return path


@pytest.fixture(scope="module")
def hostile_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("hostile") / "comparison.html"
    path.write_bytes(render(hostile()).encode())
    return path


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("kind", ["plain_file", "hostile_file"])
def test_nothing_is_asked_for_nothing_complains_and_nothing_overflows(
    browser: Any, request: pytest.FixtureRequest, kind: str, width: int
) -> None:
    path = request.getfixturevalue(kind)
    opened = Opened(browser, path, viewport={"width": width, "height": 844})
    opened.page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    opened.page.wait_for_timeout(100)
    assert opened.page.evaluate("window.__pwned") is None
    assert opened.page.locator("script, img").count() == 0
    assert opened.page.evaluate("document.documentElement.scrollWidth") <= width
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.chart')).display") == "block", "the style is applied"
    cells = opened.page.locator("#differences tbody tr:last-child td").all()
    assert width < 1280 or all(each.bounding_box()["x"] < width for each in cells), "no name pushes the numbers out of sight"
    assert opened.wrong == []
    assert opened.asked == [path.as_uri()]
    opened.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_in_either_light(browser: Any, plain_file: Path, scheme: str) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    opened = Opened(browser, plain_file, color_scheme=scheme, bypass_csp=True)
    opened.page.evaluate(axe)
    found = opened.page.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    opened.context.close()
    told = [(each["id"], each["impact"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found["violations"]]
    assert len(found["passes"]) > 15
    assert not told, json.dumps(told, indent=1)


def test_print_is_light_and_unfolded(browser: Any, hostile_file: Path) -> None:
    opened = Opened(browser, hostile_file, color_scheme="dark")
    opened.page.emulate_media(media="print")
    assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.chart .name')).fill") == "rgb(0, 0, 0)"
    assert opened.page.evaluate("getComputedStyle(document.querySelector('.chart .interval')).stroke") == "rgb(0, 0, 0)"
    assert not opened.page.locator("nav").is_visible()
    assert opened.page.locator("details").count() > 2
    assert all(each.is_visible() for each in opened.page.locator("details table").all())
    opened.context.close()


def test_what_got_into_the_page_all_the_same_would_be_stopped_by_its_policy(browser: Any, tmp_path: Path) -> None:
    attack = f"<script>{PWN}</script><img src='https://evil.example/x.png' onerror='{PWN}'><p style='position:fixed'>x</p>"
    path = tmp_path / "comparison.html"
    path.write_bytes(render(comparison()).replace("<main", f"{attack}<main", 1).encode())
    opened = Opened(browser, path)
    opened.page.wait_for_timeout(200)
    assert opened.page.evaluate("window.__pwned") is None
    stopped = [each.lower() for each in opened.wrong if "Content Security Policy" in each]
    assert all(any(kind in each for each in stopped) for kind in ("inline script", "inline style", "loading the image"))
    opened.context.close()
