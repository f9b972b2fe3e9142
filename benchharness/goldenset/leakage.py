"""Find golden examples that also stand in what a model was trained on."""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args, overload

from benchharness.goldenset.facts import normalised
from benchharness.goldenset.finding import digest
from benchharness.goldenset.near_duplicates import bands_for, near_duplicates
from benchharness.records.example import Example, ExampleSet
from benchharness.records.leakage import Leakage

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
    _add_equal(found, golden.examples, known)
    _add_near(found, golden.examples, known, likeness=likeness, seed=seed)
    _add_clusters(found, golden.examples, known)
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


def _normal(text: str) -> bytes | None:
    # Without a word nothing is left to compare: a thumb up and a thumb down would be the same text.
    words = normalised(text)
    return digest(words) if words else None


def _add_equal(found: dict[int, Leak], golden: Sequence[Example], known: Sequence[Example]) -> None:
    """Add golden examples whose text a known one has: exactly, else but for case, blanks and punctuation."""
    exact: dict[bytes, str] = {}
    alike: dict[bytes, str] = {}
    for each in known:
        exact.setdefault(digest(each.text), each.id)
        if (key := _normal(each.text)) is not None:
            alike.setdefault(key, each.id)
    for place, each in enumerate(golden):
        key = _normal(each.text)
        if (training_id := exact.get(digest(each.text))) is not None:
            found[place] = Leak(golden_id=each.id, training_id=training_id, kind="exact", likeness=1.0)
        elif key is not None and (training_id := alike.get(key)) is not None:
            found[place] = Leak(golden_id=each.id, training_id=training_id, kind="normalised", likeness=1.0)


def _add_near(found: dict[int, Leak], golden: Sequence[Example], known: Sequence[Example], *, likeness: float, seed: int) -> None:
    """Add golden examples not found yet that a known one nearly is."""
    places = array("Q", (place for place in range(len(golden)) if place not in found))
    twins = near_duplicates(_Texts(golden, places), [each.text for each in known], likeness=likeness, seed=seed)
    for at, twin in twins.items():
        place = places[at]
        found[place] = Leak(golden_id=golden[place].id, training_id=known[twin.other].id, kind="near", likeness=twin.likeness)


def _add_clusters(found: dict[int, Leak], golden: Sequence[Example], known: Sequence[Example]) -> None:
    """Add golden examples not found yet whose cluster a known one has."""
    clusters: dict[str, str] = {}
    for each in known:
        if each.cluster is not None:
            clusters.setdefault(each.cluster, each.id)
    for place, each in enumerate(golden if clusters else ()):
        if place not in found and each.cluster in clusters:
            found[place] = Leak(golden_id=each.id, training_id=clusters[each.cluster], kind="group", likeness=None)


class _Texts(Sequence[str]):
    """The texts of some examples, read when they're asked for."""

    def __init__(self, examples: Sequence[Example], places: "array[int]") -> None:
        self._examples = examples
        self._places = places

    def __len__(self) -> int:
        return len(self._places)

    @overload
    def __getitem__(self, place: int) -> str: ...
    @overload
    def __getitem__(self, place: slice) -> list[str]: ...
    def __getitem__(self, place: int | slice) -> str | list[str]:
        if isinstance(place, slice):
            return [self._examples[each].text for each in self._places[place]]
        return self._examples[self._places[place]].text
