"""What a latency probe found, a line for each candidate."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.comparison import candidate_label
from benchharness.records.latency_probe import ProbedLatency
from benchharness.records.run import CandidateTotals

__all__ = ["latency_lines"]


def latency_lines(totals: Sequence[CandidateTotals]) -> list[str]:
    """Return the lines; empty when no latency was probed."""
    return [_line(each, each.probed) for each in totals if each.probed is not None]


def _line(totals: CandidateTotals, probed: ProbedLatency) -> str:
    return f"{candidate_label(totals.candidate, totals.prompt)}: {', '.join(_parts(totals, probed))}."


def _parts(totals: CandidateTotals, probed: ProbedLatency) -> Iterator[str]:
    yield f"median {numbers.seconds(totals.p50_s)} ({_range(probed.p50_low_s, probed.p50_high_s)})"
    if totals.p95_s is not None:
        yield f"p95 {numbers.seconds(totals.p95_s)} ({_range(probed.p95_low_s, probed.p95_high_s)})"
    if probed.first_token_s is not None:
        yield f"first words after {numbers.seconds(probed.first_token_s)}"
    if probed.cold_s is not None:
        yield f"the first answer of all {numbers.seconds(probed.cold_s)}"
    told = f"{numbers.quantity(totals.timed, 'answer')} one at a time"
    yield told if probed.adapter_s is None else f"{told}; this program adds {numbers.seconds(probed.adapter_s)} to each"


def _range(low: float | None, high: float | None) -> str:
    """Return an interval's ends; a missing one is what so few answers can't bound."""
    if low is None or high is None:
        return "no upper bound from so few" if low is not None else "no bounds from so few"
    return f"{numbers.seconds(low)} to {numbers.seconds(high)}"
