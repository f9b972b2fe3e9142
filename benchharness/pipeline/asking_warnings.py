"""What a reader must know of how a run was asked: cut short, or timed by a client too busy to tell."""

from collections.abc import Iterator, Sequence

from benchharness import numbers
from benchharness.records.asking_facts import AskingFacts
from benchharness.records.comparison import candidate_label
from benchharness.records.run import CandidateTotals

__all__ = ["asking_warnings"]

# How much of a median latency may be this program's own lateness (facts/providers.md, 1.3).
MOST_LAG = 0.05


def asking_warnings(facts: AskingFacts | None, totals: Sequence[CandidateTotals]) -> list[str]:
    """Return the warnings of a run's record; empty when it was asked whole and could be timed."""
    return [] if facts is None else [*_halted(facts), *_ended(facts), *_busy(facts, totals)]


def _halted(facts: AskingFacts) -> Iterator[str]:
    if facts.unasked:
        why = facts.halted.removeprefix("not asked: ") or "a candidate's budget is spent"
        yield f"Cut short: {why}. {numbers.quantity(facts.unasked, 'question')} not asked; they count as not measured."


def _ended(facts: AskingFacts) -> Iterator[str]:
    for lane in facts.lanes:
        if lane.ended:
            yield f"{lane.provider} was given up: {lane.ended}"


def _busy(facts: AskingFacts, totals: Sequence[CandidateTotals]) -> Iterator[str]:
    lag = facts.loop_lag_s or 0.0
    # One question at a time was no crowd, and a probe took its time apart.
    crowded = {key for lane in facts.lanes if lane.widest > 1 for key in lane.candidates}
    late = [each for each in totals if each.key in crowded and each.probed is None and each.p50_s and lag > MOST_LAG * each.p50_s]
    if late:
        names = numbers.listed([candidate_label(each.candidate, each.prompt) for each in late])
        yield (
            f"Don't trust the latency of {names}: this program was busy with many questions at once, and heard of an answer up to "
            f"{numbers.seconds(lag)} late (19 times of 20). `--latency-probe 100` measures it one question at a time."
        )
