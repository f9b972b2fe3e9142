"""What of the examples enters the page, and in which form."""

import base64
import gzip
import json
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report.html.made_pages import examples, with_examples

from benchharness.pipeline.recording import page
from benchharness.pipeline.report import read_page
from benchharness.records.page import Page, PageAnswer, PageExample, PageText
from benchharness.report.html.packing import MOST_CHARACTERS, pack
from benchharness.report.html.page import render
from benchharness.report.html.tokens import TOKEN, blocks, shared

SECRET = "Ada Lovelace, born 1815"


def unpacked(data: str) -> Any:
    return json.loads(gzip.decompress(base64.b64decode(data)))


def secretive(page: Page) -> Page:
    answer = PageAnswer(status="answered", matched=False, score=0.0, output=f"no, {SECRET}", parsed=SECRET, error=f"not {SECRET}")
    n = len(page.comparison.candidates)
    return with_examples(page, (PageExample(id="s1", rank=0, answers=(answer,) * n, input=f"in {SECRET}", target=f"of {SECRET}"),))


def test_every_text_stands_once_and_comes_back(page: Page) -> None:
    data = unpacked(pack(page).data)
    assert len(data["texts"]) == len(set(data["texts"]))
    assert [each[0] for each in data["examples"]] == [each.id for each in page.examples]
    first = page.examples[0]
    assert data["texts"][data["examples"][0][1]] == first.input
    assert data["texts"][data["examples"][0][2]] == first.target


def test_the_same_page_gives_the_same_bytes(page: Page) -> None:
    assert render(page) == render(page)


def test_without_text_nothing_anybody_wrote_stands_in_the_page(page: Page) -> None:
    made = replace(secretive(page), text=PageText.NONE)
    assert unpacked(pack(made).data)["texts"] == []
    shown = render(made)
    assert "Lovelace" not in shown
    assert "Name the team" not in shown
    assert "Scores only" in shown
    assert page.verdict.headline.split(".")[0] in unescape(shown)


def test_redacted_text_keeps_length_and_counts_and_no_letter(page: Page) -> None:
    made = replace(secretive(page), text=PageText.REDACTED)
    data = unpacked(pack(made).data)
    assert data["texts"][data["examples"][0][2]] == blocks(f"of {SECRET}") == "██ ███ ████████, ████ ████"
    answer = data["examples"][0][4][0]
    assert answer[4] == -1, "an error may quote the answer"
    assert answer[6:] == [5, 2, 1], "ada lovelace , born 1815 in both; `no ,` more, `of` missing"
    assert "Lovelace" not in render(made)
    assert "1815" not in json.dumps(data)


@given(st.text(alphabet="ab ,", max_size=14), st.text(alphabet="ab ,", max_size=14))
def test_shared_tokens_are_the_longest_common_subsequence(answer: str, target: str) -> None:
    first, second = TOKEN.findall(answer), TOKEN.findall(target)
    table = [[0] * (len(second) + 1) for _ in range(len(first) + 1)]
    for i, a in enumerate(first):
        for j, b in enumerate(second):
            table[i + 1][j + 1] = table[i][j] + 1 if a == b else max(table[i][j + 1], table[i + 1][j])
    same = table[-1][-1]
    found = shared(answer, target)
    assert (found.same, found.extra, found.lacking) == (same, len(first) - same, len(second) - same)


def test_a_text_too_long_is_cut_and_the_page_says_so(page: Page) -> None:
    found = examples(3, len(page.comparison.candidates))
    made = with_examples(page, (*found[:2], replace(found[2], input="x" * 1_000_000)))
    packed = pack(made)
    assert max(len(each) for each in unpacked(packed.data)["texts"]) < MOST_CHARACTERS + 50
    assert "1 text longer than 20,000 characters was cut in this page." in packed.notes
    assert packed.notes[0] in render(made)


def test_a_page_too_large_keeps_what_they_disagree_about_and_says_so(page: Page) -> None:
    found = tuple(replace(each, rank=(7 * each.rank) % 500) for each in examples(500, len(page.comparison.candidates), words=60))
    packed = pack(with_examples(page, found), most_bytes=40_000)
    assert len(packed.data) <= 40_000
    kept = {each.rank for each in packed.examples}
    assert 50 < len(kept) < 500
    assert kept == set(range(len(kept)))
    assert [each.id for each in packed.examples] == sorted(each.id for each in packed.examples), "in the page's own order"
    assert f"it holds {len(kept)} of 500 examples" in packed.notes[0]


@pytest.mark.parametrize(("count", "most"), [(200, 200_000), (10_000, 8_000_000)])
def test_the_page_stays_small(page: Page, count: int, most: int) -> None:
    words, said = (12, 3) if count == 200 else (60, 25)
    made = with_examples(page, examples(count, len(page.comparison.candidates), words=words, said=said))
    size = len(render(made).encode())
    print(f"{count} examples x {len(page.comparison.candidates)} candidates: {size:,} bytes")  # noqa: T201 - for whoever runs it with -s
    assert size < most


def test_a_page_of_more_examples_than_a_page_holds_says_so(run_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = read_page(run_folder)[1]
    monkeypatch.setattr(page, "MOST_EXAMPLES", 3)
    few = read_page(run_folder)[1]
    assert few.examples == tuple(each for each in whole.examples if each.rank < 3)
    assert (few.asked, few.sent) == (whole.asked, whole.sent)
    told = f"So that this page opens quickly it holds 3 of {whole.asked} examples, those the candidates disagree about first"
    assert told in pack(few).notes[0]
    assert not pack(whole).notes
    sampled = read_page(run_folder, sample=2)[1]
    assert (len(sampled.examples), pack(sampled).notes) == (2, ())
    assert told in pack(read_page(run_folder, sample=4)[1]).notes[0]
