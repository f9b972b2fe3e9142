"""What the data says about itself: duplicates, conflicts, leaks."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from benchharness.errors import Mistake
from benchharness.goldenset.finding import digest, repeated
from benchharness.goldenset.fingerprint import fingerprint
from benchharness.records.example import ExampleSet

__all__ = ["DataFacts", "check_overlap", "facts", "labels_of", "normalised", "overlaps", "without"]

MOST_NAMED = 10
MOST_LABELS = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class DataFacts:
    """Facts about one set of examples."""

    examples: int
    """How many there are."""
    targets: dict[str, int]
    """How often each target occurs, most frequent first; empty when they are free text."""
    duplicates: tuple[tuple[str, ...], ...]
    """Ids with the same text, but for case, blanks and punctuation."""
    conflicts: tuple[tuple[str, ...], ...]
    """Of these, ids whose targets differ."""
    without_target: tuple[str, ...]
    """Ids without a target."""


def facts(examples: ExampleSet) -> DataFacts:
    """Return the facts of one set; of a text only its hash is held."""
    # Targets that hardly repeat are free text: listing them would say nothing.
    targets = _Counted(most=max(2, len(examples) // 2))
    without_target: list[str] = []

    def hashes() -> Iterator[int]:
        for each in examples.examples:
            targets.add(each.target)
            if each.target is None:
                without_target.append(each.id)
            yield hash(normalised(each.text))

    groups = _groups(examples, repeated(hashes()))
    return DataFacts(
        examples=len(examples),
        targets=targets.most_common(),
        duplicates=tuple(tuple(name for name, _ in group) for group in groups),
        conflicts=tuple(tuple(name for name, _ in group) for group in groups if len({target for _, target in group}) > 1),
        without_target=tuple(without_target),
    )


class _Counted:
    """How often each text stands there, until there are more different ones than anybody wants to know."""

    def __init__(self, most: int) -> None:
        self._counts: Counter[str] | None = Counter()
        self._most = most

    def add(self, value: object) -> None:
        if self._counts is None or not isinstance(value, str):
            return
        self._counts[value] += 1
        if len(self._counts) > self._most:
            self._counts = None

    def most_common(self) -> dict[str, int]:
        """Return the counts, most frequent first; empty when there were too many texts."""
        return {} if self._counts is None else dict(self._counts.most_common())


def _groups(examples: ExampleSet, places: Iterable[int]) -> list[list[tuple[str, str]]]:
    """Return (id, target) pairs of examples that have the same text, group by group, of those at `places`."""
    groups: dict[bytes, list[tuple[str, str]]] = {}
    for place in places:
        each = examples.examples[place]
        groups.setdefault(digest(normalised(each.text)), []).append((each.id, str(each.target)))
    return [group for group in groups.values() if len(group) > 1]


def labels_of(*sets: ExampleSet) -> tuple[str, ...]:
    """Return the targets of some sets, when they are a closed list."""
    targets: set[str] = set()
    for one in sets:
        for each in one.examples:
            if isinstance(each.target, str):
                targets.add(each.target)
                if len(targets) > MOST_LABELS:
                    return ()
    return tuple(sorted(targets))


def overlaps(golden: ExampleSet, pool: ExampleSet) -> tuple[str, ...]:
    """Return ids of golden examples whose text stands in the pool, but for case, blanks and punctuation."""
    seen = {normalised(each.text) for each in pool.examples}
    return tuple(each.id for each in golden.examples if normalised(each.text) in seen)


def check_overlap(golden: ExampleSet, found: Sequence[str]) -> list[Mistake]:
    """Return the mistake that `found` golden examples stand in the pool; they'd be shots with the answer written beside them."""
    if not found:
        return []
    named = ", ".join(found[:MOST_NAMED]) + (f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else "")
    stand = "example stands" if len(found) == 1 else "examples stand"
    return [
        Mistake(
            file=golden.source,
            message=f"{len(found)} golden {stand} in the training pool as well: {named}",
            hint="remove them from the pool; a golden example must never be a shot or be trained on",
        )
    ]


def without(pool: ExampleSet, golden: ExampleSet) -> ExampleSet:
    """Return the pool without the texts that stand in the golden set, but for case, blanks and punctuation."""
    # What the pool hasn't needn't be held: a golden set may be far larger.
    there = {normalised(each.text) for each in pool.examples}
    held_out = {text for each in golden.examples if (text := normalised(each.text)) in there}
    kept = tuple(each for each in pool.examples if normalised(each.text) not in held_out)
    return replace(pool, examples=kept, fingerprint=fingerprint(kept), lines=())


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return text without what doesn't make it another text: case, blanks, punctuation, Unicode's spellings of one sign."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
