"""Find texts that are nearly the same: MinHash LSH proposes pairs, the exact Jaccard decides."""

import math
import re
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from benchharness.errors import UsageError
from benchharness.goldenset.facts import normalised

__all__ = ["LEAST_LIKENESS", "Twin", "bands_for", "jaccard", "near_duplicates", "shingles"]

LEAST_LIKENESS = 0.5
"""Texts that share less than half of their shingles are about the same thing at most."""
PERMUTATIONS = 256
LEAST_RECALL = 0.9995
"""By the formula. Pairs that share one set of permutations miss together: of 20 seeds the worst found 0.9925 where 0.9998 was due."""
MARGIN = 4.0
"""Standard errors below `likeness` from which an estimate rules a pair out: 3 in 100,000 of those at `likeness` fall below."""
MOST_KEPT = 2048
"""Shingle sets kept at a time, so that memory doesn't grow with long documents."""
EVERY_PAIR = 2_000_000
"""Pairs that are compared one by one: some seconds at worst, while the library alone takes one to import."""
MOST_INDEXED = 10_000
"""Texts in an index at a time: some 150 MB."""
MOST_TWINS = 50
"""The best of so many is good enough; without an end a set made from one template costs the product of both sizes."""
ROUNDING = 1e-9
"""0.8 times 10 may come out a little above 8, and a prefix too short would miss a pair."""
# Scripts written without blanks between words, where a sign is what a word is elsewhere: Thai to Lao, Myanmar, Khmer, Kana, Han.
WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]"
    r"|[^\s\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff]+"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """The nearest text found for one text."""

    other: int
    """Its place among the others, from 0."""
    likeness: float
    """The exact Jaccard of both texts' shingles, from 0 to 1."""


def shingles(text: str) -> frozenset[str]:
    """Return the words of a text and the pairs of neighbouring ones, both ends counting as neighbours; empty for a text without words.

    Words alone would call every reordering the same; pairs alone lose a 10-word text with two small changes. Both together forgive
    at a likeness of 0.8 one inserted word from 8 words on and one changed word from 13 on, wherever it stands. In a template of
    fewer words a changed slot ("for 7 am", "for 8 am") makes another text; with character shingles, which give long slots and
    short ones other weights, "rate the current novel a 2" and "... a 3" are 0.91 alike. In long documents the pairs outnumber the
    words, and documents that share a vocabulary don't become alike.
    """
    words = WORD.findall(normalised(text))
    if not words:
        return frozenset()
    return frozenset(words) | {f"{first} {second}" for first, second in zip(["", *words], [*words, ""], strict=True)}


def jaccard(first: frozenset[str], second: frozenset[str]) -> float:
    """Return shared over all shingles, from 0 to 1; 0 when both are empty, as nothing is shared (Jaccard 1901)."""
    shared = len(first & second)
    return shared / (len(first) + len(second) - shared) if shared else 0.0


def bands_for(likeness: float) -> tuple[int, int]:
    """Return how many bands of how many rows propose a pair at `likeness` with a chance of at least 0.9995.

    A pair of Jaccard s meets in at least one of b bands of r rows with chance 1 - (1 - s^r)^b (Leskovec, Rajaraman and Ullman,
    Mining of Massive Datasets, section 3.4.2). The most rows that allow it are taken: they propose the fewest pairs in vain.
    Raises UsageError outside 0.5 to 1.
    """
    if not LEAST_LIKENESS <= likeness <= 1:
        raise UsageError(f"likeness is {likeness}, expected a number from {LEAST_LIKENESS} to 1", hint="0.8 is the default")
    rows = max(each for each in range(1, PERMUTATIONS // 2 + 1) if 1 - (1 - likeness**each) ** (PERMUTATIONS // each) >= LEAST_RECALL)
    return PERMUTATIONS // rows, rows


def near_duplicates(texts: Sequence[str], others: Sequence[str], *, likeness: float, seed: int) -> dict[int, Twin]:
    """Return the nearest other text for each place in `texts` that has one with a Jaccard of at least `likeness` (0.5 to 1).

    None returned is below it; of those at exactly `likeness` less than 1 in 100 is missed, and fewer above it. Of equally near
    ones the first is taken, and after 50 near ones a text isn't looked up again. Small sets are compared pair by pair, so that
    nothing is missed and nothing heavy is imported. At most 10,000 texts are held in an index at a time (about 15 KB each): the
    `others` when they are fewer, else one part of `texts` after the other, for each of which the others pass by again. Which it
    is changes no result. Time grows with both sizes added up to there and with their product over 10,000 beyond, and for texts
    of one short template that stay just below `likeness` with their product: there nearly every pair is proposed. The same seed
    gives the same result. Raises UsageError for a likeness out of range.
    """
    bands_for(likeness)
    few = len(texts) * len(others) <= EVERY_PAIR
    if not few and len(others) <= min(len(texts), MOST_INDEXED):
        return _in_others(texts, others, likeness, seed)
    found: dict[int, Twin] = {}
    for begin in range(0, len(texts), MOST_INDEXED):
        part = texts[begin : begin + MOST_INDEXED]
        twins = _every_pair(part, others, likeness) if few else _in_texts(part, others, likeness, seed)
        found |= {begin + place: twin for place, twin in twins.items()}
    return found


def _in_texts(texts: Sequence[str], others: Iterable[str], likeness: float, seed: int) -> dict[int, Twin]:
    """Look up every other text among the texts."""
    index = _Index(texts, likeness=likeness, seed=seed)
    kept = lru_cache(maxsize=MOST_KEPT)(lambda place: shingles(texts[place]))
    found: dict[int, Twin] = {}
    counts: dict[int, int] = {}
    for at, (own, signature) in enumerate(_signed(others, seed)):
        for place in index.proposed(signature) if own else ():
            like = jaccard(own, kept(place))
            if like < likeness:
                continue
            if place not in found or like > found[place].likeness:
                found[place] = Twin(other=at, likeness=like)
            counts[place] = counts.get(place, 0) + 1
            if counts[place] == MOST_TWINS:
                index.drop(place)
    return dict(sorted(found.items()))


def _in_others(texts: Iterable[str], others: Sequence[str], likeness: float, seed: int) -> dict[int, Twin]:
    """Look up every text among the others: the same pairs in the same order for each text, so the same result."""
    index = _Index(others, likeness=likeness, seed=seed)
    kept = lru_cache(maxsize=MOST_KEPT)(lambda place: shingles(others[place]))
    found: dict[int, Twin] = {}
    for place, (own, signature) in enumerate(_signed(texts, seed)):
        near = 0
        for at in index.proposed(signature) if own else ():
            like = jaccard(own, kept(at))
            if like < likeness:
                continue
            if place not in found or like > found[place].likeness:
                found[place] = Twin(other=at, likeness=like)
            near += 1
            if near == MOST_TWINS:
                break
    return found


def _every_pair(texts: Sequence[str], others: Sequence[str], likeness: float) -> dict[int, Twin]:
    """Return the same for every pair that can be alike at all, and miss none of them.

    Sets of a and b shingles with a Jaccard of t or more share one of their rarest: of each set, in one order of rarity, the first
    size - ceil(t * size) + 1 (Chaudhuri, Ganti & Kaushik 2006, prefix filter; Bayardo, Ma & Srikant 2007).
    """
    own = [shingles(text) for text in texts]
    counted = Counter(each for one in own for each in one)
    rank = {each: at for at, each in enumerate(sorted(sorted(counted), key=counted.__getitem__))}

    def rarest(one: frozenset[str]) -> list[str]:
        known = [each for each in one if each in rank]
        # What no text has is rarer than all of them: it takes its places in front, and leads nowhere.
        kept = len(known) - math.ceil(likeness * len(one) - ROUNDING) + 1
        return sorted(known, key=rank.__getitem__)[: max(0, kept)] if known else []

    having: dict[str, list[int]] = {}
    for place, one in enumerate(own):
        for each in rarest(one):
            having.setdefault(each, []).append(place)
    found: dict[int, Twin] = {}
    for at, text in enumerate(others):
        other = shingles(text)
        for place in {place for each in rarest(other) for place in having.get(each, ())}:
            like = jaccard(own[place], other)
            if like >= likeness and (place not in found or like > found[place].likeness):
                found[place] = Twin(other=at, likeness=like)
    return dict(sorted(found.items()))


class _Index:
    """Texts by the bands of their MinHash signatures."""

    def __init__(self, texts: Sequence[str], *, likeness: float, seed: int) -> None:
        import numpy as np
        from datasketch import MinHashLSH

        self._least = likeness - MARGIN * math.sqrt(likeness * (1 - likeness) / PERMUTATIONS)
        self._lsh = MinHashLSH(num_perm=PERMUTATIONS, params=bands_for(likeness))
        self._signatures = np.zeros((len(texts), PERMUTATIONS), dtype=np.uint32)
        for place, (own, signature) in enumerate(_signed(texts, seed)):
            self._signatures[place] = signature.hashvalues
            if own:
                self._lsh.insert(place, signature)

    def proposed(self, signature: Any) -> list[int]:
        """Return places that share a band with the signature and whose estimated Jaccard leaves the exact one a chance."""
        places = sorted(self._lsh.query(signature))
        if not places:
            return []
        # In a templated set thousands share a band; the estimate costs a hundredth of the exact check.
        estimates = (self._signatures[places] == signature.hashvalues).mean(axis=1)
        return [place for place, estimate in zip(places, estimates, strict=True) if estimate >= self._least]

    def drop(self, place: int) -> None:
        """Forget a text that is proven often enough."""
        self._lsh.remove(place)


def _signed(texts: Iterable[str], seed: int) -> Iterator[tuple[frozenset[str], Any]]:
    """Yield each text's shingles and their MinHash signature (Broder 1997)."""
    from datasketch import MinHash

    empty = MinHash(num_perm=PERMUTATIONS, seed=seed % 2**32, hashfunc=zlib.crc32, scheme="affine32")
    for text in texts:
        own = shingles(text)
        signature = empty.copy()
        signature.update_batch([each.encode("utf-8", "surrogatepass") for each in own])
        yield own, signature
