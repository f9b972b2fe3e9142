"""Evidence that may be looked at as often as one likes: e-processes on counts, and intervals valid at any time.

An e-value of E happens with chance at most 1 / E, over all looks together, if the hypothesis is true (Ville 1939), so E of 20
rejects it at 5%. Everything here depends on counts alone, so it's the same in whatever order answers come back; the guarantee
needs the examples taken in an order shuffled before the run, never in the order of latency.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from benchharness.comparison.distributions import betaincc, betaln
from benchharness.comparison.threshold import CRUMB, three_way
from benchharness.errors import UsageError
from benchharness.records.comparison import BarTest, Interval

__all__ = [
    "anytime_bar",
    "anytime_difference",
    "anytime_interval",
    "anytime_lower",
    "bar_evidence",
    "difference_evidence",
    "paired_evidence",
]

LARGEST = 1e300
# Bets from timid to bold; their average is an e-process too, and near the best of them.
BETS = (np.arange(20) + 0.5) / 20
STEPS = 2000
BISECTIONS = 60
EDGE = 1e-12


def bar_evidence(matched: int, n: int, bar: float, *, above: bool = True) -> float:
    """Return the e-value against H0: the true rate is at most `bar` (with `above=False`: at least).

    A uniform mixture of the likelihoods beyond the bar over the likelihood at it (Robbins 1970): 1.607 for 44 of 50 at 0.80.
    """
    if not above:
        return bar_evidence(n - matched, n, 1 - bar)
    if not 0 < bar < 1:
        raise UsageError(f"a bar of {bar:g} can't be tested", hint="it must lie between 0 and 1")
    beyond = float(betaincc(matched + 1, n - matched + 1, bar))
    if beyond <= 0:
        return 0.0
    log = float(betaln(matched + 1, n - matched + 1)) + math.log(beyond) - math.log1p(-bar)
    return _e(log - matched * math.log(bar) - (n - matched) * math.log1p(-bar))


def anytime_bar(matched: int, n: int, bar: float, *, alpha: float = 0.05) -> BarTest:
    """Return the test of `matched` of `n` against a bar that holds at every look; its p-values are 1 / E (Ville 1939).

    A bar of 1 is refuted by one miss and can't be proven; `n` is at least 1.
    """
    if bar >= 1:
        reaches, below = 1.0, 1.0 if matched == n else 0.0
    else:
        reaches, below = (min(1.0, 1 / max(bar_evidence(matched, n, bar, above=above), 1 / LARGEST)) for above in (True, False))
    proof = three_way(reaches, below, alpha)
    return BarTest(bar=bar, met=matched >= bar * n - CRUMB, proof=proof, p_reaches=reaches, p_below=below)


def paired_evidence(only_first: int, only_second: int) -> float:
    """Return the e-value against H0: two candidates are equally good, two-sided: 2^(b+c) B(b+1, c+1). Ties don't move it."""
    discordant = only_first + only_second
    return _e(discordant * math.log(2) + float(betaln(only_first + 1, only_second + 1)))


def difference_evidence(only_first: int, only_second: int, ties: int, difference: float = 0.0, *, above: bool = True) -> float:
    """Return the e-value against H0: the first is ahead by at most `difference` (with `above=False`: by at least).

    Betting on (D + 1) / 2 with D of 1, 0 or -1, averaged over a grid of bets (Waudby-Smith & Ramdas 2024).
    """
    if not -1 < difference < 1:
        raise UsageError(f"a difference of {difference:g} can't be tested", hint="it must lie between -1 and 1")
    if not above:
        return difference_evidence(only_second, only_first, ties, -difference)
    return float(_betting(only_first, only_second, ties, np.array([difference]))[0])


def _betting(ahead: int, behind: int, ties: int, differences: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the capital of the bets against each difference as the upper limit of what's true."""
    centre = ((differences + 1) / 2)[:, None]
    with np.errstate(divide="ignore", invalid="ignore"):
        bets = BETS / centre
        logs = ahead * np.log1p(bets * (1 - centre)) + ties * np.log1p(bets * (0.5 - centre)) + behind * np.log1p(-BETS)[None, :]
    highest = logs.max(axis=1, keepdims=True)
    capital = highest[:, 0] + np.log(np.exp(logs - highest).mean(axis=1))
    evidence: NDArray[np.float64] = np.exp(np.clip(capital, -math.log(LARGEST), math.log(LARGEST)))
    return evidence


def anytime_difference(only_first: int, only_second: int, ties: int, *, confidence: float = 0.95) -> Interval:
    """Return the two-sided interval of a paired difference that holds at every look; the ends are rounded outwards to 0.001."""
    low = _lowest_kept(only_first, only_second, ties, (1 - confidence) / 2)
    high = -_lowest_kept(only_second, only_first, ties, (1 - confidence) / 2)
    return Interval(low=low, high=high, confidence=confidence, method="anytime betting")


def anytime_lower(only_first: int, only_second: int, ties: int, *, alpha: float = 0.05) -> float:
    """Return the one-sided lower bound of a paired difference that holds at every look, rounded down to 0.001."""
    return _lowest_kept(only_first, only_second, ties, alpha)


def _lowest_kept(ahead: int, behind: int, ties: int, alpha: float) -> float:
    """Return the grid point just under the lowest difference that the evidence doesn't exclude."""
    differences = np.linspace(-1, 1, STEPS + 1)
    kept = np.flatnonzero(_betting(ahead, behind, ties, differences[1:]) < 1 / alpha)
    return round(float(differences[kept[0]]), 3) if len(kept) else 1.0


def anytime_interval(matched: int, n: int, *, planned: int, confidence: float = 0.95) -> Interval:
    """Return the two-sided interval of a rate that holds at every look, narrowest around `planned` examples.

    A beta mixture centred on each rate that could be true (Howard et al. 2021, Prop. 7): 0.6516 to 0.7459 for 700 of 1,000
    with 100 planned. Of nothing it's [0, 1].
    """
    threshold = math.log(1 / (1 - confidence))

    def excluded(rate: float) -> bool:
        return _mixture(matched, n, rate, planned) >= threshold

    share = matched / n if n else 0.5
    low = 0.0 if matched == 0 else _edge(excluded, share, 0.0)
    high = 1.0 if matched == n else _edge(excluded, share, 1.0)
    return Interval(low=low, high=high, confidence=confidence, method="anytime beta mixture")


def _edge(excluded: Callable[[float], bool], inside: float, outside: float) -> float:
    """Return where rates begin to be excluded on the way from `inside` to `outside`."""
    # 0 and 1 themselves can't be tested.
    kept, gone = inside, min(max(outside, EDGE), 1 - EDGE)
    if not excluded(gone):
        return outside
    for _ in range(BISECTIONS):
        middle = (kept + gone) / 2
        kept, gone = (kept, middle) if excluded(middle) else (middle, gone)
    return gone


def _mixture(matched: int, n: int, rate: float, planned: int) -> float:
    """Return the logarithm of the mixture's likelihood ratio against `rate`."""
    variance = rate * (1 - rate)
    log = 2 * math.log(1 / 0.05)
    spread = max(planned * variance / (log + math.log1p(log)) - variance, 1e-3 * variance)
    a, b = spread / (1 - rate), spread / rate
    ratio = float(betaln(a + matched, b + n - matched) - betaln(a, b))
    return ratio - matched * math.log(rate) - (n - matched) * math.log1p(-rate)


def _e(log: float) -> float:
    return math.exp(min(log, math.log(LARGEST)))
