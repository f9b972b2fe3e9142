"""The decision matrix is filled from evidence first, from the team second, and says what nobody knows."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from verdict.case_making import case

from benchharness.records.comparison import Interval
from benchharness.records.costs import CostComparison, PathCost
from benchharness.records.evidence import Evidence
from benchharness.records.matrix import CRITERIA, MatrixPlan, PathScores
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.matrix import fill_matrix


def costs(prompt: float, tuned: float) -> CostComparison:
    def at(dollars: float) -> dict[float, PathCost]:
        return {1.0: PathCost(total_usd=Interval(low=dollars, high=dollars))}

    return CostComparison(months=36, prompt=at(prompt), own=at(tuned), saving={1.0: Interval(low=prompt - tuned, high=prompt - tuned)})


def planned(evidence: Evidence, plan: MatrixPlan) -> Evidence:
    return replace(evidence, decision=replace(evidence.decision, matrix=plan))


def row(evidence: Evidence, name: str, findings: dict[str, Finding] | None = None) -> tuple[int | None, int | None, bool]:
    found = next(each for each in fill_matrix(evidence, findings or {}).rows if each.criterion == name)
    return found.prompt, found.fine_tuned, found.measured


def test_all_seven_criteria_stand_in_it_in_the_sources_order() -> None:
    assert tuple(each.criterion for each in fill_matrix(case(), {}).rows) == CRITERIA


def test_what_nobody_knows_stays_unknown_and_widens_the_total() -> None:
    matrix = fill_matrix(case(), {})
    assert next(each for each in matrix.rows if each.criterion == "differentiation").prompt is None
    low, high = matrix.totals["prompt"]
    assert low < high


@pytest.mark.parametrize(("prompt", "tuned", "scores"), [(100.0, 50.0, (3, 5)), (100.0, 49.0, (1, 5)), (50.0, 70.0, (5, 3))])
def test_the_budget_is_scored_by_what_both_paths_cost(prompt: float, tuned: float, scores: tuple[int, int]) -> None:
    assert row(replace(case(), costs=costs(prompt, tuned)), "budget")[:2] == scores


def test_the_teams_own_score_stands_only_where_nothing_was_measured() -> None:
    plan = MatrixPlan(scores={"differentiation": PathScores(prompt=2, fine_tuned=4), "budget": PathScores(prompt=1, fine_tuned=1)})
    given_case = planned(replace(case(), costs=costs(50.0, 500.0)), plan)
    assert row(given_case, "differentiation") == (2, 4, False)
    assert row(given_case, "budget") == (5, 1, True)


def test_an_api_that_is_ruled_out_scores_worst_on_regulation() -> None:
    found = {"privacy": Finding(rule="privacy", status=Status.NOT_MET, sentence="Data may not leave.")}
    assert row(case(), "regulation", found) == (1, 5, True)


@given(
    weights=st.dictionaries(st.sampled_from(CRITERIA), st.floats(0, 100)),
    scores=st.dictionaries(st.sampled_from(CRITERIA), st.builds(PathScores, prompt=st.integers(1, 5), fine_tuned=st.integers(1, 5))),
)
def test_a_total_lies_between_one_and_five_whatever_the_weights(weights: dict[str, float], scores: dict[str, PathScores]) -> None:
    matrix = fill_matrix(planned(case(), MatrixPlan(weights=weights, scores=scores)), {})  # type: ignore[arg-type]
    for low, high in matrix.totals.values():
        assert 1 - 1e-9 <= low <= high <= 5 + 1e-9
