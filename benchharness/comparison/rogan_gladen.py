"""The true pass rate behind a judge who errs, from how often it errs on labelled answers."""

import math
from dataclasses import dataclass

from benchharness.comparison.distributions import ndtri
from benchharness.records.comparison import Interval

__all__ = ["CorrectedRate", "rogan_gladen"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectedRate:
    """A judge's pass rate corrected for its errors."""

    rate: float
    """The corrected rate, cut to 0 to 1."""
    interval: Interval
    """Its two-sided interval."""
    clipped: bool
    """Whether the correction fell outside 0 to 1: the judge errs otherwise here than on the labelled answers."""


def rogan_gladen(
    passed: int, n: int, *, right_passes: int, true_passes: int, right_fails: int, true_fails: int, confidence: float = 0.95
) -> CorrectedRate | None:
    """Return the true pass rate when a judge passed `passed` of `n` (Rogan & Gladen 1978; interval of Lang & Reiczigel 2014).

    Of `true_passes` labelled answers that pass, the judge passed `right_passes`; of `true_fails` that fail, it failed
    `right_fails`. The same interval is used by Lee et al. (arXiv 2511.21140). None when it can't be told: nothing judged,
    a side without labels, or a judge no better than chance.
    """
    if n == 0 or true_passes == 0 or true_fails == 0:
        return None
    sensitivity, specificity = right_passes / true_passes, right_fails / true_fails
    if sensitivity + specificity <= 1:
        return None
    z = float(ndtri((1 + confidence) / 2))
    raw = (passed / n + specificity - 1) / (sensitivity + specificity - 1)
    # The interval adds pseudo-counts: z^2 answers judged, half of them passed, and two labels a side.
    size, passes, fails = n + z * z, true_passes + 2, true_fails + 2
    judged = (passed + z * z / 2) / size
    q1, q0 = (right_passes + 1) / passes, (right_fails + 1) / fails
    power = q0 + q1 - 1
    if power <= 0:
        return None
    rate = (judged + q0 - 1) / power
    shift = 2 * z * z * (rate * q1 * (1 - q1) / passes - (1 - rate) * q0 * (1 - q0) / fails)
    variance = judged * (1 - judged) / size + (1 - rate) ** 2 * q0 * (1 - q0) / fails + rate**2 * q1 * (1 - q1) / passes
    reach = z * math.sqrt(variance) / power
    low, high = (min(1.0, max(0.0, rate + shift + side * reach)) for side in (-1, 1))
    clipped = not 0 <= raw <= 1
    return CorrectedRate(
        rate=min(1.0, max(0.0, raw)),
        interval=Interval(low=low, high=high, confidence=confidence, method="rogan-gladen"),
        clipped=clipped,
    )
