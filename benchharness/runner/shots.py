"""Pick solved examples from the training pool for a prompt; a golden example never becomes one."""

import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import islice

from benchharness.records.example import Example
from benchharness.records.suite import Pick, Shots
from benchharness.runner.similarity import Neighbours

__all__ = ["Picker", "make_picker", "spread"]

Picker = Callable[[Example], tuple[Example, ...]]


def make_picker(shots: Shots | None, pool: Sequence[Example], *, seed: int) -> Picker:
    """Return what picks the shots for a question; raises ValueError when the pool is smaller than `shots.k`."""
    if shots is None:
        return lambda _question: ()
    if len(pool) < shots.k:
        raise ValueError(f"the training pool has {len(pool)} examples, the prompt wants {shots.k} shots")
    if shots.pick is Pick.NEAREST:
        return _nearest(shots.k, pool)
    return _fixed(shots.k, pool, seed)


def _fixed(k: int, pool: Sequence[Example], seed: int) -> Picker:
    # The whole pool stands by in this order, so that a question that equals shots still gets k.
    chosen = spread(pool, len(pool), seed=seed)

    def pick(question: Example) -> tuple[Example, ...]:
        return tuple(islice(_without(question, chosen), k))

    return pick


def _nearest(k: int, pool: Sequence[Example]) -> Picker:
    neighbours = Neighbours([each.text for each in pool])
    copies = Counter(_folded(each.text) for each in pool)

    def pick(question: Example) -> tuple[Example, ...]:
        found = (pool[index] for index in neighbours.nearest(question.text, k + copies[_folded(question.text)]))
        # The most alike stands last, next to the question.
        return tuple(islice(_without(question, found), k))[::-1]

    return pick


def spread(pool: Sequence[Example], k: int, *, seed: int) -> tuple[Example, ...]:
    """Return k examples of a seeded shuffle, taking the targets in turn so that every target gets its share; all when there are fewer."""
    generator = random.Random(seed)  # noqa: S311 - a reproducible choice, no secret
    order = list(pool)
    generator.shuffle(order)
    by_target: dict[str, list[Example]] = defaultdict(list)
    for each in order:
        by_target[str(each.target)].append(each)
    queues = [queue[::-1] for queue in by_target.values()]
    chosen: list[Example] = []
    while len(chosen) < k and (queues := [queue for queue in queues if queue]):
        chosen.extend(queue.pop() for queue in queues)
    return tuple(chosen[:k])


def _without(question: Example, candidates: Iterable[Example]) -> Iterable[Example]:
    asked = _folded(question.text)
    return (each for each in candidates if _folded(each.text) != asked)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
