"""How many examples a question needs, and how small a gap the examples there are can show."""

import math

from benchharness.comparison.distributions import ndtri

__all__ = ["connor_examples", "margin_examples", "smallest_gap", "smallest_lead"]


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


def margin_examples(difference: float, spread: float, margin: float, *, alpha: float = 0.05, power: float = 0.80) -> int | None:
    """Return the pairs that prove a lead of more than `margin`, from the lead and the standard deviation of a pair's difference.

    One-sided (Liu, Hsueh, Hsieh & Chen 2002, eq. 7, the Wald test of a margin for paired proportions; of mean scores it's the
    same test). None when the lead isn't above the margin.
    """
    if difference <= margin:
        return None
    return max(1, math.ceil((_reach(alpha, power) * spread / (difference - margin)) ** 2 - 1e-9))


def smallest_lead(n: int, spread: float, *, alpha: float = 0.05, power: float = 0.80) -> float | None:
    """Return the smallest lead in mean score that `n` pairs prove to be above zero, from the standard deviation of a pair's difference."""
    lead = _reach(alpha, power) * spread / math.sqrt(n) if n else math.inf
    return lead if lead < 1 else None


def _reach(alpha: float, power: float) -> float:
    return float(ndtri(1 - alpha)) + float(ndtri(power))


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
