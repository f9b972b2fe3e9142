"""How every number is written, in findings, on screens and in reports alike; part of the floor because findings are sentences."""

from collections.abc import Sequence

from benchharness.records.comparison import Interval

__all__ = [
    "UNKNOWN",
    "brief",
    "brief_usd",
    "coordinate",
    "count_of",
    "interval",
    "interval_ends",
    "listed",
    "p_value",
    "percent",
    "points",
    "points_interval",
    "points_tick",
    "quantity",
    "ratio",
    "seconds",
    "seconds_pair",
    "share",
    "signed_usd",
    "times",
    "usd",
    "usd_range",
    "whole",
]

UNKNOWN = "unknown"
SMALLEST_P = 0.0001
SMALLEST_USD = 0.01
HUNDRED_MS = 0.1
LONG_S, HOUR_S = 100, 3600
ONE_S = 1.0


def percent(value: float | None, *, digits: int = 1) -> str:
    """Return a share as a percentage, `0.88` as `88.0%`; never rounded up to 100 or down to 0."""
    if value is None:
        return UNKNOWN
    text = f"{100 * value:.{digits}f}"
    step = 10**-digits
    if value < 1 and float(text) >= 100:  # noqa: PLR2004 - a hundred percent
        text = f"{100 - step:.{digits}f}"
    if value > 0 and float(text) <= 0:
        text = f"{step:.{digits}f}"
    return f"{text}%"


def share(value: float | None) -> str:
    """Return a share with three decimals, for bars and targets: `0.855`."""
    return UNKNOWN if value is None else f"{value:.4f}".rstrip("0").rstrip(".") if value not in (0, 1) else f"{value:g}"


def count_of(matched: int | None, n: int) -> str:
    """Return `44 of 50`, or the number of examples alone when there is no count."""
    return f"{whole(n)} examples" if matched is None else f"{whole(matched)} of {whole(n)}"


def interval(value: Interval | None) -> str:
    """Return the ends of an interval of shares: `76.2% to 94.4%`."""
    return UNKNOWN if value is None else f"{percent(value.low)} to {percent(value.high)}"


def interval_ends(value: Interval | None) -> str:
    """Return the same for a narrow column under a heading that says what it is: `76.2` to `94.4` with a dash between; a dash for none."""
    return "–" if value is None else f"{percent(value.low).removesuffix('%')}–{percent(value.high).removesuffix('%')}"


def points(value: float | None) -> str:
    """Return a difference of shares in percentage points with its sign: `+1.0 points`."""
    if value is None:
        return UNKNOWN
    return f"{100 * value + 0.0:+.1f} points".replace("-0.0", "+0.0")


def points_interval(value: Interval | None) -> str:
    """Return the ends of an interval of differences in points: `-2.6 to +4.6`."""
    return UNKNOWN if value is None else f"{100 * value.low:+.1f} to {100 * value.high:+.1f}"


def points_tick(value: float) -> str:
    """Return a difference on an axis of points: `+10`, `-2.5`, `0`."""
    return "0" if value == 0 else f"{100 * value:+.3g}"


def p_value(value: float | None) -> str:
    """Return a p-value: `p = 0.0312`, `p < 0.0001`."""
    if value is None:
        return UNKNOWN
    return f"p < {SMALLEST_P}" if value < SMALLEST_P else f"p = {value:.4f}" if value < 0.1 else f"p = {value:.2f}"  # noqa: PLR2004


def ratio(value: float | None) -> str:
    """Return a score with two decimals, `0.79`; a dash for none."""
    return "–" if value is None else f"{value:.2f}"


def whole(value: int) -> str:
    """Return a whole number with thousands apart: `1,218`."""
    return f"{value:,}"


def usd(value: float | None) -> str:
    """Return dollars: `$1,234`, `$1.75`, `$0.0003`; unknown is never `$0`."""
    if value is None:
        return UNKNOWN
    if value == 0:
        return "$0"
    if abs(value) < SMALLEST_USD:
        return f"${value:.2g}"
    return f"${value:,.2f}" if abs(value) < 1000 else f"${value:,.0f}"  # noqa: PLR2004 - cents stop mattering


def usd_range(value: Interval | None) -> str:
    """Return a range of dollars, `$64,500 to $102,000`; one number where both ends are it."""
    if value is None:
        return UNKNOWN
    low, high = signed_usd(value.low), signed_usd(value.high)
    return low if low == high else f"{low} to {high}"


def signed_usd(value: float) -> str:
    """Return dollars that may be owed: `-$1,234`."""
    return f"-{usd(-value)}" if value < 0 else usd(value)


def brief(value: float) -> str:
    """Return a number in three digits, as a chart shows it: `0.5`, `500`, `200k`, `8.64M`, `1B`."""
    value = float(f"{value:.3g}")
    for size, letter in ((1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= size:
            return f"{value / size:,.3f}".rstrip("0").rstrip(".") + letter
    return f"{value:.3g}"


def brief_usd(value: float) -> str:
    """Return dollars in three digits: `$0.05`, `$20`, `$100k`, `$5M`."""
    return f"${brief(value)}"


def coordinate(value: float) -> str:
    """Return a place in a drawing, to a hundredth of its unit: `12`, `12.5`, `12.25`."""
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def times(value: float) -> str:
    """Return a multiple: `1×`, `0.248×`, `11.4×`, `1,200×`."""
    return f"{value:,.0f}×" if value >= 100 else f"{value:.3g}×"  # noqa: PLR2004 - three digits say enough


def seconds(value: float | None) -> str:
    """Return a duration: `12 ms`, `840 ms`, `1.7 s`."""
    if value is None:
        return UNKNOWN
    if value < HUNDRED_MS:
        return f"{1000 * value:.1f} ms"
    return f"{1000 * value:.0f} ms" if value < ONE_S else f"{value:.1f} s"


def duration(value: float) -> str:
    """Return how long something took: as `seconds` below 100 s, then `12 min 5 s`, `3 h 12 min`."""
    whole_s = round(value)
    if whole_s < LONG_S:
        return seconds(value)
    if whole_s < HOUR_S:
        return f"{whole_s // 60} min {whole_s % 60} s"
    return f"{whole_s // HOUR_S:,} h {whole_s % HOUR_S // 60} min"


def seconds_pair(first: float | None, second: float | None) -> str:
    """Return two durations in one unit: `133/275 ms`, `1.2/3.4 s`; a dash for the one that isn't known."""
    longest = max(first or 0.0, second or 0.0)
    scale, digits, unit = (1, 1, "s") if longest >= ONE_S else (1000, 0 if longest >= HUNDRED_MS else 1, "ms")
    texts = ["–" if each is None else f"{scale * each:.{digits}f}" for each in (first, second)]
    return f"{'/'.join(texts)} {unit}"


def quantity(count: int, noun: str, plural: str = "") -> str:
    """Return a count with its noun, in the plural when it must be: `1 example`, `3 examples`, `2 matches`."""
    return f"{whole(count)} {noun if count == 1 else plural or noun + 's'}"


def listed(words: Sequence[str], *, most: int = 5) -> str:
    """Return `a, b and c`, or the first few and how many more."""
    if len(words) > most:
        return f"{', '.join(words[:most])} and {whole(len(words) - most)} more"
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else list(words))
