"""Scales from values to places, linear and logarithmic, with ticks at round values that don't crowd each other."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

__all__ = ["Linear", "Log", "linear_ticks", "log_ticks", "share_scale"]

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
WITHIN_A_POWER = (1.0, 2.0, 5.0)
ROUNDING = 1e-9
TENTH = 0.1


@dataclass(frozen=True, slots=True)
class Linear:
    """Values spread evenly between two places."""

    low: float
    """The value at `start`."""
    high: float
    """The value at `end`; another than `low`."""
    start: float
    """A place on the drawing."""
    end: float
    """The other; it may be the smaller one."""

    def at(self, value: float) -> float:
        """Return the place of a value; one beyond the scale stands at its end."""
        part = (value - self.low) / (self.high - self.low)
        return self.start + min(1.0, max(0.0, part)) * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Log:
    """Values spread evenly by their ratio; all are above zero."""

    low: float
    """The value at `start`."""
    high: float
    """The value at `end`; larger than `low`."""
    start: float
    """A place on the drawing."""
    end: float
    """The other; it may be the smaller one."""

    def at(self, value: float) -> float:
        """Return the place of a value; one beyond the scale, zero included, stands at its end."""
        if value <= self.low:
            return self.start
        part = math.log(value / self.low) / math.log(self.high / self.low)
        return self.start + min(1.0, part) * (self.end - self.start)


def linear_ticks(low: float, high: float, *, most: int = 6) -> tuple[float, ...]:
    """Return round values from low to high, one, two, two and a half or five apart in some power of ten."""
    if high <= low:
        return (low,)
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(each * power for each in STEPS if each * power >= rough * (1 - ROUNDING))
    first, last = math.ceil(low / step - ROUNDING), math.floor(high / step + ROUNDING)
    return tuple(float(f"{at * step:.12g}") for at in range(first, last + 1))


def log_ticks(low: float, high: float, *, most: int = 7) -> tuple[float, ...]:
    """Return powers of ten from low to high; with 2 and 5 between where there are few, every so many where there are many."""
    first, last = math.ceil(math.log10(low) - ROUNDING), math.floor(math.log10(high) + ROUNDING)
    powers = range(first, last + 1)
    if len(powers) > most:
        apart = -(-len(powers) // most)
        powers = range(-(-first // apart) * apart, last + 1, apart)
    fine = [_times(each, power) for power in range(first - 1, last + 1) for each in WITHIN_A_POWER]
    fine = [each for each in fine if low * (1 - ROUNDING) <= each <= high * (1 + ROUNDING)]
    return tuple(fine) if len(fine) <= most else tuple(_times(1, power) for power in powers)


def share_scale(values: Iterable[float], start: float, end: float, *, most: int = 6) -> tuple[Linear, Sequence[float]]:
    """Return a scale for shares with its ticks: whole tenths around every value, from 0 to 1 at most."""
    found = [min(1.0, max(0.0, each)) for each in values] or [0.0, 1.0]
    low, high = math.floor(min(found) / TENTH + ROUNDING) * TENTH, math.ceil(max(found) / TENTH - ROUNDING) * TENTH
    if high - low < TENTH * (1 + ROUNDING):
        low, high = (low - TENTH, high) if high >= 1 - ROUNDING else (low, low + 2 * TENTH)
    low, high = round(max(0.0, low), 1), round(min(1.0, high), 1)
    return Linear(low, high, start, end), linear_ticks(low, high, most=most)


def _times(each: float, power: int) -> float:
    return float(f"{each:g}e{power}")
