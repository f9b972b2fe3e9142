"""Cost against rate: who is on the frontier, who has no price, and names that never lie on each other."""

from math import inf

import pytest
from chart_reading import HOSTILE, SVG, assert_sound, candidate, comparison, priced, read, totals, words_of
from hypothesis import given, settings
from hypothesis import strategies as st

from benchharness.records.comparison import Comparison
from benchharness.records.run import CandidateTotals
from benchharness.report.charts import pareto
from benchharness.report.charts.pareto import Priced, frontier

PRICES, RATES = st.sampled_from([0.1, 0.5, 1.0, 2.0]), st.sampled_from([0.0, 0.5, 0.9, 1.0])
CHEAP, GOOD, BEATEN = candidate("cheap", 0.8), candidate("good", 0.9), candidate("beaten", 0.7)


@settings(max_examples=50, deadline=None)
@given(found=priced())
def test_no_word_lies_on_another_or_leaves_the_view(found: tuple[Comparison, list[CandidateTotals]]) -> None:
    svg = pareto.render(*found)
    assert_sound(svg)
    assert svg == pareto.render(*found)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(PRICES, RATES, st.sampled_from(["api", "ruled-out"]))))
def test_the_frontier_is_everybody_whom_nobody_allowed_beats(found: list[tuple[float, float, str]]) -> None:
    points = [Priced(candidate(str(at), rate, path=path), rate, usd, None) for at, (usd, rate, path) in enumerate(found)]
    allowed = [each for each in points if each.result.path != "ruled-out"]

    def beats(one: Priced, other: Priced) -> bool:
        return one.usd <= other.usd and one.rate >= other.rate and (one.usd, one.rate) != (other.usd, other.rate)

    unbeaten = [each for each in allowed if not any(beats(other, each) for other in allowed)]
    assert {each.result.candidate for each in frontier(points)} == {each.result.candidate for each in unbeaten}


def test_the_frontier_is_filled_and_bold_and_the_beaten_are_hollow() -> None:
    root = read(pareto.render(comparison(CHEAP, GOOD, BEATEN), [totals(CHEAP, 1.0), totals(GOOD, 5.0), totals(BEATEN, 3.0)]))
    assert {each.text for each in words_of(root, "best")} == {"cheap · few-shot", "good · few-shot"}
    assert {each.text for each in words_of(root, "beaten")} == {"beaten · few-shot"}
    kinds = [each.attrib.get("class") for each in root.iter(f"{SVG}circle")]
    assert kinds.count("mark api hollow") == 1


def test_who_has_no_known_price_is_listed_below_with_the_rate() -> None:
    root = read(pareto.render(comparison(CHEAP, GOOD), [totals(CHEAP, 1.0), totals(GOOD, None)]))
    assert [each.text for each in words_of(root, "note")] == ["price unknown: good · few-shot 90.0%"]


def test_without_any_price_only_the_note_is_left() -> None:
    root = assert_sound(pareto.render(comparison(CHEAP, GOOD), []))
    assert [each.text for each in words_of(root)] == ["price unknown: cheap · few-shot 80.0%, good · few-shot 90.0%"]
    assert not list(root.iter(f"{SVG}line"))


def test_a_price_that_is_no_number_is_unknown() -> None:
    root = read(pareto.render(comparison(CHEAP), [totals(CHEAP, inf)]))
    assert words_of(root, "note")[0].text.startswith("price unknown")


def test_a_model_that_ran_here_for_nothing_is_told_and_beats_nobody() -> None:
    root = read(pareto.render(comparison(CHEAP, GOOD), [totals(CHEAP, 1.0), totals(GOOD, 0.0)]))
    assert [each.text for each in words_of(root, "note")] == ["ran here at $0, no price of serving it: good · few-shot 90.0%"]
    assert [each.text for each in words_of(root, "best")] == ["cheap · few-shot"]


def test_forty_candidates_of_one_rate_and_price_are_all_named_somewhere() -> None:
    found = [candidate(f"model-{at}", 0.88) for at in range(40)]
    root = assert_sound(pareto.render(comparison(*found), [totals(each, 1.0) for each in found]))
    texts = " ".join(each.text for each in words_of(root))
    assert all(f"model-{at} " in texts for at in range(40))


def test_a_name_moved_away_has_a_leader() -> None:
    found = [candidate(f"model-{at}", 0.88) for at in range(12)]
    root = read(pareto.render(comparison(*found), [totals(each, 1.0) for each in found]))
    assert [each for each in root.iter(f"{SVG}line") if each.attrib["class"] == "leader"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_inert_and_still_shown(name: str) -> None:
    found = candidate(name, 0.5)
    svg = pareto.render(comparison(found), [totals(found, 1.0)])
    root = assert_sound(svg)
    assert words_of(root, "name")
    assert svg.count("<script") == svg.count("<img") == 0


def test_the_description_names_the_frontier() -> None:
    root = read(pareto.render(comparison(CHEAP, BEATEN), [totals(CHEAP, 1.0), totals(BEATEN, 3.0)]))
    told = root.findtext(f"{SVG}desc") or ""
    assert told.startswith("Nobody is both cheaper and better than cheap · few-shot 80.0% at $1.00.")
    assert "1 candidate beaten on price and rate" in told
