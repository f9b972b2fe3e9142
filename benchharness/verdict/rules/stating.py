"""What every rule that asks the team starts from: whether a model of one's own is on the table, and what isn't said yet."""

from collections.abc import Sequence

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Questions
from benchharness.records.costs import OwnPath
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import TargetIs
from benchharness.records.run import CandidateTotals
from benchharness.records.verdict import Finding, Status

__all__ = ["FILL_IN", "NOTHING_PLANNED", "claimant", "did", "name_of", "named", "not_asked", "own_model", "prompt_totals"]

OWN_PATHS = ("fine-tuned", "self-hosted")
FILL_IN = "Fill them in: each takes a minute."
NOTHING_PLANNED = "No fine-tuned or self-hosted model is a candidate or planned."


def own_model(evidence: Evidence) -> bool:
    """Tell whether a fine-tuned or self-hosted model is a candidate, measured or not, or is planned in the suite."""
    comparison, decision = evidence.comparison, evidence.decision
    planned = decision.fine_tune is not None or decision.build is not None
    measured = comparison.best_fine_tuned is not None or comparison.best_self_hosted is not None
    return planned or measured or any(each.path in OWN_PATHS for each in evidence.effort)


def claimant(evidence: Evidence) -> OwnPath:
    """Return whose bars count where a model of one's own is to be hosted: the self-hosted model's, else the fine-tune's.

    Where neither was measured it's whichever is a candidate; the fine-tune where both are, or none.
    """
    comparison = evidence.comparison
    if comparison.best_self_hosted is not None:
        return "self_hosted"
    paths = {each.path for each in evidence.effort}
    alone = "self-hosted" in paths and "fine-tuned" not in paths
    return "self_hosted" if alone and comparison.best_fine_tuned is None else "fine_tuned"


def not_asked(evidence: Evidence, *, rule: str, question: str, key: str, remedy: str, source: str) -> Finding:
    """Return `not-tested` with the key to fill in, or `not-applicable` when no model of one's own is on the table.

    `question` is what the suite doesn't say, `key` where it would stand under `decision:`, `remedy` how to write it.
    """
    if not own_model(evidence):
        return Finding(rule=rule, status=Status.NOT_APPLICABLE, sentence=NOTHING_PLANNED, source=source)
    sentence = f"The suite doesn't say {question} (`decision.{key}`)."
    return Finding(rule=rule, status=Status.NOT_TESTED, sentence=sentence, remedy=remedy, source=source)


def named(keys: Sequence[str]) -> str:
    """Return keys as a suite's author writes them, none left out."""
    return numbers.listed([f"`decision.{each}`" for each in keys], most=len(keys))


def prompt_totals(evidence: Evidence) -> CandidateTotals | None:
    """Return time and money of the best prompt, when the rows told them."""
    best = evidence.comparison.best_prompt
    return next((each for each in evidence.totals if best is not None and each.key == best), None)


def did(result: CandidateResult, questions: Questions) -> str:
    """Return how a candidate did, as sentences say it: `matches 44 of 50 (88.0%, 95% interval ...)`, or its mean score.

    Where an example was asked several times, or people's labels corrected a judge's marks, there is no count of examples to tell.
    """
    between, n = f"95% interval {numbers.interval(result.interval)}", numbers.quantity(result.n, "example")
    if questions.target_is is TargetIs.MEAN:
        return f"scores {numbers.percent(result.rate)} on average over {n} ({between})"
    if result.matched is None:
        return f"matches {numbers.percent(result.rate)} over {n} ({between})"
    return f"matches {numbers.count_of(result.matched, result.n)} ({numbers.percent(result.rate)}, {between})"


def name_of(result: CandidateResult | CandidateTotals) -> str:
    """Return `candidate with prompt`, as sentences say it."""
    return f"{result.candidate} with {result.prompt}" if result.prompt else result.candidate
