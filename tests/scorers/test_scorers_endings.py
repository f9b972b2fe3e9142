"""How an answer ended decides before what it says: the candidate's own doing is a miss, shown apart."""

import pytest

from benchharness.records.answer import OWN_DOING, Answer, AnswerStatus
from benchharness.records.example import Example
from benchharness.records.suite import ScorerEntry
from benchharness.scorers.marking import make_marker

MARK = make_marker([ScorerEntry(type="exact", primary=True)], match_at=1.0)


def test_everything_but_an_answer_and_an_error_is_the_candidates_own_doing() -> None:
    assert OWN_DOING == ("refused", "filtered", "truncated", "empty", "unparsable")


@pytest.mark.parametrize("status", [AnswerStatus.REFUSED, AnswerStatus.FILTERED, AnswerStatus.TRUNCATED, AnswerStatus.EMPTY])
def test_an_answer_that_ended_badly_is_a_miss_whatever_it_says(status: AnswerStatus) -> None:
    found = MARK(Example(id="e", input="q", target="yes"), None, Answer(output="yes", status=status))
    assert (found.status, found.score, found.matched) == (status, 0.0, False)


def test_an_empty_answer_is_right_where_the_target_is_empty() -> None:
    found = MARK(Example(id="e", input="q", target=""), None, Answer(output="", status=AnswerStatus.EMPTY))
    assert (found.status, found.score, found.matched) == (AnswerStatus.ANSWERED, 1.0, True)
    cut = MARK(Example(id="e", input="q", target=""), None, Answer(output="", status=AnswerStatus.TRUNCATED))
    assert (cut.status, cut.matched) == (AnswerStatus.TRUNCATED, False)
