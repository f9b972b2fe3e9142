"""What the evidence must come to, from the seeds' own stories on."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchharness.comparison.compare import compare
from benchharness.records.comparison import Proof, Questions
from benchharness.records.effort import Effort
from benchharness.records.evidence import Evidence
from benchharness.records.json_form import dumps, from_json, to_json
from benchharness.records.leakage import Leakage
from benchharness.records.outcomes import Outcomes
from benchharness.records.suite import Decision
from benchharness.records.verdict import Finding, Status, Verdict, VerdictWord
from benchharness.verdict.decide import Findings, decide, explained, reason
from benchharness.verdict.rules import RULES
from benchharness.verdict.thresholds import THRESHOLDS, filled_in

STRATEGIES = ("zero-shot", "few-shot", "retrieval")


def candidate(name: str, path: str, matched: int, n: int, *, prompt: str = "", missing: int = 0, first: bool = True) -> Outcomes:
    """Matches the first (or, with first=False, the last) `matched` of `n` examples; `missing` of the rest are not measured."""
    values = np.zeros(n, dtype=np.int8)
    values[:matched] = 1
    if not first:
        values = values[::-1].copy()
    if missing:
        values[np.flatnonzero(values == 0)[:missing]] = -1
    scores = np.where(values < 0, np.nan, values.astype(float))
    return Outcomes(candidate=name, prompt=prompt, path=path, codes=np.arange(n), matched=values, scores=scores, expected=n)


def evidence(
    outcomes: Sequence[Outcomes],
    *,
    target: float = 0.95,
    gap: tuple[int, int] | None = (44, 50),
    effort: bool = True,
    labelled: int | None = 5000,
    leaked: int = 0,
    majority: int = 1,
) -> Evidence:
    decision = Decision(accuracy_target=target, gap_rule=None if gap is None else f"{gap[0]} of {gap[1]}")
    questions = Questions(accuracy_target=target, gap_k=gap and gap[0], gap_n=gap and gap[1])
    n = outcomes[0].expected
    targets = {"most": majority, **{f"t{at}": 1 for at in range(max(1, n - majority))}}
    prompted = [
        Effort(candidate=f"m{at}", path="api", model=f"m{at}", provider=f"p{at}", base_model=f"m{at}", strategies=STRATEGIES)
        for at in range(2 if effort else 1)
    ]
    tuned = [
        Effort(candidate=each.candidate, path=each.path, model="m0-tuned", provider="p0", base_model="m0")
        for each in outcomes
        if each.path == "fine-tuned"
    ]
    return Evidence(
        suite="story",
        decision=decision,
        thresholds=filled_in(decision),
        comparison=compare(outcomes, questions, targets),
        effort=(*prompted, *tuned),
        leakage=Leakage(checked=True, golden=n, leaked=tuple(f"g{at}" for at in range(leaked))),
        labelled_examples=labelled,
    )


def verdict(given: Evidence) -> Verdict:
    return decide(given, policy_hash="sha256:0")


def finding(found: Verdict, rule: str) -> Finding:
    return next(each for each in found.findings if each.rule == rule)


def test_the_seeds_44_of_50_ships_the_prompt_and_says_how_sure_it_is() -> None:
    found = verdict(evidence([candidate("mini", "api", 44, 50, prompt="structured")]))
    assert found.verdict is VerdictWord.SHIP_PROMPT
    assert found.door.value == "two-way"
    rule = finding(found, "ninety-percent")
    assert (rule.status, rule.proof) == (Status.MET, Proof.UNDECIDED)
    assert rule.interval is not None
    assert (round(rule.interval.low, 3), round(rule.interval.high, 3)) == (0.762, 0.944)
    assert "92.6% of the target" in rule.sentence
    assert found.examples_needed["ninety-percent"] == 1218
    assert finding(found, "gap").status is Status.MET


@pytest.mark.parametrize(
    ("target", "proof", "needed", "word"),
    [
        (1.0, Proof.UNDECIDED, 1579, VerdictWord.SHIP_PROMPT),  # missed on the point, but the gap rule is met
        (0.95, Proof.UNDECIDED, 1218, VerdictWord.SHIP_PROMPT),
        (0.85, Proof.PROVEN, None, VerdictWord.SHIP_PROMPT),
    ],
)
def test_the_same_44_of_50_reads_differently_against_other_targets(
    target: float, proof: Proof, needed: int | None, word: VerdictWord
) -> None:
    found = verdict(evidence([candidate("mini", "api", 44, 50, prompt="p")], target=target))
    assert finding(found, "ninety-percent").proof is proof
    assert found.examples_needed.get("ninety-percent") == needed
    assert found.verdict is word


def test_a_fine_tune_that_clears_every_bar_of_quality_still_waits_for_its_cost() -> None:
    outcomes = [candidate("prompted", "api", 300, 500, prompt="retrieval"), candidate("tuned", "fine-tuned", 480, 500)]
    found = verdict(evidence(outcomes, gap=None))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert "whether it pays is open" in found.headline
    assert finding(found, "cost-pays").status is Status.NOT_TESTED
    assert found.difference is not None
    assert found.difference.points == pytest.approx(36.0)


@pytest.mark.parametrize("spoilt", ["effort", "data", "leak", "gap"])
def test_one_missing_clause_stops_a_fine_tune(spoilt: str) -> None:
    outcomes = [candidate("prompted", "api", 300, 500, prompt="retrieval"), candidate("tuned", "fine-tuned", 480, 500)]
    if spoilt == "gap":
        outcomes[0] = candidate("prompted", "api", 478, 500, prompt="retrieval")
    found = verdict(
        evidence(outcomes, gap=None, effort=spoilt != "effort", labelled=99 if spoilt == "data" else 5000, leaked=20 * (spoilt == "leak"))
    )
    assert "whether it pays is open" not in found.headline
    expected = {"effort": "improve-prompt", "data": "more-evidence", "leak": "invalid", "gap": "ship-prompt"}
    assert found.verdict.value == expected[spoilt]


def test_many_labelled_examples_alone_justify_nothing() -> None:
    found = verdict(evidence([candidate("tuned", "fine-tuned", 480, 500)], gap=None))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert finding(found, "ninety-percent").status is Status.NOT_TESTED


def test_a_linear_model_that_suffices_goes_before_prompt_and_fine_tune() -> None:
    outcomes = [
        candidate("smollm2", "api", 90, 100, prompt="retrieval"),
        candidate("lora", "fine-tuned", 91, 100),
        candidate("tfidf", "classical", 97, 100),
    ]
    found = verdict(evidence(outcomes))
    assert found.verdict is VerdictWord.SHIP_CLASSICAL
    assert found.flags == ("wrong-tool",)


def test_a_linear_model_that_is_cheap_but_behind_is_not_shipped() -> None:
    outcomes = [candidate("mini", "api", 98, 100, prompt="p"), candidate("tfidf", "classical", 88, 100)]
    assert verdict(evidence(outcomes)).verdict is VerdictWord.SHIP_PROMPT


def test_fixed_few_shot_alone_does_not_earn_a_fine_tune() -> None:
    outcomes = [candidate("smollm2", "api", 24, 100, prompt="few-shot"), candidate("lora", "fine-tuned", 94, 100)]
    found = verdict(evidence(outcomes, effort=False))
    assert found.verdict is VerdictWord.IMPROVE_PROMPT
    assert finding(found, "fine-tune-beats-prompt").proof is Proof.PROVEN


def test_prompting_that_falls_short_after_real_effort_earns_a_trial() -> None:
    found = verdict(evidence([candidate("mini", "api", 250, 500, prompt="retrieval")], gap=None))
    assert found.verdict is VerdictWord.TRY_FINE_TUNE
    assert found.door.value == "two-way"


def test_when_neither_reaches_the_bar_neither_is_said() -> None:
    outcomes = [candidate("mini", "api", 200, 500, prompt="retrieval"), candidate("tuned", "fine-tuned", 220, 500)]
    assert verdict(evidence(outcomes, gap=None)).verdict is VerdictWord.NEITHER


def test_missing_answers_that_could_change_the_verdict_withhold_it_and_name_the_calls_to_ask_again() -> None:
    outcomes = replace(candidate("mini", "api", 410, 500, prompt="p", missing=30), missing_examples=("g470", "g471"))
    found = verdict(evidence([outcomes], gap=None))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert found.best_prompt is not None
    assert (found.best_prompt.matched, found.best_prompt.n) == (410, 470), "missing is not wrong"
    assert found.coverage.missing == {"mini/p": 30}
    rule = finding(found, "coverage")
    assert rule.status is Status.NOT_MET
    assert "ship-prompt would be" in rule.sentence
    assert "mini/p 30 (g470 and g471)" in rule.remedy
    assert rule.remedy in found.headline


def test_missing_answers_that_change_nothing_leave_the_verdict_and_are_told() -> None:
    found = verdict(evidence([candidate("mini", "api", 460, 500, prompt="p", missing=30)], gap=None))
    assert found.verdict is VerdictWord.SHIP_PROMPT
    assert "The verdict is the same" in finding(found, "coverage").sentence
    assert finding(found, "ninety-percent").proof is Proof.PROVEN


def test_a_proof_that_hangs_on_what_is_missing_is_no_proof() -> None:
    whole = verdict(evidence([candidate("mini", "api", 450, 500, prompt="p")], gap=None))
    assert finding(whole, "ninety-percent").proof is Proof.PROVEN
    found = verdict(evidence([candidate("mini", "api", 435, 500, prompt="p", missing=20)], gap=None))
    rule = finding(found, "ninety-percent")
    assert rule.proof is Proof.UNDECIDED
    assert "so nothing is proven" in rule.sentence


def test_a_fine_tune_that_leads_only_because_hard_answers_of_the_prompt_are_missing_is_no_fine_tune() -> None:
    outcomes = [candidate("prompted", "api", 440, 500, prompt="retrieval", missing=60), candidate("tuned", "fine-tuned", 480, 500)]
    found = verdict(evidence(outcomes, gap=None, target=1.0))
    assert finding(found, "fine-tune-beats-prompt").proof is not Proof.PROVEN


def test_the_reasoning_can_be_followed_to_the_step_that_decided() -> None:
    asked = explained(evidence([candidate("mini", "api", 44, 50, prompt="p")]))
    assert [each.holds for each in asked] == [False] * (len(asked) - 1) + [True]
    assert asked[-1].word is VerdictWord.SHIP_PROMPT
    assert asked[-1].question == "Is prompting enough on the point, and no large gap proven?"
    withheld = explained(evidence([candidate("mini", "api", 410, 500, prompt="p", missing=30)], gap=None))
    assert withheld[-1].question == "Does the verdict change with what's missing?"
    assert withheld[-1].word is VerdictWord.MORE_EVIDENCE


def test_a_golden_set_that_a_guess_masters_decides_nothing() -> None:
    found = verdict(evidence([candidate("mini", "api", 95, 100, prompt="p")], majority=94))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert "can't decide" in found.headline


def test_nothing_measured_says_nothing() -> None:
    found = verdict(evidence([candidate("mini", "api", 0, 50, prompt="p", missing=50)]))
    assert found.verdict is VerdictWord.MORE_EVIDENCE
    assert found.best_prompt is None


@given(
    prompt=st.integers(0, 60),
    tuned=st.integers(0, 60),
    linear=st.integers(0, 60),
    missing=st.integers(0, 5),
    target=st.floats(0.05, 1.0),
    effort=st.booleans(),
)
def test_every_verdict_is_whole_repeatable_and_free_of_nan(
    prompt: int, tuned: int, linear: int, missing: int, target: float, effort: bool
) -> None:
    outcomes = [
        candidate("mini", "api", prompt, 60, prompt="p", missing=missing),
        candidate("tuned", "fine-tuned", tuned, 60, first=False),
        candidate("tfidf", "classical", linear, 60),
    ]
    given_evidence = evidence(outcomes, target=target, effort=effort)
    found = verdict(given_evidence)
    text = dumps(found)
    assert text == dumps(verdict(given_evidence))
    assert "NaN" not in text
    assert from_json(Verdict, to_json(found)) == found
    assert [each.rule for each in found.findings] == list(RULES)
    assert found.verdict is not VerdictWord.FINE_TUNE, "a clause nobody looked at was taken for proven"


def test_the_word_fine_tune_is_given_when_every_clause_is_proven_cost_included() -> None:
    outcomes = [candidate("prompted", "api", 300, 500, prompt="retrieval"), candidate("tuned", "fine-tuned", 480, 500)]
    given_evidence = evidence(outcomes, gap=None)
    found = {name: rule(given_evidence) for name, rule in RULES.items()}
    assert reason(Findings(found), given_evidence.comparison).word is VerdictWord.MORE_EVIDENCE
    found["cost-pays"] = replace(found["cost-pays"], status=Status.MET, proof=Proof.PROVEN)
    assert reason(Findings(found), given_evidence.comparison).word is VerdictWord.FINE_TUNE


def test_every_threshold_has_a_source_and_a_rule_that_reads_it() -> None:
    for name, threshold in THRESHOLDS.items():
        assert threshold.name == name
        assert threshold.source
        assert threshold.rule in {*RULES, "review"}


def test_answers_that_were_cut_off_count_as_misses_and_are_told() -> None:
    outcomes = candidate("mini", "api", 40, 100, prompt="p")
    found = verdict(evidence([replace(outcomes, statuses={"answered": 60, "truncated": 38, "refused": 2})]))
    assert found.warnings == (
        "Answers were cut off at max_tokens and count as misses: mini/p 38 of 100; raise `max_tokens`, or ask for a shorter answer.",
    )
