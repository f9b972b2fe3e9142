"""What the run measured: spend, tokens, total cost and form, each held against its number."""

from typing import Any

import pytest
from verdict.case_making import costs, found, result, totals

from benchharness.records.circumstances import Build, Spend
from benchharness.records.comparison import Interval, Proof
from benchharness.records.suite import Volume
from benchharness.records.verdict import Status

TUNED = result("tuned", "fine-tuned", "")
MILLION = Volume(requests_per_month=1_000_000, project=(1, 3, 10))


def priced(usd: float | None, tokens: int | None = None) -> dict[str, Any]:
    return {"totals": (totals(usd=usd, tokens=tokens),)}


def test_a_years_spend_is_the_measured_price_times_the_stated_volume() -> None:
    # $5 per 1,000 x 1,000,000 a month x 12 months.
    spent = found("annual-spend", volume=MILLION, evidence=priced(5.0))
    assert spent.measured == pytest.approx(60_000)
    assert spent.status is Status.MET
    assert "$60,000 a year" in spent.sentence
    assert "fine-tuning is worth a look" in spent.sentence
    assert "hosting too" in found("annual-spend", volume=MILLION, evidence=priced(50.0)).sentence


def test_a_years_spend_below_the_bar_says_at_which_volume_it_is_reached() -> None:
    spent = found("annual-spend", volume=MILLION, evidence=priced(2.0))
    assert spent.status is Status.NOT_MET
    assert "It's reached at 3× the volume." in spent.sentence
    assert "reached" not in found("annual-spend", volume=MILLION, evidence=priced(0.01)).sentence
    assert found("annual-spend", volume=MILLION, evidence=priced(2.0), thresholds={"spend_fine_tune_usd": 20_000}).status is Status.MET


def test_the_bill_is_read_where_nothing_could_be_priced_and_told_where_it_could() -> None:
    bill = Spend(api_usd_per_month=5000)
    assert found("annual-spend", spend=bill).measured == pytest.approx(60_000)
    assert "the stated bill" in found("annual-spend", spend=bill, volume=MILLION, evidence=priced(None)).sentence
    both = found("annual-spend", spend=bill, volume=MILLION, evidence=priced(1.0))
    assert both.measured == pytest.approx(12_000)
    assert "the stated bill is $5,000 a month" in both.sentence
    assert found("annual-spend", volume=MILLION, evidence=priced(0.0)).measured == 0, "a price of nothing is a price"


@pytest.mark.parametrize("rule", ["annual-spend", "token-volume", "self-host-floor"])
@pytest.mark.parametrize("stated", [{}, {"volume": MILLION}, {"spend": Spend(users=5)}])
def test_money_nobody_knows_is_not_tested_and_the_keys_are_named(rule: str, stated: dict[str, Any]) -> None:
    unknown = found(rule, [result(), TUNED], evidence=priced(None), **stated)
    assert unknown.status is Status.NOT_TESTED
    assert unknown.measured is None
    assert "decision.volume" in unknown.sentence
    assert "decision.spend" in unknown.sentence


def test_a_price_of_another_candidate_is_not_the_best_prompts() -> None:
    other = {"totals": (totals("other", usd=5.0, tokens=1),)}
    assert found("annual-spend", volume=MILLION, evidence=other).status is Status.NOT_TESTED


def test_tokens_a_month_are_counted_per_answer_and_errors_are_none() -> None:
    # 8,000 tokens over 100 rows of which 20 were errors: 100 an answer.
    some = result(statuses={"answered": 80, "error": 20})
    month = found("token-volume", [some], volume=MILLION, evidence=priced(None, 8000))
    assert month.measured == pytest.approx(1e8)
    assert month.status is Status.MET
    assert "compare with hosting" in month.sentence


@pytest.mark.parametrize(("tokens", "words"), [(9e5, "an API wins"), (1e6, "caching and a cascade"), (1e8, "compare with hosting")])
def test_the_tiers_of_token_volume(tokens: float, words: str) -> None:
    assert words in found("token-volume", spend=Spend(tokens_per_month=tokens)).sentence


def test_the_tiers_of_token_volume_can_be_moved() -> None:
    moved = {"tokens_api": 10, "tokens_self_host": 20}
    assert found("token-volume", spend=Spend(tokens_per_month=20), thresholds=moved).status is Status.MET


@pytest.mark.parametrize(
    ("usd", "status", "words"),
    [(49_999, Status.NOT_MET, "rarely pays back"), (50_000, Status.NOT_MET, "only the total cost tells"), (100_000, Status.MET, "above")],
)
def test_the_floor_of_self_hosting_has_two_ends(usd: float, status: Status, words: str) -> None:
    floor = found("self-host-floor", [result(), TUNED], spend=Spend(api_usd_per_month=usd))
    assert floor.status is status
    assert words in floor.sentence


def test_the_floor_of_self_hosting_can_be_moved_and_is_no_question_where_nobody_hosts() -> None:
    bill = Spend(api_usd_per_month=10)
    assert found("self-host-floor", spend=bill).status is Status.NOT_APPLICABLE
    assert found("self-host-floor", spend=bill, build=Build(), thresholds={"self_host_clear_usd": 10}).status is Status.MET


CHEAP, DEAR, WIDE = (10.0, 20.0), (30.0, 40.0), (5.0, 50.0)


def test_a_cost_that_was_not_compared_says_what_is_lacking() -> None:
    unknown = found("cost-pays", volume=MILLION, evidence={"costs_lack": ("`decision.costs.fine_tuned.engineers`: how many",)})
    assert (unknown.status, unknown.proof) == (Status.NOT_TESTED, None)
    assert "1,000,000 requests" in unknown.sentence
    assert "decision.costs.fine_tuned.engineers" in unknown.remedy


@pytest.mark.parametrize(
    ("ranges", "status", "proof", "words"),
    [
        ({1.0: (DEAR, CHEAP)}, Status.MET, Proof.PROVEN, "costs $10.00 to $20.00 and prompting $30.00 to $40.00. It pays at every corner."),
        ({1.0: (CHEAP, DEAR), 10.0: (CHEAP, DEAR)}, Status.NOT_MET, Proof.REFUTED, "at no corner, up to 10× the volume"),
        ({1.0: (CHEAP, DEAR), 3.0: (WIDE, DEAR), 10.0: (DEAR, CHEAP)}, Status.NOT_MET, Proof.UNDECIDED, "from 10× the volume on"),
        ({1.0: (CHEAP, DEAR), 3.0: (WIDE, DEAR)}, Status.NOT_MET, Proof.UNDECIDED, "At no volume looked at"),
        ({1.0: (DEAR, WIDE)}, Status.MET, Proof.UNDECIDED, "At no volume looked at"),
        ({1.0: ((20.0, 20.0), (20.0, 20.0))}, Status.NOT_MET, Proof.REFUTED, "costs $20.00 and prompting $20.00"),
    ],
)
def test_a_fine_tune_pays_when_its_dearest_is_below_the_cheapest_prompt(
    ranges: dict[float, tuple[tuple[float, float], tuple[float, float]]], status: Status, proof: Proof, words: str
) -> None:
    finding = found("cost-pays", evidence={"costs": costs(ranges)})
    assert (finding.status, finding.proof) == (status, proof)
    assert words in finding.sentence
    assert "36 months" in finding.sentence


def test_what_both_paths_share_does_not_count_twice() -> None:
    # Pay may be anything on either path, but it's the same on both: overlapping ranges, and a saving at every corner.
    shared = costs({1.0: ((30.0, 60.0), (20.0, 50.0))}, saving={1.0: Interval(low=10.0, high=10.0)})
    assert found("cost-pays", evidence={"costs": shared}).proof is Proof.PROVEN
    alone = costs({1.0: ((30.0, 60.0), (20.0, 50.0))})
    assert found("cost-pays", evidence={"costs": alone}).proof is Proof.UNDECIDED


def test_form_is_the_share_of_answers_that_could_be_read() -> None:
    assert found("format-consistency", [TUNED]).status is Status.NOT_TESTED
    assert "status" in found("format-consistency").remedy
    nothing = found("format-consistency", [result(statuses={"refused": 3, "error": 97})])
    assert (nothing.status, nothing.measured) == (Status.NOT_TESTED, None)
    broken = found("format-consistency", [result(statuses={"answered": 90, "unparsable": 6, "truncated": 4, "refused": 50, "error": 7})])
    assert (broken.status, broken.measured, broken.proof) == (Status.NOT_MET, 0.9, None)
    assert "90 of 100 answers of mini with few-shot" in broken.sentence
    assert "response_schema" in broken.remedy
    assert found("format-consistency", [result(statuses={"answered": 99, "unparsable": 1})]).status is Status.MET
    lax = found("format-consistency", [result(statuses={"answered": 9, "unparsable": 1})], thresholds={"least_parsed": 0.9})
    assert lax.status is Status.MET
