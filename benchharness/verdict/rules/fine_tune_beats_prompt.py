"""Is the best fine-tune really better than the best prompt, on the same examples?"""

from benchharness import numbers
from benchharness.records.comparison import Proof
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status

__all__ = ["SOURCE", "find"]

SOURCE = "S0: fine-tune only if the gap is real and large; S3: have you confirmed that it beats prompt and retrieval?"
RULE = "fine-tune-beats-prompt"


def find(evidence: Evidence) -> Finding:
    """Return whether the paired difference is above zero."""
    comparison = evidence.comparison
    pair = comparison.pair(comparison.best_fine_tuned, comparison.best_prompt)
    if pair is None or pair.difference is None or pair.lower is None or pair.upper is None:
        missing = "fine-tuned" if comparison.best_fine_tuned is None else "prompt-only"
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            sentence=f"No {missing} candidate was measured on these examples.",
            remedy="Measure both on the same golden set." if missing == "prompt-only" else "",
            source=SOURCE,
        )
    proof = Proof.PROVEN if pair.lower > 0 else Proof.REFUTED if pair.upper <= 0 else Proof.UNDECIDED
    sentence = (
        f"{pair.first} against {pair.second}: {numbers.points(pair.difference)} "
        f"(95% interval {numbers.points_interval(pair.interval)}, {pair.test} {numbers.p_value(pair.p_value)}); "
        f"only the fine-tune right on {numbers.whole(pair.only_first)}, only the prompt on {numbers.whole(pair.only_second)} "
        f"of {numbers.whole(pair.n)}."
    )
    remedy = ""
    if proof is Proof.UNDECIDED and pair.examples_needed is not None:
        remedy = f"About {numbers.whole(pair.examples_needed)} examples in all would show this difference, if it's the true one."
    return Finding(
        rule=RULE,
        status=Status.MET if pair.difference > 0 else Status.NOT_MET,
        proof=proof,
        measured=pair.difference,
        threshold=0.0,
        interval=pair.interval,
        sentence=sentence,
        remedy=remedy,
        source=SOURCE,
    )
