"""A judge held against people, and a comparison corrected by their labels."""

import numpy as np
import pytest
from numpy.typing import NDArray
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.comparison.correcting import corrected_judging, corrected_mean
from benchharness.comparison.held_against import confusion, length_bias, settled_by, share
from benchharness.comparison.kappa import cohen_kappa
from benchharness.comparison.labellers import krippendorff_nominal, labellers_of
from benchharness.records.comparison import Proof, Questions
from benchharness.records.judge import Judging
from benchharness.records.outcomes import Outcomes

Flags = NDArray[np.bool_]
QUESTIONS = Questions(accuracy_target=0.8)


def test_krippendorffs_alpha_of_the_published_example() -> None:
    raters = ["*****34121133*3", "1*213343*******", "**21344*21133*4"]
    units = [[rater[at] for rater in raters if rater[at] != "*"] for at in range(15)]
    assert krippendorff_nominal(units) == pytest.approx(0.691358024691358)
    assert krippendorff_nominal([]) is None
    assert krippendorff_nominal([[1, 1], [1, 1]]) is None


def test_people_who_mark_the_same_answers_are_the_ceiling() -> None:
    found = labellers_of([{"a": True, "b": True}, {"a": True, "b": False, "c": False}, {"a": False}])
    assert found is not None
    assert (found.labellers, found.answers) == (3, 2)
    assert found.agreement == pytest.approx((1 + 1 / 3) / 2)
    assert labellers_of([{"a": True}]) is None


class TestHowManyLabelsSettleIt:
    def asked(self, table: list[list[int]]) -> tuple[int | None, str]:
        return settled_by(cohen_kappa(table), least=0.6, low=0.4)

    def test_none_where_it_agrees_well_enough_or_clearly_does_not(self) -> None:
        assert self.asked([[48, 2], [2, 48]]) == (None, "it agrees well enough")
        assert self.asked([[25, 25], [25, 25]]) == (None, "it doesn't agree well enough")

    def test_more_where_its_interval_reaches_over_the_bar(self) -> None:
        needed, why = self.asked([[14, 3], [3, 12]])
        assert needed is not None
        assert needed > 32
        assert why == "that its kappa isn't below 0.4"
        # With so many labels of the same kind it's settled.
        times = needed // 32 + 1
        more = [[each * times for each in row] for row in [[14, 3], [3, 12]]]
        assert self.asked(more)[0] is None

    def test_on_the_bar_no_affordable_number_does(self) -> None:
        assert self.asked([[798, 202], [200, 800]]) == (None, "its kappa lies on the bar, so treat it as not reached")

    def test_at_least_thirty_and_of_both_kinds(self) -> None:
        assert self.asked([[5, 0], [0, 5]])[0] == 30
        needed, why = self.asked([[20, 0], [0, 0]])
        assert needed == 40
        assert "label answers of the other kind" in why


def test_a_judge_that_rewards_length_is_seen() -> None:
    human = np.tile([True, False], 50)
    sizes = [10 if at < 50 else 1000 for at in range(100)]
    judged = human | (np.arange(100) >= 50)
    found = length_bias(human, judged, sizes)
    assert found is not None
    assert found[0] == pytest.approx(0.5)
    assert found[1].low > 0.3
    assert length_bias(human[:8], judged[:8], sizes[:8]) is None
    assert confusion(human, judged) == [[50, 0], [25, 25]]
    assert share(0, 0).interval is None
    assert share(0, 0).rate is None


@pytest.mark.parametrize("labels", [30, 60, 150])
@pytest.mark.parametrize(("rate", "lift", "wrong"), [(0.7, 0.0, 0.1), (0.9, 0.05, 0.05), (0.5, 0.1, 0.3)])
def test_the_corrected_difference_holds_its_error_whatever_the_judge_favours(labels: int, rate: float, lift: float, wrong: float) -> None:
    """The judge passes `wrong` of the fine-tune's failures and none of the prompt's: alone it would be off by points."""
    random = np.random.default_rng(7)
    runs, size = 400, 300
    held = {"lower": 0, "upper": 0}
    for _ in range(runs):
        luck = random.random((2, size))
        prompt = luck[0] < rate
        tuned = np.where(random.random(size) < 0.8, luck[0], luck[1]) < rate + lift
        judged = tuned | (random.random(size) < wrong)
        truth = tuned.astype(float) - prompt
        marks = judged.astype(float) - prompt
        found = corrected_mean(truth[:labels], marks[:labels], marks[labels:])
        assert found is not None
        held["lower"] += found.bound(0.95, lower=True) <= lift
        held["upper"] += found.bound(0.95, lower=False) >= lift
    # 0.95 less three standard errors of 400 runs.
    assert min(held.values()) / runs >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / runs)


def test_labels_without_an_error_prove_no_more_than_the_rule_of_three() -> None:
    same = np.zeros(30)
    found = corrected_mean(same, same, np.zeros(1000))
    assert found is not None
    assert found.bound(0.95, lower=False) >= 3 / 30
    assert corrected_mean(same[:1], same[:1], same) is None
    alone = corrected_mean(same, same, np.zeros(0))
    assert alone is not None
    assert alone.trust == 0.0


class TestACorrectedComparison:
    def world(self, *, wrong: float, size: int = 400) -> tuple[list[Outcomes], dict[str, Flags]]:
        """The fine-tune is no better than the prompt, and the judge passes `wrong` of its failures."""
        random = np.random.default_rng(3)
        truth = {"api": random.random(size) < 0.7, "tuned": random.random(size) < 0.7}
        judged = {"api": truth["api"], "tuned": truth["tuned"] | (random.random(size) < wrong)}
        paths = {"api": "api", "tuned": "fine-tuned"}
        return [make_outcomes(candidate=name, path=paths[name], matched=judged[name].astype(int)) for name in paths], truth

    def judging(self, truth: dict[str, Flags], *, labels: int) -> Judging:
        truths = {name: {at: bool(each[at]) for at in range(labels)} for name, each in truth.items()}
        return Judging(scorer="s", judges=("j",), labels=2 * labels, kappa=0.9, kappa_low=0.8, truths=truths)

    def test_a_gap_the_judge_makes_up_is_no_gap_any_more(self) -> None:
        outcomes, truth = self.world(wrong=0.7)
        comparison = compare(outcomes, QUESTIONS)
        found = corrected_judging(self.judging(truth, labels=120), comparison, outcomes)
        assert found.pair is not None
        assert found.corrected is not None
        pair = comparison.pair("tuned", "api")
        fixed = found.corrected.pair("tuned", "api")
        assert pair is not None
        assert fixed is not None
        assert pair.lower is not None
        assert pair.lower > 0.1
        assert fixed.lower is not None
        assert fixed.lower < 0
        assert found.pair.corrected == pytest.approx(float(truth["tuned"].mean() - truth["api"].mean()), abs=0.06)
        tuned = found.corrected.result("tuned")
        judged = comparison.result("tuned")
        assert tuned is not None
        assert judged is not None
        assert (judged.bar.proof, tuned.bar.proof) == (Proof.PROVEN, Proof.UNDECIDED)
        assert tuned.matched is None

    def test_answers_a_judge_gave_no_grade_are_corrected_however_they_are_read(self) -> None:
        at = np.arange(400)
        kind = at * 37 % 100
        # People pass 78%; the judge passes 90% and grades none of the rest, so that its own marks hold in the worst case too.
        truth = {"api": at % 2 == 0, "tuned": kind < 78}
        judged = {"api": truth["api"].astype(int), "tuned": np.where(kind < 90, 1, -1)}
        paths = {"api": "api", "tuned": "fine-tuned"}
        outcomes = [make_outcomes(candidate=name, path=paths[name], matched=judged[name]) for name in paths]
        comparison = compare(outcomes, QUESTIONS)
        found = corrected_judging(self.judging(truth, labels=300), comparison, outcomes).corrected
        assert found is not None
        whole, worst = (
            each.result("tuned") for each in (found, next(each.comparison for each in found.readings if each.name == "against-fine-tuned"))
        )
        assert whole is not None
        assert worst is not None
        assert whole.rate == pytest.approx(78 / 90, abs=0.02), "of those with a grade"
        assert worst.rate == pytest.approx(0.78, abs=0.02), "of all, as people marked them"

    def test_it_is_wider_than_the_judges_own(self) -> None:
        outcomes, truth = self.world(wrong=0.2)
        comparison = compare(outcomes, QUESTIONS)
        found = corrected_judging(self.judging(truth, labels=60), comparison, outcomes)
        own = comparison.pair("tuned", "api")
        assert own is not None
        assert own.interval is not None
        assert found.pair is not None
        assert found.pair.interval.high - found.pair.interval.low > own.interval.high - own.interval.low

    def test_fewer_than_thirty_examples_labelled_on_both_sides_correct_nothing(self) -> None:
        outcomes, truth = self.world(wrong=0.2)
        comparison = compare(outcomes, QUESTIONS)
        few = corrected_judging(self.judging(truth, labels=29), comparison, outcomes)
        assert few.corrected is None
        assert "29 answers of tuned in this run are labelled, and at least 30 are needed" in few.uncovered
        judging = self.judging(truth, labels=40)
        apart = {**judging.truths, "api": {at + 100: each for at, each in judging.truths["api"].items()}}
        shifted = Judging(scorer="s", judges=("j",), truths=apart)
        assert "0 examples are labelled for both tuned and api" in corrected_judging(shifted, comparison, outcomes).uncovered
        assert (
            corrected_judging(Judging(scorer="s", judges=("j",)), comparison, outcomes).uncovered == "nobody labelled answers of this run"
        )

    def test_examples_in_clusters_are_not_corrected_as_though_they_were_independent(self) -> None:
        outcomes, truth = self.world(wrong=0.2, size=100)
        clustered = [
            make_outcomes(candidate=each.candidate, path=each.path, matched=each.matched, clusters=np.arange(100) // 2) for each in outcomes
        ]
        found = corrected_judging(self.judging(truth, labels=50), compare(clustered, QUESTIONS), clustered)
        assert "clusters" in found.uncovered
        assert found.corrected is None
