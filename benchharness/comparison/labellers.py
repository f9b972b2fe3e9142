"""How well people agree among themselves: the most a judge can be asked for."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

__all__ = ["Labellers", "krippendorff_nominal", "labellers_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Labellers:
    """Several people's marks of the same answers."""

    labellers: int
    """How many people."""
    answers: int
    """Answers that at least two marked."""
    agreement: float | None
    """Mean share of pairs of marks that are the same, over these answers."""
    alpha: float | None
    """Krippendorff's, for nominal marks; None when undefined."""


def labellers_of(marks: Sequence[Mapping[str, object]]) -> Labellers | None:
    """Return how people agree, from each answer's marks by labeller; None when no answer has two."""
    several = [each for each in marks if len(each) > 1]
    if not several:
        return None
    pairs = [[one == other for one, other in combinations(each.values(), 2)] for each in several]
    agreement = sum(sum(each) / len(each) for each in pairs) / len(pairs)
    return Labellers(
        labellers=len({name for each in marks for name in each}),
        answers=len(several),
        agreement=agreement,
        alpha=krippendorff_nominal([list(each.values()) for each in several]),
    )


def krippendorff_nominal(units: Sequence[Sequence[object]]) -> float | None:
    """Return Krippendorff's alpha of nominal marks, each unit a list of those it got (Krippendorff 2011, section C).

    A unit with one mark says nothing. None of nothing, and where only one mark ever occurs.
    """
    together: Counter[tuple[object, object]] = Counter()
    for unit in units:
        if len(unit) < 2:  # noqa: PLR2004 - a pair
            continue
        counts = Counter(unit)
        for one, mine in counts.items():
            for other, theirs in counts.items():
                together[one, other] += mine * (theirs - (one == other)) / (len(unit) - 1)  # type: ignore[assignment]
    totals: Counter[object] = Counter()
    for (one, _), count in together.items():
        totals[one] += count
    n = sum(totals.values())
    expected = n * n - sum(each * each for each in totals.values())
    if n <= 1 or expected == 0:
        return None
    observed = n - sum(together[each, each] for each in totals)
    return 1 - (n - 1) * observed / expected
