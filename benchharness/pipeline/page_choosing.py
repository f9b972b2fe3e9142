"""Choose the examples a page shows: those the candidates disagree about first, and no more than a page can hold."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from benchharness.report.html.packing import MOST_CHARACTERS, MOST_RAW
from benchharness.results.glance import Glance

__all__ = ["MOST_EXAMPLES", "Chosen", "TextOf", "choose", "first_answers", "rows_of"]

MOST_EXAMPLES = 50_000
"""Nobody turns over more of them, and each takes a kilobyte while the page is made."""

TextOf = Callable[[str], str | None]
DISAGREE, DIFFER, SAME = 0, 1, 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """An example a page shows."""

    id: str
    """The golden set's id."""
    rank: int
    """Its place in the order of choosing, from 0."""
    input: str | None
    """What was asked, where it's known."""


def choose(glance: Glance, candidates: int, pair: tuple[int, int], *, seed: int, text_of: TextOf) -> dict[int, Chosen]:
    """Return the examples by their number: where the pair differs first, then where anybody does, then by the seed.

    As many as `report.html` would try to hold: so much text, counted as it counts, and no more than 50,000 of them.
    """
    lengths = np.bincount(glance.examples, glance.lengths, len(glance.ids)).astype(np.int64)
    # An example has one target, and its first row tells it.
    first = np.unique(glance.examples, return_index=True)[1]
    lengths += glance.target_lengths[first].astype(np.int64)
    chosen: dict[int, Chosen] = {}
    room = MOST_RAW
    for rank, example in enumerate(_order(glance, candidates, pair, seed)[:MOST_EXAMPLES].tolist()):
        name = glance.ids[example].as_py()
        text = text_of(name)
        room -= int(lengths[example]) + (0 if text is None else min(len(text), MOST_CHARACTERS))
        if room < 0 and chosen:
            break
        chosen[example] = Chosen(id=name, rank=rank, input=text)
    return chosen


def _order(glance: Glance, candidates: int, pair: tuple[int, int], seed: int) -> Any:
    digests = bytearray()
    for name in glance.ids:
        digests += hashlib.sha256(f"{seed}|{name}".encode("utf-8", "replace")).digest()
    words = np.array(digests, dtype=np.uint8).view(">u8").reshape(-1, 4)
    return np.lexsort((*words.T[::-1], _levels(glance, candidates, pair)))


def _levels(glance: Glance, candidates: int, pair: tuple[int, int]) -> Any:
    """Return by example whether the pair disagrees, somebody does, or nobody."""
    worths = np.full((len(glance.ids), max(candidates, 1)), np.nan)
    worths[glance.examples, glance.places] = glance.worth
    left, right = worths[:, pair[0]], worths[:, pair[1]]
    disagree = ~((left == right) | (np.isnan(left) & np.isnan(right)))
    lowest = np.where(np.isnan(worths), np.inf, worths).min(axis=1)
    highest = np.where(np.isnan(worths), -np.inf, worths).max(axis=1)
    return np.where(highest <= lowest, SAME, np.where(disagree, DISAGREE, DIFFER))


def rows_of(glance: Glance, chosen: Mapping[int, Chosen]) -> Any:
    """Return where in the glance the rows of the chosen examples stand, ascending."""
    wanted = np.zeros(len(glance.ids), dtype=bool)
    wanted[list(chosen)] = True
    return np.flatnonzero(wanted[glance.examples])


def first_answers(glance: Glance) -> list[tuple[int, int]]:
    """Return (row, candidate's place) of each candidate's first answer, in the order of the file."""
    answered = np.flatnonzero(~glance.errors.astype(bool))
    places, at = np.unique(glance.places[answered], return_index=True)
    return sorted((int(glance.rows[answered[one]]), int(place)) for place, one in zip(places, at, strict=True))
