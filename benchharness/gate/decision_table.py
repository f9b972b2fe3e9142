"""What a proposal comes to: evidence against decision, by one table."""

from benchharness.records.gate import Outcome, Standing
from benchharness.records.proposal import DecisionOutcome, Kind
from benchharness.records.verdict import VerdictWord

__all__ = ["TABLE", "outcome_of", "standing_of"]

WANTED = {Kind.TRIAL: (VerdictWord.TRY_FINE_TUNE, VerdictWord.FINE_TUNE), Kind.SELF_HOST: (VerdictWord.SELF_HOST,)}
FINE_TUNE = (VerdictWord.FINE_TUNE,)
# Neither yes nor no to any proposal; `try-fine-tune` and `hybrid` say yes to something else than a whole fine-tune.
OPEN = (VerdictWord.MORE_EVIDENCE, VerdictWord.TRY_FINE_TUNE, VerdictWord.HYBRID)

NOT_YET = None
TABLE: dict[tuple[Standing, DecisionOutcome | None], Outcome] = {
    (Standing.JUSTIFIED, NOT_YET): Outcome.WAITING,
    (Standing.JUSTIFIED, DecisionOutcome.APPROVED): Outcome.PASSED,
    (Standing.JUSTIFIED, DecisionOutcome.REJECTED): Outcome.PASSED,
    (Standing.JUSTIFIED, DecisionOutcome.DEFERRED): Outcome.PASSED,
    (Standing.NOT_JUSTIFIED, NOT_YET): Outcome.NOT_JUSTIFIED,
    (Standing.NOT_JUSTIFIED, DecisionOutcome.APPROVED): Outcome.NOT_JUSTIFIED,
    (Standing.NOT_JUSTIFIED, DecisionOutcome.REJECTED): Outcome.PASSED,
    (Standing.NOT_JUSTIFIED, DecisionOutcome.DEFERRED): Outcome.PASSED,
    (Standing.INCONCLUSIVE, NOT_YET): Outcome.UNDECIDED,
    (Standing.INCONCLUSIVE, DecisionOutcome.APPROVED): Outcome.UNDECIDED,
    (Standing.INCONCLUSIVE, DecisionOutcome.REJECTED): Outcome.PASSED,
    (Standing.INCONCLUSIVE, DecisionOutcome.DEFERRED): Outcome.PASSED,
}
"""A merged rejection is green: the record of "we looked and said no" must be mergeable."""


def standing_of(kind: Kind, word: VerdictWord) -> Standing:
    """Return what a verdict says to a proposal of this kind."""
    if word in WANTED.get(kind, FINE_TUNE):
        return Standing.JUSTIFIED
    # A fine-tune that is justified doesn't speak against hosting it, and neither settles the other.
    if word in OPEN or word in (VerdictWord.FINE_TUNE, VerdictWord.SELF_HOST):
        return Standing.INCONCLUSIVE
    return Standing.NOT_JUSTIFIED


def outcome_of(standing: Standing, decision: DecisionOutcome | None, *, waived: bool) -> Outcome:
    """Return what the gate says; `waived` is whether live waivers cover every reason against it."""
    found = TABLE[standing, decision]
    if waived and decision is DecisionOutcome.APPROVED and standing is not Standing.JUSTIFIED:
        return Outcome.WAIVED
    return found
