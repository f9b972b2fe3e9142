"""What the data says about itself: duplicates, conflicts, leaks."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from benchharness.errors import Mistake
from benchharness.goldenset.finding import digest, repeated
from benchharness.goldenset.fingerprint import fingerprint
from benchharness.records.example import Example, ExampleSet, label_of

__all__ = ["DataFacts", "check_overlap", "facts", "labels_of", "normalised", "overlaps", "target_counts", "without"]

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
        text = label_of(value)
        if self._counts is None or text is None:
            return
        self._counts[text] += 1
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
    """Return the targets of some sets as texts, of a list each; the first 501 different ones, which are more than a closed list has."""
    targets: set[str] = set()
    for one in sets:
        for each in one.examples:
            targets.update(text for value in _values(each.target) if (text := label_of(value)) is not None and text.strip())
            if len(targets) > MOST_LABELS:
                return tuple(sorted(targets))
    return tuple(sorted(targets))


def target_counts(examples: Iterable[Example], *, most: int) -> dict[str, int]:
    """Return how often each target occurs, as rows hold it, in the order they first do; empty when there are more than `most`."""
    found: dict[str, int] = {}
    for each in examples:
        if each.target is not None:
            text = each.target if isinstance(each.target, str) else json.dumps(each.target, ensure_ascii=False)
            found[text] = found.get(text, 0) + 1
            if len(found) > most:
                return {}
    return found


def _values(target: object) -> Sequence[object]:
    return target if isinstance(target, list | tuple) else (target,)


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
