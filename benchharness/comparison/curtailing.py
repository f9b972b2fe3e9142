"""Who needn't be asked on, because the rest can't change the verdict (curtailment, Alling 1963).

Nothing is paid for stopping here: whatever the rest would have said, the verdict of the full run is the same. Who can't become the best
is put off first; once the others are through, `undecided` tells of whom the rest matters all the same, and it's asked.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchharness.comparison.compare import compare
from benchharness.comparison.threshold import CRUMB, error_of, least_to_prove, most_to_refute
from benchharness.records.comparison import Comparison, Proof, Questions
from benchharness.records.outcomes import Outcomes, Whole

__all__ = ["CountSoFar", "stoppable", "undecided"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSoFar:
    """How one candidate stands."""

    path: str
    """`api`, `fine-tuned`, `self-hosted` or `classical`."""
    matched: int
    """Answers that matched so far."""
    measured: int
    """Answers measured so far; one that failed may still come, so it isn't counted."""
    planned: int
    """Answers planned in all."""

    @property
    def most(self) -> int:
        """Return the most matches it can still have."""
        return self.matched + self.planned - self.measured


def stoppable(
    tallies: Sequence[CountSoFar],
    questions: Questions,
    *,
    independent: bool = True,
    guess_rate: float | None = None,
    guess_margin: float = 0.0,
) -> set[int]:
    """Return the places of those that needn't be asked on; all of them when the verdict is settled.

    A candidate stops when it can't become the best of its path. Where all are prompts, the last one stops once the 90% rule
    and `k of n` read the same whether the rest matches or not, the proof among all that were tried included. `guess_rate` is
    the match rate of always giving the most frequent answer: the best must be settled to be above it by `guess_margin`, too.
    With clusters or repeats (not `independent`) the exact tests don't hold, and only who is out of reach stops.
    """
    if questions.dev_share:
        return set()
    ranked = list(enumerate(tallies))
    beaten = {at for at, each in ranked if any(_out_of_reach(each, other, later=at > rank) for rank, other in ranked)}
    only_prompts, one_left = {each.path for each in tallies} == {"api"}, len(beaten) == len(tallies) - 1
    if independent and only_prompts and one_left and _settled(tallies, questions, guess_rate, guess_margin):
        return set(range(len(tallies)))
    return beaten


def _out_of_reach(each: CountSoFar, other: CountSoFar, *, later: bool) -> bool:
    """Tell whether `each` can't come before `other`, even if the rest of it matches and nothing more of the other does."""
    if each is other or each.path != other.path or other.planned != each.planned:
        return False
    return each.most < other.matched or (each.most == other.matched and later)


def _settled(tallies: Sequence[CountSoFar], questions: Questions, guess_rate: float | None, guess_margin: float) -> bool:
    n = tallies[0].planned
    low, high = max(each.matched for each in tallies), max(each.most for each in tallies)
    bars = [questions.accuracy_target * questions.bar_share]
    if questions.gap_k is not None and questions.gap_n is not None:
        bars.append(questions.gap_k / questions.gap_n)
    reads: list[Callable[[int], object]] = [_reading(n, bar, len(tallies), questions) for bar in bars]
    if guess_rate is not None:
        reads.append(lambda matched: matched / n - guess_rate > guess_margin)
    return all(read(low) == read(high) for read in reads)


def _reading(n: int, bar: float, tried: int, questions: Questions) -> Callable[[int], tuple[bool, Proof]]:
    """Return how a count of matches reads against a bar: met or not, and proven, refuted or undecided."""
    alpha = error_of(questions.confidence)
    enough, few = least_to_prove(n, bar, alpha=alpha / tried), most_to_refute(n, bar, alpha=alpha)

    def read(matched: int) -> tuple[bool, Proof]:
        proven, refuted = enough is not None and matched >= enough, few is not None and matched <= few
        return matched >= bar * n - CRUMB, Proof.PROVEN if proven else Proof.REFUTED if refuted else Proof.UNDECIDED

    return read


def undecided(
    outcomes: Sequence[Outcomes], unasked: Mapping[int, Whole], questions: Questions, decided: Callable[[Comparison], object]
) -> set[int]:
    """Return the places of candidates that were put off and whose rest could still change what is decided.

    `unasked` holds, by place, the codes of the examples a candidate wasn't asked; `decided` tells what a comparison decides, in a form
    that can be compared. A fine-tune must be better than each prompt and classical model, and each of these must be proven to fall
    short, so a candidate that isn't the best has a say too. It has none where everything is decided alike as it stands, with all the
    rest matching, and with none of it.
    """
    if not unasked:
        return set()
    now = decided(compare(outcomes, questions, plan=False))
    found = set()
    for at, codes in unasked.items():
        ends = ([*outcomes[:at], _filled(outcomes[at], codes, mark), *outcomes[at + 1 :]] for mark in (0, 1))
        if any(decided(compare(each, questions, plan=False)) != now for each in ends):
            found.add(at)
    return found


def _filled(outcomes: Outcomes, codes: Whole, mark: int) -> Outcomes:
    return replace(
        outcomes,
        codes=np.concatenate([outcomes.codes, codes]),
        matched=np.concatenate([outcomes.matched, np.full(len(codes), mark, dtype=np.int8)]),
        scores=None,
        clusters=None,
        expected=outcomes.expected + len(codes),
    )
