"""Candidates made of others' answers: nobody is asked for them, their rows are filled in once the others' are written."""

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from benchharness.errors import UsageError
from benchharness.records.answer import LatencyKind
from benchharness.records.comparison import candidate_key
from benchharness.records.json_form import from_json
from benchharness.records.row import Row

__all__ = ["Composite", "check_parts", "composite_rows"]

PROVIDER = "composite"
# What a chain takes is what all who were consulted took; unknown of one is unknown of all.
ADDED = ("input_tokens", "cached_tokens", "cache_write_tokens", "output_tokens", "reasoning_tokens", "cost_usd", "latency_s")


@dataclass(frozen=True, slots=True, kw_only=True)
class Composite:
    """A candidate whose answers are other candidates'."""

    name: str
    """Its name."""
    path: str
    """Its path, as in rows."""
    parts: tuple[str, ...]
    """Whose answers it's made of: `candidate/prompt`, or `candidate` without a prompt."""
    consults: Callable[[Mapping[str, Row]], Sequence[str]]
    """From the parts' rows of one question, by part: who is consulted, in order; the last one's answer counts."""


def check_parts(composites: Sequence[Composite], known: Sequence[str]) -> None:
    """Raise UsageError for a part that isn't among the jobs of this run, named as in `known`, and for a name somebody has."""
    taken = {key.split("/", 1)[0] for key in known}
    for each in composites:
        if each.name in taken:
            raise UsageError(f"a second candidate called {each.name!r}", hint="give each a name of its own")
        taken.add(each.name)
        for part in each.parts:
            if part not in known:
                told = f"{each.name}: it's made of {part}, which isn't asked in this run"
                raise UsageError(told, hint=f"asked are {', '.join(known)}")


def composite_rows(composites: Sequence[Composite], journal: Path) -> Iterator[Row]:
    """Yield each composite's rows from a journal's, by example and repeat; a question that a part has no row of has none here."""
    for each in composites:
        found: dict[tuple[str, int], dict[str, Row]] = defaultdict(dict)
        for row in _rows(journal):
            part = candidate_key(row.candidate, row.prompt)
            if part in each.parts:
                found[row.example_id, row.repeat][part] = row
        for rows in found.values():
            if len(rows) == len(each.parts):
                yield _filled(each, rows)


def _rows(journal: Path) -> Iterator[Row]:
    with journal.open(encoding="utf-8") as lines:
        for line in lines:
            yield from_json(Row, json.loads(line))


def _filled(composite: Composite, rows: Mapping[str, Row]) -> Row:
    """Return a composite's row: the last consulted's answer and mark, what all consulted took; no latency beside a stored answer."""
    chain = [rows[part] for part in composite.consults(rows)]
    last = chain[-1]
    added: dict[str, Any] = {name: _sum([getattr(each, name) for each in chain]) for name in ADDED}
    timed = added["latency_s"] is not None and not any(each.cached for each in chain)
    return replace(
        last,
        candidate=composite.name,
        prompt="",
        path=composite.path,
        provider=PROVIDER,
        **added,
        latency_kind=last.latency_kind if timed else LatencyKind.NONE,
        attempts=None if any(each.attempts is None for each in chain) else sum(each.attempts or 0 for each in chain),
        cached=any(each.cached for each in chain),
    )


def _sum(values: Sequence[float | None]) -> float | None:
    known = [each for each in values if each is not None]
    return sum(known) if len(known) == len(values) else None
