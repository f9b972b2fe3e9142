"""What a run says about its own metric: answers without looking, and scorers beside the one that decides."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchharness.comparison.metric import EMPTY, MAJORITY
from benchharness.errors import SetupError
from benchharness.pipeline.bulk_marking import Recipe
from benchharness.records.answer import Answer
from benchharness.records.comparison import candidate_key
from benchharness.records.example import Example
from benchharness.records.suite import ScorerEntry
from benchharness.scorers import RIGHTNESS
from benchharness.scorers.accepting import accepted_texts
from benchharness.scorers.marking import listed_scorers

__all__ = ["metric_facts"]

# The first of the seeded shuffle; so many tell a rate to two points.
MOST_EXAMPLES = 2_000


def metric_facts(results: Path, examples: Sequence[Example], recipe: Recipe) -> dict[str, Any]:
    """Return what `metric_warnings` reads: match rates of two answers without looking, and the rates of the other scorers.

    `examples` are those asked, in asking order; the first 2,000 are answered without looking. None of it names a target.
    """
    listed = listed_scorers(recipe.scorers)
    primary = next((each for each in listed if each.primary), listed[0])
    return {
        "primary": primary.label,
        "baselines": {name: _rate(answer, examples[:MOST_EXAMPLES], recipe, primary) for name, answer in _baselines(examples)},
        "scores": _other_rates(results, listed, primary),
    }


def _baselines(examples: Sequence[Example]) -> Iterator[tuple[str, str]]:
    targets = Counter(texts[0] for each in examples if (texts := accepted_texts(each)))
    if targets:
        yield MAJORITY, min(targets, key=lambda each: (-targets[each], each))
    yield EMPTY, ""


def _rate(output: str, examples: Sequence[Example], recipe: Recipe, primary: ScorerEntry) -> float | None:
    """Return the match rate of one answer to every question; None when nothing could be scored."""
    try:
        mark = Recipe(scorers=(primary,), match_at=recipe.match_at, labels=recipe.labels, folder=recipe.folder).marker()
        marks = [mark(each, None, Answer(output=output)).matched for each in examples]
    except SetupError:
        # A function of one's own that can't take such an answer says nothing about it.
        return None
    known = [each for each in marks if each is not None]
    return sum(known) / len(known) if known else None


def _other_rates(results: Path, listed: Sequence[ScorerEntry], primary: ScorerEntry) -> dict[str, dict[str, float]]:
    """Return the share right by every other scorer that says right or wrong, by candidate."""
    others = [each.label for each in listed if each is not primary and each.type in RIGHTNESS]
    if primary.type not in RIGHTNESS or not others:
        return {}
    import pandas as pd
    from pyarrow import parquet

    table = parquet.read_table(results, columns=["candidate", "prompt", "scores"])
    scores = table["scores"].combine_chunks()
    # Which row each entry of the maps belongs to.
    rows = pd.Series(range(len(table))).repeat(pd.Series(scores.offsets.to_numpy()).diff().dropna().astype(int).to_numpy())
    who = table.select(["candidate", "prompt"]).to_pandas().iloc[rows.to_numpy()].reset_index(drop=True)
    entries = who.assign(name=scores.keys.to_pandas(), value=scores.items.to_pandas())
    found: dict[str, dict[str, float]] = {}
    for (candidate, prompt, name), values in entries[entries["name"].isin(others)].groupby(["candidate", "prompt", "name"], sort=False)[
        "value"
    ]:
        # A graded score's mean is another thing than a share that's right.
        if values.isin((0.0, 1.0)).all():
            found.setdefault(candidate_key(str(candidate), str(prompt)), {})[str(name)] = float(values.mean())
    return found
