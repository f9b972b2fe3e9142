"""The page of `bench compare` says what its text and its Markdown say; whatever somebody wrote stays text."""

import base64
import hashlib
import re
from html.parser import HTMLParser

import pytest
from report.html.made_comparisons import PWN, change, comparison, hostile
from report.html.test_report_html_agreement import spoken, squeezed

from benchharness import numbers
from benchharness.records.run_comparison import RunComparison
from benchharness.report.compare import FORMATS, wording
from benchharness.report.compare.page import MOST_IDS, render


@pytest.fixture(scope="module")
def told() -> dict[str, str]:
    made = comparison()
    return {
        "text": squeezed(FORMATS.render("text", made)),
        "markdown": squeezed(FORMATS.render("markdown", made)),
        "page": squeezed(render(made)),
    }


def test_every_number_of_every_pair_stands_in_all_three(told: dict[str, str]) -> None:
    for each in comparison().changes:
        for said in (
            each.name,
            numbers.whole(each.n),
            numbers.percent(each.rate),
            numbers.percent(each.rate_against),
            numbers.points(each.difference),
            numbers.points_interval(each.interval),
            numbers.p_value(each.p_value),
            numbers.whole(len(each.newly_right)),
            numbers.whole(len(each.newly_wrong)),
            numbers.usd(each.usd_per_1k[0]),
            numbers.seconds(each.p95_s[0]),
        ):
            for kind, text in told.items():
                assert squeezed(said) in text, f"{said} is not in {kind}"


def test_counts_reasons_and_warnings_stand_in_all_three(told: dict[str, str]) -> None:
    made = comparison()
    for said in (made.suite, "after against before", numbers.quantity(made.examples, "example"), *wording.left_out(made), *made.warnings):
        for kind, text in told.items():
            assert squeezed(said) in text, f"{said} is not in {kind}"


def test_sentences_of_pairs_and_of_telling_slices_are_those_of_the_text(told: dict[str, str]) -> None:
    for each in comparison().changes:
        for said in (wording.result(each), f"newly right {len(each.newly_right)}"):
            assert squeezed(said) in told["text"]
            assert squeezed(said) in told["page"]
        for cut in each.slices:
            if wording.differs(cut.p_value):
                assert all(squeezed(wording.slice_result(cut)) in text for text in told.values())
    assert all(squeezed(wording.too_few(comparison())) in told[kind] for kind in ("text", "page"))


def test_a_row_holds_the_cells_of_its_pair() -> None:
    rows = re.findall(r'<tr><th scope="row"><bdi>(.*?)</bdi>.*?</th>(.*?)</tr>', render(comparison()))
    cells = {name: re.findall(r"<td[^>]*>(.*?)</td>", rest) for name, rest in reversed(rows)}
    for each in comparison().changes:
        assert [spoken(cell) for cell in cells[each.name]] == [
            numbers.whole(each.n),
            numbers.percent(each.rate),
            numbers.percent(each.rate_against),
            numbers.points(each.difference),
            numbers.points_interval(each.interval),
            numbers.p_value(each.p_value),
            wording.finding(each.p_value),
        ]
    assert [spoken(cell) for cell in cells["rare"]] == ["7", "–", "–", "–", "too few to judge"]


def test_the_colour_says_which_side_of_zero_and_only_where_it_differs() -> None:
    page = render(comparison(change("a", -0.2, p_value=0.01), change("b", 0.2, p_value=0.01), change("c", 0.2, p_value=0.06)))
    assert re.findall(r'<span class="found ([a-z-]+)">', page) == ["not-met", "met", "not-applicable"]


def test_ids_are_counted_and_the_first_of_them_named() -> None:
    page = render(comparison(change("a", 0.1)))
    assert "newly wrong 1,200" in page
    assert page.count("<bdi>w") == MOST_IDS
    assert f"and {numbers.whole(1200 - MOST_IDS)} more" in page


def test_one_candidate_alone_is_told_in_every_format() -> None:
    alone = RunComparison(suite="s", runs=("r",), examples=0)
    for text in (FORMATS.render("text", alone), FORMATS.render("markdown", alone), render(alone)):
        assert wording.NOTHING in text
    assert "<svg" not in render(alone)
    assert FORMATS.render("csv", alone).count("\n") == 1


def test_the_policy_allows_its_own_style_and_nothing_else() -> None:
    page = render(comparison())
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]+)"', page)
    (style,) = re.findall(r"<style>(.*?)</style>", page, re.DOTALL)
    own = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert policy == f"default-src 'none'; style-src 'sha256-{own}'; base-uri 'none'; form-action 'none'"
    assert "<script" not in page
    assert " style=" not in page


class Parsed(HTMLParser):
    """The elements and attributes of a page, as a browser would find them."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.names: set[str] = set()
        self.links: set[str] = set()
        self.ids: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.names |= {name for name, _ in attrs}
        self.links |= {value or "" for name, value in attrs if name in ("href", "src")}
        self.ids += [value or "" for name, value in attrs if name == "id"]


def test_names_and_ids_of_strangers_stay_text() -> None:
    page = render(hostile())
    plain = Parsed(render(comparison()))
    found = Parsed(page)
    assert found.tags <= plain.tags
    assert found.names <= plain.names
    assert found.links == {f"#{name}" for name in ("compared", "warnings", "differences", "flips", "targets", "cost")}
    assert len(found.ids) == len(set(found.ids))
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)
    assert PWN in spoken(page)
    assert len(page.encode()) < 500_000


def test_the_same_comparison_is_the_same_page() -> None:
    assert render(comparison()) == render(comparison())
