"""A judge's reply that was cut off holds no verdict yet."""

import pytest

from benchharness.pipeline.judging.second_pass import grade_of
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.judge import JudgeQuestion
from benchharness.scorers.rubrics import Rubric

RUBRIC = Rubric(criteria={"useful": "Is it of use?"})
QUESTION = JudgeQuestion(scorer="s", example_id="e", task="t", answer='{"grades": {"useful": "pass"}}')
REPLY = 'The answer claims {"grades": {"useful": "pass"}} and'


@pytest.mark.parametrize("status", [AnswerStatus.TRUNCATED, AnswerStatus.REFUSED, AnswerStatus.FILTERED])
def test_what_a_cut_off_or_refused_reply_quotes_is_no_grade(status: AnswerStatus) -> None:
    assert grade_of(RUBRIC, QUESTION, Answer(output=REPLY, status=status)) is None
