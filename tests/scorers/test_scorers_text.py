"""Text scores are those of the reference implementations, on real text."""

import itertools
import json
import re
import string
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from benchharness.errors import SetupError
from benchharness.interfaces import AnswerScorer
from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import make_scorer

ROOT = Path(__file__).parents[2]
POOL = [json.loads(line) for line in (ROOT / "goldensets/resume/pool.jsonl").read_text(encoding="utf-8").splitlines()]
# Neighbours in the pool are of one kind: alike, and never the same.
PAIRS = [(one["input"], other["input"]) for one, other in itertools.pairwise(POOL[:151])]
AWKWARD = [
    ("", "a"),
    ("the", "a"),
    ("A man, a plan.", "the man plan"),
    ("Zürich 3.5%", "zurich 35"),
    ("naïve café", "Café naïve!"),
    ("x", "x"),
]


def result(kind: str, answer: str, target: Any, **options: Any) -> Score | Unparsable | Unscored:
    scorer = make_scorer(ScorerEntry(type=kind, options=options))
    assert not isinstance(scorer, AnswerScorer)
    return scorer.score(answer, Example(id="e", input="q", target=target))


def value(kind: str, answer: str, target: Any, **options: Any) -> float:
    found = result(kind, answer, target, **options)
    assert isinstance(found, Score), found
    return found.value


# SQuAD's evaluate-v2.0.py, written down from its formulas and not from our code.
def official_normal(text: str) -> str:
    kept = "".join(char for char in text.lower() if char not in set(string.punctuation))
    return " ".join(re.compile(r"\b(a|an|the)\b", re.UNICODE).sub(" ", kept).split())


def official_f1(gold: str, predicted: str) -> float:
    golds, predictions = official_normal(gold).split(), official_normal(predicted).split()
    same = sum((Counter(golds) & Counter(predictions)).values())
    if not golds or not predictions:
        return float(golds == predictions)
    if not same:
        return 0.0
    precision, recall = same / len(predictions), same / len(golds)
    return 2 * precision * recall / (precision + recall)


@pytest.mark.parametrize("pairs", [PAIRS, AWKWARD], ids=["resumes", "awkward"])
def test_f1_and_exact_are_squads(pairs: list[tuple[str, str]]) -> None:
    for answer, target in pairs:
        assert value("f1", answer, target) == pytest.approx(official_f1(target, answer), abs=1e-12)
        assert value("exact", answer, target, normalise=("squad",)) == float(official_normal(answer) == official_normal(target))


def test_f1_takes_the_best_of_several_targets() -> None:
    assert value("f1", "in Paris", ["London", "Paris, France", "paris"]) == pytest.approx(2 / 3)


@pytest.mark.parametrize("stemmer", [False, True])
@pytest.mark.parametrize("variant", ["rouge1", "rouge2", "rougeL", "rougeLsum"])
def test_rouge_is_rouge_scores(variant: str, *, stemmer: bool) -> None:
    reference = pytest.importorskip("rouge_score.rouge_scorer").RougeScorer([variant], use_stemmer=stemmer)
    # Its words are of English letters alone; a text with others is cut otherwise, see test_scorers_scripts.
    for answer, target in [each for each in [*PAIRS[:60], *AWKWARD] if "".join(each).isascii()]:
        expected = reference.score(target, answer)[variant]
        for measure, field in (("f1", "fmeasure"), ("precision", "precision"), ("recall", "recall")):
            ours = value("rouge", answer, target, variant=variant, stemmer=stemmer, measure=measure)
            assert ours == pytest.approx(getattr(expected, field), abs=1e-9)


def test_bleu_and_chrf_are_sacrebleus() -> None:
    metrics = pytest.importorskip("sacrebleu.metrics")
    bleu, lower = metrics.BLEU(effective_order=True), metrics.BLEU(effective_order=True, lowercase=True, tokenize="intl")
    chrf, plus = metrics.CHRF(), metrics.CHRF(word_order=2)
    for answer, target in [*PAIRS, *AWKWARD]:
        both = [target, POOL[0]["input"]]
        assert value("bleu", answer, both) == pytest.approx(min(1, bleu.sentence_score(answer, both).score / 100), abs=1e-9)
        assert value("chrf", answer, both) == pytest.approx(chrf.sentence_score(answer, both).score / 100, abs=1e-9)
        assert value("chrf", answer, target, word_order=2) == pytest.approx(plus.sentence_score(answer, [target]).score / 100, abs=1e-9)
        ours = value("bleu", answer, target, tokenize="intl", lowercase=True)
        assert ours == pytest.approx(min(1, lower.sentence_score(answer, [target]).score / 100), abs=1e-9)


def test_levenshtein_counts_letters_as_the_textbook_does() -> None:
    pytest.importorskip("rapidfuzz")
    assert value("levenshtein", "kitten", "sitting") == pytest.approx(1 - 3 / 7)
    assert value("levenshtein", " same ", "same") == 1
    assert value("levenshtein", "", ["", "x"]) == 1


def test_texts_nobody_would_compare_letter_by_letter_are_a_miss_or_unscored() -> None:
    pytest.importorskip("rapidfuzz")
    pytest.importorskip("rouge_score")
    pytest.importorskip("sacrebleu")
    for kind in ("levenshtein", "rouge", "bleu", "chrf"):
        assert isinstance(result(kind, "a " * 20_000, "a"), Unparsable)
        assert isinstance(result(kind, "a", "a " * 20_000), Unscored)


def test_starts_with_and_thousands() -> None:
    assert value("starts-with", "Yes, because", "yes") == 1
    assert value("starts-with", "Oh yes", "yes") == 0
    assert value("exact", "1,234,567", "1234567", normalise=("thousands",)) == 1
    assert value("exact", "1,23", "123", normalise=("thousands",)) == 0


@pytest.mark.parametrize(
    ("answer", "target", "options", "right"),
    [
        ("It weighs 500 g.", "0.5 kg", {"units": {"kg": 1, "g": 0.001}}, 1),
        ("0.5kg", "0.5", {"units": {"kg": 1, "g": 0.001}}, 1),
        ("500", "0.5 kg", {"units": {"kg": 1, "g": 0.001}}, 0),
        ("5%", "0.05", {"units": {"%": 0.01}}, 1),
        ("90 km/h", "25", {"units": {"km/h": 1 / 3.6}, "absolute": 1e-9}, 1),
        ("5 geese", "5", {"units": {"g": 0.001}}, 1),
    ],
)
def test_a_unit_after_a_number_is_worth_what_the_suite_says(answer: str, target: str, options: dict[str, Any], right: int) -> None:
    assert value("number", answer, target, **options) == right


@pytest.mark.parametrize(
    ("kind", "extra"), [("levenshtein", "text"), ("rouge", "text"), ("bleu", "text"), ("chrf", "text"), ("similar", "embeddings")]
)
def test_a_missing_extra_is_one_message_with_what_to_install(kind: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchharness.scorers.extras.find_spec", lambda _name: None)
    with pytest.raises(SetupError) as caught:
        make_scorer(ScorerEntry(type=kind, options={"model": "m"} if kind == "similar" else {}))
    assert f"`{kind}`" in caught.value.message
    assert caught.value.hint == f"pip install 'benchharness[{extra}]'"
