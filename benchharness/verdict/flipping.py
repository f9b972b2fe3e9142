"""What would change the verdict, said in numbers."""

import math

from benchharness import numbers
from benchharness.records.comparison import CandidateResult
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import VerdictWord

__all__ = ["flips"]


def flips(word: VerdictWord, evidence: Evidence) -> tuple[str, ...]:
    """Return the nearest changes in matches or target that would move the 90% rule, each a sentence."""
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    if word is VerdictWord.INVALID or best is None or best.rate is None or best.matched is None or not best.n:
        return ()
    return tuple(sentence for sentence in (_matches(best), _target(best, evidence)) if sentence)


def _matches(best: CandidateResult) -> str:
    least = math.ceil(best.bar.bar * best.n - 1e-9)
    matched = best.matched or 0
    if least > best.n:
        return ""
    if matched >= least:
        fewer = numbers.quantity(matched - least + 1, "match", "matches")
        return f"{fewer} fewer of {numbers.whole(best.n)}: the best prompt misses the 90% bar."
    more = numbers.quantity(least - matched, "match", "matches")
    return f"{more} more of {numbers.whole(best.n)}: the best prompt meets the 90% bar."


def _target(best: CandidateResult, evidence: Evidence) -> str:
    share = evidence.decision.ninety_percent_rule
    edge = (best.rate or 0.0) / share
    if edge > 1 or edge <= 0:
        return ""
    target = evidence.decision.accuracy_target
    verb = "above" if edge >= target else "of at most"
    effect = "misses" if edge >= target else "meets"
    return f"A target {verb} {numbers.share(math.floor(edge * 1000) / 1000)}: the best prompt {effect} the 90% bar."
