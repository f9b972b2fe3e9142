"""Two candidates on the examples both were measured on."""

import math
from typing import Any

import numpy as np
from scipy.special import ndtri

from benchharness.comparison.clusters import ClusteredDifference, clustered_difference
from benchharness.comparison.measuring import TABLE_CONFIDENCE, Measured
from benchharness.comparison.outcomes import Floats, Values, Whole, table_of
from benchharness.comparison.paired import mcnemar_exact, mcnemar_examples, mcnemar_mid_p, tango, tango_bound
from benchharness.comparison.threshold import error_of
from benchharness.records.comparison import PairedResult, Questions, candidate_key

__all__ = ["pair"]

HALF = 0.5


def pair(first: Measured, second: Measured, questions: Questions, *, tried: tuple[int, int] = (1, 1)) -> PairedResult:
    """Return the difference of two candidates, first minus second.

    `tried` counts the candidates of which each side is the best. The lower bound holds over all of the first's kind and the
    upper one over all of the second's (Bonferroni), since the best of many looks better than it is; the two-sided interval
    and the p-values are of this pair alone.
    """
    codes = _shared(first.values, second.values)
    (mine, clusters), (theirs, _) = first.values.among(codes), second.values.among(codes)
    n = len(codes)
    alpha = error_of(questions.confidence)
    names: dict[str, Any] = {"first": _key(first), "second": _key(second)}
    confidences = 1 - alpha / max(1, tried[0]), 1 - alpha / max(1, tried[1])
    if n == 0:
        nothing: dict[str, Any] = dict.fromkeys(("difference", "interval", "lower", "upper", "p_value", "p_mid"))
        return PairedResult(**names, n=0, both=0, only_first=0, only_second=0, neither=0, **nothing)
    if first.values.plain and second.values.plain:
        both, ahead, behind, neither = table_of(mine, theirs)
        lower = tango_bound(ahead, behind, n, confidences[0], lower=True)
        needed = None if lower > 0 else mcnemar_examples(ahead, behind, n, alpha=1 - confidences[0], power=questions.power)
        return PairedResult(
            **names,
            n=n,
            both=both,
            only_first=ahead,
            only_second=behind,
            neither=neither,
            difference=(ahead - behind) / n,
            interval=tango(ahead, behind, n, TABLE_CONFIDENCE),
            lower=lower,
            upper=tango_bound(ahead, behind, n, confidences[1], lower=False),
            p_value=mcnemar_exact(ahead, behind),
            p_mid=mcnemar_mid_p(ahead, behind),
            examples_needed=None if needed is None else max(needed, n + 1),
        )
    difference = clustered_difference(mine - theirs, clusters, min(first.values.rows, second.values.rows))
    lower = difference.bound(confidences[0], lower=True)
    return PairedResult(
        **names,
        n=n,
        **_counts(mine, theirs),
        difference=difference.estimate.mean,
        interval=difference.interval(TABLE_CONFIDENCE),
        lower=lower,
        upper=difference.bound(confidences[1], lower=False),
        p_value=difference.p_value(),
        p_mid=None,
        test="cluster-robust t",
        examples_needed=None if lower > 0 else _examples_for(difference, n, 1 - confidences[0], questions.power),
    )


def _key(measured: Measured) -> str:
    return candidate_key(measured.result.candidate, measured.result.prompt)


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


def _examples_for(difference: ClusteredDifference, n: int, alpha: float, power: float) -> int | None:
    """Return the examples at which the observed difference, with the observed spread, would be proven; None for no difference."""
    mean, error = difference.estimate.mean, difference.estimate.error
    if mean <= 0 or not math.isfinite(error) or error == 0:
        return None
    reach = (float(ndtri(1 - alpha)) + float(ndtri(power))) * error / mean
    return max(n + 1, math.ceil(n * reach**2))
