"""What a claim against many proves: better than each, below the bar all of them."""

from collections.abc import Iterable, Sequence

from benchharness.records.comparison import CandidateResult, PairedResult, Proof

__all__ = ["all_below", "better_by", "hardest", "lead_of"]


def better_by(pairs: Sequence[PairedResult], margin: float) -> Proof:
    """Return whether the first of these pairs is ahead of every other by more than `margin`, a share; undecided of no pair.

    Proven when each lower bound is above it: all are claimed at once, so none pays for the others (Berger 1982). Refuted when
    some upper bound, at an error shared by all of them, isn't.
    """
    if not pairs:
        return Proof.UNDECIDED
    if all(each.lower is not None and each.lower > margin for each in pairs):
        return Proof.PROVEN
    return Proof.REFUTED if any(each.upper is not None and each.upper <= margin for each in pairs) else Proof.UNDECIDED


def hardest(pairs: Sequence[PairedResult]) -> PairedResult | None:
    """Return the pair whose lower bound is least: the rival the first is least surely ahead of."""
    return min(pairs, key=lambda each: -1.0 if each.lower is None else each.lower, default=None)


def lead_of(pairs: Sequence[PairedResult]) -> float | None:
    """Return the least lead on the point, a share; None of no pair."""
    return min((each.difference for each in pairs if each.difference is not None), default=None)


def all_below(results: Iterable[CandidateResult]) -> bool:
    """Tell whether each of these is proven to be below every bar that would make it enough: r x T, and `k of n` where there is one."""
    return all(each.bar.proof is Proof.REFUTED and (each.gap is None or each.gap.test.proof is Proof.REFUTED) for each in results)
