"""Count how a run's answers were asked, served and charged, a batch of rows at a time."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchharness.results.arrow import parameters_in
from benchharness.results.columns import batches_of

__all__ = ["Tally", "tallies_of"]

COLUMNS = (
    "candidate",
    "prompt",
    "status",
    "output",
    "served_model",
    "effective_params",
    "input_tokens",
    "cached_tokens",
    "cache_write_tokens",
    "output_tokens",
)
GROUPS = ("candidate", "prompt", "status", "served_model", "not_sent", "form", "blank", "over", "json")
SUMS = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens")
# How a JSON value begins; its blanks are ASCII's.
JSON_BEGINS = re.compile(r"[\t\n\f\r ]*([\[{\"]|-?[0-9]|true|false|null)")
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """Answers of one candidate and prompt that are alike."""

    candidate: str
    """Whose."""
    prompt: str
    """With which prompt; empty for none."""
    status: str
    """How they ended; never `error`."""
    served_model: str | None
    """Who the provider says answered."""
    not_sent: str | None
    """What was asked for and not sent so, as JSON text."""
    form: str | None
    """How a form was asked for; None without one."""
    blank: bool
    """Whether they hold no text."""
    over: bool
    """Whether they are longer than the `max_tokens` that was sent."""
    json: bool
    """Whether they begin as JSON does."""
    answers: int
    """How many."""
    input_tokens: int | None
    """In all; None when one of them wasn't counted."""
    cached_tokens: int
    """Those read from a prompt cache."""
    cache_write_tokens: int
    """Those written into one."""
    output_tokens: int | None
    """In all; None when one of them wasn't counted."""


def tallies_of(results: Path) -> tuple[Tally, ...]:
    """Return the answers of a results file in groups, in the order they first occur; errors are none."""
    counted: dict[tuple[Any, ...], list[int | None]] = {}
    for batch in batches_of(results, COLUMNS, by_value=("candidate", "prompt", "status", "served_model")):
        for key, numbers in _of_batch(batch):
            counted[key] = _summed(counted.get(key, [0] * len(numbers)), numbers)
    return tuple(
        Tally(
            **dict(zip(GROUPS, key, strict=True)),
            answers=numbers[0] or 0,
            input_tokens=numbers[1],
            cached_tokens=numbers[2] or 0,
            cache_write_tokens=numbers[3] or 0,
            output_tokens=numbers[4],
        )
        for key, numbers in counted.items()
    )


def _summed(before: Sequence[int | None], numbers: Sequence[int | None]) -> list[int | None]:
    return [None if a is None or b is None else a + b for a, b in zip(before, numbers, strict=True)]


def _of_batch(batch: Any) -> Iterator[tuple[tuple[Any, ...], list[int | None]]]:
    """Yield of each answer its group, and what is summed up of it."""
    named = [batch.column(name).to_pylist() for name in ("candidate", "prompt", "status", "served_model", "output", *SUMS)]
    asked = parameters_in(batch.column("effective_params"))
    for sent, candidate, prompt, status, served, output, given, cached, written, said in zip(asked, *named, strict=True):
        if status == "error":
            continue
        text, most, not_sent, form = output or "", *(_sent_json(sent, name) for name in ("max_tokens", "not_sent", "response_format"))
        over = said is not None and most is not None and WHOLE_NUMBER.fullmatch(most) is not None and said > int(most)
        key = (candidate, prompt, status, served, not_sent, form, not text.strip(), over, JSON_BEGINS.match(text) is not None)
        # A count that one answer lacks is no sum; of caches only what was told can be summed.
        yield key, [1, given, cached or 0, written or 0, said]


def _sent_json(sent: Mapping[str, str | None], name: str) -> str | None:
    """Return a parameter as JSON text, None where it wasn't sent."""
    found = sent.get(name)
    return None if found == "null" else found
