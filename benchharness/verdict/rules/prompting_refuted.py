"""Is every prompt, and every classical model, proven to fall short? A one-way door opens only where nothing cheaper reaches the bar."""

from benchharness import numbers
from benchharness.records.comparison import COMPARATORS, CandidateResult, Proof
from benchharness.records.evidence import Evidence
from benchharness.records.policy_words import NinetyPercentOf, PromptingMustBe
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.proving import all_below
from benchharness.verdict.rules.stating import name_of
from benchharness.verdict.settling import NOT_AGAIN, fresh

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0 and S2: fine-tune only when prompting has reached its ceiling and falls short. That it wasn't shown to reach the bar is no "
    "such thing: with few examples nothing is ever shown"
)
RULE = "prompting-refuted"
NO_TRY = ("truncated", "empty", "filtered")
READ_THEM = "Raise `max_tokens`, or ask for a shorter answer, and look at what was filtered; then run again."
NOT_PROVEN = " The suite asks only that none is proven to reach it (`decision.prompting_must_be: not-proven`)."


def find(evidence: Evidence) -> Finding:
    """Return proven when every prompt and classical model that may be used is proven to be below the bar; refuted when one reaches it.

    All of them are claimed to fall short at once, so each keeps its error (Berger 1982). With a fine-tune on the table an
    off-the-shelf model of one's own is a prompt like any other. Under `prompting_must_be: not-proven` it's enough that none is
    proven to reach the bar. Where the 90% rule is of the fine-tune's own rate, each must be proven to keep less than that share.
    """
    path = "fine-tuned" if evidence.comparison.best_fine_tuned is not None else "self-hosted"
    cheaper = evidence.comparison.on(*COMPARATORS[path])
    if not cheaper:
        told = "No prompt and no classical model was measured."
        return Finding(rule=RULE, status=Status.NOT_TESTED, sentence=told, remedy="Ask at least one model with a prompt.", source=SOURCE)
    shares = evidence.decision.ninety_percent_of is NinetyPercentOf.FINE_TUNED and path == "fine-tuned"
    reaching, open_ = _sorted(evidence, cheaper, of_fine_tuned=shares)
    unread = [each for each in cheaper if each not in reaching and _unread(each) > evidence.thresholds["most_unread"]]
    open_ += [each for each in unread if each not in open_]
    lenient = evidence.decision.prompting_must_be is PromptingMustBe.NOT_PROVEN
    proof = Proof.REFUTED if reaching else Proof.PROVEN if lenient or not open_ else Proof.UNDECIDED
    best = max(cheaper, key=lambda each: each.rate or 0.0)
    met = not reaching and (not best.bar.met or shares)
    return Finding(
        rule=RULE,
        status=Status.MET if met else Status.NOT_MET,
        proof=proof,
        measured=best.rate,
        threshold=best.bar.bar,
        interval=best.interval,
        sentence=_sentence(cheaper, reaching, open_) + _told_unread(unread) + (NOT_PROVEN if lenient else ""),
        remedy="" if proof is not Proof.UNDECIDED else READ_THEM if unread else _remedy(open_),
        source=SOURCE,
    )


def _unread(result: CandidateResult) -> float:
    """Return the share of rows that were cut off, empty or filtered: misses, and no try at the task."""
    rows = sum(result.statuses.values())
    return sum(result.statuses.get(each, 0) for each in NO_TRY) / rows if rows else 0.0


def _told_unread(unread: list[CandidateResult]) -> str:
    if not unread:
        return ""
    whom = numbers.listed([name_of(each) for each in unread])
    return f" Most answers of {whom} were cut off, empty or filtered, which is no try."


def _sorted(
    evidence: Evidence, cheaper: tuple[CandidateResult, ...], *, of_fine_tuned: bool
) -> tuple[list[CandidateResult], list[CandidateResult]]:
    """Return those proven to reach the bar, and those neither proven to reach it nor proven to fall short."""
    if of_fine_tuned:
        comparison = evidence.comparison
        proofs = {each.second: each.ratio_proof for each in comparison.against(comparison.best_fine_tuned)}
        reaching = [each for each in cheaper if proofs.get(each.key) is Proof.PROVEN]
        return reaching, [each for each in cheaper if proofs.get(each.key) not in (Proof.PROVEN, Proof.REFUTED)]
    reaching = [each for each in cheaper if each.bar.proof is Proof.PROVEN or (each.gap and each.gap.test.proof is Proof.PROVEN)]
    return reaching, [each for each in cheaper if each not in reaching and not all_below([each])]


def _sentence(cheaper: tuple[CandidateResult, ...], reaching: list[CandidateResult], open_: list[CandidateResult]) -> str:
    count = numbers.quantity(len(cheaper), "prompt or classical model", "prompts and classical models")
    if reaching:
        return f"Of {count}, {numbers.listed([name_of(each) for each in reaching])} {_is(reaching)} proven to reach the bar."
    if not open_:
        whom = name_of(cheaper[0]) + " is" if len(cheaper) == 1 else f"All of {count} are"
        return f"{whom} proven to be below the bar."
    return f"Not proven to be below the bar, of {count}: {numbers.listed([_with_rate(each) for each in open_])}."


def _with_rate(result: CandidateResult) -> str:
    return f"{name_of(result)} ({numbers.percent(result.rate)}, at most {numbers.percent(result.upper)})"


def _is(those: list[CandidateResult]) -> str:
    return "is" if len(those) == 1 else "are"


def _remedy(open_: list[CandidateResult]) -> str:
    counts = [each.bar.examples_needed for each in open_]
    if any(each.bar.on_the_line for each in open_):
        return "One lies on the bar: no affordable number of examples settles it. Treat prompting as enough, which can be undone."
    known = [each for each in counts if each is not None]
    if not known:
        return "Measure them on more examples, fresh ones."
    return f"{fresh(max(known))} would settle it, if the observed rates are the true ones. {NOT_AGAIN}"
