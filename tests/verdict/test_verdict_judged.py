"""What a judge that decides may open, by how it was held against people."""

from dataclasses import replace

import pytest
from outcome_making import make_outcomes
from verdict.case_making import case, found, result

from benchharness.comparison.compare import compare
from benchharness.comparison.correcting import corrected_judging
from benchharness.pipeline.deciding.judge import calibration_of
from benchharness.records.circumstances import Judge, Privacy
from benchharness.records.comparison import Proof, Questions
from benchharness.records.evidence import Evidence
from benchharness.records.judge import Judging, LabelledMark
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Decision
from benchharness.records.verdict import Finding, Status, VerdictWord
from benchharness.verdict.decide import decide
from benchharness.verdict.thresholds import filled_in

GOOD = Judging(scorer="helpful", judges=("strict",), labels=60, kappa=0.8, kappa_low=0.65)


def judged(judging: Judging, **more: object) -> Finding:
    return found("judge-calibrated", evidence={"judging": judging}, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"why_not": "it was never held against people"}, "never held against people"),
        ({"labels": 29}, "on 29 labelled answers"),
        ({"kappa": 0.59}, "a kappa of 0.59"),
        ({"kappa_low": 0.4}, "interval from 0.40"),
        ({"kappa": None, "kappa_low": None}, "no kappa"),
        ({"uncovered": "nobody labelled answers of this run"}, "It can't be corrected: nobody labelled answers of this run"),
    ],
)
def test_a_judge_that_lacks_anything_informs_and_says_what(changed: dict[str, object], told: str) -> None:
    finding = judged(replace(GOOD, **changed))  # type: ignore[arg-type]
    assert finding.status is Status.NOT_MET
    assert told in finding.sentence
    assert "opens no one-way door" in finding.sentence
    assert finding.remedy


def test_a_judge_that_agrees_is_met_and_what_the_suite_declares_beside_it_counts_for_nothing() -> None:
    assert judged(GOOD).status is Status.MET
    declared = Judge(calibration_labels=10_000, kappa=1.0)
    assert judged(replace(GOOD, kappa=0.1), judge=declared).status is Status.NOT_MET


def test_a_suite_may_ask_for_less_or_more_kappa() -> None:
    weak = replace(GOOD, kappa=0.5, kappa_low=0.3)
    assert judged(weak, thresholds={"judge_kappa": 0.5, "judge_kappa_low": 0.2}).status is Status.MET
    assert judged(GOOD, thresholds={"judge_kappa": 0.9}).status is Status.NOT_MET


def mark(example_id: str, *, human: bool, judged: bool | None) -> LabelledMark:
    return LabelledMark(candidate="a", prompt="p", example_id=example_id, answer="hash", human=human, judged=judged)


def test_a_summary_that_claims_more_than_its_marks_is_not_believed() -> None:
    marks = [mark(f"e{at}", human=at % 2 == 0, judged=at % 4 < 2) for at in range(40)]
    labels, kappa, low = calibration_of([*marks, mark("e99", human=True, judged=None)])
    assert labels == 40
    assert kappa == pytest.approx(0.0)
    assert low is not None
    assert low < 0


def hosted(judging: Judging | None) -> VerdictWord:
    """A model of one's own reaches the bar, and nobody else may be asked."""
    proven = result("own", "self-hosted", "", matched=99, proof=Proof.PROVEN)
    stated = case((result(), proven), evidence={"judging": judging}, privacy=Privacy(data_may_leave=False, offline=True))
    return decide(stated, policy_hash="x").verdict


def test_self_hosting_is_a_one_way_door_as_well() -> None:
    assert hosted(None) is VerdictWord.SELF_HOST
    assert hosted(GOOD) is VerdictWord.SELF_HOST
    assert hosted(replace(GOOD, why_not="it was never held against people")) is VerdictWord.MORE_EVIDENCE


def evidence_of(outcomes: list[Outcomes], judging: Judging, target: float) -> Evidence:
    comparison = compare(outcomes, Questions(accuracy_target=target))
    stated = Decision(accuracy_target=target)
    known = corrected_judging(judging, comparison, outcomes)
    return Evidence(suite="s", decision=stated, thresholds=filled_in(stated), comparison=comparison, judging=known, labelled_examples=5000)


@pytest.mark.parametrize(("lenient", "word"), [(0, VerdictWord.SHIP_PROMPT), (80, VerdictWord.MORE_EVIDENCE)])
def test_where_labels_lead_to_another_verdict_than_the_judge_it_is_more_evidence(lenient: int, word: VerdictWord) -> None:
    """The judge passes 190 of 200 of the prompt's answers, people `lenient` fewer: at 0.9 of 0.9 that's above or below the bar."""
    passes = [at % 20 != 0 for at in range(200)]
    people = [each and not at % 5 < lenient * 5 // 200 for at, each in enumerate(passes)]
    outcomes = [make_outcomes(candidate=name, path=path, matched=passes) for name, path in (("api", "api"), ("tuned", "fine-tuned"))]
    truths = {name: {at: people[at] for at in range(100)} for name in ("api", "tuned")}
    verdict = decide(evidence_of(outcomes, replace(GOOD, truths=truths), 0.9), policy_hash="x")
    assert verdict.verdict is word
    if word is VerdictWord.MORE_EVIDENCE:
        assert verdict.headline.startswith("By the judge's own marks it would be ship-prompt, corrected by people's labels ")
        assert verdict.best_prompt is not None
        assert verdict.best_prompt.rate == pytest.approx(0.55, abs=0.06)
