import math
import time
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from outcome_making import make_outcomes

from benchharness.comparison.compare import compare
from benchharness.comparison.rates import exact_lower, exact_upper, wilson
from benchharness.comparison.threshold import examples_needed
from benchharness.errors import UsageError
from benchharness.records.comparison import Comparison, Proof, Questions, Stopping
from benchharness.records.outcomes import Outcomes

ASKED = Questions(accuracy_target=0.95, gap_k=44, gap_n=50)


def _of(candidate: str, marks: str, path: str = "api", **others: object) -> Outcomes:
    """Return outcomes from marks: 1 matched, 0 didn't, - not measured; `1*44` stands for 44 of them."""
    row: list[int | None] = []
    for part in marks.split():
        mark, _, times = part.partition("*")
        row += [None if mark == "-" else int(mark)] * int(times or 1)
    return make_outcomes(candidate=candidate, path=path, matched=row, **others)  # type: ignore[arg-type]


def _pretend(candidate: str, rate: float, n: int, path: str = "api", seed: int = 7, **others: object) -> Outcomes:
    marks = (np.random.default_rng(seed).random(n) < rate).astype(np.int8)
    return make_outcomes(candidate=candidate, path=path, matched=marks, **others)  # type: ignore[arg-type]


def _numbers(record: object) -> Iterator[float]:
    if isinstance(record, float):
        yield record
    elif isinstance(record, (tuple, list)):
        for each in record:
            yield from _numbers(each)
    elif is_dataclass(record):
        for each in fields(record):
            yield from _numbers(getattr(record, each.name))


def test_forty_four_of_fifty_alone_reads_as_the_facts_say() -> None:
    found = compare([_of("gpt", "1*44 0*6")], ASKED)
    result = found.candidates[0]
    assert (result.matched, result.n, result.expected, result.missing, result.rate) == (44, 50, 50, 0, 0.88)
    assert result.interval == wilson(44, 50)
    assert (result.lower, result.upper) == (exact_lower(44, 50), exact_upper(44, 50))
    assert result.bar.bar == pytest.approx(0.855)
    assert (result.bar.met, result.bar.proof, result.bar.examples_needed) == (True, Proof.UNDECIDED, 1218)
    assert (result.target.met, result.target.proof) == (False, Proof.REFUTED)
    assert result.gap is not None
    assert (result.gap.k, result.gap.n, result.gap.test.met, result.gap.test.on_the_line) == (44, 50, True, True)
    assert (found.best_prompt, found.best_fine_tuned, found.pairs, found.triviality) == ("gpt", None, (), None)


def test_missing_answers_are_neither_right_nor_wrong_in_a_rate() -> None:
    result = compare([_of("gpt", "1*44 0*5 -*1")], ASKED).candidates[0]
    assert (result.n, result.missing, result.rate) == (49, 1, 44 / 49)


def test_a_candidate_never_measured_is_listed_and_never_best() -> None:
    found = compare([_of("down", "-*50"), _of("gpt", "1*20 0*30")], ASKED)
    result = found.candidates[0]
    assert (result.n, result.rate, result.interval, result.lower, result.upper) == (0, None, None, 0.0, 1.0)
    assert (result.bar.met, result.bar.proof, result.bar.p_reaches) == (None, Proof.UNDECIDED, None)
    assert found.best_prompt == "gpt"


def test_nothing_at_all_is_an_empty_comparison() -> None:
    found = compare([], ASKED)
    assert (found.candidates, found.best_prompt, found.pairs) == ((), None, ())


def test_the_best_prompt_counts_what_is_missing_as_misses_then_takes_the_more_complete_then_the_first() -> None:
    lucky = _of("lucky", "1*10 -*40")
    steady = _of("steady", "1*44 0*6")
    assert compare([lucky, steady], ASKED).best_prompt == "steady"
    incomplete = _of("incomplete", "1*44 0*5 -*1")
    assert compare([incomplete, steady], ASKED).best_prompt == "steady"
    assert compare([_of("one", "1*44 0*6"), _of("two", "0*6 1*44")], ASKED).best_prompt == "one"


def test_repeats_in_thirds_still_tie() -> None:
    one = _of("one", "1 1 0 1 0 1 1 0 0", codes=[0, 0, 0, 1, 1, 1, 2, 2, 2])
    two = _of("two", "1 0 0 1 0 1 1 1 0", codes=[0, 0, 0, 1, 1, 1, 2, 2, 2])
    assert compare([one, two], ASKED).best_prompt == "one"
    assert compare([two, one], ASKED).best_prompt == "two"


def test_the_pairs_are_the_ones_the_verdict_asks_about() -> None:
    found = compare(
        [
            _pretend("gpt", 0.80, 200, prompt="zero-shot"),
            _pretend("gpt", 0.85, 200, seed=8, prompt="few-shot"),
            _pretend("tuned", 0.95, 200, "fine-tuned", seed=9),
            _pretend("hosted", 0.85, 200, "self-hosted", seed=10),
            _pretend("tfidf", 0.90, 200, "classical", seed=11),
        ],
        ASKED,
    )
    assert found.best_prompt == "gpt/few-shot"
    assert [(pair.first, pair.second) for pair in found.pairs] == [
        *(("tuned", each) for each in ("gpt/zero-shot", "gpt/few-shot", "hosted", "tfidf")),
        *(("hosted", each) for each in ("gpt/zero-shot", "gpt/few-shot", "tfidf")),
        *(("tfidf", each) for each in ("gpt/zero-shot", "gpt/few-shot", "tuned", "hosted")),
    ]


def test_a_classical_model_without_any_language_model_has_no_pair() -> None:
    found = compare([_pretend("tfidf", 0.9, 50, "classical")], ASKED)
    assert (found.best_classical, found.pairs) == ("tfidf", ())


def test_a_pair_counts_only_what_both_were_measured_on() -> None:
    tuned = _of("tuned", "1 1 1 0 - 1", "fine-tuned", codes=[5, 3, 1, 0, 2, 9])
    prompt = _of("gpt", "0 1 - 0 1 1", codes=[3, 5, 0, 1, 2, 7])
    pair = compare([tuned, prompt], ASKED).pairs[0]
    assert (pair.n, pair.both, pair.only_first, pair.only_second, pair.neither) == (3, 1, 2, 0, 0)
    assert pair.difference == pytest.approx(2 / 3)


def test_a_pair_without_common_examples_has_no_numbers() -> None:
    pair = compare([_of("tuned", "1 1", "fine-tuned", codes=[0, 1]), _of("gpt", "1 0", codes=[2, 3])], ASKED).pairs[0]
    assert (pair.n, pair.difference, pair.interval, pair.lower, pair.upper, pair.p_value) == (0, None, None, None, None, None)


def test_a_proven_pair_needs_no_more_examples_and_an_undecided_one_says_how_many() -> None:
    prompt = _of("gpt", "1*150 0*50")
    clear = compare([_of("tuned", "1*195 0*5", "fine-tuned"), prompt], ASKED).pairs[0]
    assert clear.lower is not None
    assert clear.lower > 0
    assert clear.examples_needed is None
    close = compare([_of("tuned", "0*7 1*146 1*10 0*37", "fine-tuned"), prompt], ASKED).pairs[0]
    assert close.lower is not None
    assert close.lower < 0 < (close.difference or 0)
    assert close.examples_needed is not None
    assert close.examples_needed > 200


def test_the_proof_of_one_of_many_prompts_must_stand_among_all_of_them() -> None:
    proven = _of("best", "1*183 0*17")
    alone = compare([proven], ASKED).candidates[0].bar
    assert alone.proof is Proof.PROVEN
    others = [_of(f"other{at}", "1*170 0*30") for at in range(9)]
    among = compare([proven, *others], ASKED).candidates[0].bar
    assert among.proof is Proof.UNDECIDED
    assert (among.p_reaches, among.p_below) == (alone.p_reaches, alone.p_below)
    assert among.examples_needed is not None
    assert among.examples_needed > 200
    assert not among.on_the_line


def test_the_correction_also_covers_the_count_rule_and_the_target() -> None:
    asked = Questions(accuracy_target=0.60, bar_share=0.9, gap_k=3, gap_n=5)
    marks = "1*34 0*16"
    others = [_of(f"other{at}", "1*25 0*25") for at in range(3)]
    alone, among = (
        compare([_of("best", "1*37 0*13")], asked).candidates[0],
        compare([_of("best", "1*37 0*13"), *others], asked).candidates[0],
    )
    assert alone.gap is not None
    assert among.gap is not None
    assert (alone.target.proof, alone.gap.test.proof) == (Proof.PROVEN, Proof.PROVEN)
    assert (among.target.proof, among.gap.test.proof) == (Proof.UNDECIDED, Proof.UNDECIDED)
    assert compare([_of("best", marks)], asked).candidates[0].bar.proof is Proof.PROVEN


def test_other_paths_and_prompts_never_measured_do_not_count_as_tried() -> None:
    proven = _of("best", "1*183 0*17")
    beside = [_of(f"down{at}", "-*200") for at in range(9)] + [_of("tfidf", "1*100 0*100", "classical")]
    assert compare([proven, *beside], ASKED).candidates[0].bar.proof is Proof.PROVEN


def test_a_pair_does_not_pay_for_fine_tunes_never_measured() -> None:
    tuned, prompt = _of("tuned", "1*165 0*35", "fine-tuned"), _of("gpt", "1*150 0*50")
    down = [_of(f"down{at}", "-*200", path) for at in range(4) for path in ("api", "fine-tuned")]
    assert compare([tuned, prompt, *down], ASKED).pairs == compare([tuned, prompt], ASKED).pairs


def test_refuting_needs_no_correction() -> None:
    refuted = _of("worst", "1*162 0*38")
    alone = compare([refuted], ASKED).candidates[0].bar
    among = compare([refuted, *[_of(f"other{at}", "1*162 0*38") for at in range(9)]], ASKED).candidates[0].bar
    assert (alone.proof, among.proof) == (Proof.REFUTED, Proof.REFUTED)


def test_the_best_of_several_fine_tunes_pays_for_the_choice_in_its_lower_bound_only() -> None:
    prompt = _of("gpt", "1*150 0*50")
    best = _of("tuned", "1*165 0*35", "fine-tuned")
    worse = [_of(f"tuned{at}", "1*140 0*60", "fine-tuned") for at in range(4)]
    alone, among = compare([best, prompt], ASKED).pairs[0], compare([best, *worse, prompt], ASKED).pairs[0]
    assert alone.lower is not None
    assert among.lower is not None
    assert among.lower < alone.lower
    assert (among.upper, among.interval, among.p_value) == (alone.upper, alone.interval, alone.p_value)


def test_the_best_of_several_prompts_pays_for_the_choice_in_the_upper_bound_only() -> None:
    tuned = _of("tuned", "1*165 0*35", "fine-tuned")
    prompts = [_of("gpt", "1*150 0*50"), *[_of(f"gpt{at}", "1*140 0*60") for at in range(4)]]
    alone, among = compare([tuned, prompts[0]], ASKED).pairs[0], compare([tuned, *prompts], ASKED).pairs[0]
    assert alone.upper is not None
    assert among.upper is not None
    assert among.upper > alone.upper
    assert among.lower == alone.lower


def test_ten_equal_prompts_are_falsely_proven_together_as_rarely_as_one() -> None:
    rng, asked, wrong, runs = np.random.default_rng(7), Questions(accuracy_target=0.95), 0, 300
    for _ in range(runs):
        prompts = [
            make_outcomes(candidate=f"gpt{at}", path="api", matched=marks)
            for at, marks in enumerate((rng.random((10, 200)) < 0.855).astype(np.int8))
        ]
        wrong += any(each.bar.proof is Proof.PROVEN for each in compare(prompts, asked, plan=False).candidates)
    assert wrong / runs < 0.05 + 0.03


def test_repeats_are_one_value_per_example_not_more_examples() -> None:
    codes = np.repeat(np.arange(50), 5)
    same = compare(
        [make_outcomes(candidate="gpt", path="api", matched=np.repeat(np.r_[np.ones(44), np.zeros(6)], 5).astype(np.int8), codes=codes)],
        ASKED,
    )
    assert same.candidates[0] == compare([_of("gpt", "1*44 0*6")], ASKED).candidates[0]
    mixed = compare([_pretend("gpt", 0.88, 250, codes=codes)], ASKED).candidates[0]
    assert (mixed.n, mixed.matched, mixed.missing) == (50, None, 0)
    assert mixed.interval is not None
    assert mixed.interval.method == "cluster-robust t"


def test_clusters_widen_what_is_known_and_ask_for_more_examples() -> None:
    marks = np.r_[np.ones(180), np.zeros(20)].astype(np.int8)
    alone = compare([make_outcomes(candidate="gpt", path="api", matched=marks)], ASKED).candidates[0]
    clustered = compare([make_outcomes(candidate="gpt", path="api", matched=marks, clusters=np.arange(200) // 10)], ASKED).candidates[0]
    assert clustered.matched == 180
    assert clustered.lower < alone.lower - 0.02
    assert alone.bar.proof is Proof.PROVEN
    assert clustered.bar.proof is Proof.UNDECIDED
    independent = examples_needed(0.9, alone.bar.bar)
    assert independent is not None
    assert clustered.bar.examples_needed is not None
    # Ten alike in a cluster: nearly ten times as many, if all come in such clusters.
    assert 5 * independent < clustered.bar.examples_needed < 15 * independent


def test_clusters_that_all_pass_prove_no_more_than_their_number_does() -> None:
    marks = np.ones(200, dtype=np.int8)
    result = compare([make_outcomes(candidate="gpt", path="api", matched=marks, clusters=np.arange(200) // 20)], ASKED).candidates[0]
    assert result.bar.proof is Proof.UNDECIDED
    assert result.lower == pytest.approx(exact_lower(10, 10))


def test_two_equal_candidates_in_clusters_differ_by_nothing_and_nothing_is_proven() -> None:
    clusters = np.arange(100) // 10
    pair = compare(
        [_pretend("tuned", 0.8, 100, "fine-tuned", clusters=clusters), _pretend("gpt", 0.8, 100, clusters=clusters)], ASKED
    ).pairs[0]
    assert (pair.difference, pair.p_value, pair.test, pair.p_mid) == (0.0, 1.0, "cluster-robust t", None)
    assert pair.lower is not None
    assert pair.upper is not None
    assert pair.lower < 0 < pair.upper
    assert pair.examples_needed is None


def test_a_clustered_pair_keeps_its_table_and_names_the_examples_it_needs() -> None:
    clusters = np.arange(200) // 10
    first, second = _pretend("tuned", 0.83, 200, "fine-tuned", clusters=clusters), _pretend("gpt", 0.80, 200, seed=9, clusters=clusters)
    pair = compare([first, second], ASKED).pairs[0]
    assert pair.both + pair.only_first + pair.only_second + pair.neither == pair.n == 200
    assert pair.difference == pytest.approx((pair.only_first - pair.only_second) / 200)
    if (pair.difference or 0) > 0 and (pair.lower or 0) <= 0:
        assert pair.examples_needed is not None
        assert pair.examples_needed > 200


def test_the_majority_target_is_the_score_of_an_answer_without_looking() -> None:
    found = compare([_of("gpt", "1*5")], ASKED, {"spam": 30, "ham": 70}).triviality
    assert found is not None
    assert (found.majority_target, found.majority_rate) == ("ham", 0.7)
    assert compare([_of("gpt", "1*5")], ASKED, {}).triviality is None


def test_without_a_plan_everything_else_stays_the_same() -> None:
    outcomes = [_pretend("gpt", 0.87, 120), _pretend("tuned", 0.93, 120, "fine-tuned", seed=8)]
    planned, bare = compare(outcomes, ASKED), compare(outcomes, ASKED, plan=False)
    unshown: dict[str, Any] = dict.fromkeys(("ratio", "ratio_interval", "ratio_proof", "lower", "upper"))
    assert [replace(each, **unshown) for each in planned.pairs] == [replace(each, **unshown) for each in bare.pairs]
    # A bound that only decides lies on the same side of whatever is asked.
    for pair, quick in zip(planned.pairs, bare.pairs, strict=True):
        for name in ("lower", "upper"):
            both = [getattr(each, name) for each in (pair, quick)]
            assert all((both[0] > at) == (both[1] > at) for at in (-ASKED.margin, 0.0, ASKED.margin))
    for one, other in zip(planned.candidates, bare.candidates, strict=True):
        assert replace(one.bar, examples_needed=None, on_the_line=False) == other.bar


@st.composite
def measured(draw: st.DrawFn) -> list[Outcomes]:
    n = draw(st.integers(1, 30))
    repeats = draw(st.sampled_from([1, 1, 2, 3]))
    clusters = draw(st.sampled_from([None, None, 2, 5]))
    codes = np.tile(np.arange(n), repeats)
    found = []
    for at in range(draw(st.integers(1, 5))):
        marks = np.array(draw(st.lists(st.sampled_from([1, 1, 1, 0, -1]), min_size=n * repeats, max_size=n * repeats)), dtype=np.int8)
        path = draw(st.sampled_from(["api", "fine-tuned", "self-hosted", "classical"]))
        groups = None if clusters is None else codes // clusters
        found.append(make_outcomes(candidate=f"c{at}", path=path, matched=marks, codes=codes, clusters=groups, expected=n))
    return found


@settings(max_examples=120, deadline=None)
@given(measured())
def test_whatever_was_measured_every_number_is_one_and_in_its_range(outcomes: list[Outcomes]) -> None:
    found = compare(outcomes, ASKED)
    assert not any(math.isnan(each) for each in _numbers(found))
    assert not any(math.isinf(each) for each in _numbers(found))
    for result in found.candidates:
        assert result.n + result.missing == result.expected
        assert 0 <= result.lower <= result.upper <= 1
        if result.rate is not None and result.interval is not None:
            assert result.interval.low - 1e-9 <= result.rate <= result.interval.high + 1e-9
        for test in (result.bar, result.target):
            assert test.proof is Proof.UNDECIDED or (test.examples_needed is None and not test.on_the_line)
            if test.proof is Proof.UNDECIDED and result.n:
                assert (test.examples_needed is None) == test.on_the_line
    for pair in found.pairs:
        if pair.difference is not None:
            assert -1 <= (pair.lower or 0) <= pair.difference + 1e-9
            assert pair.difference - 1e-9 <= (pair.upper or 0) <= 1
        assert pair.both + pair.only_first + pair.only_second + pair.neither == pair.n


@settings(max_examples=60, deadline=None)
@given(measured(), st.integers(0, 1000))
def test_the_order_of_rows_changes_nothing(outcomes: list[Outcomes], seed: int) -> None:
    rng = np.random.default_rng(seed)
    shuffled = []
    for each in outcomes:
        order = rng.permutation(len(each.codes))
        clusters = None if each.clusters is None else each.clusters[order]
        shuffled.append(replace(each, codes=each.codes[order], matched=each.matched[order], clusters=clusters))
    _same(compare(outcomes, ASKED), compare(shuffled, ASKED))


def _same(one: Comparison, other: Comparison) -> None:
    assert list(_numbers(one)) == pytest.approx(list(_numbers(other)), abs=1e-9)
    assert [each.bar.proof for each in one.candidates] == [each.bar.proof for each in other.candidates]
    assert (one.best_prompt, one.best_fine_tuned, one.best_classical) == (other.best_prompt, other.best_fine_tuned, other.best_classical)


def _seconds(outcomes: list[Outcomes], *, times: int = 1, plan: bool = True) -> float:
    best = math.inf
    for _ in range(times):
        start = time.perf_counter()
        compare(outcomes, ASKED, plan=plan)
        best = min(best, time.perf_counter() - start)
    return best


def test_a_simulation_can_compare_a_hundred_thousand_times() -> None:
    outcomes = [_pretend("a", 0.85, 200), _pretend("b", 0.9, 200, "fine-tuned", seed=8), _pretend("c", 0.8, 200, "classical", seed=9)]
    assert _seconds(outcomes, times=5, plan=False) < 0.005


def test_fifty_rows_take_no_time() -> None:
    outcomes = [_pretend("a", 0.86, 50), _pretend("b", 0.9, 50, "fine-tuned", seed=8)]
    assert _seconds(outcomes, times=3) < 0.02


def test_a_million_examples_of_four_candidates_take_seconds() -> None:
    order = np.random.default_rng(7).permutation(1_000_000)
    outcomes = [
        _pretend(path, 0.9, 1_000_000, path, seed=at, codes=order, expected=1_000_000)
        for at, path in enumerate(("api", "fine-tuned", "self-hosted", "classical"))
    ]
    assert _seconds(outcomes) < 10


def test_the_share_of_the_fine_tune_that_the_prompt_keeps_has_an_interval_of_its_own() -> None:
    # Qwen3-1.7B with retrieval against a trained SVC on BANKING77: 2,546 and 2,813 of 3,080 right.
    both, only_prompt, only_tuned, neither = 2487, 59, 326, 208
    prompt = _of("prompt", f"1*{both} 1*{only_prompt} 0*{only_tuned} 0*{neither}")
    tuned = _of("tuned", f"1*{both} 0*{only_prompt} 1*{only_tuned} 0*{neither}", "fine-tuned")
    (found,) = compare([prompt, tuned], ASKED).pairs
    assert found.ratio == pytest.approx(0.9051, abs=5e-5)
    assert found.ratio_interval is not None
    assert [found.ratio_interval.low, found.ratio_interval.high] == pytest.approx([0.8917, 0.9178], abs=5e-5)
    assert found.ratio_proof is Proof.UNDECIDED
    assert found.p_value is not None
    assert found.p_value < 1e-45


class TestWhereLooksAreFree:
    """`anytime`: every number holds at every look."""

    AT_ANY = Questions(accuracy_target=0.95, stopping=Stopping.ANYTIME, planned=1000)

    def test_the_interval_is_the_anytime_one_and_wider(self) -> None:
        at_any, fixed = (compare([_of("gpt", "1*440 0*60")], asked).candidates[0] for asked in (self.AT_ANY, ASKED))
        assert at_any.interval is not None
        assert fixed.interval is not None
        assert at_any.interval.method == "anytime beta mixture"
        assert at_any.interval.low < fixed.interval.low < fixed.interval.high < at_any.interval.high
        assert at_any.lower < fixed.lower

    def test_a_p_value_is_one_over_the_evidence(self) -> None:
        result = compare([_of("gpt", "1*44 0*6")], Questions(accuracy_target=0.8 / 0.9, stopping=Stopping.ANYTIME)).candidates[0]
        assert result.bar.p_reaches == pytest.approx(1 / 1.607, abs=1e-3)

    def test_a_clear_gap_is_proven_and_no_gap_is_not(self) -> None:
        tuned, prompt = _of("tuned", "1*480 0*20", "fine-tuned"), _of("prompt", "1*300 0*200")
        (ahead,) = compare([tuned, prompt], self.AT_ANY).pairs
        assert ahead.lower is not None
        assert 0.2 < ahead.lower < 0.36
        assert ahead.test == "anytime e-process"
        (level,) = compare([_of("tuned", "1*300 0*200", "fine-tuned"), prompt], self.AT_ANY).pairs
        assert level.lower is not None
        assert level.lower <= 0

    def test_one_miss_refutes_a_bar_of_one(self) -> None:
        asked = Questions(accuracy_target=1.0, bar_share=1.0, stopping=Stopping.ANYTIME)
        assert compare([_of("gpt", "1*49 0*1")], asked).candidates[0].bar.proof is Proof.REFUTED
        assert compare([_of("gpt", "1*50")], asked).candidates[0].bar.proof is Proof.UNDECIDED

    def test_clusters_are_refused_with_a_way_out(self) -> None:
        with pytest.raises(UsageError, match="anytime") as told:
            compare([_of("gpt", "1*4 0*4", clusters=[0, 0, 1, 1, 2, 2, 3, 3])], self.AT_ANY)
        assert "curtail" in told.value.hint
