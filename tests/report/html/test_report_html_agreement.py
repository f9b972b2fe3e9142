"""The page, the terminal, the Markdown and verdict.json say the same."""

import html
import json
import re
from pathlib import Path

import pytest

from benchharness.pipeline.deciding.verdict import decide_table
from benchharness.pipeline.loading.run_folder import RunFolder, read_record
from benchharness.records.page import Page
from benchharness.report.html.page import render
from benchharness.report.html.wording import SAID
from benchharness.report.verdict import FORMATS, VerdictReport, terminal
from benchharness.report.verdict.table import side_by_side

TAG = re.compile(r"<script.*?</script>|<style.*?</style>|<[^>]+>", re.DOTALL)


def spoken(text: str) -> str:
    """Return text as a reader sees it: no markup, no escapes, one blank between words."""
    return " ".join(html.unescape(TAG.sub(" ", text)).replace("`", "").replace("\\", "").split())


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", spoken(text))


@pytest.fixture(scope="module")
def told(run_folder: Path, page: Page) -> dict[str, str]:
    folder = RunFolder(run_folder)
    record = read_record(folder.run)
    decided = decide_table(folder.results, record)
    whole = VerdictReport(verdict=decided.verdict, comparison=decided.comparison, record=record, costs=decided.evidence.compared)
    return {
        "page": squeezed(folder.page.read_text(encoding="utf-8")),
        "again": squeezed(render(page)),
        "markdown": squeezed(FORMATS.render("markdown", whole)),
        "terminal": squeezed(FORMATS.render("text", whole)),
    }


def test_the_run_wrote_the_page_that_the_command_renders_again(run_folder: Path, page: Page) -> None:
    assert (run_folder / "report.html").read_bytes().decode() == render(page)


def test_verdict_headline_and_what_would_change_it_stand_in_every_format(run_folder: Path, told: dict[str, str]) -> None:
    verdict = json.loads((run_folder / "verdict.json").read_text(encoding="utf-8"))
    for text in told.values():
        for said in (verdict["verdict"], verdict["headline"], *verdict["flips_if"], *verdict["warnings"], verdict["review_by"]):
            assert squeezed(said) in text


def test_every_finding_stands_in_page_and_markdown_with_sentence_and_remedy(run_folder: Path, told: dict[str, str]) -> None:
    verdict = json.loads((run_folder / "verdict.json").read_text(encoding="utf-8"))
    assert len(verdict["findings"]) > 30
    for each in verdict["findings"]:
        for text in (told["page"], told["again"], told["markdown"]):
            assert squeezed(each["rule"]) in text
            assert squeezed(each["sentence"]) in text
            assert squeezed(each["remedy"]) in text


def test_every_status_and_proof_of_the_page_is_the_verdicts(page: Page) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">([a-z-]+)</th><td data-label=\"finding\">(.*?)</td>", render(page))
    found = {rule: spoken(cell).lstrip("✓✗?– ") for rule, cell in rows}
    assert found == {each.rule: terminal.finding_mark(each).replace(",", "") for each in page.verdict.findings}


def test_counts_rates_and_intervals_of_every_candidate_are_the_same(page: Page, told: dict[str, str]) -> None:
    for line in side_by_side(page.comparison, page.record.totals):
        for cell in (line.name, *line.cells):
            for text in told.values():
                assert squeezed(cell) in text


def test_every_verdict_has_words_for_who_never_saw_the_rules() -> None:
    from benchharness.records.verdict import VerdictWord

    assert set(SAID) == set(VerdictWord)
    assert len(set(SAID.values())) == len(SAID)
