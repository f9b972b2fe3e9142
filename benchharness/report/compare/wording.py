"""The sentences of `bench compare` that its text, its Markdown and its page have in common."""

from collections.abc import Callable

from benchharness import numbers
from benchharness.records.run_comparison import Change, RunComparison, SliceChange
from benchharness.report.untrusted import shortened

__all__ = [
    "HEADINGS",
    "NOTHING",
    "NO_SLICE",
    "cells",
    "costs",
    "differs",
    "finding",
    "left_out",
    "result",
    "runs",
    "slice_finding",
    "slice_result",
    "too_few",
]

HEADINGS = ("candidate", "n", "rate", "against", "difference", "95% CI", "p", "newly right", "newly wrong", "$/1k", "p95")
SURE = 0.05
LONGEST_TEST = 40
NOTHING = "There is one candidate only: nothing to hold it against."
NO_SLICE = "none differs beyond chance (Holm over all of them)"


def runs(comparison: RunComparison) -> str:
    """Return `new against old`, or the run alone."""
    return " against ".join(reversed(comparison.runs))


def left_out(comparison: RunComparison) -> tuple[str, ...]:
    """Return why examples weren't compared, with how many."""
    return tuple(f"left out, {why}: {numbers.whole(count)}" for why, count in comparison.left_out.items())


def differs(p_value: float | None) -> bool:
    """Return whether a corrected p-value shows a difference."""
    return p_value is not None and p_value < SURE


def finding(p_value: float | None) -> str:
    """Return what a corrected p-value says; none where nothing was measured on both sides."""
    if p_value is None:
        return "not tested"
    return "differs" if differs(p_value) else "no difference shown"


def result(each: Change) -> str:
    """Return both rates, their difference and what it says, as a sentence."""
    how = "a mean score of " if each.mean else ""
    return (
        f"{how}{numbers.percent(each.rate)} against {numbers.percent(each.rate_against)} on {numbers.quantity(each.n, 'example')}: "
        f"{numbers.points(each.difference)} ({numbers.points_interval(each.interval)}), {numbers.p_value(each.p_value)} "
        f"({shortened(each.test, LONGEST_TEST)}, two-sided, over all pairs): {finding(each.p_value)}."
    )


def costs(each: Change) -> str:
    """Return what an answer of either side costs and how long it takes."""
    return (
        f"$/1k {numbers.usd(each.usd_per_1k[0])} against {numbers.usd(each.usd_per_1k[1])}; "
        f"p95 {numbers.seconds(each.p95_s[0])} against {numbers.seconds(each.p95_s[1])}"
    )


def slice_finding(each: SliceChange) -> str:
    """Return what a slice says, or that it can't."""
    return "too few to judge" if each.difference is None else finding(each.p_value)


def slice_result(each: SliceChange) -> str:
    """Return a slice's difference, or that it has too few examples."""
    if each.difference is None:
        return f"{each.name}: {numbers.quantity(each.n, 'example')}, {slice_finding(each)}"
    return (
        f"{each.name}: {numbers.points(each.difference)} ({numbers.points_interval(each.interval)}) on "
        f"{numbers.quantity(each.n, 'example')}, {numbers.p_value(each.p_value)}"
    )


def too_few(comparison: RunComparison) -> str:
    """Return how many slices can't be judged; empty for none."""
    few = sum(each.difference is None for change in comparison.changes for each in change.slices)
    return f"too few to judge: {numbers.quantity(few, 'slice')}" if few else ""


def cells(each: Change, counted: Callable[[int], str]) -> tuple[str, ...]:
    """Return a change's cells below the headings; `counted` writes a count."""
    return (
        each.name,
        counted(each.n),
        numbers.percent(each.rate),
        f"{each.against} {numbers.percent(each.rate_against)}",
        numbers.points(each.difference),
        numbers.points_interval(each.interval),
        numbers.p_value(each.p_value),
        counted(len(each.newly_right)),
        counted(len(each.newly_wrong)),
        numbers.usd(each.usd_per_1k[0]),
        numbers.seconds(each.p95_s[0]),
    )
