"""A stored row is marked as its answer was when it came, by the scorers of a run or by the one that decides."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.pipeline.marking.recipe import Recipe
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.row import Row
from benchharness.records.suite import Extract, ScorerEntry

EXAMPLE = Example(id="e", input="q", target="yes")
EXACT, CONTAINS = ScorerEntry(type="exact", primary=True), ScorerEntry(type="contains")
LAST = Extract(after="so: ")
HOW = Recipe(scorers=(CONTAINS, EXACT), match_at=1.0, labels=(), folder=Path(), extracts={"p": LAST, "": None})


@given(
    output=st.sampled_from(["yes", "no", "so: yes", "so: no", "yes so: ", "", "maybe"]),
    status=st.sampled_from([each for each in AnswerStatus if each not in (AnswerStatus.ERROR, AnswerStatus.UNPARSABLE)]),
    prompt=st.sampled_from(["p", "", "unknown"]),
)
def test_a_stored_row_gets_the_mark_its_answer_got(output: str, status: AnswerStatus, prompt: str) -> None:
    live = HOW.marker()(EXAMPLE, HOW.extracts.get(prompt), Answer(output=output, status=status))
    # What a row keeps of an answer that couldn't be parsed is that it couldn't.
    row = Row(candidate="c", prompt=prompt, example_id="e", output=output, status=live.status)
    assert HOW.row_marker()(EXAMPLE, row) == live


def test_the_scorer_that_decides_gives_alone_the_mark_it_gives_among_others() -> None:
    alone = HOW.deciding()
    assert alone.scorers == (EXACT,)
    for output in ("yes", "no", "so: yes"):
        row = Row(candidate="c", prompt="p", example_id="e", output=output, status=AnswerStatus.ANSWERED)
        among, found = HOW.row_marker()(EXAMPLE, row), alone.row_marker()(EXAMPLE, row)
        assert (found.status, found.matched, found.score, found.parsed) == (among.status, among.matched, among.score, among.parsed)
        assert set(found.scores) == ({"exact"} if found.scores else set())


@pytest.mark.parametrize(("scorers", "decides"), [((), "exact"), ((CONTAINS,), "contains"), ((CONTAINS, EXACT), "exact")])
def test_without_a_primary_scorer_the_first_decides_and_without_any_exact_does(scorers: tuple[ScorerEntry, ...], decides: str) -> None:
    assert Recipe(scorers=scorers, match_at=1.0, labels=(), folder=Path()).deciding().scorers[0].type == decides
