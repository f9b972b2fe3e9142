"""How many examples a question needs, and how small a gap the examples there are can show."""

import math

import numpy as np

from benchharness.comparison.distributions import bdtr, ndtri

__all__ = ["connor_examples", "margin_examples", "mcnemar_power", "mean_examples", "mean_gap", "smallest_gap"]


def connor_examples(
    only_first: float, only_second: float, *, alpha: float = 0.05, power: float = 0.80, two_sided: bool = False
) -> int | None:
    """Return the pairs McNemar's test needs, from the shares of pairs only one side gets right (Connor 1987, eq. 3).

    One-sided: for proving that the first is better. None when there is no difference to prove.
    """
    exact = _connor(only_first - only_second, only_first + only_second, alpha / 2 if two_sided else alpha, power)
    if exact is None or (only_first < only_second and not two_sided):
        return None
    return math.ceil(exact - 1e-9)


def _connor(difference: float, discordant: float, alpha: float, power: float) -> float | None:
    if difference == 0:
        return None
    spread = math.sqrt(max(0.0, discordant - difference**2))
    reach = float(ndtri(1 - alpha)) * math.sqrt(discordant) + float(ndtri(power)) * spread
    return (reach / difference) ** 2


def margin_examples(only_first: float, only_second: float, margin: float, *, alpha: float = 0.05, power: float = 0.80) -> int | None:
    """Return the pairs that prove a lead of more than `margin`, from the shares of pairs only one side gets right.

    One-sided (Liu, Hsueh, Hsieh & Chen 2002, eq. 7, the Wald test of a margin for paired proportions). None when the lead
    isn't above the margin.
    """
    difference = only_first - only_second
    if difference <= margin:
        return None
    spread = only_first + only_second - difference**2
    return max(1, math.ceil((float(ndtri(1 - alpha)) + float(ndtri(power))) ** 2 * spread / (difference - margin) ** 2 - 1e-9))


def smallest_gap(n: int, discordant: float, *, alpha: float = 0.05, power: float = 0.80) -> float | None:
    """Return the smallest difference that `n` pairs prove with this power, one-sided, when a share `discordant` disagrees.

    None when even the largest difference such pairs can have, `discordant` itself, would need more (Connor 1987, solved
    for the difference).
    """
    if n == 0 or discordant <= 0:
        return None
    most = _connor(discordant, discordant, alpha, power)
    if most is None or most > n:
        return None
    low, high = 0.0, discordant
    for _ in range(60):
        middle = (low + high) / 2
        needed = _connor(middle, discordant, alpha, power)
        low, high = (low, middle) if needed is not None and needed <= n else (middle, high)
    return high


def mcnemar_power(only_first: float, only_second: float, n: int, *, alpha: float = 0.05, wrong_side: bool = True) -> float:
    """Return the power of the two-sided exact McNemar test over `n` pairs, from the shares only one side gets right.

    `wrong_side` counts rejections in favour of the worse one too (a nearly impossible event; some software leaves it out).
    The number of discordant pairs is binomial, and so are the first's wins among them; both are summed exactly.
    """
    share = only_first + only_second
    if n == 0 or share <= 0:
        return 0.0
    total = 0.0
    for discordant in range(1, n + 1):
        weight = _binomial(discordant, n, share)
        critical = _critical(discordant, alpha)
        if critical < 0:
            continue
        fewer = float(bdtr(critical, discordant, only_second / share))
        more = float(bdtr(critical, discordant, only_first / share))
        right, wrong = (fewer, more) if only_first >= only_second else (more, fewer)
        total += weight * (right + (wrong if wrong_side else 0.0))
    return min(1.0, total)


def _critical(discordant: int, alpha: float) -> int:
    """Return the most wins of the loser at which the exact test still rejects; -1 when it never does."""
    from scipy.special import bdtr as below

    tails = 2 * below(np.arange(discordant // 2 + 1), discordant, 0.5)
    return int(np.sum(tails <= alpha)) - 1


def _binomial(count: int, n: int, share: float) -> float:
    if share >= 1:
        return 1.0 if count == n else 0.0
    ways = math.lgamma(n + 1) - math.lgamma(count + 1) - math.lgamma(n - count + 1)
    return math.exp(ways + count * math.log(share) + (n - count) * math.log1p(-share))


def mean_examples(variance: float, gap: float, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return the examples that show a gap of means, two-sided (Miller 2024, eq. 9), not rounded.

    `variance` is that of one example's difference: w^2 + s_A^2 / K_A + s_B^2 / K_B with K repeats on each side.
    """
    return (float(ndtri(1 - alpha / 2)) + float(ndtri(power))) ** 2 * variance / gap**2


def mean_gap(variance: float, n: int, *, alpha: float = 0.05, power: float = 0.80) -> float:
    """Return the smallest gap of means that `n` examples show, two-sided (Miller 2024, eq. 10)."""
    return (float(ndtri(1 - alpha / 2)) + float(ndtri(power))) * math.sqrt(variance / n)
