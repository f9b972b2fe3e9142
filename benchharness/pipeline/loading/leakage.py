"""Golden examples that stand in what was trained on: looked for before a run, counted apart after it."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchharness.goldenset.leakage import leakage_of
from benchharness.goldenset.reading import read_examples
from benchharness.records.example import ExampleSet
from benchharness.records.leakage import Leakage
from benchharness.records.suite import CandidateEntry, DataSource

__all__ = ["find_leakage", "learned_from"]


def find_leakage(golden: ExampleSet, learned_from: Iterable[ExampleSet], *, seed: int) -> Leakage:
    """Return which golden examples stand in the training pool, or in a file some candidate says it was trained on."""
    found = [leakage_of(golden, each, seed=seed) for each in learned_from]
    if not found:
        return Leakage(checked=False, golden=len(golden))
    known = {each for one in found for each in one.leaked}
    leaked = [each.id for each in golden.examples if each.id in known] if known else []
    kinds: dict[str, tuple[str, ...]] = {}
    for name in dict.fromkeys(kind for one in found for kind in one.kinds):
        told = {each for before in kinds.values() for each in before}
        kinds[name] = tuple(each for each in leaked if each not in told and any(each in one.kinds.get(name, ()) for one in found))
    sources = [one.source for one in found if one.leaked] or [one.source for one in found]
    return Leakage(checked=True, golden=len(golden), leaked=tuple(leaked), kinds=kinds, source=" and ".join(dict.fromkeys(sources)))


def learned_from(pool: ExampleSet | None, entries: Sequence[CandidateEntry], *, folder: Path, seed: int) -> Iterator[ExampleSet]:
    """Yield what may have been learned from: the training pool, and each file a candidate says it was trained on."""
    if pool is not None:
        yield pool
    sources: list[DataSource] = []
    for entry in entries:
        if entry.trained_on is not None and entry.trained_on not in sources:
            sources.append(entry.trained_on)
    for source in sources:
        yield read_examples(source, folder=folder, seed=seed, role="file a candidate was trained on")
