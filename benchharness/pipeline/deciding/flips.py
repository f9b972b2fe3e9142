"""What would change the verdict: the nearest change in matches, target, number of examples, volume or price that flips its word."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from benchharness import numbers
from benchharness.comparison.compare import compare
from benchharness.comparison.correcting import corrected_judging
from benchharness.records.comparison import CandidateResult, Interval
from benchharness.records.costs import CostComparison
from benchharness.records.evidence import Evidence
from benchharness.records.outcomes import Outcomes, Whole
from benchharness.records.verdict import VerdictWord
from benchharness.verdict.decide import word_of

__all__ = ["what_would_flip"]

# Beyond so many rows the statistics of one look take too long to be taken a hundred times.
MOST_ROWS = 100_000
# The finest change looked for: a thousandth of the target's scale, and of the examples.
GRAIN = 0.001
MOST_TIMES = 32
PATH_NAMES = {"api": "prompt", "fine-tuned": "fine-tune"}
PRICES = (1.1, 1.25, 1.5, 2, 3, 5, 10, 30, 100)

Word = Callable[[int], VerdictWord]
# Of the fine-tune and of the self-hosted model.
Costs = tuple[CostComparison | None, CostComparison | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """The evidence with what it was made from, so that it can be made again otherwise."""

    evidence: Evidence
    outcomes: Sequence[Outcomes]
    targets: Mapping[str, int] | None
    slices: Mapping[str, Whole]

    def word(
        self,
        outcomes: Sequence[Outcomes] | None = None,
        *,
        target: float | None = None,
        costs: Costs | None = None,
        times: int = 1,
    ) -> VerdictWord:
        """Return the verdict with one thing changed."""
        evidence = self.evidence
        if target is not None:
            evidence = replace(evidence, decision=replace(evidence.decision, accuracy_target=target))
        if costs is not None:
            return word_of(replace(evidence, costs=costs[0], hosting_costs=costs[1]))
        questions = evidence.comparison.questions
        asked = questions if target is None else replace(questions, accuracy_target=target)
        rows = outcomes or self.outcomes
        comparison = compare(rows, asked, self.targets, slices=self._slices(times), plan=False)
        judging = None if evidence.judging is None else corrected_judging(evidence.judging, comparison, rows)
        return word_of(replace(evidence, comparison=comparison, judging=judging))

    def _slices(self, times: int) -> Mapping[str, Whole]:
        """Return the slices of the same examples over and over."""
        size = 1 + max(int(each.codes.max(initial=0)) for each in self.outcomes)
        return {name: np.concatenate([codes + size * at for at in range(times)]) for name, codes in self.slices.items()}


def what_would_flip(
    evidence: Evidence,
    outcomes: Sequence[Outcomes],
    targets: Mapping[str, int] | None,
    word: VerdictWord,
    *,
    slices: Mapping[str, Whole] | None = None,
) -> tuple[str, ...]:
    """Return, each as a sentence, the nearest single change that turns the verdict into another, and into which.

    Every one is found by deciding again with that change; a change that flips nothing within reach isn't named. Matches are
    taken from or given to examples by the suite's seed, more examples are the same ones over again.
    """
    if word is VerdictWord.INVALID or not any(each.n for each in evidence.comparison.candidates):
        return ()
    case = _Case(evidence=evidence, outcomes=outcomes, targets=targets, slices=slices or {})
    by_cost = tuple(_costs(case, word))
    if sum(len(each.codes) for each in outcomes) > MOST_ROWS:
        return (*by_cost, f"Changes in matches, target and examples aren't searched for beyond {numbers.whole(MOST_ROWS)} rows.")
    return (*_matches(case, word), *_target(case, word), *_examples(case, word), *by_cost)


def _matches(case: _Case, word: VerdictWord) -> Iterator[str]:
    comparison = case.evidence.comparison
    for path, key in (("api", comparison.best_prompt), ("fine-tuned", comparison.best_fine_tuned)):
        best = comparison.result(key)
        if best is None or best.matched is None or best.rate is None:
            continue
        step = max(1, round(best.n * GRAIN))
        yield from _fewer(case, word, path, best, step)
        yield from _more(case, word, path, best, step)


def _fewer(case: _Case, word: VerdictWord, path: str, best: CandidateResult, step: int) -> Iterator[str]:
    matched = best.matched or 0
    found = _nearest(lambda at: case.word(_capped(case, path, matched - at * step)), matched // step, word)
    if found is not None:
        less = found[0] * step
        yield (
            f"If every {PATH_NAMES[path]} stayed at {numbers.count_of(matched - less, best.n)} or below, "
            f"{numbers.whole(less)} fewer than the best: {found[1].value}."
        )


def _more(case: _Case, word: VerdictWord, path: str, best: CandidateResult, step: int) -> Iterator[str]:
    matched = best.matched or 0
    found = _nearest(lambda at: case.word(_raised(case, path, best, at * step)), (best.n - matched) // step, word)
    if found is not None:
        more = found[0] * step
        yield f"If the best {PATH_NAMES[path]} matched {numbers.count_of(matched + more, best.n)}, {more:,} more: {found[1].value}."


def _target(case: _Case, word: VerdictWord) -> Iterator[str]:
    target = case.evidence.decision.accuracy_target
    for sign, room in ((1, 1 - target), (-1, target - GRAIN)):
        found = _nearest(lambda at, sign=sign: case.word(target=round(target + sign * at * GRAIN, 4)), int(room / GRAIN), word)  # type: ignore[misc]
        if found is not None:
            changed = round(target + sign * found[0] * GRAIN, 4)
            yield f"With a target of {numbers.share(changed)} instead of {numbers.share(target)}: {found[1].value}."


def _examples(case: _Case, word: VerdictWord) -> Iterator[str]:
    rows, n = sum(len(each.codes) for each in case.outcomes), max(each.expected for each in case.outcomes)
    most = min(MOST_TIMES, MOST_ROWS // max(rows, 1))
    found = _nearest(lambda at: case.word(_times(case.outcomes, at + 1), times=at + 1), most - 1, word)
    if found is not None:
        yield f"With about {numbers.quantity(n * (found[0] + 1), 'fresh example')} at the same rates: {found[1].value}."


def _costs(case: _Case, word: VerdictWord) -> Iterator[str]:
    evidence = case.evidence
    both: Costs = (evidence.costs, evidence.hosting_costs)
    if not evidence.compared:
        return
    for times in sorted({times for each in evidence.compared for times in each.prompt if times > 1 and times in each.own}):
        other = case.word(costs=_each(both, lambda costs, times=times: _grown(costs, times)))  # type: ignore[misc]
        if other is not word:
            yield f"At {times:g} times the stated volume: {other.value}."
            break
    for factor, said in [(each, f"{each:g} times as much") for each in PRICES] + [(1 / each, f"{each:g} times less") for each in PRICES]:
        other = case.word(costs=_each(both, lambda costs, factor=factor: _repriced(costs, factor)))  # type: ignore[misc]
        if other is not word:
            yield f"If the answers to prompts cost {said}: {other.value}."
            break


def _each(both: Costs, changed: Callable[[CostComparison], CostComparison]) -> Costs:
    """Return both comparisons changed alike: volume and prices are of the world, and of no path alone."""
    first, second = (None if each is None else changed(each) for each in both)
    return first, second


def _grown(costs: CostComparison, times: float) -> CostComparison:
    """Return the costs as they are at a multiple of the stated volume; as they were where that isn't projected."""
    if times not in costs.prompt or times not in costs.own:
        return costs
    saving = {1.0: costs.saving[times]} if times in costs.saving else {}
    return replace(costs, prompt={1.0: costs.prompt[times]}, own={1.0: costs.own[times]}, saving=saving)


def _repriced(costs: CostComparison, factor: float) -> CostComparison:
    """Return the costs with the prompts' answers at `factor` times their price, and everything else as it is."""
    answers = {times: each.parts.get("answers", each.total_usd) for times, each in costs.prompt.items()}
    return replace(
        costs,
        prompt={times: replace(each, total_usd=_moved_by(each.total_usd, answers[times], factor)) for times, each in costs.prompt.items()},
        saving={times: _moved_by(each, answers[times], factor) for times, each in costs.saving.items() if times in answers},
    )


def _moved_by(total: Interval, part: Interval, factor: float) -> Interval:
    return replace(total, low=total.low + (factor - 1) * part.low, high=total.high + (factor - 1) * part.high)


def _nearest(word_at: Word, most: int, word: VerdictWord) -> tuple[int, VerdictWord] | None:
    """Return the nearest step from 1 to `most` with another word: strides that double, then halves."""
    last, step = 0, 1
    while last < most:
        step = min(step, most)
        other = word_at(step)
        if other is not word:
            return _between(word_at, last, step, other, word)
        last, step = step, step * 2
    return None


def _between(word_at: Word, same: int, changed: int, other: VerdictWord, word: VerdictWord) -> tuple[int, VerdictWord]:
    while changed - same > 1:
        middle = (same + changed) // 2
        found = word_at(middle)
        same, changed, other = (middle, changed, other) if found is word else (same, middle, found)
    return changed, other


def _capped(case: _Case, path: str, most: int) -> list[Outcomes]:
    """Return the outcomes with no candidate of a path above `most` matches."""
    return [_moved(case, each, min(0, most - int((each.matched == 1).sum()))) if each.path == path else each for each in case.outcomes]


def _raised(case: _Case, path: str, best: CandidateResult, more: int) -> list[Outcomes]:
    return [_moved(case, each, more) if (each.path, each.key) == (path, best.key) else each for each in case.outcomes]


def _moved(case: _Case, outcomes: Outcomes, by: int) -> Outcomes:
    """Return outcomes with `by` more matches, or fewer when it's negative."""
    if by == 0:
        return outcomes
    matched = outcomes.matched.copy()
    rows = np.flatnonzero(matched == (0 if by > 0 else 1))
    order = np.random.default_rng(case.evidence.comparison.questions.seed).permutation(rows)
    matched[order[: abs(by)]] = 1 if by > 0 else 0
    return replace(outcomes, matched=matched, scores=None)


def _times(outcomes: Sequence[Outcomes], times: int) -> list[Outcomes]:
    """Return the same examples over and over."""
    size = 1 + max(int(each.codes.max(initial=0)) for each in outcomes)
    return [
        replace(
            each,
            codes=np.concatenate([each.codes + size * at for at in range(times)]),
            matched=np.tile(each.matched, times),
            scores=None if each.scores is None else np.tile(each.scores, times),
            clusters=None if each.clusters is None else _more_clusters(each.clusters, times),
            expected=each.expected * times,
        )
        for each in outcomes
    ]


def _more_clusters(clusters: Whole, times: int) -> Whole:
    size = 1 + int(clusters.max(initial=0))
    return np.concatenate([np.where(clusters < 0, -1, clusters + size * at) for at in range(times)])
