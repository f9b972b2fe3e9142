"""What the team states: each rule met, not met, not tested with the key to fill in, not applicable, its number overridden."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from verdict.case_making import PLANNED, costs, found, result, totals

from benchharness.errors import MistakesError
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
    Sunset,
    Team,
)
from benchharness.records.comparison import Proof
from benchharness.records.suite import Decision
from benchharness.records.verdict import Finding, Status
from benchharness.scorers import scorer_options
from benchharness.suite.reading import parse_suite
from benchharness.verdict.thresholds import THRESHOLDS

TUNED = result("tuned", "fine-tuned", "")
HOSTED = result("hosted", "self-hosted", "")
WHOLE_TEAM = Team(owner="Ada", ml_engineers=1.5, on_call=True, upgrades=True, monitoring=True, net_new=False)

SUITE = """\
name: stated
candidates: [{name: gpt, model: openai/gpt-x}]
decision:
  accuracy_target: 0.95
  latency: {p95_s: 0.2, hard: false}
  privacy: {data_may_leave: false, residency_api: rejected, regulated_by: [GDPR], data_sent: CV texts, moves_regulated_data: false}
  moat: {model_is_the_reason: no, sentence: ""}
  data: {proprietary: true, growing: true, expert_labels: true, perishable: false}
  team: {owner: Ada, ml_engineers: 1.5, on_call: true, upgrades: true, monitoring: true, net_new: false}
  build: {from_scratch: false, weeks: 6, gpu_commitment_years: 0, rebase_planned: true}
  spend: {api_usd_per_month: 4_000, tokens_per_month: 5_000_000, users: 1000}
  deadline_weeks: 8
  frontier: moving
  sunset: {base_model: 2027-01-14, tuning_service: 2027-01-06, payback_months: 8.9}
  judge: {calibration_labels: 50, kappa: 0.7}
"""


def read(text: str) -> Decision:
    return parse_suite(text, path=Path("stated.yaml"), scorer_options=scorer_options(), thresholds=THRESHOLDS).suite.decision


def test_a_suite_can_state_every_circumstance() -> None:
    decision = read(SUITE)
    assert decision.moat is not None
    assert decision.moat.model_is_the_reason is ModelIsTheReason.NO, "an unquoted `no` is a word here, not false"
    assert decision.sunset == Sunset(base_model="2027-01-14", tuning_service="2027-01-06", payback_months=8.9)
    for name in ("latency", "privacy", "moat", "data", "team", "build", "spend", "deadline_weeks", "frontier", "sunset", "judge"):
        assert getattr(decision, name) is not None
        assert getattr(Decision(accuracy_target=1), name) is None, "nothing is stated unless the suite states it"


@pytest.mark.parametrize(
    ("line", "changed", "words"),
    [
        ("{p95_s: 0.2, hard: false}", "{p95: 0.2}", "did you mean 'p95_s'"),
        ("{p95_s: 0.2, hard: false}", "{p95_s: 0}", "above 0"),
        ("residency_api: rejected", "residency_api: maybe", "'not-tried', 'accepted' or 'rejected'"),
        ("model_is_the_reason: no", "model_is_the_reason: false", "'yes', 'no' or 'unsure'"),
        ("ml_engineers: 1.5", "ml_engineers: -1", "at least 0"),
        ("base_model: 2027-01-14", "base_model: soon", "expected base_model to be a day such as 2027-01-14, got the text 'soon'"),
        ("base_model: 2027-01-14", "base_model: 2027-02-30", "expected base_model to be a day"),
        ("payback_months: 8.9", "none_announced: true", "can't be true beside a day"),
        ("frontier: moving", "frontier: fast", "'moving' or 'plateau'"),
        ("kappa: 0.7", "kappa: 7", "at most 1"),
    ],
)
def test_a_mistake_in_a_circumstance_is_told_with_its_key(line: str, changed: str, words: str) -> None:
    assert line in SUITE
    with pytest.raises(MistakesError) as raised:
        read(SUITE.replace(line, changed))
    told = [(each.key.split(".")[0], f"{each.message} {each.hint}") for each in raised.value.mistakes]
    assert {key for key, _ in told} == {"decision"}
    assert any(words in text for _, text in told)


def check(finding: Finding, status: Status, proof: Proof | None = None, *words: str) -> None:
    assert (finding.status, finding.proof) == (status, proof), finding
    for each in words:
        assert each in finding.sentence + " " + finding.remedy


# (rule, what is stated when it should be met, what when not, the key the untested finding names)
STATED: list[tuple[str, dict[str, Any], dict[str, Any], str]] = [
    (
        "moat",
        {"moat": Moat(model_is_the_reason=ModelIsTheReason.YES, sentence="It reads X-rays nobody else can.")},
        {"moat": Moat(model_is_the_reason=ModelIsTheReason.NO)},
        "decision.moat",
    ),
    ("team", {"team": WHOLE_TEAM}, {"team": Team(owner="Ada", on_call=False)}, "decision.team"),
    ("frontier-pace", {"frontier": Frontier.PLATEAU}, {"frontier": Frontier.MOVING}, "decision.frontier"),
    (
        "litmus",
        {"data": DataMoat(proprietary=True, growing=True, expert_labels=True, perishable=False)},
        {"data": DataMoat(perishable=True)},
        "decision.data",
    ),
]


@pytest.mark.parametrize(("rule", "good", "bad", "key"), STATED, ids=[each[0] for each in STATED])
def test_a_statement_is_met_not_met_not_tested_or_not_applicable(rule: str, good: dict[str, Any], bad: dict[str, Any], key: str) -> None:
    check(found(rule, **good), Status.MET)
    check(found(rule, **bad), Status.NOT_MET)
    check(found(rule), Status.NOT_APPLICABLE, None, "No fine-tuned or self-hosted model")
    for unsaid in (found(rule, [result(), TUNED]), found(rule, fine_tune=PLANNED), found(rule, build=Build())):
        check(unsaid, Status.NOT_TESTED)
        assert key in unsaid.sentence, "the list of what wasn't tested shows the sentence alone"


@pytest.mark.parametrize(
    ("stated", "words"),
    [
        (Moat(model_is_the_reason=ModelIsTheReason.UNSURE), "Nobody is sure"),
        (Moat(model_is_the_reason=ModelIsTheReason.YES, sentence=" \n "), "without the sentence"),
    ],
)
def test_a_moat_nobody_can_put_in_a_sentence_is_none(stated: Moat, words: str) -> None:
    check(found("moat", moat=stated), Status.NOT_MET, None, words)


def test_half_a_team_is_no_team_and_what_is_not_said_is_named() -> None:
    half = Team(ml_engineers=0.5, on_call=True)
    check(found("team", team=half), Status.NOT_TESTED, None, "decision.team.owner", "decision.team.upgrades", "0.5 of an ML engineer")
    check(found("team", team=Team(owner="Ada", ml_engineers=0)), Status.NOT_MET, None, "an engineer who can train and serve")
    new = Team(**{**{each.name: getattr(WHOLE_TEAM, each.name) for each in fields(Team)}, "net_new": True})
    check(found("team", team=new), Status.NOT_MET, None, "would have to be hired")
    assert "in 24 months" in found("team", team=WHOLE_TEAM, thresholds={"maintenance_months": 24}).sentence


def test_a_data_moat_is_told_as_soon_as_what_is_missing_cannot_change_it() -> None:
    open_ = DataMoat(proprietary=True, growing=True, perishable=False)
    check(found("litmus", data=open_), Status.NOT_TESTED, None, "3 of 4 answers", "decision.data.expert_labels")
    check(found("litmus", data=open_, thresholds={"litmus_answers": 3}), Status.MET)
    check(found("litmus", data=DataMoat(growing=False)), Status.NOT_MET, None, "The data isn't growing")


def test_privacy_rules_out_every_api_only_after_one_with_residency_was_rejected() -> None:
    check(found("privacy"), Status.NOT_TESTED, None, "decision.privacy.data_may_leave")
    check(found("privacy", privacy=Privacy(regulated_by=("GDPR",))), Status.NOT_TESTED, None, "subject to GDPR")
    check(found("privacy", privacy=Privacy(data_may_leave=True)), Status.MET, Proof.PROVEN)
    for untried in (None, ResidencyApi.NOT_TRIED):
        stays = Privacy(data_may_leave=False, residency_api=untried)
        check(found("privacy", privacy=stays), Status.NOT_MET, Proof.UNDECIDED, "decision.privacy.residency_api")
    check(found("privacy", privacy=Privacy(data_may_leave=False, residency_api=ResidencyApi.ACCEPTED)), Status.MET)
    rejected = Privacy(data_may_leave=False, residency_api=ResidencyApi.REJECTED)
    check(found("privacy", privacy=rejected), Status.NOT_MET, Proof.REFUTED, "every API is ruled out")
    check(found("privacy", privacy=Privacy(offline=True)), Status.NOT_MET, Proof.REFUTED, "without any network")
    check(found("privacy", privacy=Privacy(offline=False)), Status.NOT_TESTED)


@pytest.mark.parametrize("provider", ["embedded", "http://localhost:8000/v1", "http://127.0.0.1:8000/v1", "http://[::1]:8000/v1"])
def test_privacy_does_not_rule_out_a_prompted_model_on_this_machine(provider: str) -> None:
    rejected = Privacy(data_may_leave=False, residency_api=ResidencyApi.REJECTED)
    here = found("privacy", privacy=rejected, providers={"mini": provider})
    check(here, Status.MET, None, "mini is prompted on this machine")
    both = [result("gpt"), result("mini")]
    check(found("privacy", both, privacy=rejected, providers={"mini": provider}), Status.NOT_MET, Proof.UNDECIDED, "--only mini")


@pytest.mark.parametrize("provider", ["openai", "https://embedded.example/v1", "https://localhost.example/v1"])
def test_an_endpoint_elsewhere_is_not_this_machine(provider: str) -> None:
    rejected = Privacy(data_may_leave=False, residency_api=ResidencyApi.REJECTED)
    check(found("privacy", privacy=rejected, providers={"mini": provider}), Status.NOT_MET, Proof.REFUTED)


def test_the_deadline_is_held_against_every_path_on_the_table() -> None:
    check(found("time-to-ship"), Status.NOT_TESTED, None, "decision.deadline_weeks")
    check(found("time-to-ship", deadline_weeks=2), Status.MET, None, "a prompt 2")
    check(found("time-to-ship", [result(), TUNED], deadline_weeks=6), Status.NOT_MET, None, "a fine-tune can't be ready")
    check(found("time-to-ship", [result(), TUNED], deadline_weeks=8), Status.MET)
    check(found("time-to-ship", [result(), HOSTED], deadline_weeks=25), Status.NOT_MET, None, "a model of one's own can't")
    check(found("time-to-ship", [result(), TUNED], deadline_weeks=6, build=Build(weeks=4)), Status.MET, None, "a fine-tune 4")
    check(found("time-to-ship", fine_tune=PLANNED, deadline_weeks=6, thresholds={"weeks_fine_tune": 3}), Status.MET)
    check(found("time-to-ship", build=Build(), deadline_weeks=6), Status.NOT_MET, None, "a model of one's own 26")


def test_a_base_model_that_ends_before_payback_refutes_only_a_stated_payback() -> None:
    ends = Sunset(base_model="2027-01-14")
    check(found("sunset"), Status.NOT_APPLICABLE)
    check(found("sunset", [result(), TUNED]), Status.NOT_TESTED, None, "decision.sunset")
    check(found("sunset", [result(), TUNED], sunset=Sunset(none_announced=False)), Status.NOT_TESTED)
    check(found("sunset", sunset=Sunset(none_announced=True)), Status.MET, Proof.UNDECIDED)
    check(found("sunset", sunset=ends), Status.NOT_MET, Proof.UNDECIDED, "36 (assumed), on 2029-11-21", "The base model ends on 2027-01-14")
    check(found("sunset", sunset=ends, thresholds={"payback_months": 1}), Status.MET, Proof.UNDECIDED)
    check(found("sunset", sunset=Sunset(base_model="2027-01-14", payback_months=8.9)), Status.NOT_MET, Proof.REFUTED)
    check(found("sunset", sunset=Sunset(base_model="2027-01-14", payback_months=1)), Status.MET, Proof.UNDECIDED)
    compared = {"costs": costs({1.0: ((1, 1), (1, 1))})}
    check(found("sunset", sunset=ends, evidence=compared), Status.NOT_MET, Proof.REFUTED)
    check(found("sunset", sunset=ends, evidence={"today": None}), Status.NOT_TESTED, None, "decision.sunset")


def test_a_tuning_service_that_ends_early_is_told_and_refutes_nothing() -> None:
    stated = Sunset(tuning_service="2027-01-06", base_model="2031-01-01", payback_months=12)
    check(found("sunset", sunset=stated), Status.NOT_MET, Proof.UNDECIDED, "too early (the tuning service)")


def test_a_judge_without_labels_or_agreement_is_not_calibrated() -> None:
    check(found("judge-calibrated"), Status.NOT_APPLICABLE, None, "decision.judge")
    check(found("judge-calibrated", judge=Judge()), Status.NOT_MET, None, "calibration_labels")
    check(found("judge-calibrated", judge=Judge(calibration_labels=29, kappa=0.9)), Status.NOT_MET, None, "at least 30")
    check(found("judge-calibrated", judge=Judge(calibration_labels=50)), Status.NOT_MET, None, "isn't said")
    check(found("judge-calibrated", judge=Judge(calibration_labels=50, kappa=0.5)), Status.NOT_MET, None, "kappa of 0.50")
    check(found("judge-calibrated", judge=Judge(calibration_labels=30, kappa=0.6)), Status.MET)
    lower = {"judge_labels": 10, "judge_kappa": 0.4}
    check(found("judge-calibrated", judge=Judge(calibration_labels=10, kappa=0.4), thresholds=lower), Status.MET)


SLOW, FAST = totals(p50=0.4, p95=0.9), totals(p50=0.1, p95=0.15)


def test_latency_needs_a_limit_and_timed_answers() -> None:
    check(found("latency", evidence={"totals": (FAST,)}), Status.NOT_TESTED, None, "decision.latency.p95_s", "150 ms")
    limit = Latency(p95_s=0.2)
    check(found("latency", latency=limit), Status.NOT_TESTED, None, "tell no latency")
    check(found("latency", [TUNED], latency=limit), Status.NOT_TESTED, None, "No prompt-only candidate")
    stored = {"totals": (totals(timed=0),)}
    check(found("latency", latency=limit, evidence=stored), Status.NOT_TESTED, None, "a stored answer has no latency")
    few = {"totals": (totals(p50=0.4, timed=19),)}
    check(found("latency", latency=limit, evidence=few), Status.NOT_TESTED, None, "only 19 timed answers")


def test_latency_rules_out_apis_only_when_each_is_proven_too_slow() -> None:
    limit = Latency(p95_s=0.2)
    check(found("latency", latency=limit, evidence={"totals": (FAST,)}), Status.MET, Proof.UNDECIDED, "not proven")
    check(found("latency", latency=limit, evidence={"totals": (SLOW,)}), Status.NOT_MET, Proof.REFUTED, "ruled out", "900 ms")
    wish = Latency(p95_s=0.2, hard=False)
    check(found("latency", latency=wish, evidence={"totals": (SLOW,)}), Status.NOT_MET, Proof.UNDECIDED, "a wish")
    on_the_point = {"totals": (totals(p50=0.19, p95=0.21),)}
    check(found("latency", latency=limit, evidence=on_the_point), Status.NOT_MET, Proof.UNDECIDED)
    few = {"totals": (totals(p50=0.4, p95=0.9, timed=2),)}
    check(found("latency", latency=limit, evidence=few), Status.NOT_MET, Proof.UNDECIDED)
    two = [result(), result("other")]
    quick = {"totals": (SLOW, totals("other", p50=0.1, p95=0.15))}
    check(found("latency", two, latency=limit, evidence=quick), Status.NOT_MET, Proof.UNDECIDED, "other with few-shot answers within it")
    check(found("latency", two, latency=limit, evidence={"totals": (SLOW,)}), Status.NOT_MET, Proof.UNDECIDED)
    slow = {"totals": (SLOW, totals("other", p50=0.3, p95=0.5))}
    check(found("latency", two, latency=limit, evidence=slow), Status.NOT_MET, Proof.REFUTED)
    unasked = [result(), result("other", n=0, matched=0)]
    check(found("latency", unasked, latency=limit, evidence={"totals": (SLOW,)}), Status.NOT_MET, Proof.REFUTED)


def test_a_short_limit_is_read_as_the_sources_read_it() -> None:
    short: dict[str, Any] = {"evidence": {"totals": (SLOW,)}}
    assert "S3's few reasons to build" in found("latency", latency=Latency(p95_s=0.09), **short).sentence
    assert "S1's reasons to fine-tune" in found("latency", latency=Latency(p95_s=0.1), **short).sentence
    assert "S1" not in found("latency", latency=Latency(p95_s=0.2), **short).sentence
    moved = {"latency_build_s": 0.05, "latency_fine_tune_s": 0.06}
    assert "reasons" not in found("latency", latency=Latency(p95_s=0.09), thresholds=moved, **short).sentence
