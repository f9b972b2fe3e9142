"""What the data says about itself: duplicates, conflicts, leaks."""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from benchharness.errors import Mistake
from benchharness.goldenset.fingerprint import fingerprint
from benchharness.records.example import Example, ExampleSet

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
    """Return the facts of one set."""
    groups: dict[str, list[Example]] = defaultdict(list)
    for each in examples.examples:
        groups[normalised(each.text)].append(each)
    repeated = [group for group in groups.values() if len(group) > 1]
    targets = Counter(each.target for each in examples.examples if isinstance(each.target, str))
    return DataFacts(
        examples=len(examples),
        # Targets that hardly repeat are free text: listing them would say nothing.
        targets=dict(targets.most_common()) if len(targets) <= max(2, len(examples) // 2) else {},
        duplicates=tuple(tuple(each.id for each in group) for group in repeated),
        conflicts=tuple(tuple(each.id for each in group) for group in repeated if len({str(each.target) for each in group}) > 1),
        without_target=tuple(each.id for each in examples.examples if each.target is None),
    )


def labels_of(*sets: ExampleSet) -> tuple[str, ...]:
    """Return the targets of some sets, when they are a closed list."""
    targets = {each.target for one in sets for each in one.examples if isinstance(each.target, str)}
    return tuple(sorted(targets)) if len(targets) <= MOST_LABELS else ()


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
    held_out = {normalised(each.text) for each in golden.examples}
    kept = tuple(each for each in pool.examples if normalised(each.text) not in held_out)
    return replace(pool, examples=kept, fingerprint=fingerprint(kept))


@lru_cache(maxsize=4096)
def normalised(text: str) -> str:
    """Return text without what doesn't make it another text: case, blanks, punctuation, Unicode's spellings of one sign."""
    return " ".join(re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold()))
