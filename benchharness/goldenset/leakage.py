"""Find golden examples that also stand in what a model was trained on."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from benchharness.goldenset.facts import normalised
from benchharness.goldenset.near_duplicates import bands_for, near_duplicates
from benchharness.records.evidence import Leakage
from benchharness.records.example import Example, ExampleSet

__all__ = ["LIKENESS", "Kind", "Leak", "find_leaks", "leakage_of"]

Kind = Literal["exact", "normalised", "near", "group"]

LIKENESS = 0.8
"""Of the near pairs in banking77 62 of 66 have one target at 0.8, 185 of 209 at 0.75: below it two texts on one matter begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Leak:
    """One golden example and the training example it's known from."""

    golden_id: str
    """The golden example."""
    training_id: str
    """The training example; of several the nearest, of equally near ones the first by id."""
    kind: Kind
    """The strongest way they are the same: byte for byte, but for case, blanks and punctuation, nearly, or from one cluster."""
    likeness: float | None
    """Jaccard of their shingles from 0 to 1, 1 for `exact` and `normalised`; None for `group`, where no texts are compared."""


def find_leaks(golden: ExampleSet, training: ExampleSet, *, likeness: float = LIKENESS, seed: int) -> tuple[Leak, ...]:
    """Return each leaked golden example once, in golden order, under its strongest kind.

    What counts is the input text. `exact` is the same text byte for byte; `normalised` the same but for case, blanks and
    punctuation; `near` a Jaccard of word shingles of at least `likeness` (0.5 to 1); `group` the same cluster. A text without
    a word can only be `exact`, an example without a cluster never `group`. The order of the rows of either set changes no leak.
    Raises UsageError for a likeness out of range.
    """
    bands_for(likeness)
    known = sorted(training.examples, key=lambda each: each.id)
    found: dict[int, Leak] = {}
    _add_equal(found, golden.examples, known, "exact", _text)
    _add_equal(found, golden.examples, known, "normalised", _normal)
    _add_near(found, golden.examples, known, likeness=likeness, seed=seed)
    _add_equal(found, golden.examples, known, "group", _cluster)
    return tuple(found[place] for place in sorted(found))


def leakage_of(golden: ExampleSet, training: ExampleSet, *, likeness: float = LIKENESS, seed: int) -> Leakage:
    """Return the leaks as the rules read them; of `kinds` only those found. Raises UsageError for a likeness outside 0.5 to 1."""
    leaks = find_leaks(golden, training, likeness=likeness, seed=seed)
    by_kind = {kind: tuple(each.golden_id for each in leaks if each.kind == kind) for kind in get_args(Kind)}
    return Leakage(
        checked=True,
        golden=len(golden),
        leaked=tuple(each.golden_id for each in leaks),
        kinds={kind: ids for kind, ids in by_kind.items() if ids},
        source=training.source,
    )


def _text(example: Example) -> str | None:
    return example.text


def _normal(example: Example) -> str | None:
    # Without a word nothing is left to compare: a thumb up and a thumb down would be the same text.
    return normalised(example.text) or None


def _cluster(example: Example) -> str | None:
    return example.cluster


def _add_equal(
    found: dict[int, Leak], golden: Sequence[Example], known: Sequence[Example], kind: Kind, key: Callable[[Example], str | None]
) -> None:
    """Add golden examples not found yet whose key a known one has as well; None is no key."""
    wanted = {place: value for place, each in enumerate(golden) if place not in found and (value := key(each)) is not None}
    asked = set(wanted.values())
    ids: dict[str, str] = {}
    for each in known:
        value = key(each)
        # Only what is asked for is kept: memory then grows with the golden set and not with the training set.
        if value is not None and value in asked:
            ids.setdefault(value, each.id)
    for place, value in wanted.items():
        if value in ids:
            found[place] = Leak(golden_id=golden[place].id, training_id=ids[value], kind=kind, likeness=None if kind == "group" else 1.0)


def _add_near(found: dict[int, Leak], golden: Sequence[Example], known: Sequence[Example], *, likeness: float, seed: int) -> None:
    """Add golden examples not found yet that a known one nearly is."""
    places = [place for place in range(len(golden)) if place not in found]
    twins = near_duplicates([golden[place].text for place in places], [each.text for each in known], likeness=likeness, seed=seed)
    for at, twin in twins.items():
        found[places[at]] = Leak(golden_id=golden[places[at]].id, training_id=known[twin.other].id, kind="near", likeness=twin.likeness)
