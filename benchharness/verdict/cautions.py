"""What a reader must know before trusting a rate: how many answers were misses for a reason that isn't being wrong."""

from collections.abc import Iterator

from benchharness import numbers
from benchharness.records.comparison import CandidateResult, Comparison, Selection, Stopping

__all__ = ["cautions"]

# Below this share of a candidate's answers a status is noise, not a pattern.
WORTH_SAYING = 0.05
REMEDIES = {
    "truncated": ("were cut off at max_tokens", "raise `max_tokens`, or ask for a shorter answer"),
    "refused": ("were refused", "look at the refusals before blaming the model"),
    "filtered": ("were stopped by a content filter", "look at the examples, and at the filter's settings with the provider"),
    "empty": ("held no text at all", "look at the prompt and at what the server's template does with it"),
    "unparsable": ("held no answer that could be found", "tighten the prompt's format, or the scorer's aliases and `extract`"),
}


STOPPED = {
    Stopping.CURTAIL: "what was left couldn't have changed the verdict",
    Stopping.GROUP: "the proofs are those of a look fixed in advance, at the confidence that look may spend",
    Stopping.ANYTIME: "intervals and proofs are the wider ones that hold at every look",
}


def cautions(comparison: Comparison) -> tuple[str, ...]:
    """Return sentences on early stops, on what choosing the best did to its rate, and on answers that are misses by their status."""
    return (
        *_stopped(comparison),
        *(_chosen(each) for each in comparison.selections),
        *_by_status(comparison),
    )


def _stopped(comparison: Comparison) -> Iterator[str]:
    why = STOPPED.get(comparison.questions.stopping)
    cut = [each for each in comparison.candidates if each.planned is not None]
    if why is None or not cut:
        return
    told = [f"{each.key} after {numbers.whole(each.expected)}" for each in cut]
    yield (
        f"Stopped early (--stop {comparison.questions.stopping.value}), of {numbers.whole(cut[0].planned or 0)} examples planned: "
        f"{numbers.listed(told)}; {why}."
    )


def _chosen(selection: Selection) -> str:
    where = "on a split it wasn't chosen on" if selection.method == "dev split" else "cross-fitted, on examples it wasn't chosen on"
    return (
        f"{selection.chosen} is the best of {numbers.whole(selection.tried)} on the path `{selection.path}`: "
        f"{numbers.percent(selection.naive)} where it was chosen, {numbers.percent(selection.honest)} {where}."
    )


def _by_status(comparison: Comparison) -> Iterator[str]:
    for status, (happened, remedy) in REMEDIES.items():
        told = [
            f"{each.key} {numbers.count_of(each.statuses.get(status, 0), sum(each.statuses.values()))}"
            for each in comparison.candidates
            if _worth_saying(each, status)
        ]
        if told:
            yield f"Answers {happened} and count as misses: {numbers.listed(told, most=len(told))}; {remedy}."


def _worth_saying(result: CandidateResult, status: str) -> bool:
    rows = sum(result.statuses.values())
    return bool(rows) and result.statuses.get(status, 0) / rows > WORTH_SAYING
