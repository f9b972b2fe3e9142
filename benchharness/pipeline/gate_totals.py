"""Are a run's totals those of its rows? Money and time hang on them, and a bundle holds both."""

import math
from collections.abc import Sequence

import numpy as np

from benchharness.records.bundle import BundleRow
from benchharness.records.run import CandidateTotals
from benchharness.results.totals import LEAST_FOR_P95, NORMAL_95

__all__ = ["wrong_totals"]

# Another machine's arithmetic may differ in the last digits, and no verdict hangs on them.
CLOSE = 1e-6
# A bundle keeps seconds to four digits.
CLOSE_S = 1e-4


def wrong_totals(total: CandidateTotals, rows: Sequence[BundleRow]) -> tuple[str, ...]:
    """Return which numbers of a candidate's totals its rows don't give."""
    answered = [each for each in rows if each.status != "error"]
    timed = [each.latency_s for each in answered if each.latency_s is not None]
    costs = [1000 * each.cost_usd for each in answered if each.cost_usd is not None]
    known = bool(answered) and len(costs) == len(answered)
    low, high = _interval(costs) if known else (None, None)
    interval = total.usd_per_1k_interval
    pairs: list[tuple[str, float | None, float | None, float]] = [
        ("rows", total.rows, len(rows), 0),
        ("missing", total.missing, sum(each.score is None for each in rows), 0),
        ("timed", total.timed, len(timed), 0),
        ("p50_s", total.p50_s, float(np.quantile(timed, 0.5)) if timed else None, CLOSE_S),
        ("p95_s", total.p95_s, float(np.quantile(timed, 0.95)) if len(timed) >= LEAST_FOR_P95 else None, CLOSE_S),
        ("usd_per_1k", total.usd_per_1k, math.fsum(costs) / len(costs) if known else None, 0),
        ("usd_per_1k_interval", None if interval is None else interval.low, low, 0),
        ("usd_per_1k_interval", None if interval is None else interval.high, high, 0),
        ("input_tokens", total.input_tokens, _total([each.input_tokens for each in answered]), 0),
        ("output_tokens", total.output_tokens, _total([each.output_tokens for each in answered]), 0),
    ]
    return tuple(dict.fromkeys(name for name, says, is_, slack in pairs if not _same(says, is_, slack)))


def _same(says: float | None, is_: float | None, slack: float) -> bool:
    if says is None or is_ is None:
        return says is is_
    return math.isclose(says, is_, rel_tol=CLOSE, abs_tol=max(slack, CLOSE * CLOSE))


def _interval(costs: Sequence[float]) -> tuple[float | None, float | None]:
    if len(costs) == 1:
        return None, None
    mean, reach = math.fsum(costs) / len(costs), NORMAL_95 * float(np.std(costs, ddof=1)) / len(costs) ** 0.5
    return max(0.0, mean - reach), mean + reach


def _total(counts: Sequence[int | None]) -> int | None:
    known = [each for each in counts if each is not None]
    return sum(known) if counts and len(known) == len(counts) else None
