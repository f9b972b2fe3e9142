"""What a reader must know before trusting a rate: how many answers were misses for a reason that isn't being wrong."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Comparison, candidate_key

__all__ = ["cautions"]

# Below this share of a candidate's answers a status is noise, not a pattern.
WORTH_SAYING = 0.05
REMEDIES = {
    "truncated": ("were cut off at max_tokens", "raise `max_tokens`, or ask for a shorter answer"),
    "refused": ("were refused", "look at the refusals before blaming the model"),
    "unparsable": ("held no answer that could be found", "tighten the prompt's format, or the scorer's aliases and `extract`"),
}


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """Return a sentence for every candidate with many answers that count as misses by their status."""
    return tuple(sentence for each in comparison.candidates for sentence in _of(each))


def _of(result: CandidateResult) -> Iterator[str]:
    rows = sum(result.statuses.values())
    for status, (happened, remedy) in REMEDIES.items():
        count = result.statuses.get(status, 0)
        if rows and count / rows > WORTH_SAYING:
            name = candidate_key(result.candidate, result.prompt)
            yield f"{name}: {numbers.count_of(count, rows)} answers {happened} and count as misses; {remedy}."
