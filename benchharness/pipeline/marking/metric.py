"""What a run says about its own metric: answers without looking, and scorers beside the one that decides."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from benchharness.comparison.metric import EMPTY, MAJORITY
from benchharness.errors import SetupError
from benchharness.pipeline.marking.recipe import Recipe
from benchharness.records.answer import Answer
from benchharness.records.comparison import candidate_key
from benchharness.records.example import Example
from benchharness.records.policy_words import TargetIs
from benchharness.records.run_facts import MetricFacts
from benchharness.records.suite import ScorerEntry
from benchharness.results.columns import batches_of
from benchharness.scorers import scorer_traits_of
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.marking import deciding_scorer, listed_scorers

__all__ = ["metric_facts"]

# The first of the seeded shuffle; so many tell a rate to two points.
MOST_EXAMPLES = 2_000


def metric_facts(results: Path, examples: Sequence[Example], recipe: Recipe, target_is: TargetIs) -> MetricFacts:
    """Return what `metric_warnings` reads: what two answers without looking get, and the rates of the other scorers.

    `examples` are those asked, in asking order; the first 2,000 are answered without looking. None of it names a target. Where
    the target is of mean scores, so are these, and another scorer's share of matches says nothing beside them.
    """
    listed = listed_scorers(recipe.scorers)
    primary = deciding_scorer(recipe.scorers)
    return MetricFacts(
        primary=primary.label,
        baselines={name: _rate(answer, examples[:MOST_EXAMPLES], recipe, target_is) for name, answer in _baselines(examples)},
        scores={} if target_is is TargetIs.MEAN else _other_rates(results, listed, primary),
    )


def _baselines(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    targets = Counter(texts[0] for each in examples if (texts := accepted_texts(each)))
    if targets:
        yield MAJORITY, min(targets, key=lambda each: (-targets[each], each))
    yield EMPTY, ""


def _rate(output: str, examples: Sequence[Example], recipe: Recipe, target_is: TargetIs) -> float | None:
    """Return the match rate, or the mean score, of one answer to every question; None when nothing could be scored."""
    try:
        mark = recipe.deciding().marker()
        marks = [mark(each, None, Answer(output=output)) for each in examples]
    except SetupError:
        # A function of one's own that can't take such an answer says nothing about it.
        return None
    values = [each.score if target_is is TargetIs.MEAN else each.matched for each in marks]
    known = [each for each in values if each is not None]
    return sum(known) / len(known) if known else None


def _says_right(entry: ScorerEntry) -> bool:
    """Tell whether a scorer says right or wrong by itself; a judge that does is held against people elsewhere."""
    traits = scorer_traits_of(entry)
    return traits.says_right and not traits.asks_judges


def _other_rates(results: Path, listed: Sequence[ScorerEntry], primary: ScorerEntry) -> dict[str, dict[str, float]]:
    """Return the share right by every other scorer that says right or wrong, by candidate."""
    others = [each.label for each in listed if each is not primary and _says_right(each)]
    if not _says_right(primary) or not others:
        return {}
    # By candidate, prompt and scorer: how many scores, and their sum; None as soon as one is graded, whose mean is no share.
    counted: dict[tuple[str, str, str], list[float] | None] = {}
    for batch in batches_of(results, ["candidate", "prompt", "scores"]):
        for candidate, prompt, scores in zip(*(batch.column(name).to_pylist() for name in ("candidate", "prompt", "scores")), strict=True):
            for name, value in scores or ():
                if name in others:
                    before = counted.setdefault((candidate, prompt, name), [0, 0.0])
                    graded = value not in (0.0, 1.0)
                    counted[candidate, prompt, name] = None if graded or before is None else [before[0] + 1, before[1] + value]
    found: dict[str, dict[str, float]] = {}
    for (candidate, prompt, name), numbers in counted.items():
        if numbers is not None:
            found.setdefault(candidate_key(candidate, prompt), {})[name] = numbers[1] / numbers[0]
    return found
