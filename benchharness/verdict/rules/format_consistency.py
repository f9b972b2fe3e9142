"""Do the best prompt's answers come in the form that was asked for?"""

from benchharness import numbers
from benchharness.records.evidence import Evidence
from benchharness.records.verdict import Finding, Status
from benchharness.verdict.rules.stating import name_of

__all__ = ["SOURCE", "find"]

SOURCE = (
    "S0: fine-tune when prompting can't get reliable structure; S4: when format matters more than raw capability. A prompt with a response "
    "schema comes first (RULES Q29)"
)
RULE = "format-consistency"
# A refusal or a filter says nothing about form, and an error is no answer.
BROKEN = ("unparsable", "truncated", "empty")


def find(evidence: Evidence) -> Finding:
    """Return whether at least `least_parsed` of the best prompt's answers could be read, refusals and errors left out.

    On the point only: rows may be repeats or clusters of each other, so no bound is claimed.
    """
    least = evidence.thresholds["least_parsed"]
    best = evidence.comparison.result(evidence.comparison.best_prompt)
    if best is None or not best.statuses:
        sentence = "No prompt-only candidate was measured." if best is None else "The rows don't say which answers could be read."
        remedy = "Ask at least one model with a prompt." if best is None else "Give rows with a `status`."
        return Finding(rule=RULE, status=Status.NOT_TESTED, threshold=least, sentence=sentence, remedy=remedy, source=SOURCE)
    broken = sum(best.statuses.get(each, 0) for each in BROKEN)
    answers = best.statuses.get("answered", 0) + broken
    if not answers:
        sentence = f"{name_of(best)} gave no answer whose form could be looked at."
        return Finding(
            rule=RULE,
            status=Status.NOT_TESTED,
            threshold=least,
            sentence=sentence,
            remedy="Ask again what was refused or failed.",
            source=SOURCE,
        )
    parsed = (answers - broken) / answers
    return Finding(
        rule=RULE,
        status=Status.MET if parsed >= least else Status.NOT_MET,
        measured=parsed,
        threshold=least,
        sentence=(
            f"{numbers.count_of(answers - broken, answers)} answers of {name_of(best)} ({numbers.percent(parsed)}) could be read; "
            f"reliable is {numbers.percent(least)}."
        ),
        remedy="" if parsed >= least else "Try a prompt with `response_schema`, or a larger `max_tokens`, before a fine-tune for its form.",
        source=SOURCE,
    )
