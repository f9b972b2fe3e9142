"""Read what a page needs to choose its examples: who marked what how, and how long the texts are, but no text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.results.arrow import Texts, characters_in, column_of, numbers_in, texts_in
from benchharness.results.columns import batches_of, no_results

__all__ = ["Glance", "glance_at"]

TEXTS = ("output", "parsed", "error")


@dataclass(frozen=True, slots=True, kw_only=True)
class Glance:
    """The first answers of the candidates a page shows, as arrays with one entry per row."""

    rows: Any
    """Where each stands in the file, from 0."""
    places: Any
    """Whose it is, as its place among the candidates."""
    examples: Any
    """Which example, as a number from 0 in the order of their first rows."""
    ids: Any
    """The examples' ids by that number, an Arrow array."""
    worth: Any
    """The match as 1 or 0, else the score; NaN when not measured."""
    errors: Any
    """Whether there was no answer."""
    lengths: Any
    """Characters of its texts, each counted up to a most."""
    target_lengths: Any
    """Characters of its target, counted the same way."""
    repeated: bool
    """Whether the file has answers beside these: an example's second, third, ..."""


def glance_at(results: Path, places: Mapping[tuple[str, str], int], *, most_characters: int) -> Glance:
    """Return the first answers of the candidates with a place; SetupError when the file is no run's results.

    Some 60 bytes are held per row, whatever was said.
    """
    import numpy as np
    import pyarrow as pa

    names = ["candidate", "prompt", "example_id", "repeat", "status", "score", "matched", "target", *TEXTS]
    parts: dict[str, list[Any]] = {name: [] for name in ("rows", "places", "worth", "errors", "lengths", "target_lengths", "examples")}
    numbers: dict[str, int] = {}
    at, repeated = 0, False
    try:
        for batch in batches_of(results, names, by_value=("candidate", "prompt", "status")):
            whose = _places(texts_in(batch["candidate"]), texts_in(batch["prompt"]), places)
            first = numbers_in(batch["repeat"]) == 0
            repeated = repeated or not bool(first.all())
            wanted = np.flatnonzero(first & (whose >= 0))
            score, matched = numbers_in(batch["score"]), numbers_in(batch["matched"])
            statuses, ids = batch["status"].to_pylist(), batch["example_id"].to_pylist()
            parts["rows"].append(at + wanted)
            parts["places"].append(whose[wanted])
            parts["worth"].append(np.where(np.isnan(matched), score, matched)[wanted])
            parts["errors"].append(np.array([each == "error" for each in statuses], dtype=bool)[wanted])
            parts["lengths"].append(sum(_lengths(batch[name], most_characters) for name in TEXTS)[wanted])
            parts["target_lengths"].append(_lengths(batch["target"], most_characters)[wanted])
            parts["examples"].append(np.array([numbers.setdefault(ids[each], len(numbers)) for each in wanted], dtype=np.int32))
            at += batch.num_rows
    except (OSError, ValueError, KeyError) as error:
        raise no_results(results, error) from error
    joined = {name: np.concatenate(each) if each else np.zeros(0, dtype=np.int64) for name, each in parts.items()}
    parts.clear()
    return Glance(ids=column_of(list(numbers), pa.string()), repeated=repeated, **joined)


def _places(candidates: Texts, prompts: Texts, places: Mapping[tuple[str, str], int]) -> Any:
    """Return each row's place among the candidates, -1 for none."""
    import numpy as np

    known = np.array([[places.get((one, other), -1) for other in prompts.texts] for one in candidates.texts], dtype=np.int64)
    return known[candidates.codes, prompts.codes]


def _lengths(texts: Any, most: int) -> Any:
    """Return how many characters each text has, at most `most`; 0 for none."""
    import numpy as np

    return np.minimum(characters_in(texts), most).astype(np.int32)
