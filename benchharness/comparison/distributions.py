"""The normal, binomial and beta distributions for single numbers, under scipy's names.

scipy has them for arrays as well, and importing it takes longer than everything a gate does in a pull request. Whoever counts over
arrays, and the t distribution, still asks scipy; the tests hold each of these against it.
"""

import math
from functools import lru_cache
from statistics import NormalDist

__all__ = ["bdtr", "bdtrc", "betainc", "betaincc", "betaincinv", "betaln", "ndtr", "ndtri"]

NORMAL = NormalDist()
TINY = 1e-300
EPSILON = 3e-16
# Newton's steps double the digits, so the one below this is the last that says anything.
LAST_STEP = 1e-12
MOST_TERMS = 100_000
MOST_STEPS = 200
KEPT = 65_536
# Stirling's series is exact to a float's last digit from here on.
STIRLING_FROM = 15
HALF = 0.5
# Below it two numbers are near enough for the series of their deviance.
NEAR = 0.1


def ndtr(z: float) -> float:
    """Return P(Z <= z) of the standard normal distribution."""
    return math.erfc(-z / math.sqrt(2)) / 2


@lru_cache(maxsize=KEPT)
def ndtri(p: float) -> float:
    """Return the standard normal quantile of `p`, minus and plus infinity at 0 and 1 (Wichura 1988, algorithm AS 241)."""
    return math.copysign(math.inf, p - HALF) if p in (0, 1) else NORMAL.inv_cdf(p)


def betaln(a: float, b: float) -> float:
    """Return the logarithm of the beta function, both arguments above 0."""
    return math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b)


@lru_cache(maxsize=KEPT)
def bdtr(k: float, n: int, p: float) -> float:
    """Return P(X <= k) of a binomial distribution, k from 0 to n."""
    return 1.0 if k >= n else betainc(n - k, k + 1, 1 - p) if p > HALF else betaincc(k + 1, n - k, p)


@lru_cache(maxsize=KEPT)
def bdtrc(k: float, n: int, p: float) -> float:
    """Return P(X > k) of a binomial distribution, k from 0 to n."""
    return 0.0 if k >= n else betaincc(n - k, k + 1, 1 - p) if p > HALF else betainc(k + 1, n - k, p)


def betainc(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function I_x(a, b), a and b above 0, x from 0 to 1 (DLMF 8.17.22)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x < (a + 1) / (a + b + 2):
        return _term(a, b, x) * _fraction(a, b, x) / a
    return 1 - _term(b, a, 1 - x) * _fraction(b, a, 1 - x) / b


def betaincc(a: float, b: float, x: float) -> float:
    """Return 1 - I_x(a, b), without losing a small one in the difference."""
    if x <= 0 or x >= 1:
        return 1.0 if x <= 0 else 0.0
    if x < (a + 1) / (a + b + 2):
        return 1 - _term(a, b, x) * _fraction(a, b, x) / a
    return _term(b, a, 1 - x) * _fraction(b, a, 1 - x) / b


@lru_cache(maxsize=KEPT)
def betaincinv(a: float, b: float, p: float) -> float:
    """Return the x at which I_x(a, b) is `p`: Newton's steps, halved where they leave the bracket."""
    low, high = 0.0, 1.0
    mean = a / (a + b)
    # The normal approximation lands within a few of Newton's steps.
    near = mean + ndtri(p) * math.sqrt(mean * (1 - mean) / (a + b + 1)) if 0 < p < 1 else mean
    x = near if low < near < high else mean
    for _ in range(MOST_STEPS):
        if not 0 < x < 1:
            return x
        over = betainc(a, b, x) - p
        low, high = (low, x) if over > 0 else (x, high)
        slope = _term(a, b, x) / (x * (1 - x))
        step = x - over / slope if slope > 0 else low
        following = step if low < step < high else (low + high) / 2
        if abs(following - x) <= LAST_STEP * x:
            return following
        x = following
    return x


def _term(a: float, b: float, x: float) -> float:
    """Return x^a (1 - x)^b / B(a, b), by deviances rather than by logarithms of gamma, which cancel (Loader 2000)."""
    n = a + b
    log = _stirling(n) - _stirling(a) - _stirling(b) - _deviance(a, n * x) - _deviance(b, n * (1 - x))
    return a * b / n * math.exp(log) * math.sqrt(n / (2 * math.pi * a * b))


def _stirling(n: float) -> float:
    """Return log(n!) minus Stirling's formula for it."""
    if n <= STIRLING_FROM:
        return math.lgamma(n + 1) - (n + HALF) * math.log(n) + n - math.log(2 * math.pi) / 2
    square = n * n
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / 1188 / square) / square) / square) / square) / n


def _deviance(x: float, mean: float) -> float:
    """Return x log(x / mean) + mean - x, by a series where both are near each other."""
    distance = x - mean
    if abs(distance) >= NEAR * (x + mean):
        return x * math.log(x / mean) - distance
    ratio = distance / (x + mean)
    total, power, at = distance * ratio, 2 * x * ratio, 1
    while True:
        power *= ratio * ratio
        following = total + power / (2 * at + 1)
        if following == total:
            return total
        total, at = following, at + 1


def _fraction(a: float, b: float, x: float) -> float:
    """Return the continued fraction of I_x(a, b) by Lentz's method (Press et al. 2007, section 6.4)."""
    both = a + b
    c, d = 1.0, 1 / ((1 - both * x / (a + 1)) or TINY)
    found, at = d, a
    for m in range(1, MOST_TERMS):
        # `at` is a + 2m - 2.
        even = m * (b - m) * x / ((at + 1) * (at + 2))
        d, c = 1 / ((1 + even * d) or TINY), (1 + even / c) or TINY
        found *= d * c
        odd = -(a + m) * (both + m) * x / ((at + 2) * (at + 3))
        d, c = 1 / ((1 + odd * d) or TINY), (1 + odd / c) or TINY
        change = d * c
        found *= change
        if -EPSILON < change - 1 < EPSILON:
            break
        at += 2
    return found
