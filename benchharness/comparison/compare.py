"""From outcomes to a comparison: every candidate on its own, the best of each kind, and the pairs a verdict asks about."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

import numpy as np

from benchharness.comparison.clusters import Mean, cluster_mean
from benchharness.comparison.many import holm
from benchharness.comparison.outcomes import Floats, Outcomes, Values, Whole, table_of, values_of
from benchharness.comparison.paired import mcnemar_exact, mcnemar_examples, mcnemar_mid_p, tango, tango_bound
from benchharness.comparison.rates import exact_lower, exact_upper, wilson
from benchharness.comparison.threshold import bar_test, three_way
from benchharness.records.comparison import (
    BarTest,
    CandidateResult,
    Comparison,
    CountTest,
    PairedResult,
    Proof,
    Questions,
    Triviality,
    candidate_key,
)

__all__ = ["compare"]

TABLE_CONFIDENCE = 0.95


def compare(
    outcomes: Sequence[Outcomes], questions: Questions, targets: Mapping[str, int] | None = None, *, plan: bool = True
) -> Comparison:
    """Return everything the policy asks of the data; `targets` counts the golden set's targets, `plan` counts examples needed.

    With one yes-or-no outcome per independent example the tests are exact binomial ones; with repeats or clusters they are
    cluster-robust t tests on one value per example. A bar is proven for a prompt only if it holds under Holm's correction
    over all prompts tried, because the best of many looks better than it is; refuting needs no correction, since all of
    them are refuted together.
    """
    values = [values_of(each) for each in outcomes]
    results = [_result(each, value, questions, plan=plan) for each, value in zip(outcomes, values, strict=True)]
    results = _corrected(results, questions)
    best = {path: _best(results, path) for path in ("api", "fine-tuned", "self-hosted", "classical")}
    measured = {each.key: value for each, value in zip(outcomes, values, strict=True)}
    rival = _best(results, "api", "fine-tuned", "self-hosted")
    wanted = [(best["fine-tuned"], best["api"]), (best["self-hosted"], best["api"]), (best["classical"], rival)]
    return Comparison(
        questions=questions,
        candidates=tuple(results),
        best_prompt=best["api"],
        best_fine_tuned=best["fine-tuned"],
        best_self_hosted=best["self-hosted"],
        best_classical=best["classical"],
        pairs=tuple(_pair(one, other, measured, questions) for one, other in wanted if one is not None and other is not None),
        triviality=_triviality(targets),
    )


def _result(outcomes: Outcomes, values: Values, questions: Questions, *, plan: bool) -> CandidateResult:
    n = len(values.values)
    rate = float(values.values.mean()) if n else None
    scores = outcomes.scores[~np.isnan(outcomes.scores)]
    common = {
        "candidate": outcomes.candidate,
        "prompt": outcomes.prompt,
        "path": outcomes.path,
        "n": n,
        "expected": outcomes.expected,
        "missing": max(0, outcomes.expected - n),
        "rate": rate,
        "statuses": dict(outcomes.statuses),
        "mean_score": float(scores.mean()) if len(scores) else None,
    }
    target, bar = questions.accuracy_target, questions.accuracy_target * questions.bar_share
    if n == 0 or values.plain:
        matched = int(values.values.sum())

        def exact(at: float) -> BarTest:
            return bar_test(matched, n, at, confidence=questions.confidence, power=questions.power, cap=questions.examples_cap, plan=plan)

        return CandidateResult(
            **common,  # type: ignore[arg-type]
            matched=matched,
            interval=wilson(matched, n, TABLE_CONFIDENCE) if n else None,
            lower=exact_lower(matched, n, questions.confidence),
            upper=exact_upper(matched, n, questions.confidence),
            bar=exact(bar),
            target=exact(target),
            gap=_gap(questions, exact),
        )
    mean = cluster_mean(values.values, values.clusters)
    return CandidateResult(
        **common,  # type: ignore[arg-type]
        matched=int(values.values.sum()) if bool(np.isin(values.values, (0.0, 1.0)).all()) else None,
        interval=mean.interval(TABLE_CONFIDENCE),
        lower=max(0.0, mean.bound(questions.confidence, lower=True)),
        upper=min(1.0, mean.bound(questions.confidence, lower=False)),
        bar=_mean_test(mean, bar, questions),
        target=_mean_test(mean, target, questions),
        gap=_gap(questions, lambda at: _mean_test(mean, at, questions)),
    )


def _gap(questions: Questions, test: Callable[[float], BarTest]) -> CountTest | None:
    if questions.gap_k is None or questions.gap_n is None:
        return None
    return CountTest(k=questions.gap_k, n=questions.gap_n, test=test(questions.gap_k / questions.gap_n))


def _mean_test(mean: Mean, bar: float, questions: Questions) -> BarTest:
    reaches = mean.p_above(bar)
    below = 1.0 if mean.freedom < 1 else 1 - reaches
    return BarTest(
        bar=bar, met=mean.mean >= bar - 1e-9, proof=three_way(reaches, below, 1 - questions.confidence), p_reaches=reaches, p_below=below
    )


def _corrected(results: list[CandidateResult], questions: Questions) -> list[CandidateResult]:
    """Take back a proof of the best prompt that wouldn't stand among as many prompts as were tried."""
    tried = [at for at, each in enumerate(results) if each.path == "api" and each.n]
    changed = list(results)
    for name in ("bar", "target", "gap"):
        tests = [_test(results[at], name) for at in tried]
        known = [(at, test) for at, test in zip(tried, tests, strict=True) if test is not None and test.p_reaches is not None]
        adjusted = holm([test.p_reaches or 0.0 for _, test in known])
        for (at, test), p_value in zip(known, adjusted, strict=True):
            if test.proof is Proof.PROVEN and p_value > 1 - questions.confidence:
                changed[at] = _with(changed[at], name, replace(test, proof=Proof.UNDECIDED))
    return changed


def _test(result: CandidateResult, name: str) -> BarTest | None:
    if name == "gap":
        return None if result.gap is None else result.gap.test
    return result.bar if name == "bar" else result.target


def _with(result: CandidateResult, name: str, test: BarTest) -> CandidateResult:
    if name == "gap":
        return replace(result, gap=None if result.gap is None else replace(result.gap, test=test))
    return replace(result, bar=test) if name == "bar" else replace(result, target=test)


def _best(results: Sequence[CandidateResult], *paths: str) -> str | None:
    """Return the key of the best of some paths: the most matches of all examples expected, then the fewest missing, then the first."""
    among = [each for each in results if each.path in paths and each.n]
    if not among:
        return None
    best = max(among, key=lambda each: ((each.rate or 0.0) * each.n / max(each.expected, 1), -each.missing))
    return candidate_key(best.candidate, best.prompt)


def _pair(first: str, second: str, measured: Mapping[str, Values], questions: Questions) -> PairedResult:
    """Return two candidates on the examples both were measured on."""
    one, other = measured[first], measured[second]
    codes = np.intersect1d(one.codes, other.codes, assume_unique=True)
    mine, theirs = one.at(codes), other.at(codes)
    n = len(codes)
    if one.plain and other.plain:
        both, only_first, only_second, neither = table_of(mine, theirs)
        return PairedResult(
            first=first,
            second=second,
            n=n,
            both=both,
            only_first=only_first,
            only_second=only_second,
            neither=neither,
            difference=(only_first - only_second) / n if n else None,
            interval=tango(only_first, only_second, n, TABLE_CONFIDENCE) if n else None,
            lower=tango_bound(only_first, only_second, n, questions.confidence, lower=True) if n else None,
            upper=tango_bound(only_first, only_second, n, questions.confidence, lower=False) if n else None,
            p_value=mcnemar_exact(only_first, only_second) if n else None,
            p_mid=mcnemar_mid_p(only_first, only_second) if n else None,
            examples_needed=_examples_for(only_first, only_second, n, questions),
        )
    clusters = None if one.clusters is None else one.clusters[np.searchsorted(one.codes, codes)]
    return _graded_pair(first, second, mine - theirs, clusters, questions)


def _graded_pair(first: str, second: str, differences: Floats, clusters: Whole | None, questions: Questions) -> PairedResult:
    n = len(differences)
    counts = {"both": 0, "only_first": int(np.sum(differences > 0)), "only_second": int(np.sum(differences < 0))}
    common = {"first": first, "second": second, "n": n, **counts, "neither": 0, "p_mid": None, "test": "cluster-robust t"}
    if n == 0:
        return PairedResult(**common, difference=None, interval=None, lower=None, upper=None, p_value=None)  # type: ignore[arg-type]
    mean = cluster_mean(differences, clusters)
    above = mean.p_above(0.0)
    return PairedResult(
        **common,  # type: ignore[arg-type]
        difference=mean.mean,
        interval=mean.interval(TABLE_CONFIDENCE, low=-1.0),
        lower=max(-1.0, mean.bound(questions.confidence, lower=True)),
        upper=min(1.0, mean.bound(questions.confidence, lower=False)),
        p_value=min(1.0, 2 * min(above, 1 - above)) if mean.freedom else None,
    )


def _examples_for(only_first: int, only_second: int, n: int, questions: Questions) -> int | None:
    if not n or tango_bound(only_first, only_second, n, questions.confidence, lower=True) > 0:
        return None
    needed = mcnemar_examples(only_first, only_second, n, alpha=1 - questions.confidence, power=questions.power)
    return None if needed is None else max(needed, n + 1)


def _triviality(targets: Mapping[str, int] | None) -> Triviality | None:
    if not targets:
        return None
    target = max(targets, key=lambda each: targets[each])
    return Triviality(majority_target=target, majority_rate=targets[target] / sum(targets.values()))
