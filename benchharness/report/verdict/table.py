"""The table of candidates side by side, as plain cells; every format lays out the same ones."""

from collections.abc import Sequence
from dataclasses import dataclass

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Comparison, candidate_label
from benchharness.records.policy_words import TargetIs
from benchharness.records.run import CandidateTotals

__all__ = ["SideBySide", "side_by_side", "table_headings"]

REST = ("95% CI", "p50/p95", "$/1k", "n/m")


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """One line of the table."""

    name: str
    """Candidate and prompt."""
    cells: tuple[str, ...]
    """The other columns, in the order of `table_headings`."""
    result: CandidateResult
    """What the cells were written from."""


def table_headings(comparison: Comparison) -> tuple[str, ...]:
    """Return the heading of every column, the candidate's first; a mean score has no count of matches."""
    mean = comparison.questions.target_is is TargetIs.MEAN
    return ("candidate", *(("examples", "mean") if mean else ("matched", "rate")), *REST)


def side_by_side(comparison: Comparison, totals: Sequence[CandidateTotals]) -> tuple[SideBySide, ...]:
    """Return the lines, best rate first; candidates of equal rate keep the suite's order."""
    known = {(each.candidate, each.prompt): each for each in totals}
    order = sorted(comparison.candidates, key=lambda each: -(each.rate if each.rate is not None else -1.0))
    return tuple(_line(each, known.get((each.candidate, each.prompt)), comparison.questions.target_is) for each in order)


def _line(result: CandidateResult, totals: CandidateTotals | None, target_is: TargetIs) -> SideBySide:
    interval = result.interval
    return SideBySide(
        name=candidate_label(result.candidate, result.prompt),
        cells=(
            numbers.whole(result.n) if target_is is TargetIs.MEAN else numbers.count_of(result.matched, result.n),
            numbers.percent(result.rate),
            "" if interval is None else f"{100 * interval.low:.1f}–{100 * interval.high:.1f}",
            _latency(totals),
            numbers.usd(None if totals is None else totals.usd_per_1k),
            numbers.whole(result.missing),
        ),
        result=result,
    )


def _latency(totals: CandidateTotals | None) -> str:
    if totals is None or totals.missing == totals.rows:
        return "–"
    if not totals.timed:
        return "stored"
    return numbers.seconds_pair(totals.p50_s, totals.p95_s)
