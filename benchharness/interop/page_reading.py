"""Read what a page needs to choose its examples: who marked what how, and how long the texts are, but no text."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.errors import SetupError

__all__ = ["Glance", "glance_at"]

TEXTS = ("output", "parsed", "error")
# Few enough that long outputs take little room, many enough that a million rows take a second.
ROWS_AT_ONCE = 2_000


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
    from pyarrow import compute, parquet

    names = ["candidate", "prompt", "example_id", "repeat", "status", "score", "matched", "target", *TEXTS]
    parts: dict[str, list[Any]] = {name: [] for name in ("rows", "places", "worth", "errors", "lengths", "target_lengths")}
    ids: list[Any] = []
    at, repeated = 0, False
    try:
        with parquet.ParquetFile(results, read_dictionary=["candidate", "prompt"]) as file:
            for batch in file.iter_batches(batch_size=ROWS_AT_ONCE, columns=names):
                whose = _places(batch, places)
                first = batch["repeat"].to_numpy() == 0
                repeated = repeated or not bool(first.all())
                wanted = np.flatnonzero(first & (whose >= 0))
                kept = batch.take(pa.array(wanted))
                score = kept["score"].to_numpy(zero_copy_only=False)
                matched = compute.cast(kept["matched"], pa.float64()).to_numpy(zero_copy_only=False)
                parts["rows"].append(at + wanted)
                parts["places"].append(whose[wanted])
                parts["worth"].append(np.where(np.isnan(matched), score, matched))
                parts["errors"].append(compute.equal(kept["status"], "error").to_numpy(zero_copy_only=False))
                parts["lengths"].append(sum(_lengths(kept[name], most_characters) for name in TEXTS))
                parts["target_lengths"].append(_lengths(kept["target"], most_characters))
                ids.append(kept["example_id"])
                at += batch.num_rows
    except (OSError, ValueError, KeyError) as error:
        raise SetupError(f"is no run's results: {' '.join(str(error).split())[:200]}", file=results) from error
    named = pa.chunked_array(ids, pa.string()).combine_chunks().dictionary_encode()
    joined = {name: np.concatenate(each) if each else np.zeros(0, dtype=np.int64) for name, each in parts.items()}
    return Glance(examples=named.indices.to_numpy(), ids=named.dictionary, repeated=repeated, **joined)


def _places(batch: Any, places: Mapping[tuple[str, str], int]) -> Any:
    """Return each row's place among the candidates, -1 for none."""
    import numpy as np

    candidates, prompts = batch["candidate"], batch["prompt"]
    known = np.array(
        [[places.get((one, other), -1) for other in prompts.dictionary.to_pylist()] for one in candidates.dictionary.to_pylist()]
    )
    return known[candidates.indices.to_numpy(), prompts.indices.to_numpy()]


def _lengths(texts: Any, most: int) -> Any:
    """Return how many characters each text has, at most `most`; 0 for none."""
    import numpy as np
    from pyarrow import compute

    return np.minimum(compute.fill_null(compute.utf8_length(texts), 0).to_numpy(zero_copy_only=False), most).astype(np.int32)
