"""Two candidates on the examples both were measured on."""

import math
from typing import Any

import numpy as np

from benchharness.comparison.anytime import anytime_difference, anytime_lower, paired_evidence
from benchharness.comparison.bounded import METHOD, GradedMean, graded_difference, keeps_share
from benchharness.comparison.clusters import ClusteredDifference, clustered_difference
from benchharness.comparison.distributions import ndtri
from benchharness.comparison.measuring import TABLE_CONFIDENCE, Measured
from benchharness.comparison.outcomes import Values, table_of
from benchharness.comparison.paired import mcnemar_exact, mcnemar_examples, mcnemar_mid_p, tango
from benchharness.comparison.paired_exact import deciding_bound, exact_bound
from benchharness.comparison.tang_ratio import tang, tang_share
from benchharness.comparison.threshold import error_of
from benchharness.records.comparison import Interval, PairedResult, Proof, Questions, Stopping
from benchharness.records.outcomes import Floats, Whole

__all__ = ["pair"]

HALF = 0.5
SMALLEST = 1e-300


def pair(first: Measured, second: Measured, questions: Questions, *, tried: tuple[int, int] = (1, 1), plan: bool = True) -> PairedResult:
    """Return the difference of two candidates, first minus second, and the share of the first's rate that the second keeps.

    `tried` counts the candidates of which the first is the best, and the rivals it is held against. The lower bound holds over
    all of the first's kind, since the best of many looks better than it is; the upper one over all rivals, since a single one
    that isn't beaten refutes (Bonferroni); the two-sided interval and the p-values are of this pair alone.
    """
    codes = _shared(first.values, second.values)
    (mine, clusters), (theirs, _) = first.values.among(codes), second.values.among(codes)
    n = len(codes)
    alpha = error_of(questions.confidence)
    names: dict[str, Any] = {"first": first.result.key, "second": second.result.key}
    errors = alpha / max(1, tried[0]), alpha / max(1, tried[1])
    if n == 0:
        nothing: dict[str, Any] = dict.fromkeys(("difference", "interval", "lower", "upper", "p_value", "p_mid"))
        return PairedResult(**names, n=0, both=0, only_first=0, only_second=0, neither=0, **nothing)
    if first.values.plain and second.values.plain:
        table = table_of(mine, theirs)
        counts: dict[str, Any] = dict(zip(("both", "only_first", "only_second", "neither"), table, strict=True))
        wanted = plan or questions.share_of_fine_tuned
        return PairedResult(
            **names,
            **counts,
            n=n,
            difference=(table[1] - table[2]) / n,
            spread=math.sqrt(max(0.0, (table[1] + table[2]) / n - ((table[1] - table[2]) / n) ** 2)),
            **_plain(table, n, errors, questions, plan=plan),
            **(_ratio(table, n, errors, questions) if wanted else {}),
        )
    difference = _robust(first.values, second.values, mine - theirs, clusters)
    lower = difference.bound(1 - errors[0], lower=True)
    return PairedResult(
        **names,
        n=n,
        **_counts(mine, theirs),
        difference=difference.estimate.mean,
        interval=difference.interval(TABLE_CONFIDENCE),
        lower=lower,
        upper=difference.bound(1 - errors[1], lower=False),
        p_value=difference.p_value(),
        p_mid=None,
        test=METHOD if first.values.graded else "cluster-robust t",
        bounds=METHOD if first.values.graded else "cluster-robust t",
        plain=False,
        examples_needed=None if lower > 0 else _examples_for(difference, n, errors[0], questions.power),
        spread=difference.estimate.error * math.sqrt(n) if math.isfinite(difference.estimate.error) else None,
        ratio=_share_kept(mine, theirs),
        ratio_proof=keeps_share(mine, theirs, clusters, questions.bar_share, errors)
        if first.values.graded and questions.share_of_fine_tuned
        else None,
    )


def _plain(table: tuple[int, int, int, int], n: int, errors: tuple[float, float], questions: Questions, *, plan: bool) -> dict[str, Any]:
    """Return bounds, interval and p-values of independent pairs: exact ones, or what holds at every look."""
    both, ahead, behind, neither = table
    if questions.stopping is Stopping.ANYTIME:
        lower = anytime_lower(ahead, behind, both + neither, alpha=errors[0])
        found: dict[str, Any] = {
            "interval": anytime_difference(ahead, behind, both + neither, confidence=TABLE_CONFIDENCE),
            "upper": -anytime_lower(behind, ahead, both + neither, alpha=errors[1]),
            "p_value": min(1.0, 1 / max(paired_evidence(ahead, behind), SMALLEST)),
            "p_mid": None,
            "test": "anytime e-process",
            "bounds": "anytime e-process",
        }
    else:
        asked = tuple(sorted({-questions.classical_margin, -questions.margin, 0.0, questions.margin}))
        bound = exact_bound if plan else deciding_bound
        lower = bound(ahead, behind, n, 1 - errors[0], lower=True, asked=asked)
        found = {
            "interval": tango(ahead, behind, n, TABLE_CONFIDENCE),
            "upper": bound(ahead, behind, n, 1 - errors[1], lower=False, asked=asked),
            "p_value": mcnemar_exact(ahead, behind),
            "p_mid": mcnemar_mid_p(ahead, behind),
        }
    needed = None if lower > 0 or not plan else mcnemar_examples(ahead, behind, n, alpha=errors[0], power=questions.power)
    return {**found, "lower": lower, "examples_needed": None if needed is None else max(needed, n + 1)}


def _ratio(table: tuple[int, int, int, int], n: int, errors: tuple[float, float], questions: Questions) -> dict[str, Any]:
    """Return what share of the first's rate the second keeps; no proof where looks are free, since Tang's test allows one."""
    both, ahead, behind, _ = table
    found = tang(both, behind, ahead, n, TABLE_CONFIDENCE)
    if found.estimate is None:
        return {}
    interval = None if found.high is None else Interval(low=found.low, high=found.high, confidence=TABLE_CONFIDENCE, method="tang")
    if questions.stopping is Stopping.ANYTIME:
        return {"ratio": found.estimate}
    # The second may be the best of many, which flatters a proof; so may the first, which flatters a refutation.
    kept = tang_share(both, behind, ahead, questions.bar_share, confidence=1 - errors[1]) is Proof.PROVEN
    lost = tang_share(both, behind, ahead, questions.bar_share, confidence=1 - errors[0]) is Proof.REFUTED
    proof = Proof.PROVEN if kept else Proof.REFUTED if lost else Proof.UNDECIDED
    return {"ratio": found.estimate, "ratio_interval": interval, "ratio_proof": proof}


def _robust(first: Values, second: Values, differences: Floats, clusters: Whole | None) -> ClusteredDifference | GradedMean:
    if first.graded:
        return graded_difference(differences, clusters)
    return clustered_difference(differences, clusters, min(first.rows, second.rows))


def _share_kept(mine: Floats, theirs: Floats) -> float | None:
    return float(theirs.sum() / mine.sum()) if mine.sum() else None


def _shared(first: Values, second: Values) -> Whole:
    if len(first.codes) == len(second.codes) and bool((first.codes == second.codes).all()):
        return first.codes
    return np.intersect1d(first.codes, second.codes, assume_unique=True)


def _counts(mine: Floats, theirs: Floats) -> dict[str, Any]:
    """Return the table; an example with repeats goes to the better side, and of equals to `both` from a mean of one half."""
    return {
        "both": int(np.sum((mine == theirs) & (mine >= HALF))),
        "only_first": int(np.sum(mine > theirs)),
        "only_second": int(np.sum(mine < theirs)),
        "neither": int(np.sum((mine == theirs) & (mine < HALF))),
    }


def _examples_for(difference: ClusteredDifference | GradedMean, n: int, alpha: float, power: float) -> int | None:
    """Return the examples at which the observed difference, with the observed spread, would be proven; None for no difference."""
    mean, error = difference.estimate.mean, difference.estimate.error
    if mean <= 0 or not math.isfinite(error) or error == 0:
        return None
    reach = (float(ndtri(1 - alpha)) + float(ndtri(power))) * error / mean
    return max(n + 1, math.ceil(n * reach**2))
