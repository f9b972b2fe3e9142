"""Is the best fine-tune really better than every prompt and classical model, on the same examples?"""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.comparison import PairedResult, Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.proving import better_by, hardest, lead_of
from benchharness.verdict.settling import NOT_AGAIN, fresh

__all__ = ["SOURCE", "find"]

SOURCE = "S0: fine-tune only if the gap is real and large; S3: have you confirmed that it beats prompt and retrieval?"
RULE = "fine-tune-beats-prompt"


def find(evidence: Evidence) -> Finding:
    """Return whether the paired difference to each prompt and classical model is above zero, all of them claimed at once."""
    comparison = evidence.comparison
    pairs = comparison.against(comparison.best_fine_tuned)
    rival = hardest(pairs)
    shown = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt) or rival
    if rival is None or shown is None or shown.difference is None:
        missing = "fine-tuned" if comparison.best_fine_tuned is None else "prompt-only"
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            sentence=f"No {missing} candidate was measured on these examples.",
            remedy="Measure both on the same golden set." if missing == "prompt-only" else "",
            source=SOURCE,
        )
    proof = better_by(pairs, 0.0)
    remedy = ""
    if proof is Proof.UNDECIDED and rival.examples_needed is not None:
        remedy = f"{fresh(rival.examples_needed)} would show this difference, if it's the true one. {NOT_AGAIN}"
    return Finding(
        rule=RULE,
        status=Status.MET if (lead_of(pairs) or 0.0) > 0 else Status.NOT_MET,
        proof=proof,
        measured=shown.difference,
        threshold=0.0,
        interval=shown.interval,
        sentence=f"{_shown(shown)} {_against_all(shown, rival, pairs, evidence.decision.confidence)}".strip(),
        remedy=remedy,
        source=SOURCE,
    )


def _shown(pair: PairedResult) -> str:
    ahead, behind, n = (numbers.whole(each) for each in (pair.only_first, pair.only_second, pair.n))
    how = f"only the fine-tune right on {ahead}, only the other on {behind} of {n}"
    if not pair.plain:
        how = f"the fine-tune ahead on {ahead} examples and behind on {behind} of {n}"
    between = numbers.points_interval(pair.interval)
    return f"{pair.first} against {pair.second}: {numbers.points(pair.difference)} (95% interval {between}); {how}."


def _against_all(shown: PairedResult, rival: PairedResult, pairs: Sequence[PairedResult], confidence: float) -> str:
    """Return what is proven, one-sided: of the pair shown, or of the rival it is least surely ahead of."""
    sure = numbers.percent(confidence, digits=0)
    if len(pairs) == 1:
        return f"At least {numbers.points(rival.lower)} with {sure} confidence, one-sided ({rival.bounds})."
    whom = "the same" if rival is shown else rival.second
    return (
        f"Of {numbers.quantity(len(pairs), 'prompt or classical model', 'prompts and classical models')} the hardest to beat is {whom}: "
        f"at least {numbers.points(rival.lower)} with {sure} confidence, one-sided ({rival.bounds})."
    )
