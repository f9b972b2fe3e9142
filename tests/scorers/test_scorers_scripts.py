"""Text scores in many scripts, empty targets, and several references."""

from typing import Any

import pytest

from benchharness.interfaces import AnswerScorer
from benchharness.records.answer import Answer, AnswerStatus
from benchharness.records.example import Example, answers_of
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import make_scorer
from benchharness.scorers.marking import make_marker
from benchharness.scorers.words import split_words

TEXTS = {
    "Chinese": ("今天天气很好", "今天天气不好"),
    "Japanese": ("今日はいい天気です", "今日は悪い天気です"),
    "Korean": ("오늘 날씨가 좋다", "오늘 날씨가 나쁘다"),
    "Hindi": ("मौसम अच्छा है", "मौसम खराब है"),
    "Thai": ("วันนี้อากาศดี", "วันนี้อากาศร้อน"),
    "Russian": ("Погода сегодня хорошая", "Погода сегодня плохая"),
    "Greek": ("Ο καιρός είναι καλός", "Ο καιρός είναι κακός"),
    "Arabic": ("الطقس جميل اليوم", "الطقس سيئ اليوم"),
    "Hebrew": ("מזג האוויר יפה היום", "מזג האוויר רע היום"),
    "Khmer": ("អាកាសធាតុល្អ", "អាកាសធាតុក្តៅ"),
    "Tamil": ("வானிலை நன்றாக உள்ளது", "வானிலை மோசமாக உள்ளது"),
    "German": ("Das Wetter ist schön für Möwen", "Das Wetter ist trüb für Möwen"),
    "English": ("the weather is fine", "the weather is bad"),
    "emoji": ("👍👍", "👎"),
}
GRADED = ("rouge", "f1", "bleu", "chrf", "levenshtein")
TEXTUAL = ("exact", "contains", "starts-with", *GRADED)


def value(kind: str, answer: str, target: Any, **options: Any) -> float:
    found = result(kind, answer, target, **options)
    assert isinstance(found, Score), found
    return found.value


def result(kind: str, answer: str, target: Any, **options: Any) -> Score | Unparsable | Unscored:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    assert not isinstance(scorer, AnswerScorer)
    return scorer.score(answer, Example(id="e", input="q", target=target))


@pytest.mark.parametrize("script", TEXTS)
def test_a_text_is_as_good_as_itself_and_better_than_another(script: str) -> None:
    text, other = TEXTS[script]
    for kind in GRADED:
        assert value(kind, text, text) == pytest.approx(1), kind
        assert value(kind, other, text) < 1, kind
    for variant in ("rouge1", "rouge2", "rougeL", "rougeLsum"):
        assert value("rouge", text, text, variant=variant) == pytest.approx(1)


@pytest.mark.parametrize("script", [each for each in TEXTS if each != "emoji"])
def test_what_two_texts_share_earns_credit(script: str) -> None:
    text, other = TEXTS[script]
    for kind in ("rouge", "f1", "chrf"):
        assert 0.2 < value(kind, other, text) < 1, kind


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("今天好 OK2", ["今", "天", "好", "ok2"]),
        ("सही है।", ["सही", "है"]),
        ("cafe\u0301, Größe_x", ["café", "größe", "x"]),
        ("カード", ["カ", "ー", "ド"]),
        ("ที่นี่", ["ที่", "นี่"]),
        ("don\u2019t", ["don", "t"]),
    ],
)
def test_words_are_unicodes_and_letters_where_no_blanks_are(text: str, words: list[str]) -> None:
    assert split_words(text) == words


@pytest.mark.parametrize("kind", [each for each in TEXTUAL if each not in ("contains", "starts-with")])
@pytest.mark.parametrize("target", ["", "  ", ["", "never said"], {"text": [], "answer_start": []}])
def test_an_empty_target_is_matched_by_nothing_but_an_empty_answer(kind: str, target: Any) -> None:
    for said in ("Paris", "the", "?!", "。"):
        assert value(kind, said, target) < 1, said
    mark = make_marker([ScorerEntry(type=kind)], match_at=1.0)
    found = mark(Example(id="e", input="q", target=target), None, Answer(output="", status=AnswerStatus.EMPTY))
    assert (found.status, found.matched) == (AnswerStatus.ANSWERED, True)


def test_an_empty_text_among_all_that_must_be_there_asks_for_nothing() -> None:
    assert value("contains", "red and blue", ["red", "", "blue"], all_of=True) == 1
    assert value("contains", "red", ["red", "", "blue"], all_of=True) == 0


@pytest.mark.parametrize("kind", ["exact", "contains", "starts-with", "levenshtein"])
def test_a_target_of_marks_alone_is_compared_as_it_stands(kind: str) -> None:
    assert value(kind, "!!!", "!!!", normalise=("strip-punctuation",)) == 1
    assert value(kind, "???", "!!!", normalise=("strip-punctuation",)) == 0


@pytest.mark.parametrize("kind", TEXTUAL)
@pytest.mark.parametrize(
    "target",
    [
        ["London", "Paris"],
        ("London", "Paris"),
        ["London", None, "Paris"],
        {"text": ["London", "Paris"], "answer_start": [0, 3]},
        {"text": "Paris", "answer_start": 3},
        [{"text": "London", "answer_start": 0}, {"text": "Paris", "answer_start": 9}],
        {"value": "London", "aliases": ["Paris", "Londres"]},
    ],
)
def test_any_of_several_references_is_right(kind: str, target: Any) -> None:
    assert value(kind, "Paris", target) == pytest.approx(1)
    assert value(kind, "Madrid", target) < 1


def test_a_target_that_is_json_stays_json() -> None:
    assert answers_of({"text": "a", "label": "b"}) == ('{"text": "a", "label": "b"}',)
    assert answers_of(3) == ("3",)
    assert answers_of([True, 2.5]) == ("true", "2.5")
    assert answers_of(None) == answers_of([]) == ()


def test_where_the_deciding_scorer_finds_nothing_the_others_keep_what_they_found() -> None:
    entries = [
        ScorerEntry(type="number", primary=True),
        ScorerEntry(type="contains"),
        ScorerEntry(type="length", options={"most": 9}),
    ]
    found = make_marker(entries, match_at=1.0)(Example(id="e", input="q", target="2"), None, Answer(output="two"))
    assert (found.status, found.score) == (AnswerStatus.UNPARSABLE, 0.0)
    assert found.scores == {"number": 0.0, "contains": 0.0, "length": 1.0}
