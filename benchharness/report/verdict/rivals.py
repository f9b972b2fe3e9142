"""Everything the best model of one's own is held against, as plain cells: a claim is of all of them, whoever looks best."""

from benchharness import numbers
from benchharness.records.comparison import Comparison, PairedResult

__all__ = ["RIVAL_HEADINGS", "rival_first", "rival_note", "rival_rows"]

RIVAL_HEADINGS = ("held against", "examples", "difference", "95% CI, points", "at least, one-sided", "shown by")


def rival_first(comparison: Comparison) -> str:
    """Return who is held against the others: the best fine-tune, else the best self-hosted model; empty for none."""
    return comparison.best_fine_tuned or comparison.best_self_hosted or ""


def rival_rows(comparison: Comparison) -> list[tuple[str, ...]]:
    """Return a row for each it is held against, the hardest to beat first; empty where there is none."""
    pairs = sorted(comparison.against(rival_first(comparison) or None), key=_lower)
    return [
        (
            each.second,
            numbers.whole(each.n),
            numbers.points(each.difference),
            numbers.points_interval(each.interval),
            numbers.points(each.lower),
            each.bounds,
        )
        for each in pairs
    ]


def rival_note(confidence: float) -> str:
    """Return what the columns mean."""
    sure = numbers.percent(confidence, digits=0)
    return (
        f"A lead is proven where the one-sided bound, with {sure} confidence, is above what is asked for beside every one of them; the "
        "two-sided interval is for reading. The first row is the hardest to beat."
    )


def _lower(pair: PairedResult) -> float:
    return -1.0 if pair.lower is None else pair.lower
