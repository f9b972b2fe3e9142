"""What is put together from other findings, and what holds for every rule whatever is stated."""

import re
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verdict.case_making import PLANNED, case, costs, found, lead, result, totals

from benchharness.records.circumstances import (
    Build,
    DataMoat,
    Frontier,
    Judge,
    Latency,
    Moat,
    ModelIsTheReason,
    Privacy,
    ResidencyApi,
    Spend,
    Sunset,
    Team,
)
from benchharness.records.comparison import Proof
from benchharness.records.json_form import to_json
from benchharness.records.suite import FineTunePlan, Volume
from benchharness.records.verdict import Status, VerdictWord
from benchharness.verdict.decide import decide
from benchharness.verdict.rules import RULES

TUNED = result("tuned", "fine-tuned", "")
HOSTED = result("hosted", "self-hosted", "", matched=97, proof=Proof.PROVEN)
YES = Moat(model_is_the_reason=ModelIsTheReason.YES, sentence="It reads X-rays nobody else can.")
TEAM = Team(owner="Ada", ml_engineers=2, on_call=True, upgrades=True, monitoring=True, net_new=False)
PAYS = costs({1.0: ((30, 40), (10, 20))})
NEVER = costs({1.0: ((10, 20), (30, 40))})
OPEN = costs({1.0: ((10, 30), (20, 40))})
WON, LOST, TIED = (lead("hosted", "mini/few-shot", least=least, most=most) for least, most in ((0.05, 0.1), (-0.1, -0.05), (-0.01, 0.05)))


@pytest.mark.parametrize(
    ("moat", "money", "pair", "status", "proof"),
    [
        (YES, PAYS, WON, Status.MET, Proof.PROVEN),
        (YES, PAYS, TIED, Status.MET, Proof.UNDECIDED),
        (YES, PAYS, LOST, Status.NOT_MET, Proof.REFUTED),
        (YES, OPEN, WON, Status.NOT_MET, Proof.UNDECIDED),
        (YES, NEVER, WON, Status.NOT_MET, Proof.REFUTED),
        (YES, None, WON, Status.NOT_TESTED, None),
        (None, PAYS, WON, Status.NOT_TESTED, None),
        (Moat(model_is_the_reason=ModelIsTheReason.NO), PAYS, WON, Status.NOT_MET, Proof.REFUTED),
        (Moat(model_is_the_reason=ModelIsTheReason.NO), None, WON, Status.NOT_MET, Proof.REFUTED),
        (Moat(model_is_the_reason=ModelIsTheReason.UNSURE), PAYS, WON, Status.NOT_MET, Proof.UNDECIDED),
        (YES, PAYS, None, Status.NOT_TESTED, None),
    ],
)
def test_three_bars_are_as_sure_as_the_least_sure_of_them(moat: Any, money: Any, pair: Any, status: Status, proof: Proof | None) -> None:
    bars = found("three-bars", [result(), HOSTED], moat=moat, evidence={"hosting_costs": money}, pairs=() if pair is None else (pair,))
    assert (bars.status, bars.proof) == (status, proof), bars.sentence
    assert ("`decision.moat`" in bars.sentence) is (moat is None)


def test_three_bars_without_a_prompt_with_retrieval_prove_no_gap() -> None:
    asked = case([result(), HOSTED], moat=YES, evidence={"hosting_costs": PAYS}, pairs=(WON,))
    plain = replace(asked, effort=tuple(replace(each, strategies=("zero-shot",)) for each in asked.effort))
    assert RULES["three-bars"](plain).proof is Proof.UNDECIDED
    assert "retrieved examples" in RULES["three-bars"](plain).remedy


def test_three_bars_are_no_question_where_nothing_is_built() -> None:
    assert found("three-bars", moat=YES).status is Status.NOT_APPLICABLE


def test_three_bars_of_a_fine_tune_are_read_where_nothing_is_self_hosted() -> None:
    pair = lead("tuned", "mini/few-shot", least=0.05, most=0.1)
    assert found("three-bars", [result(), TUNED], moat=YES, evidence={"costs": PAYS}, pairs=(pair,)).proof is Proof.PROVEN


@pytest.mark.parametrize(
    ("results", "evidence", "proof"),
    [
        ([result(), HOSTED], {"costs": PAYS, "hosting_costs": NEVER}, Proof.REFUTED),
        ([result(), HOSTED], {"costs": NEVER, "hosting_costs": PAYS}, Proof.PROVEN),
        ([result(), HOSTED], {"costs": PAYS}, None),
        ([result(), HOSTED, TUNED], {"costs": NEVER, "hosting_costs": PAYS}, Proof.PROVEN),
        ([result(), TUNED], {"costs": PAYS, "hosting_costs": NEVER}, Proof.PROVEN),
        ([result(), TUNED], {"costs": NEVER, "hosting_costs": PAYS}, Proof.REFUTED),
        ([result(), TUNED], {"hosting_costs": PAYS}, None),
    ],
)
def test_economics_are_those_of_the_model_whose_gap_is_read(results: Any, evidence: Any, proof: Proof | None) -> None:
    pairs = [lead(name, "mini/few-shot", least=0.05, most=0.1) for name in ("hosted", "tuned")]
    asked = case(results, moat=YES, evidence=evidence, pairs=tuple(pairs))
    assert RULES["three-bars"](asked).proof is proof
    # What only the fine-tune claims is never read from what another path costs.
    tuned = {id(PAYS): Proof.PROVEN, id(NEVER): Proof.REFUTED}.get(id(evidence.get("costs")))
    assert RULES["cost-pays"](asked).proof is tuned


def word(asked: Any) -> VerdictWord:
    return decide(asked, policy_hash="sha256:0").verdict


def test_three_bars_and_a_team_justify_hosting_and_neither_alone_does() -> None:
    # Prompting must be proven to fall short: 60 of 100 is, against a bar of 85.5%, and 80 wouldn't be.
    results = [result(matched=60, proof=Proof.REFUTED), HOSTED]
    every: dict[str, Any] = {"evidence": {"hosting_costs": PAYS}, "pairs": (WON,), "moat": YES, "team": TEAM}
    assert word(case(results, **every)) is VerdictWord.SELF_HOST
    for without in ("moat", "team", "pairs", "evidence"):
        assert word(case(results, **{key: value for key, value in every.items() if key != without})) is not VerdictWord.SELF_HOST


def test_a_barred_api_makes_a_proven_model_of_ones_own_the_verdict() -> None:
    stays = Privacy(data_may_leave=False, residency_api=ResidencyApi.REJECTED)
    barred = decide(case([result(), HOSTED], privacy=stays), policy_hash="sha256:0")
    assert (barred.verdict, barred.grounds) == (VerdictWord.SELF_HOST, ("privacy",))
    slow = {"totals": (totals(p50=0.4, p95=0.9),)}
    late = decide(case([result(), HOSTED], latency=Latency(p95_s=0.2), evidence=slow), policy_hash="sha256:0")
    assert (late.verdict, late.grounds) == (VerdictWord.SELF_HOST, ("latency",))
    untried = replace(stays, residency_api=None)
    assert word(case([result(), HOSTED], privacy=untried)) is not VerdictWord.SELF_HOST


TRIGGERS: list[dict[str, Any]] = [
    {"team": Team(net_new=True)},
    {"build": Build(gpu_commitment_years=2)},
    {"privacy": Privacy(moves_regulated_data=True)},
    {"moat": Moat(model_is_the_reason=ModelIsTheReason.UNSURE)},
]


@pytest.mark.parametrize("stated", TRIGGERS, ids=[next(iter(each)) for each in TRIGGERS])
def test_each_trigger_alone_escalates_and_flags_the_verdict(stated: dict[str, Any]) -> None:
    assert found("escalation", **stated).status is Status.NOT_MET
    assert "escalate" in decide(case(**stated), policy_hash="sha256:0").flags


def test_nothing_escalates_only_when_every_trigger_was_spoken_of() -> None:
    calm: dict[str, Any] = {
        "team": Team(net_new=False),
        "build": Build(gpu_commitment_years=1),
        "privacy": Privacy(moves_regulated_data=False),
        "moat": YES,
    }
    assert found("escalation", **calm).status is Status.MET
    assert found("escalation", **calm, thresholds={"commitment_years": 1}).status is Status.NOT_MET
    silent = found("escalation", [result(), TUNED], **{key: value for key, value in calm.items() if key != "team"})
    assert silent.status is Status.NOT_TESTED
    assert "decision.team.net_new" in silent.sentence
    assert "decision.moat" not in silent.sentence
    assert found("escalation").status is Status.NOT_APPLICABLE
    assert "escalate" not in decide(case(), policy_hash="sha256:0").flags


# Two prompted models, as `prompt-effort` asks for.
TWO = [result(), result("other")]
CAREFUL: dict[str, Any] = {
    "results": TWO,
    "build": Build(from_scratch=False, rebase_planned=True),
    "spend": Spend(api_usd_per_month=4000, users=1000),
    "fine_tune": PLANNED,
}


def test_no_mistake_is_made_only_when_all_eight_can_be_told() -> None:
    assert found("anti-patterns", **CAREFUL).status is Status.MET
    api_only = found("anti-patterns", spend=Spend(api_usd_per_month=4000))
    assert api_only.status is Status.MET, "who builds nothing makes no mistake of building"
    silent = found("anti-patterns", **{**CAREFUL, "build": None})
    assert silent.status is Status.NOT_TESTED
    assert "decision.build.from_scratch" in silent.sentence
    undated = found("anti-patterns", **CAREFUL, evidence={"today": None})
    assert undated.status is Status.NOT_TESTED
    assert "a run with its date" in undated.sentence


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"spend": Spend(tokens_per_month=3e8, users=1000)}, "ignoring what tokens cost"),
        ({"build": Build(from_scratch=True, rebase_planned=True)}, "training from scratch where a prompt is enough"),
        ({"build": Build(from_scratch=False, rebase_planned=False)}, "no plan for moving to newer base models"),
        ({"spend": Spend(api_usd_per_month=4000, users=100)}, "cutting cost before there are users"),
        ({"evidence": {"labelled_examples": 99}}, "fine-tuning on too little data"),
        ({"evidence": {"effort": ()}}, "fine-tuning before prompting was really tried"),
    ],
)
def test_each_mistake_alone_is_caught(changed: dict[str, Any], words: str) -> None:
    caught = found("anti-patterns", **{**CAREFUL, **changed})
    assert caught.status is Status.NOT_MET
    assert f"1 of 8 known mistakes: {words}" in caught.sentence
    assert caught.measured == 1


def test_a_fine_tune_without_its_base_is_caught() -> None:
    asked = case(**{**CAREFUL, "results": [*TWO, TUNED]})
    other = replace(asked, effort=tuple(replace(each, base_model=each.candidate) for each in asked.effort))
    assert "no evaluation before and after" in RULES["anti-patterns"](other).sentence


def test_the_numbers_of_the_mistakes_can_be_moved() -> None:
    moved = {"early_users": 1000, "labelled_floor": 6000}
    assert found("anti-patterns", **CAREFUL, thresholds=moved).measured == 2
    few = {**CAREFUL, "spend": Spend(tokens_per_month=10, users=1000)}
    assert found("anti-patterns", **few).status is Status.MET
    assert found("anti-patterns", **few, thresholds={"unprojected_tokens": 10}).status is Status.NOT_MET


def test_the_checklist_counts_eleven_items_and_names_what_is_open() -> None:
    bare = found("checklist")
    assert (bare.status, bare.measured, bare.threshold) == (Status.NOT_MET, 3.0, 11.0)
    for key in ("decision.latency", "decision.team", "decision.deadline_weeks", "decision.target_reason", "decision.privacy.data_sent"):
        assert key in bare.remedy
    assert found("checklist", thresholds={"checklist_items": 3}).status is Status.MET
    full = found(
        "checklist",
        [result(), result("claude"), result("gemini")],
        providers={"claude": "anthropic", "gemini": "google"},
        target_reason="A contract.",
        latency=Latency(p95_s=2),
        privacy=Privacy(data_may_leave=True, data_sent="Texts of CVs."),
        volume=Volume(requests_per_month=1000),
        spend=Spend(api_usd_per_month=10),
        team=TEAM,
        deadline_weeks=8,
    )
    assert (full.status, full.measured, full.remedy) == (Status.MET, 11.0, "")


maybe = st.none() | st.booleans()
words = st.sampled_from(["", " ", "Ada", "a\nb"])
share = st.floats(0, 1)


def some(kind: Any, **parts: Any) -> Any:
    return st.none() | st.builds(kind, **parts)


CIRCUMSTANCES = st.fixed_dictionaries(
    {
        "latency": some(Latency, p95_s=st.floats(1e-6, 86_400), hard=st.booleans()),
        "privacy": some(
            Privacy,
            data_may_leave=maybe,
            residency_api=st.none() | st.sampled_from(ResidencyApi),
            offline=maybe,
            regulated_by=st.sampled_from([(), ("GDPR",), ("GDPR", "HIPAA")]),
            data_sent=words,
            moves_regulated_data=maybe,
        ),
        "moat": some(Moat, model_is_the_reason=st.none() | st.sampled_from(ModelIsTheReason), sentence=words),
        "data": some(DataMoat, proprietary=maybe, growing=maybe, expert_labels=maybe, perishable=maybe),
        "team": some(
            Team,
            owner=words,
            ml_engineers=st.none() | st.floats(0, 10_000),
            on_call=maybe,
            upgrades=maybe,
            monitoring=maybe,
            net_new=maybe,
        ),
        "build": some(
            Build,
            from_scratch=maybe,
            weeks=st.none() | st.floats(1e-3, 5200),
            gpu_commitment_years=st.none() | st.floats(0, 100),
            rebase_planned=maybe,
        ),
        "spend": some(
            Spend,
            api_usd_per_month=st.none() | st.floats(0, 1e12),
            tokens_per_month=st.none() | st.floats(0, 1e18),
            users=st.none() | st.integers(0, 10**10),
        ),
        "volume": some(Volume, requests_per_month=st.integers(1, 10**15)),
        "fine_tune": some(FineTunePlan),
        "deadline_weeks": st.none() | st.floats(1e-3, 5200),
        "frontier": st.none() | st.sampled_from(Frontier),
        "sunset": some(
            Sunset,
            base_model=st.sampled_from([None, "2020-01-01", "2027-01-14", "9999-12-31"]),
            payback_months=st.none() | st.floats(0.1, 1200),
        ),
        "judge": some(Judge, calibration_labels=st.integers(0, 10**9), kappa=st.none() | st.floats(-1, 1)),
    }
)
RESULTS = st.lists(
    st.sampled_from(
        [
            result(statuses={"answered": 90, "unparsable": 10}),
            result("other", n=0, matched=0, statuses={"error": 100}),
            TUNED,
            HOSTED,
            result("linear", "classical", ""),
        ]
    ),
    unique_by=lambda each: each.candidate,
)
KNOWN = st.fixed_dictionaries(
    {
        "today": st.sampled_from([None, "2026-11-21", "9999-12-31", "0001-01-01"]),
        "labelled_examples": st.none() | st.integers(0, 10**9),
        "costs": st.sampled_from([None, PAYS, NEVER, OPEN]),
        "totals": st.lists(
            st.builds(
                totals,
                p50=st.none() | st.floats(0, 1e5),
                p95=st.none() | st.floats(0, 1e5),
                timed=st.integers(0, 10**6),
                usd=st.none() | st.floats(0, 1e6),
                tokens=st.none() | st.integers(0, 10**12),
            ),
            max_size=1,
        ).map(tuple),
    }
)
# Any number a suite may write for a threshold, however odd.
ODD = st.dictionaries(
    st.sampled_from(["payback_months", "weeks_fine_tune", "judge_labels", "least_parsed", "tokens_self_host", "litmus_answers"]),
    st.sampled_from([-1e300, -1.0, 0.0, 1e-300, 0.5, 1e300]),
)


@given(stated=CIRCUMSTANCES, results=RESULTS, known=KNOWN, odd=ODD)
def test_no_rule_raises_or_says_nan_or_none_whatever_is_stated(stated: Any, results: Any, known: Any, odd: Any) -> None:
    asked = case(results, evidence=known, thresholds=odd, **stated)
    for name, rule in RULES.items():
        finding = rule(asked)
        assert finding.rule == name
        assert finding.source
        to_json(finding)  # refuses NaN and infinities
        text = f"{finding.sentence} {finding.remedy}"
        assert not re.search(r"\b(nan|None|inf|Proof|Status)\b", text), text
        if finding.status in (Status.NOT_TESTED, Status.NOT_APPLICABLE):
            assert finding.proof in (None, Proof.REFUTED), f"{name} proves what it didn't test"
            assert finding.sentence
    decide(asked, policy_hash="sha256:0")
